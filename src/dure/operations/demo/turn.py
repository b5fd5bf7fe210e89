"""The demo's day itself: needs, match, answers, work, ledger, lot, recount, standings, practice, thanks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from dure.kernel.ids import client_id
from dure.kernel.must import must
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.types import NewAcceptance, OfferFacts, PlacementFacts, RunFacts
from dure.movement.needs import actions as needs
from dure.movement.needs import reads as need_reads
from dure.movement.needs.types import PostFacts
from dure.operations import day as turns
from dure.operations.demo import rows
from dure.operations.demo.campaign import HOURS, OUTPUT
from dure.operations.demo.figures import Clock
from dure.operations.demo.stage import Stage
from dure.operations.work import hours_milli
from dure.simulation import behaviour
from dure.simulation.behaviour import Answer

OFFERS_END_HOUR = 6


@dataclass(frozen=True)
class Worked:
    """What came of the day: entries in the ledger, and the truth that only a recount sees."""

    entries: int
    true_milli_of_entry: dict[int, int]


def publish_needs(stage: Stage, *, days_later: int = 0) -> int:
    """Publish the posts of the demo's day, or the same work ``days_later``; how many."""
    new = rows.post_rows(
        stage.wanted,
        seed=stage.plan.key,
        campaign_id=stage.campaign.id,
        day=stage.plan.day,
        days_later=days_later,
        team_ids=stage.team_ids,
        area_of_town=stage.area_of_town,
    )
    needs.publish(rows=new)
    return len(new)


def answer_offers(stage: Stage, clock: Clock) -> RunFacts:
    """The match, the answers people give, and a second round for seats that were declined; the first run."""
    plan, campaign_id = stage.plan, stage.campaign.id
    known = {run.round: run for run in matching_reads.rounds(campaign_id, plan.day) if run.published_at}
    for number, hour in ((1, 4), (2, OFFERS_END_HOUR)):
        with clock.step("match" if number == 1 else "second round") as step:
            run = known.get(number) or turns.match_day(
                campaign_id=campaign_id,
                day=plan.day,
                now=plan.at(hour),
                expires_at=plan.at(hour + 2) if number == 1 else plan.at(hour, 30),
                round_number=number,
            )
            known[number] = run
            step.says = (
                f"{run.placed_count:,} placed on {sum(run.seats_by_tier):,} seats, "
                f"{run.pairs_count:,} feasible pairs, gap {run.gap_units}"
            )
        with clock.step("answers" if number == 1 else "second answers") as step:
            offers = matching_reads.open_offers(campaign_id, plan.day)
            took = _answer(stage, offers, number, plan.at(hour, 10))
            step.says = f"{took:,} of {len(offers):,} accepted"
    return known[1]


def _answer(stage: Stage, offers: list[OfferFacts], number: int, now: datetime) -> int:
    said = behaviour.answers(len(offers), stage.plan.seed + number)
    yes = [
        NewAcceptance(offer.id, client_id(stage.plan.key, "accept", offer.id))
        for offer, answer in zip(offers, said, strict=True)
        if answer == Answer.ACCEPT
    ]
    no = [offer.id for offer, answer in zip(offers, said, strict=True) if answer == Answer.DECLINE]
    accepted, _refused = matching.accept_many(acceptances=yes, now=now)
    matching.decline_many(offer_ids=no, now=now)
    return accepted


def work(stage: Stage) -> Worked:
    """Check the crews in, record hours and output, check them out."""
    campaign_id, day, seed = stage.campaign.id, stage.plan.day, stage.plan.seed
    placements = matching_reads.placements_of_day(campaign_id, day)
    posts = need_reads.posts({placement.post_id for placement in placements})
    absent = behaviour.no_shows(len(placements), seed)
    came = [p for p, is_absent in zip(placements, absent, strict=True) if not is_absent]
    shift_min = np.array([_minutes(posts[p.post_id]) for p in came], np.int64)
    minutes = behaviour.worked_minutes(shift_min, seed)
    _check_in_and_out(came, posts, minutes.tolist())
    output = _output(stage, came, posts, minutes)
    hours = _hours_entries(stage, came, posts, minutes.tolist())
    outputs = _output_entries(stage, posts, output.claimed_of_post)
    recorded = ledger.record(entries=[*hours, *outputs], now=stage.plan.at(22))
    must(not recorded.refused, "the simulation records only what fits")
    of_outputs = recorded.receipts[len(hours) :]
    true_milli = [output.true_of_post[entry.post_id or 0] for entry in outputs]
    return Worked(
        entries=len(recorded.receipts),
        true_milli_of_entry={r.index: true for r, true in zip(of_outputs, true_milli, strict=True)},
    )


def _minutes(post: PostFacts) -> int:
    return int((post.ends_at - post.starts_at).total_seconds() // 60)


def _check_in_and_out(came: list[PlacementFacts], posts: dict[int, PostFacts], minutes: list[int]) -> None:
    arrivals: dict[datetime, list[int]] = defaultdict(list)
    departures: dict[datetime, list[int]] = defaultdict(list)
    for placement, worked_min in zip(came, minutes, strict=True):
        start = posts[placement.post_id].starts_at
        arrivals[start].append(placement.id)
        departures[start + timedelta(minutes=worked_min)].append(placement.id)
    for at in sorted(arrivals):
        matching.check_in_many(placement_ids=arrivals[at], at=at)
    for at in sorted(departures):
        matching.check_out_many(placement_ids=departures[at], at=at)


@dataclass(frozen=True)
class _Output:
    true_of_post: dict[int, int]
    claimed_of_post: dict[int, int]


def _output(
    stage: Stage, came: list[PlacementFacts], posts: dict[int, PostFacts], minutes: npt.NDArray[np.int32]
) -> _Output:
    """What each post's crew brought in, truly and as their captain wrote it down."""
    usual = stage.country.customs.harvest_kg_per_hour
    teams = sorted({post.team_id for post in posts.values()})
    row_of = {team_id: row for row, team_id in enumerate(teams)}
    rate = np.array([usual if posts[p.post_id].cause == "harvest" else 0 for p in came], np.float64)
    team = np.array([row_of[posts[p.post_id].team_id] for p in came], np.int32)
    factors = behaviour.claim_factors(len(teams), stage.plan.seed)
    brought = behaviour.output(minutes, rate, team, factors, stage.plan.seed)
    true_of_post: dict[int, int] = defaultdict(int)
    claimed_of_post: dict[int, int] = defaultdict(int)
    columns = zip(came, brought.true_milli.tolist(), brought.claimed_milli.tolist(), strict=True)
    for placement, true_milli, claimed_milli in columns:
        if claimed_milli:
            true_of_post[placement.post_id] += true_milli
            claimed_of_post[placement.post_id] += claimed_milli
    return _Output(true_of_post, claimed_of_post)


def _indicator_id(stage: Stage, code: str) -> int:
    return next(i.id for i in campaigns.indicators(stage.campaign.id) if i.code == code)


def _hours_entries(
    stage: Stage, came: list[PlacementFacts], posts: dict[int, PostFacts], minutes: list[int]
) -> list[NewEntry]:
    indicator_id = _indicator_id(stage, HOURS)
    return [
        NewEntry(
            client_id=client_id(b"dure/hours", placement.id),
            kind=Kind.HOURS,
            campaign_id=stage.campaign.id,
            indicator_id=indicator_id,
            team_id=posts[placement.post_id].team_id,
            area_id=posts[placement.post_id].area_id,
            post_id=placement.post_id,
            work_day=stage.plan.day,
            quantity_milli=hours_milli(worked_min),
            person_id=placement.person_id,
        )
        for placement, worked_min in zip(came, minutes, strict=True)
    ]


def _output_entries(stage: Stage, posts: dict[int, PostFacts], claimed: dict[int, int]) -> list[NewEntry]:
    indicator_id = _indicator_id(stage, OUTPUT)
    return [
        NewEntry(
            client_id=client_id(stage.plan.key, "output", post_id),
            kind=Kind.OUTPUT,
            campaign_id=stage.campaign.id,
            indicator_id=indicator_id,
            team_id=posts[post_id].team_id,
            area_id=posts[post_id].area_id,
            post_id=post_id,
            work_day=stage.plan.day,
            quantity_milli=quantity,
        )
        for post_id, quantity in sorted(claimed.items())
    ]
