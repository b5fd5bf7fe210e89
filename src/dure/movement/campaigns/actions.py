"""Use cases of campaigns: make one, open it, close it, set its targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from dure.base.access import Actor
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.movement.campaigns import reads
from dure.movement.campaigns.errors import (
    CampaignBad,
    CampaignClosed,
    CampaignNotOpen,
    CampaignOver,
    CampaignReused,
    MovementReused,
    TargetBad,
    TargetStands,
)
from dure.movement.campaigns.models import Campaign, Indicator, Movement, Target
from dure.movement.campaigns.rules import problems_of, row_problems
from dure.movement.campaigns.types import (
    CampaignFacts,
    NewCampaign,
    NewMovement,
    Problem,
    TargetRow,
    TargetsSet,
)
from dure.movement.places import reads as places
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts

CHUNK_ROWS = 5_000
_FIGURES = ("plan_milli", "baseline_milli", "rated_capacity_milli", "deadline", "source", "source_date")


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
    problems = problems_of(new)
    areas = _areas(new)
    problems += _place_problems(new, areas)
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
            )
            _add_indicators(campaign.pk, new, areas)
    except IntegrityError:
        if twin := _twin(new.slug, mark):
            return twin
        raise
    return reads.campaign_by_id(campaign_id=campaign.pk)


def open_campaign(*, actor: Actor, slug: str, now: datetime) -> CampaignFacts:
    """Open a draft; opening an open campaign changes nothing.

    Refuses with NotFound, NotAllowed, CampaignClosed, and CampaignOver when its last day has passed.
    """
    campaign = _organised(actor, slug)
    if campaign.state == "draft" and reads.local_day(campaign=campaign, now=now) > campaign.ends_on:
        raise CampaignOver(slug=slug, ends_on=campaign.ends_on)
    # The old state stands in the filter: of two at once one opens it, and a close is never undone.
    draft = Campaign.objects.filter(pk=campaign.id, state=Campaign.State.DRAFT)
    draft.update(state=Campaign.State.OPEN, opened_at=now)
    after = reads.campaign_by_id(campaign_id=campaign.id)
    if after.state == "closed":
        raise CampaignClosed(slug=slug)
    return after


def close_campaign(*, actor: Actor, slug: str, now: datetime) -> CampaignFacts:
    """Close an open campaign for good; closing a closed one changes nothing.

    Refuses with NotFound, NotAllowed, and CampaignNotOpen for a draft.
    """
    campaign = _organised(actor, slug)
    opened = Campaign.objects.filter(pk=campaign.id, state=Campaign.State.OPEN)
    opened.update(state=Campaign.State.CLOSED, closed_at=now)
    after = reads.campaign_by_id(campaign_id=campaign.id)
    if after.state == "draft":
        raise CampaignNotOpen(slug=slug, state=after.state)
    return after


def set_targets(*, indicator_id: int, rows: Sequence[TargetRow]) -> TargetsSet:
    """Set targets of one indicator by area, all or none.

    In a draft a row replaces the area's target. In an open campaign targets may be added, but a
    standing one keeps its figures (F9). The same rows twice change nothing.

    Refuses with NotFound, CampaignClosed, TargetBad (every problem at once) and TargetStands.
    """
    campaign_id = reads.indicator(indicator_id=indicator_id).campaign_id
    with transaction.atomic():
        # Write first and hold the row: nobody opens or closes the campaign meanwhile.
        Campaign.objects.filter(pk=campaign_id).update(state=F("state"))
        campaign = reads.campaign_by_id(campaign_id=campaign_id)
        if campaign.state == "closed":
            raise CampaignClosed(slug=campaign.slug)
        _refuse_bad_rows(rows, campaign)
        standing = {
            row[0]: row[1:]
            for row in Target.objects.filter(indicator_id=indicator_id).values_list("area_id", *_FIGURES)
        }
        changed = [row for row in rows if standing.get(row.area_id) != _figures(row)]
        if campaign.state == "open":
            for row in changed:
                if row.area_id in standing:
                    raise TargetStands(area_id=row.area_id)
        replaced = [row.area_id for row in changed if row.area_id in standing]
        Target.objects.filter(indicator_id=indicator_id, team=None, area_id__in=replaced).delete()
        Target.objects.bulk_create(
            [_target(indicator_id, row, campaign.starts_on) for row in changed], batch_size=CHUNK_ROWS
        )
    return TargetsSet(written_count=len(changed), known_count=len(rows) - len(changed))


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


def _place_problems(new: NewCampaign, areas: dict[str, AreaFacts]) -> list[Problem]:
    if not areas:
        return [Problem("campaign.area", f"{new.area!r} is no known place", "the code of a place")]
    wanted = f"the code of {new.area} or of a place below it"
    return [
        Problem(f"targets[{place}].area", f"{target.area!r} is no place of the campaign", wanted)
        for place, target in enumerate(new.targets)
        if target.area not in areas
    ]


def _add_indicators(campaign_id: int, new: NewCampaign, areas: dict[str, AreaFacts]) -> None:
    added = Indicator.objects.bulk_create(
        Indicator(
            campaign_id=campaign_id,
            kind=indicator.kind,
            code=indicator.code,
            name=indicator.name,
            unit=indicator.unit,
            unit_note=indicator.unit_note,
        )
        for indicator in new.indicators
    )
    ids = {indicator.code: indicator.pk for indicator in added}
    Target.objects.bulk_create(
        (
            _target(
                ids[target.indicator],
                TargetRow(
                    area_id=areas[target.area].id,
                    plan_milli=target.plan_milli,
                    deadline=target.deadline,
                    source=target.source,
                    source_date=target.source_date,
                    baseline_milli=target.baseline_milli,
                    rated_capacity_milli=target.rated_capacity_milli,
                ),
                new.starts_on,
            )
            for target in new.targets
        ),
        batch_size=CHUNK_ROWS,
    )


def _refuse_bad_rows(rows: Sequence[TargetRow], campaign: CampaignFacts) -> None:
    problems = row_problems(rows, campaign.starts_on, campaign.ends_on)
    areas = places.areas({row.area_id for row in rows})
    for place, row in enumerate(rows):
        area = areas.get(row.area_id)
        if area is None or not area.path.startswith(campaign.area_path):
            what = f"{row.area_id} is no place of the campaign"
            problems.append(Problem(f"targets[{place}].area", what, "the campaign's area or one below it"))
    if problems:
        lines = tuple(str(problem) for problem in problems)
        raise TargetBad(count=len(lines), first=lines[0], problems=lines)


def _figures(row: TargetRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _FIGURES)


def _target(indicator_id: int, row: TargetRow, starts_on: date) -> Target:
    return Target(
        indicator_id=indicator_id,
        area_id=row.area_id,
        starts_on=starts_on,
        plan_milli=row.plan_milli,
        baseline_milli=row.baseline_milli,
        rated_capacity_milli=row.rated_capacity_milli,
        deadline=row.deadline,
        source=row.source,
        source_date=row.source_date,
    )
