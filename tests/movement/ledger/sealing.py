"""Days of a village's log to seal: a first day, a second with words about the first, a third that goes on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from dure.movement.ledger import actions
from dure.movement.ledger.types import Grade, Kind
from tests.movement.ledger.village import DAY, NOW, Village, record_all, request

NEXT = NOW + timedelta(days=1)
THIRD = NOW + timedelta(days=2)
FOURTH = NOW + timedelta(days=3)
DAY_2 = DAY + timedelta(days=1)
LONG_AGO = date(2026, 10, 1)


def three_days(village: Village, now: datetime = NOW) -> None:
    """40 entries on the first day, 12 on the second, two of which speak about the first, and 3 on the third."""
    people = ("Minji", "Bora", None)
    record_all(
        [village.entry(number, person=people[number % 3], note="비" * (number % 4)) for number in range(38)]
    )
    record_all([village.entry(number, kind=Kind.OUTPUT, team="South") for number in range(38, 40)])
    later = now + timedelta(days=1)
    late = village.entry(100, person="Chul", day=LONG_AGO)
    record_all(
        [late, *(village.entry(number, person="Minji", team="Hill") for number in range(101, 108))], now=later
    )
    actions.correct(index=3, difference_milli=-1000, client_id=request(900), now=later, note="miscounted")
    actions.confirm(index=38, found_milli=7000, grade=Grade.RECOUNTED, client_id=request(901), now=later)
    actions.withdraw(index=1, client_id=request(902), now=later)
    actions.confirm(index=3, found_milli=7000, grade=Grade.RECOUNTED, client_id=request(903), now=later)
    record_all(
        [village.entry(number, person="Dami") for number in range(110, 113)], now=now + timedelta(days=2)
    )


def digests_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
