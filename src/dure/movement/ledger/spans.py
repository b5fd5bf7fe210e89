"""What teams did in a span of days, with what is needed to say how much their days differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, F, FloatField, Sum
from django.db.models.functions import Cast

from dure.movement.ledger.models import Rollup

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class TeamSpan:
    """``days``: days with work, of a team that works in several places a day once in each; ``squares`` in milli²."""

    days: int
    quantity_milli: int
    squares: float


def spans(
    campaign_id: int,
    indicator_id: int,
    first_day: date,
    last_day: date,
) -> dict[int, TeamSpan]:
    """By team; who did nothing in these days is not in it. For standings, not for pages (P9)."""
    rows = _worked(campaign_id, first_day, last_day).filter(indicator_id=indicator_id)
    # As floats: the square of a good day in milli-units passes 64 bits.
    amount = Cast(F("quantity_milli"), FloatField())
    summed = rows.values("team_id").annotate(
        days=Count("work_day"), sum_milli=Sum("quantity_milli"), squares=Sum(amount * amount)
    )
    return {
        team_id: TeamSpan(days, int(sum_milli), float(squares))
        for team_id, days, sum_milli, squares in summed.values_list("team_id", "days", "sum_milli", "squares")
    }


def worked_days(
    campaign_id: int, first_day: date, last_day: date, team_ids: Collection[int]
) -> list[tuple[int, int, date, int]]:
    """Every day of work of these teams, in each place once: indicator, team, day and what is claimed of it.

    For standings, not for pages (P9).
    """
    rows = _worked(campaign_id, first_day, last_day).filter(team_id__in=list(team_ids))
    return list(rows.values_list("indicator_id", "team_id", "work_day", "quantity_milli"))


def _worked(campaign_id: int, first_day: date, last_day: date) -> QuerySet[Rollup]:
    return Rollup.objects.filter(
        campaign_id=campaign_id, work_day__range=(first_day, last_day), quantity_milli__gt=0
    ).order_by()
