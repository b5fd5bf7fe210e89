"""Promise F1 on random histories: every total is the sum over the ledger, and a changed byte is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from random import Random

import pytest

from dure.movement.ledger import actions, reads
from dure.movement.ledger.errors import EntryUnwitnessed, StockShort
from dure.movement.ledger.store import ENTRY_COLUMNS
from dure.movement.ledger.types import (
    MOVE_KINDS,
    OUTGOING_KINDS,
    Grade,
    Kind,
    NewEntry,
    Receipt,
    StockFacts,
)
from tests.movement.ledger.harm import dice, flip, undone
from tests.movement.ledger.village import DAY, NOW, Village, record, request

STEPS = 40
KINDS = (
    *(Kind.HOURS, Kind.OUTPUT, Kind.GOODS_IN, Kind.GOODS_IN, Kind.GOODS_OUT, Kind.LOST),
    *(Kind.MONEY_IN, Kind.MONEY_IN, Kind.MONEY_OUT),
)
HARMED = tuple(column for column in ENTRY_COLUMNS if column not in {"post_id", "points_at", "person_key"})


class History:
    """Random steps, and what they must add up to by plain bookkeeping."""

    def __init__(self, village: Village, random: Random) -> None:
        self.village, self.random = village, random
        self.stands: dict[int, tuple[NewEntry, int]] = {}
        self.taken_back: set[int] = set()
        self.handed_in: list[tuple[NewEntry, Receipt]] = []
        self.recounts: dict[int, tuple[int, int]] = {}
        # Received, issued and lost by indicator and place, and how often more would have left than came.
        self.stock: dict[tuple[int, int], dict[Kind, int]] = defaultdict(lambda: defaultdict(int))
        self.short_count = 0

    def step(self, number: int) -> None:
        doing = self.random.choices(
            (self.add, self.correct, self.withdraw, self.recount, self.repeat, self.sign),
            weights=(8, 3, 1, 1, 2, 1),
        )[0]
        doing(number)

    def add(self, number: int) -> None:
        batch = [
            self.village.entry(
                number * 100 + place,
                kind=self.random.choice(KINDS),
                team=self.random.choice(("North", "Hill", "South")),
                person=self.random.choice((None, "Minji", "Bora")),
                quantity_milli=self.random.randrange(1, 24_000),
            )
            for place in range(self.random.randrange(1, 30))
        ]
        takes = [self.moves(entry, entry.quantity_milli) for entry in batch]
        done = record(*batch)
        assert [refused.refusal.code for refused in done.refused] == ["stock_short"] * takes.count(False)
        taken = [entry for entry, is_taken in zip(batch, takes, strict=True) if is_taken]
        for entry, receipt in zip(taken, done.receipts, strict=True):
            self.stands[receipt.index] = (entry, entry.quantity_milli)
            self.handed_in.append((entry, receipt))

    def moves(self, entry: NewEntry, difference_milli: int) -> bool:
        """Whether what is there allows it; if so it is done."""
        if entry.kind not in MOVE_KINDS:
            return True
        stock = self.stock[entry.indicator_id, entry.area_id]
        left = sum(-sum_ if kind in OUTGOING_KINDS else sum_ for kind, sum_ in stock.items())
        left += -difference_milli if entry.kind in OUTGOING_KINDS else difference_milli
        if left < 0:
            self.short_count += 1
            return False
        stock[entry.kind] += difference_milli
        return True

    def correct(self, number: int) -> None:
        index = self.anybody()
        if index is None:
            return
        entry, standing = self.stands[index]
        difference = self.random.randrange(-standing, 5000) or 1
        if self.moves(entry, difference):
            self.say(
                entry,
                actions.correct,
                index=index,
                difference_milli=difference,
                client_id=request(number * 100),
            )
            self.stands[index] = (entry, standing + difference)
        else:
            with pytest.raises(StockShort):
                self.say(
                    entry,
                    actions.correct,
                    index=index,
                    difference_milli=difference,
                    client_id=request(number * 100),
                )

    def withdraw(self, number: int) -> None:
        index = self.anybody()
        if index is None:
            return
        entry, standing = self.stands[index]
        if self.moves(entry, -standing):
            self.say(entry, actions.withdraw, index=index, client_id=request(number * 100))
            self.stands[index] = (entry, 0)
            self.taken_back.add(index)
        else:
            with pytest.raises(StockShort):
                self.say(entry, actions.withdraw, index=index, client_id=request(number * 100))

    def say(self, entry: NewEntry, action: Callable[..., object], **facts: object) -> None:
        """Goods and money are put right by two keepers, as they moved; now and then one tries it alone."""
        if entry.kind in MOVE_KINDS and self.random.random() < 0.1:
            with pytest.raises(EntryUnwitnessed):
                action(**facts, now=NOW)
        action(**facts, now=NOW, grade=entry.grade)

    def recount(self, number: int) -> None:
        index = self.anybody()
        if index is not None and index not in self.recounts:
            found = self.random.randrange(100_000)
            actions.confirm(
                index=index,
                found_milli=found,
                grade=Grade.RECOUNTED,
                client_id=request(number * 100),
                now=NOW,
            )
            self.recounts[index] = (found, self.stands[index][1])

    def repeat(self, number: int) -> None:
        if self.handed_in:
            entry, receipt = self.random.choice(self.handed_in)
            assert record(entry).receipts == (receipt,)

    def sign(self, number: int) -> None:
        actions.sign_checkpoint(now=NOW)

    def anybody(self) -> int | None:
        left = sorted(self.stands.keys() - self.taken_back)
        return self.random.choice(left) if left else None

    def expected(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """What the rollups must say, by team and indicator."""
        cells: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * 6)
        for index, (entry, standing) in self.stands.items():
            cell = cells[entry.team_id, entry.indicator_id]
            if entry.kind in OUTGOING_KINDS:
                cell[2] += standing
                continue
            cell[0] += index not in self.taken_back
            cell[1] += standing
            if index in self.recounts:
                found, claimed = self.recounts[index]
                cell[3] += 1
                cell[4] += found
                cell[5] += claimed
        return {key: tuple(cell) for key, cell in cells.items()}


def check_history(village: Village, seed: int, steps: int = STEPS) -> None:
    random = dice(seed)
    history = History(village, random)
    with undone():
        for number in range(1, steps + 1):
            history.step(number)
        shown = {
            (row.team_id, row.indicator_id): (
                *(row.n, row.quantity_milli, row.out_milli),
                *(row.n_recounted, row.recounted_milli, row.recounted_claim_milli),
            )
            for row in reads.rollups(village.campaign_id)
        }
        assert shown == history.expected()
        assert {row.work_day for row in reads.rollups(village.campaign_id)} <= {DAY}
        stocks = {(row.indicator_id, row.area_id): row for row in reads.stocks(village.campaign_id)}
        for cell, moved in history.stock.items():
            stock = stocks.pop(cell, StockFacts(*cell, 0, 0, 0))
            assert stock.received_milli == moved[Kind.GOODS_IN] + moved[Kind.MONEY_IN]
            assert stock.issued_milli == moved[Kind.GOODS_OUT] + moved[Kind.MONEY_OUT]
            assert stock.lost_milli == moved[Kind.LOST]
            assert stock.received_milli == stock.issued_milli + stock.lost_milli + stock.stock_milli
            assert stock.stock_milli >= 0
        assert stocks == {}
        assert reads.verify() == []
        if history.stands:
            index = random.choice(sorted(history.stands))
            with undone():
                flip("ledger_entry", f'"index" = {index}', random.choice(HARMED), random)
                assert f"entry {index}" in [fault.where for fault in reads.verify()]


def test_totals_are_the_sums_over_the_entries_in_random_histories(village: Village) -> None:
    _ = village.people
    for seed in range(30):
        check_history(village, seed)


@pytest.mark.full
@pytest.mark.parametrize("hundred", range(10))
def test_totals_are_the_sums_over_the_entries_in_a_thousand_histories(village: Village, hundred: int) -> None:
    _ = village.people
    for seed in range(hundred * 100, hundred * 100 + 100):
        check_history(village, seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
def test_totals_are_the_sums_over_the_entries_in_a_history_of_a_thousand_steps(
    village: Village, seed: int
) -> None:
    _ = village.people
    check_history(village, 10_000 + seed, steps=1_000)
