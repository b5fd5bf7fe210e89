"""Recording a crew's work: the hours of everybody who was there, and what they brought about together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from dure.base import commands
from dure.base.access import Actor
from dure.kernel.ids import client_id
from dure.kernel.quantities import MILLI
from dure.kernel.refusals import BadInput
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts

# Longer work than this is two shifts; nobody is asked to write down more in one go (P5).
MINUTES_MAX = 16 * 60


@dataclass(frozen=True, slots=True)
class CrewRecord:
    """What one recording wrote: hours entries, output entries, people checked out."""

    hours_entries: int
    output_entries: int
    checked_out: int


def hours_milli(minutes: int) -> int:
    """Milli-hours of a number of minutes, rounded half up: 90 gives 1500."""
    return (minutes * MILLI * 2 + 60) // 120


def record_crew(
    *,
    actor: Actor,
    post_id: int,
    minutes: int,
    output_milli: Mapping[int, int],
    command_id: UUID,
    now: datetime,
    ended_by: datetime | None = None,
) -> CrewRecord:
    """Write down a post's work once for everyone who is here, and check them out.

    ``ended_by``: when the captain wrote it down, where that is heard of later; None: now.

    ``output_milli`` by indicator id: what the crew brought about together; it belongs to the team.
    ``command_id`` is made by the phone: sending twice records once. Recording again with a new id
    covers those who came since; nobody's hours are written twice.

    Refuses with NotFound (another captain's team), BadInput, CommandReused.
    """
    post = needs.post(post_id)
    actor.must_captain(post.team_id)
    if not 0 < minutes <= MINUTES_MAX:
        raise BadInput(where="minutes", what=f"{minutes} can't be", wanted=f"1 to {MINUTES_MAX}")
    indicators = {indicator.id: indicator for indicator in campaigns.indicators(post.campaign_id)}
    for indicator_id, quantity in output_milli.items():
        if indicator_id not in indicators or indicators[indicator_id].kind != "output":
            raise BadInput(where="output", what="unknown indicator", wanted="one of this campaign's outputs")
        if quantity <= 0:
            raise BadInput(where="output", what="nothing was brought about", wanted="a number above 0")

    def write() -> dict[str, int]:
        present = [p for p in matching_reads.placements_of_posts([post_id]) if p.state == "present"]
        # Different people are counted from the hours themselves.
        summed = (i.id for i in indicators.values() if i.kind == "hours" and i.aggregation == "sum")
        hours_id = next(summed, None)
        entries = [
            NewEntry(
                # One hours entry a placement, whoever records it and however often.
                client_id=client_id(b"dure/hours", placement.id),
                kind=Kind.HOURS,
                campaign_id=post.campaign_id,
                indicator_id=hours_id,
                team_id=post.team_id,
                area_id=post.area_id,
                post_id=post_id,
                work_day=post.day,
                quantity_milli=hours_milli(minutes),
                person_id=placement.person_id,
            )
            for placement in present
            if hours_id is not None
        ]
        outputs = [
            NewEntry(
                client_id=client_id(b"dure/output", command_id, indicator_id),
                kind=Kind.OUTPUT,
                campaign_id=post.campaign_id,
                indicator_id=indicator_id,
                team_id=post.team_id,
                area_id=post.area_id,
                post_id=post_id,
                work_day=post.day,
                quantity_milli=quantity,
            )
            for indicator_id, quantity in output_milli.items()
        ]
        # The ledger's lock is taken last.
        out = _check_out(present, post, minutes, ended_by or now)
        recorded = ledger.record(entries=[*entries, *outputs], now=now)
        if recorded.refused:
            raise recorded.refused[0].refusal
        return {"hours": len(entries), "output": len(outputs), "out": out}

    facts = {"post": post_id, "minutes": minutes, "output": {str(k): v for k, v in output_milli.items()}}
    with transaction.atomic():
        done = commands.once(command_id=command_id, action="record_crew", facts=facts, now=now, do=write)
    return CrewRecord(done["hours"], done["output"], done["out"])


def _check_out(present: Sequence[PlacementFacts], post: PostFacts, minutes: int, now: datetime) -> int:
    """Check the crew out at the end of their work, which may be long past when it is written down; the count.

    It is at most so many minutes after they came or were due, whichever was later, so that nobody rests too little.
    """
    leaving: dict[datetime, list[int]] = defaultdict(list)
    for placement in present:
        began = max(placement.checked_in_at or post.starts_at, post.starts_at)
        # Nobody left before they came, whatever a phone's clock says.
        ended = max(now, placement.checked_in_at or now)
        leaving[min(ended, began + timedelta(minutes=minutes))].append(placement.id)
    return sum(
        matching.check_out_many(placement_ids=ids, at=at, worked_minutes=minutes)
        for at, ids in sorted(leaving.items())
    )
