"""Questions about matching. Who declined is in no answer (P3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
from django.db.models import Count

from dure.base.access import SYSTEM, Actor
from dure.base.briefly import BRIEFLY
from dure.base.columns import read_columns
from dure.base.one_look import alike_to_all
from dure.engine.matching import NO_POST, hindrances, why_this_post, why_unfilled
from dure.engine.matching.changes import FARTHER_M
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.beside import minors_waiting
from dure.movement.matching.columns import rows_of
from dure.movement.matching.crew_reads import COMING as COMING
from dure.movement.matching.crew_reads import crew as crew
from dure.movement.matching.crew_reads import ids_of_team as ids_of_team
from dure.movement.matching.errors import NoLongerFits, RunNotReady, to_them
from dure.movement.matching.gather import FEW_PEOPLE, open_seats
from dure.movement.matching.models import Offer, Placement, Run, StandingPlacement
from dure.movement.matching.own_reads import crew_names as crew_names
from dure.movement.matching.own_reads import offers_of as offers_of
from dure.movement.matching.own_reads import placement_for as placement_for
from dure.movement.matching.own_reads import placements_of as placements_of
from dure.movement.matching.rows import (
    offer_facts,
    placement_facts,
    run_facts,
    whole_runs,
)
from dure.movement.matching.side_reasons import of_person, of_post, of_rotation
from dure.movement.matching.stored import StoredRun, explained, seated, table_of
from dure.movement.matching.stored import stored_run as gathered_again
from dure.movement.matching.stored_again import stored_rematch
from dure.movement.matching.types import (
    DayTally,
    KeptPlace,
    OfferFacts,
    PlacementFacts,
    ReasonsForPerson,
    ReasonsForPost,
    RunFacts,
    RunProof,
    UnfilledPost,
    WaitingMinors,
    WhyThisPost,
)
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import Near
from dure.movement.places import reads as places


def run_of(campaign_id: int, day: date) -> RunFacts | None:
    """The latest run of a day, published or not; None before the first."""
    found = whole_runs(campaign_id=campaign_id, day=day).order_by("-round").first()
    return run_facts(found) if found else None


def rounds(campaign_id: int, day: date) -> list[RunFacts]:
    """All runs of a day, the first round first."""
    return [run_facts(row) for row in whole_runs(campaign_id=campaign_id, day=day).order_by("round")]


def held_back(campaign_id: int) -> list[RunFacts]:
    """Runs that are written whole and that nobody sees yet, the earliest day first. For operations and the desk."""
    rows = whole_runs(campaign_id=campaign_id, published_at__isnull=True, settled_at__isnull=True)
    return [run_facts(row) for row in rows.order_by("day", "round")]


def open_offers(campaign_id: int, day: date) -> list[OfferFacts]:
    """Published offers nobody has answered, by id. For operations, not for a page."""
    rows = Offer.objects.filter(
        run__campaign_id=campaign_id,
        run__day=day,
        run__published_at__isnull=False,
        state=Offer.State.OPEN,
    )
    return list(offer_facts(rows.order_by("pk")))


def offer_for(actor: Actor, offer_id: int) -> OfferFacts:
    """One offer, for the person it was made to."""
    shown = Offer.objects.filter(pk=offer_id, run__published_at__isnull=False)
    found = next(offer_facts(shown.exclude(state=Offer.State.WITHHELD)), None)
    if found is None or not actor.is_person(found.person_id):
        raise NotFound(what="offer")
    return found


def kept_place(actor: Actor, person_id: int) -> KeptPlace | None:
    """The place a person keeps by their own wish, also once its last day is past. For themself."""
    actor.must_be(person_id)
    row = StandingPlacement.objects.filter(person_id=person_id).first()
    return KeptPlace(team_id=row.team_id, until=row.until) if row else None


def placements_of_posts(post_ids: Iterable[int]) -> list[PlacementFacts]:
    """Everybody who is or was coming to these posts, by id. For operations, not for a page."""
    rows = Placement.objects.filter(post_id__in=list(post_ids), state__in=COMING).order_by("pk")
    return [placement_facts(row) for row in rows.iterator(chunk_size=5_000)]


def placements_of_day(campaign_id: int, day: date) -> list[PlacementFacts]:
    """Every placement of a day that was not given back, by id. For operations, not for a page."""
    rows = Placement.objects.filter(post__campaign_id=campaign_id, day=day)
    kept = rows.exclude(state=Placement.State.WITHDRAWN).order_by("pk")
    return [placement_facts(row) for row in kept.iterator(chunk_size=5_000)]


def is_settled(campaign_id: int, day: date) -> bool:
    """Whether the day was matched and has ended."""
    return Run.objects.filter(campaign_id=campaign_id, day=day, settled_at__isnull=False).exists()


def worked_minutes(campaign_id: int, day: date) -> list[tuple[PlacementFacts, int]]:
    """Who was checked in and out on a day, and for how many minutes. For operations, not for a page."""
    rows = Placement.objects.filter(
        post__campaign_id=campaign_id, day=day, checked_in_at__isnull=False, checked_out_at__isnull=False
    ).exclude(state=Placement.State.WITHDRAWN)
    return [(placement_facts(row), _minutes(row)) for row in rows.order_by("pk").iterator(chunk_size=5_000)]


def _minutes(row: Placement) -> int:
    if row.worked_minutes is not None:
        return row.worked_minutes
    if row.checked_in_at is None or row.checked_out_at is None:
        return 0
    return max(0, round((row.checked_out_at - row.checked_in_at).total_seconds() / 60))


@alike_to_all
def tally(campaign_id: int, day: date) -> DayTally:
    """The day in counts."""
    shown = Offer.objects.filter(run__campaign_id=campaign_id, run__day=day, run__published_at__isnull=False)
    offered = shown.exclude(state=Offer.State.WITHHELD).count()
    rows = Placement.objects.filter(post__campaign_id=campaign_id, day=day)
    by_state = dict(rows.values_list("state").order_by("state").annotate(Count("pk")))
    states = Placement.State
    return DayTally(
        offered=offered,
        accepted=by_state.get(states.ACCEPTED, 0),
        present=by_state.get(states.PRESENT, 0),
        done=by_state.get(states.DONE, 0),
        no_show=by_state.get(states.NO_SHOW, 0),
        withdrawn=by_state.get(states.WITHDRAWN, 0),
    )


def unfilled(actor: Actor, campaign: CampaignFacts, day: date) -> list[UnfilledPost]:
    """Posts the latest run could not fill where the actor organises, the critical first, then the largest gaps."""
    if not actor.organises_part_of(campaign.area_path):
        raise NotAllowed(what="seeing what is missing")
    if not whole_runs(campaign_id=campaign.id, day=day).exists():
        return []
    gaps = open_seats(campaign.id, day)
    areas = places.areas(post.area_id for post, _ in gaps)
    return sorted(
        (
            UnfilledPost(post_id=post.id, seats_open=count, tier=post.tier)
            for post, count in gaps
            if actor.organises(areas[post.area_id].path)
        ),
        key=lambda gap: (gap.tier, -gap.seats_open, gap.post_id),
    )


def waiting_minors(actor: Actor, campaign: CampaignFacts, day: date) -> list[WaitingMinors]:
    """The posts of a day where people under 18 wait for two cleared adults, as far as the actor organises them."""
    if not actor.organises_part_of(campaign.area_path):
        raise NotAllowed(what="seeing what is missing")
    counts = minors_waiting(campaign.id, day)
    found = needs.posts(counts)
    areas = places.areas({post.area_id for post in found.values()})
    return [
        WaitingMinors(post=post, minors=counts[post_id])
        for post_id, post in sorted(found.items())
        if actor.organises(areas[post.area_id].path)
    ]


def why_unfilled_post(actor: Actor, post_id: int) -> ReasonsForPost:
    """Why a post is not full: who is near, what stops them, where they are, what would change it.

    Computed anew from today's facts and the run's placements and prices, so it is exact as long as the day is not
    settled. Those who live near are read, not the country. Refuses with NotFound, NotAllowed, RunNotReady.
    """
    post = needs.post(post_id)
    campaign = campaigns.campaign_by_id(post.campaign_id)
    actor.must_organise(places.area(post.area_id).path, what="seeing what is missing")
    # The same for all who may ask.
    return BRIEFLY.get(("why unfilled", post_id), lambda: _reasons_of(campaign, post))


def _reasons_of(campaign: CampaignFacts, post: PostFacts) -> ReasonsForPost:
    post_id = post.id
    run = _solved(campaign.id, post.day)
    whole_day = needs.columns_of_day(campaign.id, post.day)
    if post_id not in whole_day.id:
        raise RunNotReady(day=post.day, state="without this post")
    near = Near(post.lat, post.lon, farther_m=FARTHER_M)
    # Where those are who might come, so that it is known what they would leave.
    neighbours = people.ids_near(area_path=campaign.area_path, near=near)
    on = read_columns(seated(run), ints=("person_id", "post_id")).ints
    _, nearby = rows_of(on["person_id"], neighbours)
    known = np.intersect1d(on["post_id"][nearby], whole_day.id)
    posts = [found for _, found in sorted(needs.posts([*known.tolist(), post_id]).items())]
    today, solution = explained(run, whole_day, posts, near=near)
    row = int(np.searchsorted(today.need_ids, post_id))
    names = {code: name for name, code in today.skill_of.items()}
    sides = of_post(post, has_sides=run.side is not None)
    reasons = why_unfilled(today.problem, solution, row)
    return ReasonsForPost(post=post, reasons=reasons, skill_names=names, sides=sides)


def why_this(actor: Actor, offer_id: int) -> WhyThisPost:
    """Why somebody was offered this post, and which others they could have had. For themself.

    The person is read, the posts they could reach, and who is on the best of these. Refuses with NotFound,
    RunNotReady (the day is settled: what was known then is deleted), NoLongerFits (what is true today of the person
    or the post forbids it).
    """
    offer = offer_for(actor, offer_id)
    post = needs.post(offer.post_id)
    run = _solved(post.campaign_id, post.day, offer.run_id)
    found = _reasons_for(run, offer.person_id)
    if post.id not in {near.id for near in found.posts.values()}:
        raise RunNotReady(day=post.day, state="without this post")
    others = {row: other for row, other in found.posts.items() if row != found.why.post}
    return WhyThisPost(
        post=post, why=found.why, others=others, skill_names=found.skill_names, sides=found.sides
    )


def why_person(actor: Actor, campaign: CampaignFacts, day: date, person_id: int) -> ReasonsForPerson:
    """Why a person is where the latest run of a day put them, or nowhere. For themself, and `dure match explain`.

    Refuses with NotFound, RunNotReady (not matched, or settled: what was known then is deleted), NoLongerFits.
    """
    actor.must_be(person_id)
    offers = Offer.objects.filter(
        person_id=person_id, run__campaign_id=campaign.id, run__day=day, run__complete=True
    ).exclude(state=Offer.State.WITHHELD)
    run_id = offers.order_by("-run__round").values_list("run_id", flat=True).first()
    found = _reasons_for(_solved(campaign.id, day, run_id), person_id)
    return replace(found, sides=(*of_rotation(campaign, person_id, day), *found.sides))


def _reasons_for(run: Run, person_id: int) -> ReasonsForPerson:
    """The person is read, the posts they could reach, and who is on the best of these; not the country."""
    whole_day = needs.columns_of_day(run.campaign_id, run.day)
    me = people.person(actor=SYSTEM, person_id=person_id)
    posts = []
    if me.home_lat is not None and me.home_lon is not None:
        reach_m = me.travel_limit_m + FARTHER_M
        posts = needs.posts_near(run.campaign_id, run.day, lat=me.home_lat, lon=me.home_lon, reach_m=reach_m)
    held = seated(run).filter(person_id=person_id).order_by("-run__round")
    offered = held.values_list("post_id", flat=True).first()
    if offered is not None and offered in whole_day.id and offered not in {post.id for post in posts}:
        # They have moved, or the post has.
        posts = sorted([*posts, needs.post(offered)], key=lambda post: post.id)
    if not posts:
        raise RunNotReady(day=run.day, state="without a post in your reach")
    alone, solution = explained(run, whole_day, posts, person_ids=[me.id])
    if alone.problem.people.count == 0:
        raise RunNotReady(day=run.day, state="without you")
    own = int(solution.post_of[0])
    if own != NO_POST and (why_not := hindrances(alone.problem, 0, own)):
        raise NoLongerFits(why=to_them(why_not))
    best = [posts[other.post].id for other in why_this_post(alone.problem, solution, 0).alternatives]
    # A seat that is theirs already keeps nobody out: least of all the one they would leave for this offer.
    seats_taken = _seats_taken(run, best, but=person_id)
    others = seated(run).filter(post_id__in=_small(seats_taken)).values_list("person_id", flat=True)
    today, solution = explained(run, whole_day, posts, person_ids=[me.id, *others])
    taken = np.array([seats_taken.get(post.id, 0) for post in posts], np.int64)
    row = int(np.searchsorted(today.person_ids, me.id))
    why = why_this_post(today.problem, solution, row, taken=taken)
    rows = {other.post for other in why.alternatives} | {change.post for change in why.changes} | {why.post}
    return ReasonsForPerson(
        why=why,
        posts={row: posts[row] for row in sorted(rows - {NO_POST})},
        skill_names={code: name for name, code in today.skill_of.items()},
        sides=of_person(person_id, run.day, has_sides=run.side is not None),
    )


def _seats_taken(run: Run, post_ids: list[int], *, but: int) -> dict[int, int]:
    """How many people ``but`` one the run seated on each of some posts, in the order they are named; only where
    somebody is."""
    rows = seated(run).filter(post_id__in=post_ids).exclude(person_id=but).order_by("post_id")
    count_of = dict(rows.values_list("post_id").annotate(Count("pk")))
    return {post_id: count_of[post_id] for post_id in post_ids if post_id in count_of}


def _small(seats_taken: dict[int, int]) -> list[int]:
    """The posts whose people one page may read, so that its cost has a bound; of the others only counts are told."""
    left, kept = FEW_PEOPLE - 1, []
    for post_id, count in seats_taken.items():
        if count <= left:
            left -= count
            kept.append(post_id)
    return kept


def _solved(campaign_id: int, day: date, run_id: int | None = None) -> Run:
    """A run of a day, the first if none is named. Refuses with RunNotReady."""
    runs = Run.objects.filter(campaign_id=campaign_id, day=day, complete=True).order_by("round")
    run = runs.filter(pk=run_id).first() if run_id else runs.first()
    if run is None or run.settled_at is not None:
        raise RunNotReady(day=day, state="settled" if run else "not matched yet")
    return run


def stored_run(run_id: int) -> StoredRun:
    """A run with its whole solution, and its day gathered again. For operations and `dure match verify`.

    Refuses with NotFound, RunNotReady (the day is settled: what was known then is deleted).
    """
    run = Run.objects.filter(pk=run_id, complete=True).first()
    if run is None:
        raise NotFound(what="run")
    if run.settled_at is not None:
        raise RunNotReady(day=run.day, state="settled")
    return gathered_again(run) if run.again is None else stored_rematch(run)


def run_proof(run_id: int) -> RunProof:
    """What a run keeps for ever, also once the day is settled. For operations. Refuses with NotFound."""
    run = Run.objects.filter(pk=run_id, complete=True).first()
    if run is None:
        raise NotFound(what="run")
    table = table_of(run)
    return RunProof(
        run=run_facts(run),
        post_ids=table.post_ids,
        seats=table.seats,
        prices=table.prices,
        price_scale=run.price_scale,
        closed=table.closed,
        tier_unit=run.tier_unit,
        bound_scaled=run.bound_scaled,
    )
