"""Days of a village's log to seal: a first day, a second with words about the first, a third that goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from dure.base.access import SYSTEM
from dure.movement.ledger import actions, reads
from dure.movement.ledger.types import Grade, Kind, SealedFacts
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


def answers(village: Village) -> dict[str, object]:
    """Everything the ledger can be asked, but for what a person alone may ask."""
    campaign, size = village.campaign_id, reads.size()
    asked: dict[str, Callable[[], object]] = {
        "receipts": lambda: [
            (one.index, one.client_id, one.leaf_hash) for one in map(reads.receipt, range(size))
        ],
        "entries": lambda: reads.entries(SYSTEM, campaign),
        "page": lambda: reads.entries(SYSTEM, campaign, after_index=30, count_max=15),
        "team": lambda: reads.entries(SYSTEM, campaign, team_id=village.teams["Hill"]),
        "indicator": lambda: reads.entries(SYSTEM, campaign, indicator_id=village.output),
        "work day": lambda: reads.entries(SYSTEM, campaign, work_day=LONG_AGO),
        "one": lambda: [reads.entry(SYSTEM, campaign, index) for index in (0, 3, 39, 45)],
        "about": lambda: [reads.about(SYSTEM, campaign, index) for index in (3, 38)],
        "openings": lambda: [reads.opening(index) for index in range(size)],
        "outcomes": lambda: reads.outcomes(campaign, size),
        "claims": lambda: [
            reads.claims(indicator, 0, size, kind)
            for indicator, kind in ((village.output, Kind.OUTPUT), (village.hours, Kind.HOURS))
        ],
        "reports": lambda: reads.reports(campaign, DAY, Kind.HOURS),
        "teams": lambda: reads.team_ids(campaign, 45),
        "people": lambda: reads.people_counts(campaign),
        "places": lambda: [reads.place_of(index) for index in range(size)],
        "known": lambda: reads.known([request(number) for number in (0, 39, 100, 900, 5000)]),
        "rollups": lambda: reads.rollups(campaign),
    }
    return {name: ask() for name, ask in asked.items()}


def seal(day: date) -> SealedFacts:
    return actions.seal_day(day=day, now=FOURTH)
