"""Questions about campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet, Sum

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.one_look import alike_to_all, is_a_look
from dure.kernel.refusals import NotFound
from dure.movement.campaigns.file import parse_campaign_file, parse_targets_file
from dure.movement.campaigns.models import Break, Campaign, Indicator, Plea, Target
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts, TargetFacts

__all__ = [
    "campaign",
    "campaign_by_id",
    "campaign_for",
    "campaigns",
    "indicator",
    "indicators",
    "local_day",
    "parse_campaign_file",
    "parse_targets_file",
    "target",
    "targets",
    "targets_in",
]

_COLUMNS = (
    *("id", "slug", "name", "summary", "state", "area_id", "area__path", "timezone"),
    *("starts_on", "ends_on", "synthetic_label", "movement__name", "movement__charter"),
    *("closed_at", "closing_reason", "follows_id", "rotation", "two_persons"),
)
_ONE = {
    "id": Asked(lambda key: Campaign.objects.filter(pk=key).values_list(*_COLUMNS), int),
    "slug": Asked(lambda slug: Campaign.objects.filter(slug=slug).values_list(*_COLUMNS), str),
}
_PUBLIC = (Campaign.State.OPEN, Campaign.State.CLOSED)


def campaign(slug: str) -> CampaignFacts:
    """An open or closed campaign, for everybody. Refuses with NotFound, also for a draft."""
    found = _one("slug", slug)
    if found.state not in _PUBLIC:
        raise NotFound(what="campaign")
    return found


def campaign_for(actor: Actor, slug: str) -> CampaignFacts:
    """A campaign in any state; a draft only for who organises its area. Refuses with NotFound."""
    found = _one("slug", slug)
    if found.state == "draft" and not actor.organises(found.area_path):
        raise NotFound(what="campaign")
    return found


def campaign_by_id(campaign_id: int) -> CampaignFacts:
    """A campaign in any state, for rooms and operations: no door hands an id in. Refuses with NotFound."""
    return _one("id", campaign_id)


@alike_to_all
def _every() -> tuple[CampaignFacts, ...]:
    """All campaigns, the newest first: a site has few, and nearly every page asks for one."""
    rows = Campaign.objects.order_by("-starts_on", "slug").values_list(*_COLUMNS)
    return tuple(_facts(row) for row in rows)


def campaigns(actor: Actor) -> list[CampaignFacts]:
    """Open and closed campaigns, and the drafts of areas the actor organises; the newest first."""
    return [facts for facts in _every() if facts.state != "draft" or actor.organises(facts.area_path)]


def covering(actor: Actor, area_path: str) -> list[CampaignFacts]:
    """The campaigns (see :func:`campaigns`) that reach an area."""
    return [one for one in campaigns(actor) if area_path.startswith(one.area_path)]


@alike_to_all
def indicators(campaign_id: int) -> list[IndicatorFacts]:
    """What a campaign counts, in the order of its file."""
    rows = Indicator.objects.filter(campaign_id=campaign_id).order_by("pk")
    return _indicators(rows)


@alike_to_all
def indicator(indicator_id: int) -> IndicatorFacts:
    """One indicator. Refuses with NotFound."""
    found = _indicators(Indicator.objects.filter(pk=indicator_id))
    if not found:
        raise NotFound(what="indicator")
    return found[0]


_TARGET = (
    *("id", "indicator_id", "area_id", "plan_milli", "baseline_milli", "rated_capacity_milli"),
    *("deadline", "source", "source_date", "starts_on", "team_id", "baseline_grade", "baseline_lower_milli"),
    *("parent_id", "split"),
)


def targets(campaign_id: int) -> list[TargetFacts]:
    """Every target of a campaign, by indicator and area."""
    rows = Target.objects.filter(indicator__campaign_id=campaign_id).order_by("indicator_id", "area_id")
    return [TargetFacts(*row) for row in rows.values_list(*_TARGET)]


def targets_in(campaign_id: int, area_ids: Sequence[int]) -> list[TargetFacts]:
    """Targets of some places and of their teams, by indicator, place and first day."""
    wanted = Target.objects.filter(indicator__campaign_id=campaign_id, area_id__in=list(area_ids))
    rows = wanted.order_by("indicator_id", "area_id", "team_id", "starts_on")
    return [TargetFacts(*row) for row in rows.values_list(*_TARGET)]


def targets_where(**wanted: object) -> list[TargetFacts]:
    """Targets of one parent or indicator (``parent_id``, ``indicator_id``), by id; for this room's own actions."""
    return [TargetFacts(*row) for row in Target.objects.filter(**wanted).order_by("pk").values_list(*_TARGET)]


def target(target_id: int) -> TargetFacts:
    """One target. Refuses with NotFound."""
    row = Target.objects.filter(pk=target_id).values_list(*_TARGET).first()
    if row is None:
        raise NotFound(what="target")
    return TargetFacts(*row)


def plan_state(campaign_id: int) -> str:
    """Changes with nearly every change of a campaign's targets and breaks; cheap enough to be asked again and again."""
    told = Target.objects.filter(indicator__campaign_id=campaign_id).aggregate(
        count=Count("pk"), newest=Max("pk"), plan=Sum("plan_milli"), last=Max("deadline")
    )
    # What a plea moved from one part to another leaves the sum as it was.
    agreed = Plea.objects.filter(
        target__indicator__campaign_id=campaign_id, answer=Plea.Answer.AGREED
    ).count()
    rested = Break.objects.filter(campaign_id=campaign_id).aggregate(
        count=Count("pk"), ended=Count("last_day"), last=Max("last_day")
    )
    told |= {"agreed": agreed, "breaks": rested["count"], "ended": rested["ended"], "until": rested["last"]}
    return ".".join(str(value or 0) for value in told.values())


def local_day(campaign: CampaignFacts, now: datetime) -> date:
    """The day it is in the campaign's timezone."""
    return now.astimezone(ZoneInfo(campaign.timezone)).date()


def _one(by: str, wanted: object) -> CampaignFacts:
    """The campaign whose id or slug that is, in any state. Refuses with NotFound."""
    found = _every() if is_a_look() else map(_facts, _ONE[by](wanted))
    one = next((one for one in found if getattr(one, by) == wanted), None)
    if one is None:
        raise NotFound(what="campaign")
    return one


def _facts(row: tuple[Any, ...]) -> CampaignFacts:
    return CampaignFacts(*(*row[:-1], tuple(row[-1])))


def _indicators(rows: QuerySet[Indicator]) -> list[IndicatorFacts]:
    columns = (
        *("id", "campaign_id", "kind", "code", "name", "unit", "unit_note", "aggregation"),
        *("daily_norm_milli", "continues_id", "changed_note", "saves_id"),
    )
    return [IndicatorFacts(*row) for row in rows.values_list(*columns)]
