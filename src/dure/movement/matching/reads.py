"""Questions about matching. Who declined is in no answer (P3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from django.db.models import Count

from dure.base.access import Actor
from dure.engine.matching import NO_POST, Solution, why_this_post, why_unfilled
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.columns import DayInput
from dure.movement.matching.errors import RunNotReady
from dure.movement.matching.gather import gather, open_seats
from dure.movement.matching.models import Offer, Placement, Run, StandingPlacement
from dure.movement.matching.rows import offer_facts, placement_facts, run_facts
from dure.movement.matching.types import (
    CrewMember,
    DayTally,
    KeptPlace,
    OfferFacts,
    PlacementFacts,
    ReasonsForPost,
    RunFacts,
    UnfilledPost,
    WhyThisPost,
)
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.places import reads as places

COMING = (Placement.State.ACCEPTED, Placement.State.PRESENT, Placement.State.DONE)


def run_of(campaign_id: int, day: date) -> RunFacts | None:
    """The latest run of a day, published or not; None before the first."""
    found = Run.objects.filter(campaign_id=campaign_id, day=day).order_by("-round").first()
    return run_facts(found) if found else None


def rounds(campaign_id: int, day: date) -> list[RunFacts]:
    """All runs of a day, the first round first."""
    return [run_facts(row) for row in Run.objects.filter(campaign_id=campaign_id, day=day).order_by("round")]


def latest_day(campaign_id: int) -> date | None:
    """The last day that was matched."""
    return Run.objects.filter(campaign_id=campaign_id).order_by("-day").values_list("day", flat=True).first()


def open_offers(campaign_id: int, day: date) -> list[OfferFacts]:
    """Published offers nobody has answered, by id. For operations, not for a page."""
    rows = Offer.objects.filter(
        run__campaign_id=campaign_id,
        run__day=day,
        run__published_at__isnull=False,
        state=Offer.State.OPEN,
    )
    return list(offer_facts(rows.order_by("pk")))


def offers_of(actor: Actor, person_id: int) -> list[OfferFacts]:
    """A person's own published offers, the latest day first."""
    actor.must_be(person_id)
    rows = Offer.objects.filter(person_id=person_id, run__published_at__isnull=False)
    return list(offer_facts(rows.order_by("-run__day", "-pk")))


def offer_for(actor: Actor, offer_id: int) -> OfferFacts:
    """One offer, for the person it was made to."""
    found = next(offer_facts(Offer.objects.filter(pk=offer_id, run__published_at__isnull=False)), None)
    if found is None or not actor.is_person(found.person_id):
        raise NotFound(what="offer")
    return found


def placements_of(actor: Actor, person_id: int) -> list[PlacementFacts]:
    """A person's own placements, the latest day first."""
    actor.must_be(person_id)
    return [placement_facts(row) for row in Placement.objects.filter(person_id=person_id).order_by("-day")]


def kept_place(actor: Actor, person_id: int) -> KeptPlace | None:
    """The place a person keeps by their own wish, also once its last day is past. For themself."""
    actor.must_be(person_id)
    row = StandingPlacement.objects.filter(person_id=person_id).first()
    return KeptPlace(team_id=row.team_id, until=row.until) if row else None


def placement_for(actor: Actor, placement_id: int) -> PlacementFacts:
    """One placement, for its person and for the captain of its team."""
    row = Placement.objects.select_related("post").filter(pk=placement_id).first()
    if row is not None:
        if row.person_id is not None and actor.is_person(row.person_id):
            return placement_facts(row)
        if actor.captains(row.post.team_id):
            return placement_facts(row)
    raise NotFound(what="placement")


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


def crew(actor: Actor, team_id: int, day: date) -> list[CrewMember]:
    """Today's crew of a team, for its captain: first names and what safety asks, nothing else."""
    actor.must_captain(team_id)
    rows = list(
        Placement.objects.filter(post__team_id=team_id, day=day)
        .exclude(state=Placement.State.WITHDRAWN)
        .order_by("post__starts_at", "pk")
    )
    ids = [row.person_id for row in rows if row.person_id is not None]
    names = people.names(ids)
    minors = people.minors(ids, day=day)
    agreed = people.agreed_for(minors)
    earlier = set(
        Placement.objects.filter(person_id__in=ids, day__lt=day, state__in=COMING).values_list(
            "person_id", flat=True
        )
    )
    return [
        CrewMember(
            placement_id=row.pk,
            post_id=row.post_id,
            person_id=row.person_id,
            given_name=names.get(row.person_id or 0, ""),
            state=row.state,
            first_day=row.person_id is not None and row.person_id not in earlier,
            under_18=row.person_id in minors,
            guardian_agreed=row.person_id in agreed,
            checked_in_at=row.checked_in_at,
        )
        for row in rows
    ]


def crew_names(actor: Actor, placement_id: int) -> list[str]:
    """First names of those who come to the same post, for one of them; their own is left out."""
    own = placement_for(actor, placement_id)
    if own.state not in COMING:
        return []
    others = Placement.objects.filter(post_id=own.post_id, state__in=COMING).exclude(pk=placement_id)
    ids = [pk for pk in others.order_by("pk").values_list("person_id", flat=True) if pk is not None]
    names = people.names(ids)
    return [names[pk] for pk in ids if pk in names]


def tally(campaign_id: int, day: date) -> DayTally:
    """The day in counts."""
    offered = Offer.objects.filter(
        run__campaign_id=campaign_id, run__day=day, run__published_at__isnull=False
    ).count()
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
    run = Run.objects.filter(campaign_id=campaign.id, day=day).order_by("-round").first()
    if run is None:
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


def why_unfilled_post(actor: Actor, post_id: int) -> ReasonsForPost:
    """Why a post is not full: who is near, what stops them, where they are, what would change it.

    Computed anew from today's facts and the run's placements and prices, so it is exact as long as
    the day is not settled. Refuses with NotFound, NotAllowed, RunNotReady.
    """
    post = needs.post(post_id)
    campaign = campaigns.campaign_by_id(post.campaign_id)
    actor.must_organise(places.area(post.area_id).path, what="seeing what is missing")
    today, solution, _ = _solved_day(campaign, post.day)
    row = _row(today.need_ids, post_id)
    if row is None:
        raise RunNotReady(day=post.day, state="without this post")
    names = {code: name for name, code in today.skill_of.items()}
    return ReasonsForPost(post=post, reasons=why_unfilled(today.problem, solution, row), skill_names=names)


def why_this(actor: Actor, offer_id: int) -> WhyThisPost:
    """Why somebody was offered this post, and which others they could have had. For themself.

    Refuses with NotFound, RunNotReady (the day is settled: what was known then is deleted).
    """
    offer = offer_for(actor, offer_id)
    post = needs.post(offer.post_id)
    campaign = campaigns.campaign_by_id(post.campaign_id)
    today, solution, posts = _solved_day(campaign, post.day, offer.run_id)
    row = _row(today.person_ids, offer.person_id)
    if row is None:
        raise RunNotReady(day=post.day, state="without you")
    why = why_this_post(today.problem, solution, row)
    others = {alternative.post: posts[alternative.post] for alternative in why.alternatives}
    return WhyThisPost(post=post, why=why, others=others)


def _row(ids: np.ndarray[tuple[int, ...], np.dtype[np.int64]], wanted: int) -> int | None:
    at = int(np.searchsorted(ids, wanted))
    return at if at < len(ids) and int(ids[at]) == wanted else None


def _solved_day(
    campaign: CampaignFacts, day: date, run_id: int | None = None
) -> tuple[DayInput, Solution, Sequence[PostFacts]]:
    """The day as it was solved by a run, the first if none is named."""
    runs = Run.objects.filter(campaign_id=campaign.id, day=day).order_by("round")
    run = runs.filter(pk=run_id).first() if run_id else runs.first()
    if run is None or run.settled_at is not None:
        raise RunNotReady(day=day, state="settled" if run else "not matched yet")
    post_ids = tuple(post.id for post in needs.posts_of_day(campaign.id, day))
    return _solved(campaign, day, run.pk, run.input_digest, post_ids)


def _offered(run: Run) -> Iterable[tuple[int, int]]:
    """Person and post of a run's offers; of earlier rounds those that still hold a seat."""
    own = Offer.objects.filter(run=run)
    held = Offer.objects.filter(
        run__campaign_id=run.campaign_id,
        run__day=run.day,
        run__round__lt=run.round,
        state__in=(Offer.State.OPEN, Offer.State.ACCEPTED),
    )
    for rows in (held, own):
        yield from rows.values_list("person_id", "post_id").iterator(chunk_size=5_000)


# Asking about one post after the other should not read the country again each time. What was solved
# never changes, and it is the key together with the day's posts; one is kept, as it is large.
@lru_cache(maxsize=1)
def _solved(
    campaign: CampaignFacts, day: date, run_id: int, input_digest: str, post_ids: tuple[int, ...]
) -> tuple[DayInput, Solution, Sequence[PostFacts]]:
    run = Run.objects.get(pk=run_id)
    found = needs.posts(post_ids)
    posts = [found[post_id] for post_id in post_ids]
    today = gather(
        campaign=campaign,
        day=day,
        posts=posts,
        seats={post.id: post.seats for post in posts},
        leave_out=set(),
    )
    post_of = np.full(today.problem.people.count, NO_POST, np.int32)
    for person_id, post_id in _offered(run):
        person_row, post_row = _row(today.person_ids, person_id), _row(today.need_ids, post_id)
        if person_row is not None and post_row is not None:
            post_of[person_row] = post_row
    prices = np.frombuffer(bytes(run.prices), "<i8").astype(np.int64)
    if len(prices) != len(posts):  # posts were added or cancelled since
        prices = np.zeros(len(posts), np.int64)
    solution = Solution(
        post_of=post_of,
        standing=(today.standing == post_of) & (post_of != NO_POST),
        prices=prices,
        tier_unit=0,
        value=run.value,
        bound=run.bound,
        gap_units=run.bound - run.value,
        cost_total=run.cost_units,
        seats_by_tier=np.array(run.seats_by_tier, np.int64),
        filled_by_tier=np.array(run.filled_by_tier, np.int64),
        pairs=run.pairs_count,
        travel_mean_m=float(run.travel_mean_m),
    )
    return today, solution, posts
