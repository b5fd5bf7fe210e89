"""What happened and should not have: told, followed up by somebody by a date, closed in words."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from dure.base import accounts
from dure.base.access import Actor, actor_of
from dure.base.errors import CommandReused
from dure.base.home import keyed_fingerprint
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.safety import reads
from dure.movement.safety.errors import IncidentClosed, OwnerOutside
from dure.movement.safety.models import Hurt, Incident, IncidentNote
from dure.movement.safety.sealed import seal
from dure.movement.safety.types import KINDS, SEVERITIES, IncidentFacts, NewHurt, NewIncident
from dure.movement.safety.words import moment, said

HURT_MAX: Final = 10_000
# Longer ahead nobody keeps a date.
DUE_DAYS_MAX: Final = 60
# What hurt nobody is told of for a year: long enough to learn from, no longer (P9).
KEEP_DAYS: Final = 365
CHUNK_ROWS: Final = 1_000
DAYS_A_YEAR: Final = 366


def report(*, actor: Actor, new: NewIncident, now: datetime) -> IncidentFacts:
    """Tell of an incident, once by its key: a team's captain, who organises the place, or who has a place at the post.

    Refuses with NotFound (not theirs), BadInput, CommandReused.
    """
    must(now.tzinfo is not None, "now is aware")
    area = places.area(new.area_id)
    reporter = _reporter(actor, new, area)
    text = said(new.words)
    _refuse_bad(new)
    at = moment(new.happened_at, now)
    campaign = campaigns.campaign_by_id(new.campaign_id)
    if not area.path.startswith(campaign.area_path):
        raise BadInput(where="area", what="it lies outside the campaign", wanted="a place of the campaign")
    mark = keyed_fingerprint({**asdict(new), "words": text})
    if earlier := Incident.objects.filter(key=new.key).first():
        return _same(earlier, mark)
    is_about_people = new.people_hurt > 0 or new.kind in ("injury", "illness", "harm")
    keep_days = settings.INJURY_YEARS * DAYS_A_YEAR if is_about_people else KEEP_DAYS
    row = Incident(
        key=new.key,
        fingerprint=mark,
        campaign_id=new.campaign_id,
        area_id=area.id,
        team_id=new.team_id,
        post_id=new.post_id,
        kind=new.kind,
        severity=SEVERITIES.index(reads.severity_of(new.severity)) + 1,
        happened_at=at,
        reported_at=now,
        reporter=reporter,
        reported_by_id=None if reporter == "volunteer" else actor.account_id,
        people_hurt=new.people_hurt,
        words_cipher=seal(text, f"incident:{new.key}"),
        keep_until=at.date() + timedelta(days=keep_days),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _note(row, "reported", new.key, None if reporter == "volunteer" else actor.account_id, "", now)
    except IntegrityError:
        twin = Incident.objects.filter(key=new.key).first()
        if twin is None:
            raise
        return _same(twin, mark)
    return reads.facts_of_incidents([row])[0]


def _reporter(actor: Actor, new: NewIncident, area: AreaFacts) -> str:
    """As what they speak. A post is its team's, and lies where it lies. Refuses with NotFound."""
    if new.post_id is not None:
        post = needs.post(new.post_id)
        same = (post.campaign_id, post.area_id) == (new.campaign_id, area.id)
        if not same or new.team_id not in (None, post.team_id):
            raise NotFound(what="post")
    if new.team_id is not None and actor.captains(new.team_id) and not actor.is_system:
        team = people.team(new.team_id)
        if new.post_id is not None or area.path.startswith(team.area_path):
            return "captain"
    if actor.organises(area.path):
        return "organiser"
    if actor.person_id is not None and new.post_id is not None:
        mine = matching.placements_of(actor, actor.person_id)
        if any(one.post_id == new.post_id for one in mine):
            return "volunteer"
    raise NotFound(what="post")


def _refuse_bad(new: NewIncident) -> None:
    if new.kind not in KINDS:
        raise BadInput(where="kind", what=f"{new.kind!r} is unknown", wanted=", ".join(KINDS))
    if new.severity not in SEVERITIES:
        raise BadInput(where="severity", what=f"{new.severity!r} is unknown", wanted=", ".join(SEVERITIES))
    if not 0 <= new.people_hurt <= HURT_MAX:
        raise BadInput(where="people_hurt", what=f"{new.people_hurt} can't be", wanted=f"0 to {HURT_MAX}")


def note(*, actor: Actor, incident_id: int, client_id: UUID, words: str, now: datetime) -> IncidentFacts:
    """Add to an incident's log: whoever may see it. Refuses with NotFound, BadInput, CommandReused."""
    row, _ = _seen(actor, incident_id)
    if IncidentNote.objects.filter(client_id=client_id).exclude(incident=row, kind="noted").exists():
        raise CommandReused(command_id=client_id)
    _note(row, "noted", client_id, actor.account_id, said(words), now)
    return reads.incident(actor=actor, incident_id=incident_id)


def follow_up(
    *,
    actor: Actor,
    incident_id: int,
    client_id: UUID,
    owner_id: int,
    due_on: date,
    now: datetime,
    words: str = "",
) -> IncidentFacts:
    """Say who looks after it, and by which day; again it is handed over.

    Refuses with NotFound, NotAllowed, BadInput, IncidentClosed, OwnerOutside.
    """
    row, area = _organised(actor, incident_id)
    if not row.is_open:
        raise IncidentClosed()
    today = campaigns.local_day(campaigns.campaign_by_id(row.campaign_id), now)
    if not today <= due_on <= today + timedelta(days=DUE_DAYS_MAX):
        wanted = f"a day from {today} to {today + timedelta(days=DUE_DAYS_MAX)}"
        raise BadInput(where="due_on", what=f"{due_on} is no date to keep", wanted=wanted)
    if not actor_of(account_id=owner_id).organises(area.path):
        raise OwnerOutside(name=accounts.name_of(owner_id))
    text = said(words) if words.strip() else ""
    with transaction.atomic():
        Incident.objects.filter(pk=row.pk, is_open=True).update(owner_id=owner_id, due_on=due_on)
        _note(row, "follow_up", client_id, actor.account_id, text, now, owner_id=owner_id, due_on=due_on)
    return reads.incident(actor=actor, incident_id=incident_id)


def close(*, actor: Actor, incident_id: int, client_id: UUID, words: str, now: datetime) -> IncidentFacts:
    """It is dealt with: what came of it, in words. Twice changes nothing.

    Refuses with NotFound, NotAllowed, BadInput.
    """
    row, _ = _organised(actor, incident_id)
    text = said(words)
    with transaction.atomic():
        if Incident.objects.filter(pk=row.pk, is_open=True).update(is_open=False, closed_at=now):
            _note(row, "closed", client_id, actor.account_id, text, now)
    return reads.incident(actor=actor, incident_id=incident_id)


def reopen(*, actor: Actor, incident_id: int, client_id: UUID, words: str, now: datetime) -> IncidentFacts:
    """It is not over after all, and why. Twice changes nothing. Refuses with NotFound, NotAllowed, BadInput."""
    row, _ = _organised(actor, incident_id)
    text = said(words)
    with transaction.atomic():
        if Incident.objects.filter(pk=row.pk, is_open=False).update(is_open=True, closed_at=None):
            _note(row, "reopened", client_id, actor.account_id, text, now)
    return reads.incident(actor=actor, incident_id=incident_id)


def add_hurt(*, actor: Actor, incident_id: int, new: NewHurt, now: datetime) -> IncidentFacts:
    """Write down who was hurt, sealed, once by its key. The count of the incident grows with those who are named.

    Refuses with NotFound, NotAllowed, BadInput, CommandReused.
    """
    row, _ = _organised(actor, incident_id)
    name = said(new.name, where="name", chars_max=200)
    facts = {"name": name} | {
        field: text.strip()[:2000].replace("\x00", "")
        for field, text in (("hurt", new.hurt), ("taken_to", new.taken_to), ("reach", new.reach))
    }
    if (known := Hurt.objects.filter(key=new.key).first()) and known.incident_id != row.pk:
        raise CommandReused(command_id=new.key)
    keep_until = row.happened_at.date() + timedelta(days=settings.INJURY_YEARS * DAYS_A_YEAR)
    with transaction.atomic():
        # Held first: two who name somebody at once are counted one after the other.
        Incident.objects.filter(pk=row.pk).update(keep_until=max(row.keep_until, keep_until))
        _, is_new = Hurt.objects.get_or_create(
            key=new.key,
            defaults={
                "incident": row,
                "cipher": seal(json.dumps(facts, ensure_ascii=False), f"hurt:{new.key}"),
                "keep_until": keep_until,
            },
        )
        if is_new:
            named = Hurt.objects.filter(incident=row).count()
            Incident.objects.filter(pk=row.pk, people_hurt__lt=named).update(people_hurt=named)
            _note(row, "hurt", new.key, actor.account_id, "", now)
    return reads.incident(actor=actor, incident_id=incident_id)


def forget(*, now: datetime) -> int:
    """Delete who was hurt, and the words of incidents, whose last day has passed; how many incidents that were.

    That it happened, where, how bad it was and how many were hurt stays: no figure shrinks (F10).
    """
    today = now.date()
    Hurt.objects.filter(keep_until__lt=today).delete()
    # Also what was written since its incident's words were deleted.
    late = IncidentNote.objects.filter(incident__keep_until__lt=today).exclude(words_cipher=b"")
    late.filter(incident__words_cipher=b"").update(words_cipher=b"")
    old = Incident.objects.filter(keep_until__lt=today).exclude(words_cipher=b"").order_by("pk")
    count = 0
    while ids := list(old.values_list("pk", flat=True)[:CHUNK_ROWS]):
        with transaction.atomic():
            IncidentNote.objects.filter(incident_id__in=ids).update(words_cipher=b"")
            count += Incident.objects.filter(pk__in=ids).update(words_cipher=b"")
    return count


def _note(
    row: Incident,
    kind: str,
    client_id: UUID,
    account_id: int | None,
    text: str,
    now: datetime,
    *,
    owner_id: int | None = None,
    due_on: date | None = None,
) -> None:
    IncidentNote.objects.get_or_create(
        client_id=client_id,
        defaults={
            "incident": row,
            "at": now,
            "kind": kind,
            "by_id": account_id,
            "owner_id": owner_id,
            "due_on": due_on,
            "words_cipher": seal(text, f"note:{client_id}"),
        },
    )


def _seen(actor: Actor, incident_id: int) -> tuple[Incident, IncidentFacts]:
    shown = reads.incident(actor=actor, incident_id=incident_id)
    return Incident.objects.get(pk=incident_id), shown


def _organised(actor: Actor, incident_id: int) -> tuple[Incident, AreaFacts]:
    row, shown = _seen(actor, incident_id)
    if not actor.organises(shown.area.path):
        raise NotAllowed(what="following up an incident")
    return row, shown.area


def _same(row: Incident, mark: str) -> IncidentFacts:
    if row.fingerprint != mark:
        raise CommandReused(command_id=row.key)
    return reads.facts_of_incidents([row])[0]
