"""Briefings and trainings with a date: planned by who organises the place, chosen by the people themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from dure.base import outbox
from dure.base.access import Actor
from dure.base.outbox import NewNotice
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places
from dure.movement.vetting import reads
from dure.movement.vetting.errors import SessionFull, SessionOver, SessionReused, StepNotDue
from dure.movement.vetting.models import Check, Session
from dure.movement.vetting.rules import checked_step
from dure.movement.vetting.types import NewSession, SessionFacts

SEATS_MAX: Final = 100_000
PLACE_CHARS_MAX: Final = 160


def plan_session(*, actor: Actor, new: NewSession, now: datetime) -> SessionFacts:
    """Plan a session; the same key and facts twice plan it once.

    Refuses with NotFound, NotAllowed, StepUnknown, BadInput, SessionReused.
    """
    campaign = campaigns.campaign_by_id(new.campaign_id)
    area = places.area(new.area_id)
    actor.must_vet(area.path)
    checked_step(new.step)
    if not area.path.startswith(campaign.area_path):
        raise BadInput(where="area", what="it lies outside the campaign", wanted="a place of the campaign")
    if new.starts_at.tzinfo is None or new.starts_at <= now:
        raise BadInput(
            where="starts_at", what="it is not to come", wanted="a time to come, with its timezone"
        )
    if not 1 <= new.seats <= SEATS_MAX:
        raise BadInput(where="seats", what=f"{new.seats} can't be used", wanted=f"1 to {SEATS_MAX}")
    if not 1 <= len(new.place.strip()) <= PLACE_CHARS_MAX or not new.place.isprintable():
        raise BadInput(
            where="place", what="it can't be used", wanted=f"1 to {PLACE_CHARS_MAX} letters in one line"
        )
    facts = {
        "campaign_id": new.campaign_id,
        "area_id": new.area_id,
        "step": new.step,
        "starts_at": new.starts_at,
        "place": new.place.strip(),
        "seats": new.seats,
    }
    Session.objects.bulk_create([Session(key=new.key, **facts)], ignore_conflicts=True)
    row = Session.objects.get(key=new.key)
    if any(getattr(row, name) != value for name, value in facts.items()):
        raise SessionReused(key=new.key)
    return reads.session(row.pk)


def book(*, actor: Actor, person_id: int, session_id: int, now: datetime) -> SessionFacts:
    """Take a seat in a session, or change to it from another: with it one's own part of the step is done.

    Refuses with NotFound (somebody else, no such session), SessionOver, SessionFull, StepNotDue.
    """
    actor.must_be(person_id)
    with transaction.atomic():
        # Written first: it holds the row, so that the last seat goes to one person.
        if not Session.objects.filter(pk=session_id).update(turn=F("turn") + 1):
            raise NotFound(what="session")
        row = Session.objects.get(pk=session_id)
        if row.called_off_at is not None or row.starts_at <= now:
            raise SessionOver
        due = Check.objects.filter(
            person_id=person_id,
            campaign_id=row.campaign_id,
            step=row.step,
            state__in=(Check.State.INVITED, Check.State.HANDED_IN),
        )
        if not due.filter(session_id=session_id).exists():
            if Check.objects.filter(session_id=session_id).count() >= row.seats:
                raise SessionFull(seats=row.seats)
            taken = due.update(
                state=Check.State.HANDED_IN, session_id=session_id, handed_in_at=now, sent_back_why=""
            )
            if not taken:
                raise StepNotDue(step=row.step)
    return reads.session(session_id)


def call_session_off(*, actor: Actor, session_id: int, now: datetime) -> int:
    """A session does not take place: who had a seat is told and chooses another. How many they were.

    Refuses with NotFound, NotAllowed.
    """
    facts = reads.session(session_id)
    actor.must_vet(places.area(facts.area_id).path)
    with transaction.atomic():
        Session.objects.filter(pk=session_id, called_off_at=None).update(
            called_off_at=now, turn=F("turn") + 1
        )
        booked = Check.objects.filter(session_id=session_id, state=Check.State.HANDED_IN)
        ids = list(booked.values_list("person_id", flat=True))
        booked.update(state=Check.State.INVITED, session=None, handed_in_at=None)
        outbox.queue_many(
            notices=[
                NewNotice(
                    pk, "session_called_off", f"session_called_off:{session_id}:{pk}", {"step": facts.step}
                )
                for pk in ids
            ],
            now=now,
        )
    return len(ids)
