"""Questions about incidents: for who organises the place, the team's captain, and in counts for everybody."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, TypeVar

from django.db.models import Count, Q, Sum

from dure.base import accounts
from dure.base.access import Actor
from dure.base.models import Account, Role
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.safety.models import Hurt, Incident, IncidentNote
from dure.movement.safety.reach import PAGE_ROWS, reached
from dure.movement.safety.sealed import unseal
from dure.movement.safety.types import (
    KINDS,
    SEVERITIES,
    HurtFacts,
    IncidentFacts,
    IncidentNoteFacts,
    IncidentPage,
    Injuries,
    Kind,
    Severity,
)

T = TypeVar("T", bound=str)
# Of fewer people no breakdown is told (P9).
FEW: Final = 10


def incident(*, actor: Actor, incident_id: int) -> IncidentFacts:
    """One incident, for who organises the place, and what a captain told for captains of the team, but for harm.

    Refuses with NotFound.
    """
    row = Incident.objects.filter(pk=incident_id).first()
    if row is None or not _may_see(actor, row):
        raise NotFound(what="incident")
    return facts_of_incidents([row])[0]


def log(
    *,
    actor: Actor,
    campaign: CampaignFacts,
    today: date,
    closed: bool = False,
    page: int = 1,
    count_only: bool = False,
) -> IncidentPage:
    """Incidents where the actor organises: those that are open (worst first, then the oldest), or the closed ones.

    Refuses with NotAllowed.
    """
    mine = reached(Incident.objects.filter(campaign_id=campaign.id), actor, campaign.area_path)
    rows = mine.filter(is_open=not closed)
    order = ("-closed_at", "-pk") if closed else ("-severity", "happened_at", "pk")
    start = (max(page, 1) - 1) * PAGE_ROWS
    is_open = Q(is_open=True)
    counted = mine.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=is_open),
        unowned=Count("pk", filter=is_open & Q(owner=None)),
        late=Count("pk", filter=is_open & Q(due_on__lt=today)),
    )
    some = [] if count_only else list(rows.order_by(*order)[start : start + PAGE_ROWS])
    return IncidentPage(
        incidents=facts_of_incidents(some) if some else (),
        count=counted["all"] - counted["open"] if closed else counted["open"],
        open_count=counted["open"],
        unowned_count=counted["unowned"],
        late_count=counted["late"],
    )


def late(*, campaign_id: int, today: date) -> tuple[IncidentFacts, ...]:
    """Open incidents whose day has passed. For operations, not for a page."""
    rows = Incident.objects.filter(campaign_id=campaign_id, is_open=True, due_on__lt=today)
    return facts_of_incidents(list(rows.order_by("pk")[:1000]))


def notes(*, actor: Actor, incident_id: int) -> tuple[IncidentNoteFacts, ...]:
    """An incident's log, the oldest entry first, for whoever sees it. Refuses with NotFound."""
    shown = incident(actor=actor, incident_id=incident_id)
    rows = IncidentNote.objects.filter(incident_id=shown.id).select_related("by", "owner").order_by("pk")
    return tuple(
        IncidentNoteFacts(
            kind=row.kind,
            at=row.at,
            by=row.by.name if row.by else "",
            words=unseal(bytes(row.words_cipher), f"note:{row.client_id}"),
            owner=row.owner.name if row.owner else "",
            due_on=row.due_on,
        )
        for row in rows
    )


def hurt(*, actor: Actor, incident_id: int) -> tuple[HurtFacts, ...]:
    """Who was hurt: only for who organises the place. Refuses with NotFound, NotAllowed."""
    shown = incident(actor=actor, incident_id=incident_id)
    actor.must_organise(shown.area.path, what="seeing who was hurt")
    found: list[HurtFacts] = []
    for row in Hurt.objects.filter(incident_id=shown.id).order_by("pk"):
        facts: dict[str, Any] = json.loads(unseal(bytes(row.cipher), f"hurt:{row.key}"))
        found.append(
            HurtFacts(facts["name"], facts["hurt"], facts["taken_to"], facts["reach"], row.keep_until)
        )
    return tuple(found)


def injuries(campaign_id: int) -> Injuries:
    """What a campaign says of the harm done in it (F10). Public: counts as reported, and nothing about a person."""
    rows = Incident.objects.filter(campaign_id=campaign_id)
    counted = rows.aggregate(
        count=Count("pk"), hurt=Sum("people_hurt"), open=Count("pk", filter=Q(is_open=True))
    )
    people_hurt = int(counted["hurt"] or 0)
    by_severity: dict[Severity, int] | None = None
    by_kind: dict[Kind, int] | None = None
    if people_hurt >= FEW:
        severities: Counter[int] = Counter()
        kinds: Counter[str] = Counter()
        for severity, kind, count in rows.values_list("severity", "kind", "people_hurt"):
            severities[severity] += count
            kinds[kind] += count
        by_severity = _told({name: severities[number] for number, name in enumerate(SEVERITIES, start=1)})
        by_kind = _told({name: kinds[name] for name in KINDS if kinds[name]})
    return Injuries(counted["count"], people_hurt, by_severity, by_kind, counted["open"])


def _told(parts: dict[T, int]) -> dict[T, int] | None:
    """A part of few people is told by no difference either, so it is all of them or none (P9)."""
    return parts if all(count == 0 or count >= FEW for count in parts.values()) else None


def owner_choices(area_path: str) -> list[tuple[int, str]]:
    """(id, name) of the accounts that organise a place, by name: who may follow up what happened there."""
    found = {
        pk: accounts.name_of(pk)
        for pk, path, _team in accounts.accounts_with(role=Role.ORGANISER)
        if area_path.startswith(path)
    }
    return sorted(found.items(), key=lambda one: (one[1], one[0]))


def severity_of(text: str) -> Severity:
    """Refuses with BadInput."""
    for severity in SEVERITIES:
        if severity == text:
            return severity
    raise BadInput(where="severity", what=f"{text!r} is unknown", wanted=", ".join(SEVERITIES))


def _kind_of(text: str) -> Kind:
    return next(kind for kind in KINDS if kind == text)


def facts_of_incidents(rows: Sequence[Incident]) -> tuple[IncidentFacts, ...]:
    """In a number of queries that doesn't grow with the rows."""
    posts = needs.posts({row.post_id for row in rows if row.post_id is not None})
    teams = people.teams({row.team_id for row in rows if row.team_id is not None})
    areas = places.areas({row.area_id for row in rows})
    ids = {pk for row in rows for pk in (row.owner_id, row.reported_by_id) if pk is not None}
    names = dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))
    return tuple(
        IncidentFacts(
            id=row.pk,
            key=row.key,
            campaign_id=row.campaign_id,
            area=areas[row.area_id],
            team=teams.get(row.team_id) if row.team_id is not None else None,
            post=posts.get(row.post_id) if row.post_id is not None else None,
            kind=_kind_of(row.kind),
            severity=SEVERITIES[row.severity - 1],
            happened_at=row.happened_at,
            reported_at=row.reported_at,
            reporter=row.reporter,
            reported_by=names.get(row.reported_by_id or 0, ""),
            people_hurt=row.people_hurt,
            words=unseal(bytes(row.words_cipher), f"incident:{row.key}"),
            is_open=row.is_open,
            owner_id=row.owner_id,
            owner=names.get(row.owner_id or 0, ""),
            due_on=row.due_on,
            closed_at=row.closed_at,
            keep_until=row.keep_until,
        )
        for row in rows
    )


def _may_see(actor: Actor, row: Incident) -> bool:
    # What somebody of the crew tells past their captain is promised to go past them.
    if row.reporter == "captain" and row.kind != "harm" and row.team_id is not None:
        return actor.captains(row.team_id) or actor.organises(places.area(row.area_id).path)
    return actor.organises(places.area(row.area_id).path)
