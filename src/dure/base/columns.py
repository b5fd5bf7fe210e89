"""Reading a million rows as numpy columns, on SQLite and PostgreSQL alike.

A driver spends several times the database's own time on making a Python value of every field. Here the
database packs a whole column into one value, which numpy takes apart: big-endian numbers on PostgreSQL, digits
between commas on SQLite. Texts come as one long text and are kept as their places among the distinct ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
from django.db.models import Aggregate, BinaryField, F, Func, Model, QuerySet, TextField
from django.db.models.functions import Cast

from dure.kernel.must import must

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
M = TypeVar("M", bound=Model)
R = TypeVar("R", covariant=True)

# A control character: JSON writes it as an escape, and no name or code of ours holds one.
BETWEEN: Final = "\x1f"


class _Whole(Aggregate):
    output_field = BinaryField()
    template = "string_agg(int8send((%(expressions)s)::bigint), ''::bytea)"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, template="group_concat(%(expressions)s)", **more)


class _Fraction(_Whole):
    template = "string_agg(float8send((%(expressions)s)::float8), ''::bytea)"


class _Words(Aggregate):
    output_field = TextField()
    template = f"string_agg((%(expressions)s)::text, '{BETWEEN}')"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = f"group_concat(%(expressions)s, '{BETWEEN}')"
        return super().as_sql(compiler, connection, template=template, **more)


class Seconds(Func):
    """Whole seconds since the Unix epoch of a moment, rounded down."""

    template = "floor(extract(epoch from %(expressions)s))"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)", **more
        )


class SecondsUp(Seconds):
    """Whole seconds since the Unix epoch of a moment, rounded up."""

    template = "ceil(extract(epoch from %(expressions)s))"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        whole, params = super().as_sqlite(compiler, connection, **more)
        moment, again = compiler.compile(self.source_expressions[0])
        # A fraction stands behind the nineteenth character.
        return f"({whole} + (length({moment}) > 19))", (*params, *again)


class Flag(Func):
    """1 or 0 of a condition."""

    template = "(%(expressions)s)::int"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, template="(%(expressions)s)", **more)


@dataclass(frozen=True, eq=False)
class Texts:
    """A column of texts: row ``k`` holds ``distinct[places[k]]``."""

    places: Int32s
    distinct: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of one read, all of one length, their rows in the same order as each other's."""

    ints: dict[str, Ints]
    floats: dict[str, Floats]
    texts: dict[str, Texts]


def read_columns(
    rows: QuerySet[M, R],
    *,
    ints: dict[str, Any] | tuple[str, ...] = (),
    floats: tuple[str, ...] = (),
    texts: tuple[str, ...] = (),
) -> Columns:
    """Columns of the rows, in no stated order; one query.

    ``ints``: names of columns, or expressions by name (:class:`Seconds`, :class:`Flag`). A column that may be
    NULL has no place here: its rows would be fewer. Floats come with 15 significant digits from SQLite.
    """
    whole = ints if isinstance(ints, dict) else {name: F(name) for name in ints}
    got = rows.order_by().aggregate(
        **{f"i_{name}": _Whole(expression) for name, expression in whole.items()},
        **{f"f_{name}": _Fraction(name) for name in floats},
        **{f"t_{name}": _Words(Cast(name, TextField())) for name in texts},
    )
    found = Columns(
        ints={name: _numbers(got.pop(f"i_{name}"), np.int64) for name in whole},
        floats={name: _numbers(got.pop(f"f_{name}"), np.float64) for name in floats},
        texts={name: _texts(got.pop(f"t_{name}")) for name in texts},
    )
    lengths = {len(column) for column in (*found.ints.values(), *found.floats.values())}
    lengths |= {len(column.places) for column in found.texts.values()}
    must(len(lengths) == 1, "every column has a value in every row")
    return found


def _numbers(packed: Any, kind: type[np.int64 | np.float64]) -> npt.NDArray[Any]:
    if packed is None:
        return np.zeros(0, kind)
    if isinstance(packed, str):
        return np.fromstring(packed, kind, sep=",")
    return np.frombuffer(packed, np.dtype(kind).newbyteorder(">")).astype(kind)


def _texts(packed: str | None) -> Texts:
    if packed is None:
        return Texts(np.zeros(0, np.int32), ())
    seen: dict[str, int] = {}
    # The size is taken before the text is added: it is the next free place.
    places = np.array([seen.setdefault(text, len(seen)) for text in packed.split(BETWEEN)], np.int32)
    return Texts(places, tuple(seen))
