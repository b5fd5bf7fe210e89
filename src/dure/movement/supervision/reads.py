"""Questions about supervision: for who organises a team's place, and for its captain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Min, Q, QuerySet

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.asked_rows import AskedRows
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.supervision.models import FollowUp, Look, Signal, TeamAnswer
from dure.movement.supervision.spans import spans, supervisor_choices, teams_without
from dure.movement.supervision.turns import due_days, is_due, is_over
from dure.movement.supervision.types import (
    AnswerFacts,
    FollowUpFacts,
    Outcome,
    SignalFacts,
    SignalPage,
    kind_of,
)

__all__ = [
    "due_days",
    "due_round",
    "is_due",
    "is_over",
    "looked_at",
    "of_team",
    "signal",
    "signals",
    "spans",
    "supervisor_choices",
    "teams_without",
]

_OUTCOMES: Final[Mapping[str, Outcome]] = {"done": "done", "let_be": "let_be", "ended": "ended"}
# A team's own time: a warning is no verdict, so it is heard first (F5).
ANSWER_DAYS: Final = 2
PAGE_ROWS: Final = 50
# What a captain sees of the past: the weeks that a habit is told by.
TEAM_ROWS_MAX: Final = 30


def signals(
    *,
    actor: Actor,
    campaign_id: int,
    today: date,
    settled: bool = False,
    owner_id: int | None = None,
    page: int = 1,
) -> SignalPage:
    """Signals of teams whose place the actor organises: those that wait, or those that are settled (newest first).

    What waits stands safety first, then warnings, then what is to be asked, then good news; by its date in each.
    ``owner_id``: only what this account follows up. Refuses with NotFound.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    if campaign.state == "draft" and not actor.organises(campaign.area_path):
        raise NotFound(what="campaign")
    mine = _reached(Signal.objects.filter(campaign_id=campaign_id), actor, campaign.area_path)
    waiting = mine.filter(is_settled=False)
    followed = FollowUp.objects.filter(closed_at=None)
    rows = mine.filter(is_settled=settled)
    if owner_id is not None:
        rows = rows.filter(pk__in=FollowUp.objects.filter(owner_id=owner_id).values("signal_id"))
    order = ("-ended_on", "-found_on", "-pk") if settled else ("urgency", "found_on", "pk")
    start = (max(page, 1) - 1) * PAGE_ROWS
    return SignalPage(
        signals=_facts(list(rows.order_by(*order)[start : start + PAGE_ROWS])),
        count=rows.count(),
        waiting_count=waiting.count(),
        unowned_count=waiting.exclude(pk__in=followed.values("signal_id")).count(),
        late_count=waiting.filter(pk__in=followed.filter(due_on__lt=today).values("signal_id")).count(),
    )


_OF_TEAM: Final = AskedRows(
    Signal,
    lambda team_id: Signal.objects.filter(team_id=team_id).order_by(
        "is_settled", "urgency", "-found_on", "-pk"
    )[:TEAM_ROWS_MAX],
    int,
)


def of_team(*, actor: Actor, team_id: int) -> tuple[SignalFacts, ...]:
    """A team's own signals, what waits first, for its captain and who organises its place. Refuses with NotFound."""
    team = people.team(team_id)
    if not actor.organises(team.area_path):
        actor.must_captain(team_id)
    return _facts(_OF_TEAM(team_id))


def signal(*, actor: Actor, signal_id: int) -> SignalFacts:
    """One signal, for the team's captain and who organises its place. Refuses everybody else with NotFound."""
    row = Signal.objects.filter(pk=signal_id).first()
    if row is None:
        raise NotFound(what="signal")
    [found] = _facts([row])
    if not (actor.captains(found.team.id) or actor.organises(found.team.area_path)):
        raise NotFound(what="signal")
    return found


def looked_at(campaign_id: int) -> datetime | None:
    """When a campaign's signals were last worked out; None before the first morning."""
    return Look.objects.filter(campaign_id=campaign_id).values_list("looked_at", flat=True).first()


def due_round(campaign_id: int, day: date) -> dict[int, date]:
    """Who has something to look at that is new on ``day``, due then, or overdue since the day before; and the
    earliest date of all they have open."""
    still = FollowUp.objects.filter(signal__campaign_id=campaign_id, closed_at=None)
    stirred = still.filter(Q(signal__found_on=day) | Q(due_on__in=[day, day - timedelta(days=1)]))
    first = still.filter(owner_id__in=stirred.values("owner_id")).order_by().values("owner_id")
    return dict(first.annotate(first=Min("due_on")).values_list("owner_id", "first"))


def _reached(rows: QuerySet[Signal], actor: Actor, area_path: str) -> QuerySet[Signal]:
    """As far as the actor organises, without a list of every place of a country for who organises all of it."""
    if actor.organises(area_path):
        return rows
    inside = [path for path in actor.area_paths(Role.ORGANISER) if path.startswith(area_path)]
    if not inside:
        raise NotFound(what="campaign")
    reached = Q()
    for path in inside:
        reached |= Q(area_id__in=places.ids_under(path))
    return rows.filter(reached)


_ANSWERS: Final = Asked(
    lambda ids: (
        TeamAnswer.objects.filter(signal_id__in=ids)
        .order_by("answered_at", "pk")
        .values_list("signal_id", "words", "by__name", "answered_at")
    ),
    tuple,
)


def _facts(rows: Sequence[Signal]) -> tuple[SignalFacts, ...]:
    """With teams, indicators, answers and follow-ups, in a number of queries that doesn't grow with the rows."""
    if not rows:
        return ()
    ids = [row.pk for row in rows]
    teams = people.teams({row.team_id for row in rows})
    known = {
        one.id: one
        for campaign_id in sorted({row.campaign_id for row in rows})
        for one in campaigns.indicators(campaign_id)
    }
    answers = {row[0]: AnswerFacts(*row[1:]) for row in _ANSWERS(ids)}
    follow_ups = {
        row.signal_id: _follow_up(row)
        for row in FollowUp.objects.filter(signal_id__in=ids).select_related("owner").order_by("pk")
    }
    return tuple(
        SignalFacts(
            id=row.pk,
            campaign_id=row.campaign_id,
            kind=kind_of(row.kind),
            team=teams[row.team_id],
            indicator=known.get(row.indicator_id) if row.indicator_id is not None else None,
            since=row.since,
            found_on=row.found_on,
            answer_by=row.found_on + timedelta(days=ANSWER_DAYS),
            ended_on=row.ended_on,
            figures=row.figures,
            answer=answers.get(row.pk),
            follow_up=follow_ups.get(row.pk),
        )
        for row in rows
    )


def _follow_up(row: FollowUp) -> FollowUpFacts:
    return FollowUpFacts(
        id=row.pk,
        owner_id=row.owner_id,
        owner=row.owner.name,
        due_on=row.due_on,
        closed_on=row.closed_on,
        outcome=_OUTCOMES.get(row.outcome),
        words=row.words,
    )
