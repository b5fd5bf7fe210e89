"""What a closing report says, as plain values: everything that is shown is here, and what is sealed is this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from dure.base.access import SYSTEM
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import CheckpointFacts, PutRight
from dure.movement.needs import requests
from dure.movement.places import reads as places
from dure.movement.practices import reads as practices
from dure.movement.safety import reads as safety
from dure.movement.safety.types import Injuries
from dure.movement.standings import reads as standings
from dure.movement.standings.productivity import reckoned
from dure.movement.standings.types import Figure, IndicatorStanding
from dure.operations import productivity_words
from dure.operations.following import last_day

FORMAT: Final = "dure-closing-report-1"
Facts = dict[str, Any]
# Goods and money moved under two keepers; all else is claimed until it is recounted.
_WITNESSED: Final = frozenset({"goods", "money"})


def facts_of(campaign: CampaignFacts, *, checkpoint: CheckpointFacts, as_of: date) -> Facts:
    """The report's facts at a signed state of the log. Quantities in milli-units; days as ISO 8601; nothing of people
    that the campaign's pages withhold (P9)."""
    standing = standings.standing(campaign_id=campaign.id, today=as_of)
    corrected = ledger.put_right(campaign.id, checkpoint.size)
    totals = [(one.indicator, one.total) for one in standing.indicators]
    return {
        "format": FORMAT,
        "campaign": _campaign(campaign),
        "as_of": as_of.isoformat(),
        "log": {"size": checkpoint.size, "checkpoint": checkpoint.note},
        "indicators": [
            {
                **_indicator(one, corrected.get(one.indicator.id)),
                "productivity": productivity_words.facts_of(reckoned(one.indicator, totals)),
            }
            for one in standing.indicators
        ],
        "held": [
            {
                "indicator": one.indicator.code,
                "place": one.area.name,
                "plan_milli": one.denominator.plan_milli,
            }
            for one in standing.held
        ],
        "breaks": [
            {
                "kind": one.kind,
                "first_day": one.first_day.isoformat(),
                "last_day": one.last_day.isoformat() if one.last_day else None,
                "reason": one.reason,
            }
            for one in breaks.of(campaign.id)
            if one.first_day <= last_day(campaign)
        ],
        "practices": [
            {"title": one.title, "team": one.team.name, "taken_up_by": len(one.adopted_by)}
            for one in practices.practices(campaign_id=campaign.id)
        ],
        "injuries": _injuries(safety.injuries(campaign.id)),
        "open_requests": len(requests.requests_to_decide(SYSTEM, campaign.id)),
    }


def _campaign(campaign: CampaignFacts) -> Facts:
    before = campaigns.campaign_by_id(campaign.follows_id) if campaign.follows_id else None
    return {
        "slug": campaign.slug,
        "name": campaign.name,
        "summary": campaign.summary,
        "movement": campaign.movement_name,
        "place": places.area(campaign.area_id).name,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "last_day": last_day(campaign).isoformat(),
        "closed_at": _moment(campaign.closed_at),
        "closing_reason": campaign.closing_reason,
        "follows": before.name if before else "",
        "synthetic_label": campaign.synthetic_label,
    }


def _indicator(one: IndicatorStanding, corrected: PutRight | None) -> Facts:
    indicator = one.indicator
    grades = Counter(team.grade for team in one.teams)
    return {
        "code": indicator.code,
        "name": indicator.name,
        "kind": indicator.kind,
        "unit": indicator.unit,
        "unit_note": indicator.unit_note,
        "aggregation": indicator.aggregation,
        "changed_note": indicator.changed_note,
        "total": _figure(indicator, one.total),
        "places": [
            {
                "name": place.area.name,
                "code": place.area.code,
                "depth": place.depth,
                "figure": _figure(indicator, place.figure),
            }
            for place in one.places
            if place.figure.plan_milli is not None or place.figure.claimed_milli or place.figure.withheld
        ],
        "teams_by_grade": {grade: grades[grade] for grade in ("A", "B", "C", "unknown")},
        "corrected": _corrected(corrected),
    }


def _corrected(found: PutRight | None) -> Mapping[str, int]:
    found = found or PutRight(0, 0, 0, 0)
    return {
        "corrected_count": found.corrected_count,
        "corrected_milli": found.corrected_milli,
        "withdrawn_count": found.withdrawn_count,
        "withdrawn_milli": found.withdrawn_milli,
    }


def _figure(indicator: IndicatorFacts, shown: Figure) -> Facts:
    missing = None
    if shown.plan_milli is not None and shown.claimed_milli is not None:
        missing = max(0, shown.plan_milli - shown.claimed_milli)
    over = shown.denominator
    return {
        "withheld": shown.withheld,
        "claimed_milli": shown.claimed_milli,
        "claimed_grade": "witnessed" if indicator.kind in _WITNESSED else "claimed",
        "plan_milli": shown.plan_milli,
        "claimed_percent": _text(shown.claimed_percent),
        "missing_milli": missing,
        "verified_milli": shown.verified.estimate_milli,
        "lower_milli": shown.verified.lower_milli,
        "checked_count": shown.verified.checked_count,
        "eligible_count": shown.verified.eligible_count,
        "baseline_milli": shown.baseline_milli,
        "baseline_grade": shown.baseline_grade,
        "growth_milli": shown.growth_milli,
        "denominator": f"{over.source}, {over.source_date.isoformat()}" if over else "",
    }


def _injuries(found: Injuries) -> Facts:
    """Counts as reported, and nothing about a person (F10, P9)."""
    return {
        "incidents": found.incidents,
        "people_hurt": found.people_hurt,
        "by_severity": dict(found.by_severity) if found.by_severity is not None else None,
        "by_kind": dict(found.by_kind) if found.by_kind is not None else None,
        "still_open": found.still_open,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
