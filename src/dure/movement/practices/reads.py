"""Questions about practices."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.asked_rows import AskedRows
from dure.base.one_look import once_a_look
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.practices.leading import Work, leads
from dure.movement.practices.models import Adoption, Practice
from dure.movement.practices.types import Candidate, PracticeFacts

_WRITTEN = AskedRows(
    Practice,
    lambda campaign_id: Practice.objects.filter(campaign_id=campaign_id).order_by("-written_at", "-pk"),
    int,
)
_TAKEN_UP = Asked(
    lambda campaign_id: (
        Adoption.objects.filter(practice__campaign_id=campaign_id)
        .order_by("pk")
        .values_list("practice_id", "team_id")
    ),
    int,
)


@once_a_look
def practices(*, campaign_id: int) -> list[PracticeFacts]:
    """All practices of a campaign, for everybody; the newest first."""
    rows = _WRITTEN(campaign_id)
    adopted: dict[int, list[int]] = defaultdict(list)
    for practice_id, team_id in _TAKEN_UP(campaign_id) if rows else ():
        adopted[practice_id].append(team_id)
    teams = people.teams({row.team_id for row in rows} | {team for ids in adopted.values() for team in ids})
    return [
        PracticeFacts(
            id=row.pk,
            campaign_id=row.campaign_id,
            team=teams[row.team_id],
            title=row.title,
            what=row.what,
            rate_milli_per_hour=row.rate_milli_per_hour if row.rates_open else None,
            like_rate_milli_per_hour=row.like_rate_milli_per_hour if row.rates_open else None,
            written_at=row.written_at,
            adopted_by=tuple(sorted((teams[one] for one in adopted[row.pk]), key=_name)),
        )
        for row in rows
    ]


def leading_practice_candidates(*, actor: Actor, campaign_id: int, day: date) -> list[Candidate]:
    """Teams whose claimed output an hour clearly leads that of like teams on a day, the furthest ahead first.

    Like teams have the same kind and count the same indicator. For those who organise a team's area; they
    see its figures, which stand on few people. Claims are claims: see ``Candidate.caution``.
    """
    kinds = {indicator.id: indicator.kind for indicator in campaigns.indicators(campaign_id)}
    hours: dict[int, int] = defaultdict(int)
    outputs: dict[tuple[int, int], int] = defaultdict(int)
    for row in ledger.rollups(campaign_id):
        if row.work_day == day and kinds[row.indicator_id] == "hours":
            hours[row.team_id] += row.quantity_milli
        elif row.work_day == day and kinds[row.indicator_id] == "output":
            outputs[row.indicator_id, row.team_id] += row.quantity_milli
    teams = people.teams(hours)
    groups: dict[tuple[int, str], dict[int, Work]] = defaultdict(dict)
    for (indicator_id, team_id), output_milli in outputs.items():
        if hours.get(team_id, 0) > 0:
            groups[indicator_id, teams[team_id].kind][team_id] = Work(output_milli, hours[team_id])
    found = [
        Candidate(
            team=teams[lead.team_id],
            indicator_id=indicator_id,
            day=day,
            output_milli=works[lead.team_id].output_milli,
            hours_milli=works[lead.team_id].hours_milli,
            rate_milli_per_hour=works[lead.team_id].rate_milli_per_hour,
            like_rate_milli_per_hour=lead.like_rate_milli_per_hour,
            like_count=lead.like_count,
            lead_percent=lead.lead_percent,
        )
        for (indicator_id, _), works in groups.items()
        for lead in leads(works)
        if actor.organises(teams[lead.team_id].area_path)
    ]
    return sorted(found, key=lambda one: (-one.lead_percent, one.team.name, one.team.id))


def _name(team: TeamFacts) -> tuple[str, int]:
    return (team.name, team.id)
