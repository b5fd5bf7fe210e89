"""The days of a replay: needs published, matched, answered, worked, recorded, settled; by the rooms' own actions."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.errors import NoPosts, NoPostsLeft, RunNotReady
from dure.movement.matching.gather import open_seats
from dure.movement.matching.types import NewAcceptance, PlacementFacts
from dure.movement.needs import actions as needs
from dure.movement.needs import reads as need_reads
from dure.movement.needs.types import NewPost
from dure.operations import day as turns
from dure.operations.simulate.crowd import Ints
from dure.operations.simulate.stage import Stage
from dure.operations.simulate.told import Record
from dure.operations.work import hours_milli
from dure.simulation.behaviour import NO_SHOW_SHARE, Answer, answers
from dure.simulation.surge_tasks import SurgeTasks

STREAM_NO_SHOWS = 40
# Whoever is asked has so long, and answers in the middle of it.
ASKED_MINUTES = 120
ASKED_AGAIN_MINUTES = 20
BLOCK_POSTS = 10_000


@dataclass
class Done:
    """What came of the days so far."""

    seats_filled: int = 0
    no_shows: int = 0
    offers: int = 0
    accepted: int = 0
    thanked: int = 0
    _looked_at: set[int] = field(default_factory=set)

    def first_look(self, placements: list[PlacementFacts]) -> list[PlacementFacts]:
        """Those not looked at before."""
        new = [one for one in placements if one.id not in self._looked_at]
        self._looked_at.update(one.id for one in new)
        return new

    def forget_day(self) -> None:
        """A day is over: nobody of it is looked at again."""
        self._looked_at.clear()


def publish(stage: Stage, tasks: SurgeTasks, rows: Ints) -> int:
    """Publish these posts; how many."""
    for start in range(0, len(rows), BLOCK_POSTS):
        needs.publish(rows=[_post(stage, tasks, row) for row in rows[start : start + BLOCK_POSTS].tolist()])
    return len(rows)


def _post(stage: Stage, tasks: SurgeTasks, row: int) -> NewPost:
    kind = stage.surge.work[int(tasks.kind[row])]
    town, day = int(tasks.town[row]), int(tasks.day[row])
    starts_at = stage.at(day, int(tasks.starts_h[row]))
    return NewPost(
        key=client_id(stage.key, "post", row),
        campaign_id=stage.campaign.id,
        team_id=stage.team_of_town[town],
        area_id=stage.area_of_town[town],
        day=starts_at.date(),
        title=kind.title,
        lat=float(tasks.lat[row]),
        lon=float(tasks.lon[row]),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=stage.surge.task_hours),
        seats=int(tasks.seats[row]),
        tier=kind.tier,
        cause=kind.cause,
        skills=kind.skills,
        min_age=18,
        physical=kind.physical,
    )


def match(stage: Stage, day: date, record: Record, done: Done, now: datetime) -> int:
    """Match a day that has not begun, or what is still free of one; people answer. How many said yes.

    Whoever said no to a round of the day is not asked by a later one.
    """
    campaign_id = stage.campaign.id
    if not open_seats(campaign_id, day, now):
        return 0
    number = 1 + max((run.round for run in matching_reads.rounds(campaign_id, day)), default=0)
    with suppress(NoPosts):
        turns.match_day(
            campaign_id=campaign_id,
            day=day,
            now=now,
            expires_at=now + timedelta(minutes=ASKED_MINUTES),
            round_number=number,
        )
        return _answer(stage, day, record, done, now, now + timedelta(minutes=ASKED_MINUTES // 2))
    return 0


def match_again(stage: Stage, day: date, record: Record, done: Done, now: datetime) -> int:
    """Match what is still free of a running day; how many said yes."""
    if not open_seats(stage.campaign.id, day, now):
        return 0
    if not matching_reads.rounds(stage.campaign.id, day):
        return match(stage, day, record, done, now)
    with suppress(NoPostsLeft, RunNotReady):
        turns.match_again(
            campaign_id=stage.campaign.id,
            day=day,
            now=now,
            expires_at=now + timedelta(minutes=ASKED_AGAIN_MINUTES),
        )
        return _answer(stage, day, record, done, now, now + timedelta(minutes=ASKED_AGAIN_MINUTES // 2))
    return 0


def _answer(stage: Stage, day: date, record: Record, done: Done, shown: datetime, now: datetime) -> int:
    """People see their offers at ``shown`` and answer by ``now``: yes, no, or not at all."""
    offers = matching_reads.open_offers(stage.campaign.id, day)
    if not offers:
        return 0
    record.offered([offer.person_id for offer in offers], shown.timestamp())
    done.offers += len(offers)
    said = answers(len(offers), stage.seed + int(shown.timestamp()))
    yes = [
        NewAcceptance(offer.id, client_id(stage.key, "accept", offer.id))
        for offer, answer in zip(offers, said, strict=True)
        if answer == Answer.ACCEPT
    ]
    no = [offer.id for offer, answer in zip(offers, said, strict=True) if answer == Answer.DECLINE]
    taken, _refused = matching.accept_many(acceptances=yes, now=now)
    matching.decline_many(offer_ids=no, now=now)
    done.accepted += taken
    return taken


def come(stage: Stage, day: date, record: Record, done: Done, now: datetime) -> int:
    """Whoever is due by now comes, or is missing: then the seat is free for others. How many came."""
    awaited = [
        one
        for one in matching_reads.placements_of_day(stage.campaign.id, day)
        if one.state == "accepted" and one.person_id is not None
    ]
    posts = need_reads.posts({one.post_id for one in awaited})
    due = done.first_look([one for one in awaited if posts[one.post_id].starts_at <= now])
    dice = np.random.default_rng([stage.seed, STREAM_NO_SHOWS, int(now.timestamp())])
    missing = dice.random(len(due)) < NO_SHOW_SHARE
    begins = [max(posts[one.post_id].starts_at, min(one.accepted_at, now)).timestamp() for one in due]
    record.given([one.person_id or 0 for one in due], begins)
    arrivals: dict[datetime, list[PlacementFacts]] = defaultdict(list)
    for one, is_missing in zip(due, missing.tolist(), strict=True):
        if is_missing:
            matching.did_not_arrive(actor=SYSTEM, placement_id=one.id, now=now)
            done.no_shows += 1
        else:
            arrivals[max(posts[one.post_id].starts_at, min(one.accepted_at, now))].append(one)
    for at, here in sorted(arrivals.items()):
        matching.check_in_many(placement_ids=[one.id for one in here], at=at)
        record.began([one.person_id or 0 for one in here], [at.timestamp()] * len(here))
    return sum(map(len, arrivals.values()))


def write_down(stage: Stage, day: date, done: Done, now: datetime) -> int:
    """The evening: everybody who came is checked out and their hours are in the ledger; entries written."""
    here = [one for one in matching_reads.placements_of_day(stage.campaign.id, day) if one.state == "present"]
    posts = need_reads.posts({one.post_id for one in here})
    minutes = stage.surge.task_hours * 60
    leaving: dict[datetime, list[int]] = defaultdict(list)
    for one in here:
        leaving[posts[one.post_id].ends_at].append(one.id)
    for at, ids in sorted(leaving.items()):
        matching.check_out_many(placement_ids=ids, at=at, worked_minutes=minutes)
    entries = [
        NewEntry(
            client_id=client_id(b"dure/hours", one.id),
            kind=Kind.HOURS,
            campaign_id=stage.campaign.id,
            indicator_id=stage.hours_id,
            team_id=posts[one.post_id].team_id,
            area_id=posts[one.post_id].area_id,
            post_id=one.post_id,
            work_day=day,
            quantity_milli=hours_milli(minutes),
            person_id=one.person_id,
        )
        for one in here
    ]
    if entries:
        ledger.record(entries=entries, now=now)
    came: dict[int, int] = defaultdict(int)
    for one in here:
        came[one.post_id] += 1
    done.seats_filled += sum(min(count, posts[post_id].seats) for post_id, count in came.items())
    return len(entries)


def settle(stage: Stage, day: date, done: Done, now: datetime) -> None:
    """End the day."""
    done.thanked += turns.settle_day(campaign_id=stage.campaign.id, day=day, now=now).thanked
    done.forget_day()


def rows_due(tasks: SurgeTasks, day: int, *, urgent: bool) -> Ints:
    """Posts that become known on a day: on the morning of the same one, or ahead."""
    known = (tasks.day - tasks.notice_days == day) & ((tasks.notice_days == 0) == urgent)
    return np.flatnonzero(known)
