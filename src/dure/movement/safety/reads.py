"""Questions about safety: for the person, their captain, and who organises the place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.safety.incident_reads import (
    facts_of_incidents,
    hurt,
    incident,
    injuries,
    late,
    log,
    notes,
    owner_choices,
    severity_of,
)
from dure.movement.safety.models import HomeCall, HomeStep, StandDown
from dure.movement.safety.reach import PAGE_ROWS, reached
from dure.movement.safety.sealed import unseal
from dure.movement.safety.types import (
    HOME_STATES,
    HomeCallFacts,
    HomePage,
    HomeState,
    HomeStepFacts,
    Roll,
    StandDownFacts,
)

__all__ = [
    "PAGE_ROWS",
    "asked_of",
    "export",
    "facts_of",
    "facts_of_incidents",
    "home_call",
    "hurt",
    "incident",
    "injuries",
    "late",
    "log",
    "not_home",
    "not_home_of_team",
    "notes",
    "open_over",
    "owner_choices",
    "severity_of",
    "stand_down",
    "stand_downs",
]

_STATES: Final = HomeCall.State


_ASKED_OF = Asked(
    lambda person_id: (
        HomeCall.objects.filter(person_id=person_id, ended_at=None)
        .order_by("-pk")
        .values_list("pk")[:PAGE_ROWS]
    ),
    int,
)


def asked_of(actor: Actor, person_id: int) -> tuple[HomeCallFacts, ...]:
    """What somebody is asked about their own way home, and has not answered "safe" to; the newest first."""
    actor.must_be(person_id)
    # On nearly every day of nearly everybody there is none, and this stands on the page of all.
    ids = [pk for (pk,) in _ASKED_OF(person_id)]
    return facts_of(list(HomeCall.objects.filter(pk__in=ids).order_by("-pk"))) if ids else ()


def not_home_of_team(actor: Actor, team_id: int) -> tuple[HomeCallFacts, ...]:
    """Who of a team's crews is not known to be home, for its captain. Refuses with NotFound."""
    actor.must_captain(team_id)
    return facts_of(list(_in_order(HomeCall.objects.filter(team_id=team_id, ended_at=None))[:500]))


def not_home(
    *,
    actor: Actor,
    campaign: CampaignFacts,
    stand_down_id: int | None = None,
    page: int = 1,
    count_only: bool = False,
) -> HomePage:
    """Who is not known to be home where the actor organises; of one stand-down, or all of them.

    Refuses with NotAllowed.
    """
    rows = HomeCall.objects.filter(ended_at=None)
    if stand_down_id is None:
        rows = reached(rows.filter(campaign_id=campaign.id), actor, campaign.area_path)
    else:
        # It may lie around the campaign's places, and hold people of others.
        path = StandDown.objects.values_list("area_path", flat=True).get(pk=stand_down_id)
        rows = reached(rows.filter(stand_down_id=stand_down_id), actor, path)
    start = (max(page, 1) - 1) * PAGE_ROWS
    counted = rows.aggregate(count=Count("pk"), help=Count("pk", filter=Q(state=_STATES.HELP)))
    some = [] if count_only or not counted["count"] else list(_in_order(rows)[start : start + PAGE_ROWS])
    return HomePage(calls=facts_of(some) if some else (), count=counted["count"], help_count=counted["help"])


def home_call(actor: Actor, call_id: int) -> HomeCallFacts:
    """One search, for the person, their captain and who organises the place. Refuses everybody else with NotFound."""
    row = HomeCall.objects.filter(pk=call_id).first()
    if row is not None:
        own = row.person_id is not None and actor.is_person(row.person_id)
        if (
            own
            or (row.team_id is not None and actor.captains(row.team_id))
            or actor.organises(places.area(row.area_id).path)
        ):
            return facts_of([row])[0]
    raise NotFound(what="search")


def stand_down(*, actor: Actor, stand_down_id: int) -> StandDownFacts:
    """A stand-down with its list counted, for who organises the area or some place in it. Refuses with NotFound."""
    row = StandDown.objects.select_related("by", "ended_by").filter(pk=stand_down_id).first()
    if row is None or not (actor.organises_part_of(row.area_path)):
        raise NotFound(what="stand-down")
    return _stand_downs([row])[0]


def stand_downs(
    *, actor: Actor, campaign: CampaignFacts, count_max: int = PAGE_ROWS, open_only: bool = False
) -> tuple[StandDownFacts, ...]:
    """Stand-downs in or around a campaign's places that concern the actor: open ones first, then the newest.

    Refuses with NotAllowed.
    """
    if not actor.organises_part_of(campaign.area_path):
        raise NotAllowed(what="seeing what is stood down")
    rows = StandDown.objects.select_related("by", "ended_by").order_by("-pk")
    if open_only:
        rows = rows.filter(ended_at=None)
    near = [
        row
        for row in rows[:1000]
        if row.area_path.startswith(campaign.area_path) or campaign.area_path.startswith(row.area_path)
        if actor.organises_part_of(row.area_path)
    ]
    near.sort(key=lambda row: row.ended_at is not None)
    return _stand_downs(near[:count_max])


def open_over(area_path: str) -> StandDownFacts | None:
    """The stand-down that holds a place now; None where there is none. For pages of those whom it concerns."""
    for row in StandDown.objects.select_related("by", "ended_by").filter(ended_at=None).order_by("pk"):
        if area_path.startswith(row.area_path):
            return _stand_downs([row])[0]
    return None


def export(actor: Actor, person_id: int) -> list[dict[str, Any]]:
    """What is held about somebody's ways home, for themself. Refuses with NotFound."""
    actor.must_be(person_id)
    rows = facts_of(list(HomeCall.objects.filter(person_id=person_id).order_by("pk")))
    return [
        {
            "post": one.post.title if one.post else None,
            "state": one.state,
            "asked_at": one.due_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "steps": [
                {"what": step.kind, "at": step.at.isoformat(), "words": step.words} for step in one.steps
            ],
        }
        for one in rows
    ]


def facts_of(rows: Sequence[HomeCall]) -> tuple[HomeCallFacts, ...]:
    """In a number of queries that doesn't grow with the rows."""
    posts = needs.posts({row.post_id for row in rows if row.post_id is not None})
    teams = people.teams({row.team_id for row in rows if row.team_id is not None})
    areas = places.areas({row.area_id for row in rows})
    ids = {row.person_id for row in rows if row.person_id is not None}
    names = people.names(ids)
    days = {row.pk: row.due_at.date() if row.post_id is None else posts[row.post_id].day for row in rows}
    young = {(pk, day) for day in set(days.values()) for pk in people.minors(ids, day=day)}
    steps: defaultdict[int, list[HomeStepFacts]] = defaultdict(list)
    kept = HomeStep.objects.filter(call_id__in=[row.pk for row in rows]).select_related("by").order_by("pk")
    for step in kept:
        words = unseal(bytes(step.words_cipher), f"home:{step.call_id}")
        steps[step.call_id].append(HomeStepFacts(step.kind, step.at, step.by.name if step.by else "", words))
    return tuple(
        HomeCallFacts(
            id=row.pk,
            placement_id=row.placement_id,
            person_id=row.person_id,
            given_name=names.get(row.person_id or 0, ""),
            under_18=(row.person_id or 0, days[row.pk]) in young,
            campaign_id=row.campaign_id,
            post=None if row.post_id is None else posts[row.post_id],
            team=None if row.team_id is None else teams[row.team_id],
            area_path=areas[row.area_id].path,
            stand_down_id=row.stand_down_id,
            was="here" if row.was == "here" else "left" if row.was == "left" else "on_the_way",
            state=_state_of(row.state),
            due_at=row.due_at,
            reached=row.reached,
            next_at=row.next_at,
            said_safe_at=row.said_safe_at,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            steps=tuple(steps[row.pk]),
        )
        for row in rows
    )


def _state_of(text: str) -> HomeState:
    return next(state for state in HOME_STATES if state == text)


def _in_order(rows: QuerySet[HomeCall]) -> QuerySet[HomeCall]:
    """Who asked for help first, then who waits longest."""
    urgency = Case(When(state=_STATES.HELP, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(urgency, "due_at", "pk")


def _stand_downs(rows: Sequence[StandDown]) -> tuple[StandDownFacts, ...]:
    if not rows:
        return ()
    areas = places.areas({row.area_id for row in rows})
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    listed = HomeCall.objects.filter(stand_down_id__in=[row.pk for row in rows]).order_by()
    for pk, state, was, count in listed.values_list("stand_down_id", "state", "was").annotate(Count("pk")):
        counted[pk or 0][state] += count
        counted[pk or 0][was] += count
    untold = {
        row.pk: HomeCall.objects.filter(stand_down_id=row.pk, pk__gt=row.over_told_to).count()
        for row in rows
        if row.ended_at is not None and row.over_told_at is None
    }
    return tuple(
        StandDownFacts(
            id=row.pk,
            area=areas[row.area_id],
            why=row.why,
            by=row.by.name if row.by else "",
            at=row.at,
            ended_at=row.ended_at,
            ended_by=row.ended_by.name if row.ended_by else "",
            end_words=row.end_words,
            roll=Roll(
                **{name: counted[row.pk][name] for name in ("here", "on_the_way", "left")},
                **{name: counted[row.pk][name] for name in ("waiting", "help", "safe", "closed")},
            ),
            over_left=untold.get(row.pk, 0),
        )
        for row in rows
    )
