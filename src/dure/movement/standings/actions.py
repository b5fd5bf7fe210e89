"""Use cases of standings."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from math import ceil

from django.db import transaction

from dure.base.access import Actor
from dure.kernel.must import must
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places
from dure.movement.standings.board import board
from dure.movement.standings.errors import (
    ConfirmationNeedsName,
    ReviewNeedsName,
    ReviewNotOpen,
    ReviewWordless,
)
from dure.movement.standings.models import DenominatorConfirmation, SafetyReview
from dure.movement.standings.sources import confirmations_of, gather, reviews_of
from dure.movement.standings.types import Confirmation, Limit, ReviewFacts

WORDS_CHARS_MAX = 1_000


def confirm_denominator(*, actor: Actor, target_id: int, now: datetime) -> Confirmation:
    """A named organiser of the target's area stands by its plan; from then on figures over 105 % are shown (F7).

    A changed plan makes an old confirmation void. Confirming twice keeps the first name and time.
    Refuses with NotFound, NotAllowed, ConfirmationNeedsName.
    """
    must(now.tzinfo is not None, "now is aware")
    target = campaigns.target(target_id)
    actor.must_organise(places.area(target.area_id).path, what="confirming the denominator of this place")
    if actor.account_id is None:
        raise ConfirmationNeedsName()
    row = DenominatorConfirmation(
        target_id=target_id,
        plan_milli=target.plan_milli,
        confirmed_by_id=actor.account_id,
        confirmed_at=now,
    )
    with transaction.atomic():
        DenominatorConfirmation.objects.bulk_create([row], ignore_conflicts=True)
        # One that stands for another plan is replaced; one for this plan keeps its name.
        stale = DenominatorConfirmation.objects.filter(pk=target_id).exclude(plan_milli=target.plan_milli)
        stale.update(plan_milli=target.plan_milli, confirmed_by_id=actor.account_id, confirmed_at=now)
    return confirmations_of([target_id])[target_id]


def review_safety(
    *,
    actor: Actor,
    indicator_id: int,
    limit: Limit,
    area_id: int,
    team_id: int | None,
    words: str,
    now: datetime,
) -> ReviewFacts:
    """A named organiser has looked at work beyond a limit of safety and says what they found; its figure is shown.

    It stands until the figure is a tenth of the limit further; then somebody looks again. ``team_id`` None: the
    place's own figure. Refuses with NotFound, NotAllowed, ReviewNeedsName, ReviewWordless, ReviewNotOpen.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = campaigns.campaign_by_id(campaigns.indicator(indicator_id).campaign_id)
    actor.must_organise(places.area(area_id).path, what="looking at the safety of this work")
    if actor.account_id is None:
        raise ReviewNeedsName
    said = words.strip()
    if not 0 < len(said) <= WORDS_CHARS_MAX or "\x00" in said:
        raise ReviewWordless
    sources = gather(campaign.id, campaigns.local_day(campaign=campaign, now=now))
    source = next(one for one in sources.indicators if one.indicator.id == indicator_id)
    waiting = next(
        (
            one
            for one in board(sources, source).unsafe
            if (one.area_id, one.team_id, one.limit) == (area_id, team_id, limit)
        ),
        None,
    )
    if waiting is None:
        raise ReviewNotOpen
    SafetyReview.objects.create(
        indicator_id=indicator_id,
        area_id=area_id,
        team_id=team_id,
        limit=limit,
        load_permille=ceil(waiting.load * Fraction(1000)),
        words=said,
        reviewed_by_id=actor.account_id,
        reviewed_at=now,
    )
    key = ("area", area_id) if team_id is None else ("team", team_id)
    return reviews_of(campaign.id)[indicator_id, limit, key]
