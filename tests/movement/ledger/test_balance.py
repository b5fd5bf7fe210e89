"""Received = issued + in stock + lost, whatever is done; and a stock that was changed is named."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from dure.movement.ledger import actions, reads
from dure.movement.ledger.types import Grade, Kind, NewEntry
from tests.movement.ledger.harm import dice
from tests.movement.ledger.village import NOW, Village, record, record_all, request

PIECES = 5000


@pytest.fixture
def kept(village: Village) -> Village:
    """Five tools came to Suwon, two were handed on, one is lost."""
    record_all(
        [
            village.entry(1, kind=Kind.GOODS_IN, quantity_milli=PIECES),
            village.entry(2, kind=Kind.GOODS_OUT, quantity_milli=2000),
            village.entry(3, kind=Kind.LOST, quantity_milli=1000),
        ]
    )
    return village


def stock(village: Village) -> tuple[int, int, int, int]:
    (row,) = reads.stocks(village.campaign_id)
    return (row.received_milli, row.issued_milli, row.lost_milli, row.stock_milli)


def test_what_came_is_handed_on_lost_or_there(kept: Village) -> None:
    assert stock(kept) == (5000, 2000, 1000, 2000)


@pytest.mark.parametrize(
    ("index", "difference_milli", "after"),
    [
        (0, -2000, (3000, 2000, 1000, 0)),
        (1, 2000, (5000, 4000, 1000, 0)),
        (2, -1000, (5000, 2000, 0, 3000)),
        (0, -2001, None),
        (1, 2001, None),
        (2, 2001, None),
    ],
)
def test_a_correction_keeps_the_balance_or_is_refused(
    kept: Village, index: int, difference_milli: int, after: tuple[int, int, int, int] | None
) -> None:
    like = kept.entry(index + 1, kind=(Kind.GOODS_IN, Kind.GOODS_OUT, Kind.LOST)[index])

    recorded = record(kept.about(9, index, Kind.CORRECTION, difference_milli, like))

    assert [refused.refusal.code for refused in recorded.refused] == ([] if after else ["stock_short"])
    assert stock(kept) == (after or (5000, 2000, 1000, 2000))
    assert reads.verify() == []


def test_goods_that_were_handed_on_can_not_be_taken_back_before_that_is(kept: Village) -> None:
    came = kept.about(9, 0, Kind.WITHDRAWAL, 0, kept.entry(1, kind=Kind.GOODS_IN))

    assert [refused.refusal.code for refused in record(came).refused] == ["stock_short"]

    for index in (1, 2, 0):
        actions.withdraw(index=index, client_id=request(20 + index), now=NOW, grade=Grade.WITNESSED)
    assert stock(kept) == (0, 0, 0, 0)
    assert reads.verify() == []


def test_rows_of_one_batch_see_each_other(village: Village) -> None:
    out = [village.entry(number, kind=Kind.GOODS_OUT, quantity_milli=3000) for number in (2, 3)]

    recorded = record(village.entry(1, kind=Kind.GOODS_IN, quantity_milli=PIECES), *out)

    assert [(refused.row, refused.refusal.code) for refused in recorded.refused] == [(2, "stock_short")]
    assert stock(village) == (5000, 3000, 0, 2000)


def test_stock_of_one_place_is_not_handed_on_at_another(kept: Village) -> None:
    elsewhere = kept.entry(4, kind=Kind.GOODS_OUT, team="Hill", quantity_milli=1)

    assert [refused.refusal.code for refused in record(elsewhere).refused] == ["stock_short"]


def test_what_is_said_of_goods_wants_two_keepers_as_the_goods_did(kept: Village) -> None:
    alone = replace(
        kept.about(9, 0, Kind.CORRECTION, -1, kept.entry(1, kind=Kind.GOODS_IN)), grade=Grade.CLAIMED
    )

    assert [refused.refusal.code for refused in record(alone).refused] == ["entry_unwitnessed"]
    assert stock(kept) == (5000, 2000, 1000, 2000)


def test_savings_and_help_are_no_stock(village: Village) -> None:
    rows = [village.entry(kind, kind=kind) for kind in (Kind.SAVING, Kind.HELP)]
    record_all(rows)

    assert reads.stocks(village.campaign_id) == []


@pytest.mark.parametrize("column", ["received_milli", "issued_milli", "lost_milli"])
def test_a_stock_that_was_changed_is_named(kept: Village, column: str) -> None:
    up = {"received_milli": 1, "issued_milli": -1, "lost_milli": -1}[column]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_stock SET {column} = {column} + {up}")  # noqa: S608  names of the case

    (fault,) = reads.verify()

    assert fault.where == f"stock of indicator {kept.goods}, area {kept.areas['Suwon']}"
    assert fault.what.startswith(f"{column} is ")


def test_a_stock_that_is_gone_is_named(kept: Village) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_stock")

    assert [fault.what for fault in reads.verify()] == ["is missing"]


def test_the_database_itself_holds_no_stock_below_zero(kept: Village) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_stock SET lost_milli = lost_milli + 2001")


def test_the_balance_holds_over_ten_thousand_random_operations(village: Village) -> None:
    random = dice(4)
    book: dict[tuple[int, int], list[int]] = {}
    standing: dict[int, tuple[NewEntry, int]] = {}
    operations = refused_count = 0
    size = 0
    while operations < 10_000:
        batch = [_operation(village, random, operations + place, standing) for place in range(250)]
        recorded = record(*batch)
        assert {refused.refusal.code for refused in recorded.refused} <= {
            *("stock_short", "entry_unwitnessed", "entry_below_zero", "entry_withdrawn"),
        }
        operations += len(batch)
        refused_count += len(recorded.refused)
        bad = {refused.row for refused in recorded.refused}
        for entry in (entry for place, entry in enumerate(batch) if place not in bad):
            _book(entry, size, standing, book)
            size += 1
        _check(village, book)

    assert refused_count > 500
    assert size > 5000
    assert reads.verify() == []


def _operation(
    village: Village, random: Random, number: int, standing: dict[int, tuple[NewEntry, int]]
) -> NewEntry:
    """A move, or a correction or withdrawal of a move that stands; one in fifty without a second keeper."""
    grade = Grade.CLAIMED if random.random() < 0.02 else Grade.WITNESSED
    if not standing or random.random() < 0.7:
        kind = random.choice((Kind.GOODS_IN, Kind.GOODS_OUT, Kind.LOST, Kind.MONEY_IN, Kind.MONEY_OUT))
        made = village.entry(
            number + 1,
            kind=kind,
            team=random.choice(("North", "Hill")),
            quantity_milli=random.randrange(1, 9000),
        )
    else:
        index = random.choice(sorted(standing))
        like, _ = standing[index]
        kind = random.choice((Kind.CORRECTION, Kind.CORRECTION, Kind.WITHDRAWAL))
        difference = 0 if kind == Kind.WITHDRAWAL else random.randrange(-9000, 3000) or 1
        made = village.about(number + 1, index, kind, difference, like)
    return replace(made, grade=grade)


def _book(
    entry: NewEntry,
    index: int,
    standing: dict[int, tuple[NewEntry, int]],
    book: dict[tuple[int, int], list[int]],
) -> None:
    sums = book.setdefault((entry.indicator_id, entry.area_id), [0, 0, 0])
    if entry.points_at is None:
        standing[index] = (entry, entry.quantity_milli)
        kind, difference = entry.kind, entry.quantity_milli
    else:
        like, left = standing[entry.points_at]
        kind = like.kind
        difference = -left if entry.kind == Kind.WITHDRAWAL else entry.quantity_milli
        standing[entry.points_at] = (like, left + difference)
        if entry.kind == Kind.WITHDRAWAL:
            del standing[entry.points_at]
    place = {Kind.GOODS_IN: 0, Kind.MONEY_IN: 0, Kind.LOST: 2}.get(kind, 1)
    sums[place] += difference


def _check(village: Village, book: dict[tuple[int, int], list[int]]) -> None:
    shown = {(row.indicator_id, row.area_id): row for row in reads.stocks(village.campaign_id)}
    assert {cell: [row.received_milli, row.issued_milli, row.lost_milli] for cell, row in shown.items()} == {
        cell: sums for cell, sums in book.items() if cell in shown
    }
    assert all(not any(sums) for cell, sums in book.items() if cell not in shown)
    for row in shown.values():
        assert row.received_milli == row.issued_milli + row.stock_milli + row.lost_milli
        assert row.stock_milli >= 0
