"""A day of work in the village, and a lot over it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dure.movement.audit import actions
from dure.movement.audit.types import LotFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind
from tests.movement.ledger.village import DAY, LATER, NOW, Village, record_all, request

SEED = bytes(range(32))

EVENING = NOW + timedelta(hours=6)


def committed(village: Village, count: int = 4, day: date = DAY, now: datetime = NOW) -> LotFacts:
    return actions.commit_lot(
        campaign_id=village.campaign_id,
        indicator_id=village.output,
        day=day,
        seed=SEED,
        count=count,
        now=now,
    )


def worked(village: Village, count: int = 40) -> None:
    """A day's output of two regions, signed; with what must not be drawn among it."""
    teams = ("North", "Hill", "South", "Plain")
    record_all(
        [
            village.entry(
                number, kind=Kind.OUTPUT, team=teams[number % 4], quantity_milli=1000 * (1 + number % 7)
            )
            for number in range(count)
        ]
    )
    record_all([village.entry(500, kind=Kind.HOURS), village.entry(501, kind=Kind.GOODS_IN)])
    record_all([village.entry(502, kind=Kind.OUTPUT, day=DAY + timedelta(days=1))])
    ledger.withdraw(index=0, client_id=request(600), now=LATER)
    ledger.correct(index=1, difference_milli=-2000, client_id=request(601), now=LATER)
    ledger.correct(index=2, difference_milli=-1000, client_id=request(602), now=LATER)
    ledger.sign_checkpoint(now=LATER)
