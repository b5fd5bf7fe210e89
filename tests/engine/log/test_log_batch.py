"""Many entries at once: the very bytes that one after the other gives."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.log.batch import FactColumns, leaf_hashes_of
from dure.engine.log.entry import NO_PERSON, EntryFacts, Grade, Kind, encode, leaf_hashes
from dure.engine.log.errors import EntryMalformed, TileBad
from dure.engine.log.growth import grown
from dure.engine.log.merkle import Frontier
from dure.engine.log.tiles import new_tiles

SALT = bytes(range(16))
U32, U64 = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)


@st.composite
def facts(draw: st.DrawFn) -> EntryFacts:
    kind = draw(st.sampled_from(Kind))
    points = kind in {Kind.CORRECTION, Kind.CONFIRMATION, Kind.WITHDRAWAL}
    lowers = kind in {Kind.CORRECTION, Kind.WITHDRAWAL}
    grades = [grade for grade in Grade if kind != Kind.CONFIRMATION or grade != Grade.CLAIMED]
    return EntryFacts(
        kind=kind,
        grade=draw(st.sampled_from(grades)),
        client_id=draw(st.uuids()),
        campaign=draw(U32),
        indicator=draw(U32),
        team=draw(U32),
        area=draw(U32),
        post=draw(U64),
        work_day=draw(st.integers(-(2**31), 2**31 - 1)),
        quantity_milli=draw(st.integers(-(10**15) if lowers else 0, 10**15)),
        points_at=draw(st.integers(1, 2**64 - 1)) if points else 0,
        recorded_at_ms=1_794_819_600_000,
        note=draw(st.text(max_size=100).filter(lambda note: len(note.encode(errors="ignore")) == len(note))),
    )


def columns(rows: Sequence[EntryFacts], **changes: Sequence[object]) -> FactColumns:
    made = FactColumns(
        kinds=[row.kind for row in rows],
        grades=[row.grade for row in rows],
        client_ids=[row.client_id.bytes for row in rows],
        campaigns=[row.campaign for row in rows],
        indicators=[row.indicator for row in rows],
        teams=[row.team for row in rows],
        areas=[row.area for row in rows],
        posts=[row.post for row in rows],
        work_days=[row.work_day for row in rows],
        quantities_milli=[row.quantity_milli for row in rows],
        points_at=[row.points_at for row in rows],
        notes=[row.note for row in rows],
        recorded_at_ms=1_794_819_600_000,
    )
    return made._replace(**changes)  # type: ignore[arg-type]  # the columns a test breaks


@given(st.lists(facts(), max_size=12), st.binary(min_size=32, max_size=32))
def test_a_batch_has_the_leaves_of_its_entries(rows: list[EntryFacts], person: bytes) -> None:
    persons = [person if place % 2 else NO_PERSON for place in range(len(rows))]

    together = leaf_hashes_of(columns(rows), [SALT] * len(rows), persons)

    assert together == leaf_hashes((SALT, encode(row), who) for row, who in zip(rows, persons, strict=True))


HOURS = EntryFacts(
    kind=Kind.HOURS,
    client_id=UUID(int=7),
    campaign=1,
    indicator=1,
    team=1,
    area=1,
    work_day=20_000,
    quantity_milli=8_000,
    recorded_at_ms=1_794_819_600_000,
)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": [1, 77]}, "kind"),
        ({"grades": [0, 9]}, "grade"),
        ({"quantities_milli": [8_000, -1]}, "quantity_milli"),
        ({"quantities_milli": [8_000, 10**15 + 1]}, "quantity_milli"),
        ({"points_at": [0, 3]}, "points_at"),
        ({"teams": [1, 2**32]}, "team"),
        ({"areas": [1, -1]}, "area"),
        ({"notes": ["", "\ud800"]}, "note"),
    ],
    ids=lambda one: str(one),
)
def test_one_entry_that_does_not_fit_is_named_by_its_field(
    changes: dict[str, Sequence[object]], field: str
) -> None:
    with pytest.raises(EntryMalformed) as no:
        leaf_hashes_of(columns([HOURS, HOURS], **changes), [SALT] * 2, [NO_PERSON] * 2)

    assert no.value.facts["field"] == field


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_a_tree_that_grows_in_one_pass_is_the_tree(counts: list[int]) -> None:
    shelf: dict[tuple[int, int], bytes] = {}
    frontier = Frontier()

    def read_tile(level: int, index: int, width: int) -> bytes:
        return shelf[level, index]

    for number, count in enumerate(counts):
        leaves = [(number * 1000 + place).to_bytes(32, "big") for place in range(count)]
        wanted = new_tiles(frontier.size, leaves, read_tile)

        after, tiles = grown(frontier, leaves, read_tile)

        assert after == frontier.append_many(leaves)
        assert tiles == wanted
        shelf.update({(tile.level, tile.index): tile.data for tile in tiles})
        frontier = after


def test_a_tile_that_is_cut_short_is_named() -> None:
    frontier = Frontier().append_many([bytes(32)] * 3)

    with pytest.raises(TileBad, match="64 bytes where 96 belong"):
        grown(frontier, [bytes(32)], lambda level, index, width: bytes(64))
