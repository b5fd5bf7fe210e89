"""The turn of one day: open it, match it, record its work, settle it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dure.base.jobs import SILENT, Progress, Told, job
from dure.engine.lots import NoCheckerFromElsewhere
from dure.movement.audit import actions as audit
from dure.movement.audit import reads as audit_reads
from dure.movement.audit.errors import DayNotOver, LotUnsigned
from dure.movement.audit.types import DRAWN_KINDS, LotFacts
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen
from dure.movement.honours import actions as honours
from dure.movement.honours.types import WorkedFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import CheckpointFacts
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.gather import window
from dure.movement.matching.types import RunFacts
from dure.movement.needs import reads as needs
from dure.movement.people import actions as people
from dure.operations import answers
from dure.operations.line import match_order

# A lot draws at least so many entries; the room raises the number until every chance is 0.5 % (F4).
LOT_COUNT = 10
MATCH_JOB = "match"


@dataclass(frozen=True, slots=True)
class Settled:
    """How a day ended."""

    no_shows: int
    offers_gone: int
    thanked: int
    checkpoint: CheckpointFacts
    lots: tuple[LotFacts, ...]


def open_day(
    *, campaign_id: int, day: date, now: datetime, lot_count: int = LOT_COUNT
) -> tuple[LotFacts, ...]:
    """Open a day: commit to the seeds of its lots before anything can be recorded, and answer the silent.

    Opening twice changes nothing. Refuses with CampaignNotOpen.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    if campaign.state != "open":
        raise CampaignNotOpen(slug=campaign.slug, state=campaign.state)
    known = {lot.indicator_id: lot for lot in audit_reads.lots(campaign_id) if lot.day == day}
    lots = tuple(
        known.get(indicator.id)
        or audit.commit_lot(
            campaign_id=campaign_id,
            indicator_id=indicator.id,
            day=day,
            seed=secrets.token_bytes(32),
            count=lot_count,
            now=now,
        )
        for indicator in campaigns.indicators(campaign_id)
        if indicator.kind in DRAWN_KINDS
    )
    answers.refresh(campaign_id=campaign_id, day=day, now=now)
    return lots


def match_day(
    *,
    campaign_id: int,
    day: date,
    now: datetime,
    expires_at: datetime,
    round_number: int = 1,
    progress: Progress = SILENT,
    job_id: UUID | None = None,
    hold: bool = False,
) -> RunFacts:
    """Match a day and publish the offers. Whoever gets none keeps the dated answer they have.

    ``hold``: nobody sees them until somebody has looked and publishes them (``operations.bulk.publish``).

    ``round_number`` 2 and later match people who were not asked yet to seats that are still free.
    ``job_id``: of the job that was started for it (:mod:`dure.operations.match_job`). Refuses as
    ``matching.actions.run`` does, with CampaignRests on a day of a break, with JobRunning while somebody else matches
    the day, and with Stopped when somebody asked for it: nothing is published.
    """
    breaks.must_work(campaigns.campaign_by_id(campaign_id), day)
    with _watched(campaign_id, day, now, progress, job_id) as told:
        if round_number > 1:
            matching.expire_offers(campaign_id=campaign_id, day=day, now=now)
        solved = matching.run(
            campaign_id=campaign_id,
            day=day,
            now=now,
            round_number=round_number,
            order=match_order(campaign_id, day),
            progress=told,
        )
        return solved if hold else _published(solved, told, now, expires_at)


def match_again(
    *,
    campaign_id: int,
    day: date,
    now: datetime,
    expires_at: datetime,
    stability_m: int = matching.STABILITY_M,
    progress: Progress = SILENT,
    job_id: UUID | None = None,
    hold: bool = False,
) -> RunFacts:
    """Match a running day as it is now and publish what it asks; whoever has a post keeps it until they say yes.

    ``hold``: as of :func:`match_day`. A match of the day like any other: one at a time, shown and stopped as
    :func:`match_day`. Refuses as ``matching.actions.run_again`` does, with CampaignRests, with JobRunning and with
    Stopped (nothing is published).
    """
    breaks.must_work(campaigns.campaign_by_id(campaign_id), day)
    with _watched(campaign_id, day, now, progress, job_id) as told:
        matching.expire_offers(campaign_id=campaign_id, day=day, now=now)
        solved = matching.run_again(
            campaign_id=campaign_id,
            day=day,
            now=now,
            stability_m=stability_m,
            order=match_order(campaign_id, day),
            progress=told,
        )
        return solved if hold else _published(solved, told, now, expires_at)


@contextmanager
def _watched(
    campaign_id: int, day: date, now: datetime, progress: Progress, job_id: UUID | None
) -> Iterator[Progress]:
    """A match kept as a job, so that others see how far it is and can stop it (`dure match stop`)."""
    with job(kind=MATCH_JOB, now=now, about=match_about(campaign_id, day), job_id=job_id) as watched:
        yield Told(progress, watched)


def _published(solved: RunFacts, told: Progress, now: datetime, expires_at: datetime) -> RunFacts:
    told.advance(0, 1, "publishing")
    # Somebody may have paused the campaign while the day was solved.
    breaks.must_work(campaigns.campaign_by_id(solved.campaign_id), solved.day)
    return matching.publish_run(run_id=solved.id, now=now, expires_at=expires_at)


def match_about(campaign_id: int, day: date) -> str:
    """What a match job is about: only one of a campaign's day runs at a time."""
    return f"{campaign_id}:{day.isoformat()}"


def settle_day(*, campaign_id: int, day: date, now: datetime) -> Settled:
    """End a day: no-shows marked, unaccepted offers deleted (P3), the log signed, the lots drawn, people thanked.

    Settling twice changes nothing. Refuses with DayNotOver before the end of its last shift.
    """
    if now < _over_at(campaign_id, day):
        raise DayNotOver(day=day)
    matching.expire_offers(campaign_id=campaign_id, day=day, now=now)
    no_shows = matching.mark_no_shows(campaign_id=campaign_id, day=day, now=now)
    gone = matching.settle(campaign_id=campaign_id, day=day, now=now)
    checkpoint = ledger.sign_checkpoint(now=now)
    lots = _draw(campaign_id, day, now)
    worked = [
        WorkedFacts(placement.person_id, placement.post_id, minutes)
        for placement, minutes in matching_reads.worked_minutes(campaign_id, day)
        if placement.person_id is not None
    ]
    thanked = honours.thank_day(campaign_id=campaign_id, day=day, worked=worked, now=now)
    # Whoever worked waits anew, so that those who have waited longest come first tomorrow (P2).
    _, day_end = window(campaigns.campaign_by_id(campaign_id), day)
    people.wait_from(person_ids=[facts.person_id for facts in worked], since=day_end)
    answers.refresh(campaign_id=campaign_id, day=day, now=now)
    return Settled(no_shows=no_shows, offers_gone=gone, thanked=thanked, checkpoint=checkpoint, lots=lots)


def _over_at(campaign_id: int, day: date) -> datetime:
    """When the last shift of a day ends; a day without posts may end as soon as it has begun."""
    starts_at, _ = window(campaigns.campaign_by_id(campaign_id), day)
    return max((post.ends_at for post in needs.posts_of_day(campaign_id, day)), default=starts_at)


def _draw(campaign_id: int, day: date, now: datetime) -> tuple[LotFacts, ...]:
    """Draw the day's lots, and those of earlier days that could not be drawn yet; the day's.

    A lot waits where nothing was recorded since it was committed, as the log then has no newer state
    to draw from, and where nobody from elsewhere is there yet to recount: neither keeps a day from ending.
    The day's own come first, so a lot that waited draws what is left: nothing, or what was sent late.
    """
    lots = []
    for lot in audit_reads.lots(campaign_id):
        if lot.day <= day and lot.drawn_at is None:
            with suppress(LotUnsigned, NoCheckerFromElsewhere):
                lot = audit.draw_lot(lot_id=lot.id, now=now)
        if lot.day == day:
            lots.append(lot)
    return tuple(lots)
