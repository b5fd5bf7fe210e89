"""A question that every page asks, put into SQL once a process: from then on only its values change.

Django puts a question together anew each time, and that takes it ten times as long as a database takes to find one
row by its key (measured: 240 µs against 17 µs). A page that asks ten of them spends most of its time so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from dure.base.rows import IDS_A_QUERY_MAX
from dure.kernel.must import must

# Beyond so many that are named Django's own part of the time no longer matters, and it writes the question.
NAMED_MAX: Final = 64
# Values that no question of ours names by itself: where one comes out in the SQL's values, the asked one belongs.
_NUMBER, _YEAR = 7_305_118_000_000, 1066
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """A question in SQL. ``values``: what it is asked with; ``places``: (where in them, which argument) to put in."""

    sql: str
    values: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    compiler: SQLCompiler
    converters: dict[int, Any]


class Asked:
    """``rows`` makes the question of its arguments: a ``values_list`` whose shape they don't change.

    ``kinds``: what each argument is: int, str, date, datetime or UUID; last, for ``…__in``, ``tuple``: ints, of which
    none asks nothing. No argument may be None, and in the question each must stand as it is.

    >>> asked = Asked(lambda key, day: Post.objects.filter(pk=key, day__gte=day).values_list("title"), int, date)
    ... # doctest: +SKIP
    >>> asked(805, date(2026, 10, 8))  # doctest: +SKIP
    [('Pick apples',)]
    """

    def __init__(self, rows: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._rows = rows
        self._kinds = kinds
        # By database and by how many are named.
        self._written: dict[tuple[str, int], _Written] = {}

    def __call__(self, *values: Any) -> list[Row]:
        """The rows in the question's order; where very many are named, in that of several questions."""
        must(len(values) == len(self._kinds), "a question is asked with all its arguments")
        if not self._kinds or self._kinds[-1] is not tuple:
            return self._ask(values, 0)
        *rest, named = values
        wanted = sorted(set(named))
        if len(wanted) > NAMED_MAX:
            return [row for part in _parts(wanted) for row in self._rows(*rest, part)]
        if not wanted:
            return []
        # The last one over and over, so that there are few lengths to write the question for.
        count = 1 << (len(wanted) - 1).bit_length()
        return self._ask((*rest, *wanted, *wanted[-1:] * (count - len(wanted))), count)

    def _ask(self, values: Sequence[Any], count: int) -> list[Row]:
        key = (connection.vendor, count)
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = self._write(count)
        put = list(written.values)
        for place, which in written.places:
            put[place] = _adapted(values[which])
        with connection.cursor() as cursor:
            cursor.execute(written.sql, put)
            found: list[Row] = cursor.fetchall()
        if not written.converters:
            return found
        return [tuple(row) for row in written.compiler.apply_converters(found, written.converters)]

    def _write(self, count: int) -> _Written:
        """The SQL of Django for marks, and where among its values each mark came to stand."""
        single = [_mark(kind, number) for number, kind in enumerate(self._kinds) if kind is not tuple]
        named = [_mark(int, len(single) + number) for number in range(count)]
        compiler = self._rows(*single, *([named] if count else [])).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        which = {_adapted(mark): number for number, mark in enumerate([*single, *named])}
        places = tuple(
            (place, which[value]) for place, value in enumerate(values) if _is_one_of(value, which)
        )
        must({number for _, number in places} == set(which.values()), "each argument stands in the question")
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        return _Written(sql, tuple(values), places, compiler, converters)


def _parts(wanted: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(wanted), IDS_A_QUERY_MAX):
        yield wanted[start : start + IDS_A_QUERY_MAX]


def _mark(kind: type, number: int) -> Any:
    day = date(_YEAR, 1, 1) + timedelta(days=number)
    if kind is int:
        return _NUMBER + number
    if kind is UUID:
        return UUID(int=_NUMBER + number)
    if kind is str:
        return f"\x02{_NUMBER + number}"
    day = date(_YEAR, 1, 1) + timedelta(days=number)
    return day if kind is date else datetime(day.year, day.month, day.day, tzinfo=UTC)


def _adapted(value: Any) -> Any:
    """As Django hands it to this database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _is_one_of(value: Any, which: dict[Any, int]) -> bool:
    try:
        return value in which
    except TypeError:  # a list or the like is no mark
        return False
