"""Use cases of campaigns: make one, open it, close it, set its targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from dure.base.access import Actor
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.movement.campaigns import plan, reads
from dure.movement.campaigns.errors import (
    CampaignBad,
    CampaignClosed,
    CampaignNotOpen,
    CampaignOver,
    CampaignReused,
    ClosingUnexplained,
    MovementReused,
    PlanUneven,
)
from dure.movement.campaigns.models import Break, Campaign, Indicator, Movement, Target
from dure.movement.campaigns.rules import problems_of
from dure.movement.campaigns.targets import CHUNK_ROWS, rows_of, set_from_file, set_targets, target_of
from dure.movement.campaigns.types import (
    CampaignFacts,
    IndicatorFacts,
    NewCampaign,
    NewIndicator,
    NewMovement,
    Problem,
    TargetRow,
)
from dure.movement.places import reads as places
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts

__all__ = ["close_campaign", "create", "open_campaign", "set_from_file", "set_targets"]

CLOSING_REASON_CHARS_MAX = 500


def create(*, new: NewCampaign, now: datetime) -> CampaignFacts:
    """Make a draft campaign with its movement, indicators and targets, whole or not at all.

    The same values twice give the same campaign, in whatever state it is by then.

    Refuses with CampaignBad (every problem at once, places included), CampaignReused when the slug
    stands for other values, MovementReused when the movement has another name or charter.
    """
    must(now.tzinfo is not None, "now is aware")
    mark = fingerprint(asdict(new))
    if earlier := _twin(new.slug, mark):
        return earlier
    areas = _areas(new)
    rows, unknown = _place_problems(new, areas)
    follows_id, known, unfit = _followed(new)
    problems = [*problems_of(new), *unknown, *unfit]
    if problems:
        lines = tuple(str(problem) for problem in problems)
        raise CampaignBad(slug=new.slug, count=len(lines), problems=lines, listing="\n".join(lines))
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                movement_id=_movement_id(new.movement),
                slug=new.slug,
                name=new.name,
                summary=new.summary,
                area_id=areas[new.area].id,
                timezone=new.timezone,
                starts_on=new.starts_on,
                ends_on=new.ends_on,
                synthetic_label=new.synthetic_label,
                fingerprint=mark,
                created_at=now,
                follows_id=follows_id,
                two_persons=sorted(set(new.two_persons)),
                rotation=new.rotation,
            )
            _add_parts(campaign.pk, new, rows, known, now)
    except IntegrityError:
        if twin := _twin(new.slug, mark):
            return twin
        raise
    return reads.campaign_by_id(campaign_id=campaign.pk)


def open_campaign(*, actor: Actor, slug: str, now: datetime) -> CampaignFacts:
    """Open a draft; opening an open campaign changes nothing.

    Refuses with NotFound, NotAllowed, CampaignClosed, CampaignOver when its last day has passed, and PlanUneven.
    """
    campaign = _organised(actor, slug)
    if campaign.state == "draft" and reads.local_day(campaign=campaign, now=now) > campaign.ends_on:
        raise CampaignOver(slug=slug, ends_on=campaign.ends_on)
    if campaign.state == "draft" and (uneven := plan.uneven(campaign.id)):
        raise PlanUneven(slug=slug, target_id=uneven[0].id, area=places.area(uneven[0].area_id).name)
    # The old state stands in the filter: of two at once one opens it, and a close is never undone.
    draft = Campaign.objects.filter(pk=campaign.id, state=Campaign.State.DRAFT)
    draft.update(state=Campaign.State.OPEN, opened_at=now)
    after = reads.campaign_by_id(campaign_id=campaign.id)
    if after.state == "closed":
        raise CampaignClosed(slug=slug)
    return after


def close_campaign(*, actor: Actor, slug: str, now: datetime, reason: str = "") -> CampaignFacts:
    """Close an open campaign for good; closing a closed one changes nothing, nor the reason that was given first.

    ``reason``: why it ends before its last day; on the last day or after it none is needed.

    Refuses with NotFound, NotAllowed, CampaignNotOpen for a draft, and ClosingUnexplained.
    """
    campaign = _organised(actor, slug)
    said = reason.strip()
    is_early = reads.local_day(campaign=campaign, now=now) < campaign.ends_on
    if campaign.state == "open" and (len(said) > CLOSING_REASON_CHARS_MAX or (is_early and not said)):
        raise ClosingUnexplained(slug=slug, ends_on=campaign.ends_on)
    opened = Campaign.objects.filter(pk=campaign.id, state=Campaign.State.OPEN)
    opened.update(state=Campaign.State.CLOSED, closed_at=now, closing_reason=said)
    after = reads.campaign_by_id(campaign_id=campaign.id)
    if after.state == "draft":
        raise CampaignNotOpen(slug=slug, state=after.state)
    return after


def _organised(actor: Actor, slug: str) -> CampaignFacts:
    campaign = reads.campaign_for(actor=actor, slug=slug)
    actor.must_organise(campaign.area_path)
    return campaign


def _twin(slug: str, mark: str) -> CampaignFacts | None:
    earlier = Campaign.objects.filter(slug=slug).values_list("pk", "fingerprint").first()
    if earlier is None:
        return None
    if earlier[1] != mark:
        raise CampaignReused(slug=slug)
    return reads.campaign_by_id(campaign_id=earlier[0])


def _movement_id(new: NewMovement) -> int:
    """The movement's id, made when it is new. Two at once agree, since the slug is unique."""
    row = Movement(slug=new.slug, name=new.name, charter=new.charter)
    Movement.objects.bulk_create([row], ignore_conflicts=True)
    movement = Movement.objects.get(slug=new.slug)
    if (movement.name, movement.charter) != (new.name, new.charter):
        raise MovementReused(slug=new.slug)
    return movement.pk


def _areas(new: NewCampaign) -> dict[str, AreaFacts]:
    """The campaign's area and the areas below it, by code; empty when there is no such area."""
    try:
        root = places.by_code(new.area)
    except AreaUnknown:
        return {}
    below = (*places.children(root.id), *places.towns_under(root.path))
    return {root.code: root} | {area.code: area for area in below}


def _place_problems(
    new: NewCampaign, areas: dict[str, AreaFacts]
) -> tuple[list[TargetRow | None], list[Problem]]:
    """The targets with their places and teams, and what isn't known of them."""
    if not areas:
        return [], [Problem("campaign.area", f"{new.area!r} is no known place", "the code of a place")]
    return rows_of(new.targets, areas, areas[new.area].path)


def _followed(new: NewCampaign) -> tuple[int | None, dict[str, IndicatorFacts], list[Problem]]:
    """The campaign that it carries on, its indicators by code, and what doesn't fit them.

    A unit or a way of counting never changes silently: what is defined anew is said (``changed_note``), so that a
    series over both campaigns is marked where it was.
    """
    if not new.follows:
        return None, {}, []
    before = Campaign.objects.filter(slug=new.follows).values_list("pk", "movement__slug").first()
    if before is None or before[1] != new.movement.slug:
        what = f"{new.follows!r} is no campaign of this movement"
        return None, {}, [Problem("campaign.follows", what, "the slug of the campaign before")]
    known = {indicator.code: indicator for indicator in reads.indicators(campaign_id=before[0])}
    problems: list[Problem] = []
    for place, indicator in enumerate(new.indicators):
        earlier = known.get(indicator.continues)
        key = f"indicators[{place}]"
        if indicator.continues and earlier is None:
            what = f"{indicator.continues!r} is no indicator of {new.follows}"
            problems.append(Problem(f"{key}.continues", what, "one of " + ", ".join(sorted(known))))
        elif earlier and not indicator.changed_note.strip() and _is_redefined(indicator, earlier):
            what = "kind, unit or way of counting differ from the indicator that it continues"
            problems.append(
                Problem(f"{key}.changed_note", what, "a sentence that says what was defined anew")
            )
    return before[0], known, problems


def _is_redefined(indicator: NewIndicator, earlier: IndicatorFacts) -> bool:
    return (indicator.kind, indicator.unit, indicator.unit_note, indicator.aggregation) != (
        earlier.kind,
        earlier.unit,
        earlier.unit_note,
        earlier.aggregation,
    )


def _add_parts(
    campaign_id: int,
    new: NewCampaign,
    rows: Sequence[TargetRow | None],
    known: dict[str, IndicatorFacts],
    now: datetime,
) -> None:
    """Indicators, targets and planned rest of a campaign that was just made."""
    added = Indicator.objects.bulk_create(
        Indicator(
            campaign_id=campaign_id,
            kind=indicator.kind,
            code=indicator.code,
            name=indicator.name,
            unit=indicator.unit,
            unit_note=indicator.unit_note,
            aggregation=indicator.aggregation,
            daily_norm_milli=indicator.daily_norm_milli,
            continues_id=known[indicator.continues].id if indicator.continues else None,
            changed_note=indicator.changed_note,
        )
        for indicator in new.indicators
    )
    ids = {indicator.code: indicator.pk for indicator in added}
    for indicator in new.indicators:
        if indicator.saves:
            Indicator.objects.filter(pk=ids[indicator.code]).update(saves_id=ids[indicator.saves])
    Target.objects.bulk_create(
        (
            target_of(ids[target.indicator], row, new.starts_on)
            for target, row in zip(new.targets, rows, strict=True)
            if row is not None
        ),
        batch_size=CHUNK_ROWS,
    )
    Break.objects.bulk_create(
        Break(
            campaign_id=campaign_id,
            kind=one.kind,
            first_day=one.first_day,
            last_day=one.last_day,
            reason=one.reason,
            stated_at=now,
        )
        for one in new.breaks
    )
