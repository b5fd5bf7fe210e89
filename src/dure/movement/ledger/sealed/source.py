"""One source of entries, wherever they stand: open ones in rows, dropped ones in the files of their day.

A day whose rows are being dropped, are gone or are coming back is read from its files; all others from rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from dure.analytics.sealed.columns import GROUP_ROWS
from dure.analytics.sealed.packing import commitment_rows
from dure.analytics.sealed.reading import DayFiles, Wanted
from dure.base.asked import Asked
from dure.movement.ledger import store
from dure.movement.ledger.models import Entry, Rollup, SealedDay
from dure.movement.ledger.sealed.days import Span, State, filed, filed_after

# In the order of store.EntryRow.
COLUMNS: Final = (
    *("log_index", "client_id", "kind", "grade", "campaign", "indicator", "team", "area", "post", "work_day"),
    *("quantity_milli", "points_at", "recorded_at_ms", "note", "person_key", "person_commitment"),
    *("entry_salt", "leaf_hash"),
)
_FIELDS: Final = dict(zip(COLUMNS, store.ENTRY_COLUMNS, strict=True))
_IDS: Final = frozenset({"client_id", "person_key"})
_ID_PLACES: Final = [place for place, name in enumerate(COLUMNS) if name in _IDS]
_HASHES: Final = frozenset({"person_commitment", "entry_salt", "leaf_hash"})


_MOVING: Final = Asked(
    lambda: SealedDay.objects.filter(state__in=(State.DROPPING, State.RESTORING)).values_list(
        "first_index", "end_index"
    )
)


def open_rows(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """``rows`` without those whose day is read from its files while rows of it still stand, or stand again."""
    for first, end in _MOVING():
        rows = rows.exclude(index__gte=first, index__lt=end)
    return rows


def indices_of(client_ids: Sequence[bytes]) -> dict[UUID, int]:
    """The places of the entries with these ids (16 bytes each) whose rows were dropped."""
    if not store.has_rows("ledger_sealedid"):
        return {}  # nothing was dropped yet: this is asked at every append
    select = 'SELECT client_id, "index" FROM ledger_sealedid WHERE client_id'
    rows = store.among(select, "uuid", [client_id.hex() for client_id in client_ids])
    return {held if isinstance(held, UUID) else UUID(held): index for held, index in rows}


def rows_at(indices: Collection[int]) -> dict[int, store.EntryRow]:
    """The entries at ``indices`` whose day is read from its files; the others are left out."""
    return {
        row["log_index"]: store.EntryRow(*_with_ids(tuple(row[name] for name in COLUMNS), _ID_PLACES))
        for files, members in _days_of(indices)
        for row in files.rows_at(members)
    }


def either_at(indices: Collection[int]) -> dict[int, store.EntryRow]:
    """The entries at ``indices``, open or in files; what is not there is left out."""
    return store.rows_at(indices) | rows_at(indices)


def kinds_at(indices: Collection[int]) -> dict[int, int]:
    """The kind of each contribution at ``indices``, open or not; what is not there is left out."""
    found = (
        dict(Entry.objects.filter(index__in=list(indices)).values_list("index", "kind")) if indices else {}
    )
    for files, members in _days_of(set(indices) - found.keys()):
        found |= files.kinds_at(members)
    return found


def each(
    wanted: Wanted,
    names: Sequence[str] = COLUMNS,
    *,
    either: Wanted | None = None,
    after: int = -1,
    before: int | None = None,
    count_max: int | None = None,
    walks: bool = False,
) -> Iterator[tuple[Any, ...]]:
    """``names`` of all entries with ``after < index < before`` and wanted values, in the order of the log.

    ``count_max``: that no more will be taken. ``walks``: to be found by reading the log on from ``after``, and not by
    what is wanted: sooner where much of the log is wanted, since no million of rows is sorted for its first hundred.

    Ids and keys are UUIDs, hashes bytes. To be asked for within a ``snapshot``, since rows may be dropped meanwhile.
    """
    rows = _queried(wanted, either or {}, walks=walks).order_by("index")
    if before is not None:
        rows = rows.filter(index__lt=before)
    at = after + 1
    ids = [place for place, name in enumerate(names) if name in _IDS]
    for span in filed_after(after + 1) if before is None else filed(_within(after, before)):
        if at < span.first:
            yield from _from_rows(rows.filter(index__gte=at, index__lt=span.first)[:count_max], names)
        for found in _from_files(span, wanted, names, either, after, before):
            yield _with_ids(found, ids)
        at = span.end
    yield from _from_rows(rows.filter(index__gte=at)[:count_max], names)


def entries(
    wanted: Wanted,
    *,
    either: Wanted | None = None,
    after: int = -1,
    before: int | None = None,
    count_max: int | None = None,
    walks: bool = False,
) -> list[store.EntryRow]:
    """The first ``count_max`` of :func:`each`, whole."""
    found = each(wanted, either=either, after=after, before=before, count_max=count_max, walks=walks)
    return [store.EntryRow(*values) for values in islice(found, count_max)]


def open_each(wanted: Wanted, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """:func:`each` of the entries in rows alone."""
    return _from_rows(_queried(wanted, {}).order_by("index"), names)


def teams(campaign_id: int, *, before: int) -> set[int]:
    """The teams of all entries of a campaign with an index below ``before``."""
    # Whoever has an entry has a sum. One entry of each is looked for, instead of reading them all.
    own = open_rows(
        Entry.objects.filter(campaign_id=campaign_id, team_id=OuterRef("team_id"), index__lt=before)
    )
    rows = Rollup.objects.filter(Exists(own), campaign_id=campaign_id).order_by()
    found = set(rows.values_list("team_id", flat=True).distinct())
    for span in filed(_within(-1, before)):
        files = DayFiles(span.folder, span.first, span.end)
        for batch in files.matching({"campaign": [campaign_id]}, ("team",), before=before):
            found |= set(batch.column(0).unique().to_pylist())
    return found


def in_files(
    wanted: Wanted, names: Sequence[str], *, after: int = -1, before: int | None = None
) -> Iterator[tuple[Any, ...]]:
    """:func:`each` of the entries in files alone; ids and keys as bytes."""
    for span in filed(_within(after, before)):
        yield from _from_files(span, wanted, names, None, after, before)


def _within(after: int, before: int | None) -> Q:
    where = Q(end_index__gt=after + 1)
    return where if before is None else where & Q(first_index__lt=before)


def _from_files(
    span: Span, wanted: Wanted, names: Sequence[str], either: Wanted | None, after: int, before: int | None
) -> Iterator[tuple[Any, ...]]:
    files = DayFiles(span.folder, span.first, span.end)
    shown, shown_either = _as_kept(wanted), _as_kept(either or {})
    for batch in files.matching(shown, names, either=shown_either, after=after, before=before):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _from_rows(rows: QuerySet[Entry], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    found = rows.values_list(*(_FIELDS[name] for name in names)).iterator(chunk_size=2_000)
    hashes = [place for place, name in enumerate(names) if name in _HASHES]
    if not hashes:
        yield from found
        return
    for row in found:
        # PostgreSQL gives bytes as a view.
        values = list(row)
        for place in hashes:
            values[place] = bytes(values[place])
        yield tuple(values)


def _queried(wanted: Wanted, either: Wanted, *, walks: bool = False) -> QuerySet[Entry]:
    rows = open_rows(Entry.objects.all())
    for name, values in wanted.items():
        if walks:
            # No index holds a sum, so that none is chosen for it.
            rows = rows.alias(**{f"walked_{name}": F(_FIELDS[name]) + 0})
            rows = rows.filter(**{f"walked_{name}__in": list(values)})
        else:
            rows = rows.filter(_in_query(name, values))
    if either:
        rows = rows.filter(reduce(or_, (_in_query(name, values) for name, values in either.items())))
    return rows


def _in_query(name: str, values: Collection[Any]) -> Q:
    field = _FIELDS[name]
    some = [value for value in values if value is not None]
    where = Q(**{field: some[0]}) if len(some) == 1 else Q(**{f"{field}__in": some})
    return where | Q(**{f"{field}__isnull": True}) if len(some) < len(values) else where


def _as_kept(wanted: Wanted) -> Wanted:
    """Ids as files keep them."""
    return {
        name: [value.bytes if isinstance(value, UUID) else value for value in values]
        for name, values in wanted.items()
    }


def _with_ids(values: tuple[Any, ...], places: Sequence[int]) -> tuple[Any, ...]:
    if not places:
        return values
    shown = list(values)
    for place in places:
        if shown[place] is not None:
            shown[place] = UUID(bytes=shown[place])
    return tuple(shown)


def commitments(first: int, end: int) -> dict[int, bytes]:
    """The 32-byte commitments (what the log publishes) of entries ``first`` to ``end`` that stand in files."""
    found: dict[int, bytes] = {}
    for span in filed(Q(end_index__gt=first, first_index__lt=end)):
        files = DayFiles(span.folder, span.first, span.end)
        low, high = max(first, span.first), min(end, span.end)
        for number in range((low - span.first) // GROUP_ROWS, (high - 1 - span.first) // GROUP_ROWS + 1):
            begins = span.first + number * GROUP_ROWS
            group = files.group(number)
            start, stop = max(low, begins), min(high, begins + group.num_rows)
            hashes = commitment_rows(group.slice(start - begins, stop - start))
            found.update((start + place, row.tobytes()) for place, row in enumerate(hashes))
    return found


def _days_of(indices: Collection[int]) -> Iterable[tuple[DayFiles, list[int]]]:
    """The days in files that hold any of ``indices``, with those they hold."""
    if not indices:
        return
    for span in filed(Q(end_index__gt=min(indices), first_index__lte=max(indices))):
        members = [index for index in indices if span.first <= index < span.end]
        if members:
            yield DayFiles(span.folder, span.first, span.end), members
