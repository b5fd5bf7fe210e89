"""Promise F1 on random histories: every total is the sum over the ledger, and a changed byte is named."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest

from dure.movement.ledger import actions, reads
from dure.movement.ledger.store import ENTRY_COLUMNS
from dure.movement.ledger.types import Grade, Kind, NewEntry, Receipt
from tests.movement.ledger.harm import dice, flip, undone
from tests.movement.ledger.village import DAY, NOW, Village, record, request

STEPS = 40
KINDS = (Kind.HOURS, Kind.OUTPUT, Kind.GOODS_IN, Kind.GOODS_OUT)
HARMED = tuple(column for column in ENTRY_COLUMNS if column not in {"post_id", "points_at", "person_key"})


class History:
    """Random steps, and what they must add up to by plain bookkeeping."""

    def __init__(self, village: Village, random: Random) -> None:
        self.village, self.random = village, random
        self.stands: dict[int, tuple[NewEntry, int]] = {}
        self.taken_back: set[int] = set()
        self.handed_in: list[tuple[NewEntry, Receipt]] = []
        self.recounts: dict[int, tuple[int, int]] = {}

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
                quantity_milli=self.random.randrange(1, 100_000),
            )
            for place in range(self.random.randrange(1, 30))
        ]
        receipts = record(*batch).receipts
        assert len(receipts) == len(batch)
        for entry, receipt in zip(batch, receipts, strict=True):
            self.stands[receipt.index] = (entry, entry.quantity_milli)
            self.handed_in.append((entry, receipt))

    def correct(self, number: int) -> None:
        index = self.anybody()
        if index is None:
            return
        entry, standing = self.stands[index]
        difference = self.random.randrange(-standing, 5000) or 1
        actions.correct(index=index, difference_milli=difference, client_id=request(number * 100), now=NOW)
        self.stands[index] = (entry, standing + difference)

    def withdraw(self, number: int) -> None:
        index = self.anybody()
        if index is not None:
            actions.withdraw(index=index, client_id=request(number * 100), now=NOW)
            self.stands[index] = (self.stands[index][0], 0)
            self.taken_back.add(index)

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
            if entry.kind == Kind.GOODS_OUT:
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


def check_history(village: Village, seed: int) -> None:
    random = dice(seed)
    history = History(village, random)
    with undone():
        for number in range(1, STEPS + 1):
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
