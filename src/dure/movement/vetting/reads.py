"""Questions about vetting: what people lack, what waits for whom, and how long it takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, cast

import numpy as np
from django.db.models import Count, F, Q, QuerySet

from dure.base.access import Actor
from dure.base.columns import Flag, read_columns
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import holding
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.vetting.models import Check, Paper, Session
from dure.movement.vetting.pace import throughput
from dure.movement.vetting.rules import RENEW_DAYS, TWO_PERSONS, checked_step, credential_of, own_part
from dure.movement.vetting.types import (
    Missing,
    QueueRow,
    SessionFacts,
    Standing,
    StepFacts,
    StepState,
)

__all__ = [
    "ending",
    "export",
    "has_asked",
    "has_sessions",
    "held_until",
    "missing",
    "queue",
    "session",
    "sessions",
    "standing",
    "steps_of",
    "throughput",
    "with_us",
]

# So many are named in a query.
FEW_PEOPLE: Final = 2_000
QUEUE_ROWS_MAX: Final = 200
WITH_US: Final = (Check.State.HANDED_IN, Check.State.SEEN)
ONCE_PASSED: Final = (Check.State.PASSED, Check.State.RENEWED)


def missing(person_ids: Sequence[int], steps: Iterable[str], *, day: date) -> Missing:
    """Which of these steps each person lacks on ``day``; of any number of people, for operations.

    Cover, briefing, clearance and skills are asked of people's credentials, wherever they come from; identity and
    record check of this room. Refuses with StepUnknown.
    """
    asked = np.asarray(person_ids, np.int64)
    few = asked.tolist() if len(asked) <= FEW_PEOPLE else None
    lacks = {}
    for step in steps:
        if held := credential_of(checked_step(step)):
            kind, code = held
            code = code if step.startswith("skill:") else ""
            holders = holding.holders(kind=kind, code=code, day=day, person_ids=few)
        else:
            good = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
            rows = Check.objects.filter(good, step=step, state__in=ONCE_PASSED)
            rows = rows if few is None else rows.filter(person_id__in=few)
            holders = read_columns(rows, ints=("person_id",)).ints["person_id"]
        lacks[step] = ~np.isin(asked, holders)
    return Missing(person=asked, lacks=lacks)


def standing(campaign_id: int | None, steps: Collection[str] | None = None) -> Standing:
    """Every step of a campaign that is under way, as columns; for operations, not for a page.

    ``campaign_id`` None: whichever campaign asked, since nobody does a step twice. ``steps``: of these alone, so that
    an offered training holds nobody up who is ready for work without it.
    """
    rows = Check.objects.exclude(state__in=ONCE_PASSED)
    rows = rows if campaign_id is None else rows.filter(campaign_id=campaign_id)
    rows = rows if steps is None else rows.filter(step__in=list(steps))
    read = read_columns(
        rows, ints={"person": F("person_id"), "with_us": Flag(Q(state__in=WITH_US))}, texts=("step",)
    )
    at = read.texts["step"]
    return Standing(
        person=read.ints["person"],
        step=at.places,
        steps=at.distinct,
        with_us=read.ints["with_us"] == 1,
    )


def ending(*, today: date) -> list[tuple[int, int, str, date]]:
    """(campaign id, person id, step, last good day) of what ends in less than RENEW_DAYS; for operations."""
    last = today + timedelta(days=RENEW_DAYS - 1)
    rows = Check.objects.filter(state=Check.State.PASSED, valid_until__range=(today, last)).order_by("pk")
    return [
        (campaign_id, person_id, step, until)
        for campaign_id, person_id, step, until in rows.values_list(
            "campaign_id", "person_id", "step", "valid_until"
        )
        if until is not None
    ]


def under_way(step: str) -> list[int]:
    """Who was asked for a step and is not through; for this room's own actions."""
    rows = Check.objects.filter(step=step).exclude(state__in=ONCE_PASSED)
    return read_columns(rows, ints=("person_id",)).ints["person_id"].tolist()  # type: ignore[no-any-return]


def with_us(actor: Actor, *, person_ids: Sequence[int], step: str) -> QuerySet[Check]:
    """For this room's own actions: these people's steps that wait for a look, as far as the asker may look."""
    rows = Check.objects.filter(person_id__in=list(person_ids), step=step, state__in=WITH_US)
    return rows if actor.is_system else rows.filter(area_id__in=_reach(actor))


def _reach(actor: Actor) -> list[int]:
    paths = {*actor.area_paths(Role.ORGANISER), *actor.area_paths(Role.VETTER)}
    return sorted({pk for path in paths for pk in places.ids_under(path)})


def has_sessions(campaign_id: int) -> bool:
    """Whether a briefing or training was planned for a campaign, called off or not. For operations."""
    return Session.objects.filter(campaign_id=campaign_id).exists()


def has_asked(campaign_id: int) -> bool:
    """Whether anybody was asked for their part of a step in a campaign. For operations."""
    return Check.objects.filter(campaign_id=campaign_id).exists()


def queue(actor: Actor, campaign_id: int, *, step: str = "", after: int = 0) -> list[QueueRow]:
    """What was handed in and waits for a look, the longest-waiting first, at most QUEUE_ROWS_MAX of them.

    As far as the asker organises or vets. ``after``: so many are left out, for the next page. Refuses with NotFound
    who vets nothing in the campaign.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    if not actor.vets_part_of(campaign.area_path):
        raise NotFound(what="campaign")
    rows = Check.objects.filter(campaign_id=campaign_id, state__in=WITH_US)
    if not actor.is_system:
        rows = rows.filter(area_id__in=_reach(actor))
    if step:
        rows = rows.filter(step=checked_step(step))
    found = list(rows.order_by("handed_in_at", "pk")[after : after + QUEUE_ROWS_MAX])
    names = people.names(row.person_id for row in found)
    with_paper = _with_paper(row.pk for row in found)
    return [
        QueueRow(
            person_id=row.person_id,
            given_name=names[row.person_id],
            area_id=row.area_id,
            step=row.step,
            state=cast("StepState", row.state),
            own_words=row.own_words,
            has_paper=row.pk in with_paper,
            session_id=row.session_id,
            handed_in_at=row.handed_in_at,
            mine=row.first_by is not None and row.first_by == actor.account_id,
        )
        for row in found
        if row.person_id in names and row.handed_in_at is not None
    ]


def _with_paper(ids: Iterable[int]) -> set[int]:
    return set(Paper.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))


def steps_of(actor: Actor, person_id: int) -> list[StepFacts]:
    """A person's steps, for themself, those to be done first on top. Refuses others with NotFound."""
    actor.must_be(person_id)
    rows = Check.objects.filter(person_id=person_id).exclude(state=Check.State.RENEWED)
    found = list(rows.order_by("pk"))
    with_paper = _with_paper(row.pk for row in found)
    facts = [
        StepFacts(
            step=row.step,
            campaign_id=row.campaign_id,
            state=cast("StepState", row.state),
            own_part=own_part(row.step),
            needs_two=row.step in TWO_PERSONS,
            invited_at=row.invited_at,
            own_words=row.own_words,
            has_paper=row.pk in with_paper,
            session_id=row.session_id,
            handed_in_at=row.handed_in_at,
            sent_back_why=row.sent_back_why,
            passed_at=row.passed_at,
            valid_until=row.valid_until,
        )
        for row in found
    ]
    order = ("invited", "handed_in", "seen", "passed")
    return sorted(facts, key=lambda one: order.index(one.state))


def held_until(person_id: int, step: str) -> date | None:
    """The last good day of a step that is through; None where it is not, or has no end."""
    rows = Check.objects.filter(person_id=person_id, step=step, state=Check.State.PASSED)
    return rows.values_list("valid_until", flat=True).first()


def session(session_id: int) -> SessionFacts:
    """A session, called off or not. Refuses with NotFound."""
    found = _sessions(Session.objects.filter(pk=session_id))
    if not found:
        raise NotFound(what="session")
    return found[0]


def sessions(campaign_id: int, *, now: datetime, step: str = "") -> list[SessionFacts]:
    """The sessions to come, the earliest first; those called off are left out. They are public."""
    rows = Session.objects.filter(campaign_id=campaign_id, starts_at__gt=now, called_off_at=None)
    return _sessions(rows.filter(step=step) if step else rows)


def _sessions(rows: QuerySet[Session]) -> list[SessionFacts]:
    found = list(rows.order_by("starts_at", "pk"))
    booked = Check.objects.filter(session_id__in=[row.pk for row in found]).values("session_id")
    taken = dict(booked.order_by().annotate(n=Count("pk")).values_list("session_id", "n"))
    return [
        SessionFacts(
            id=row.pk,
            campaign_id=row.campaign_id,
            area_id=row.area_id,
            step=row.step,
            starts_at=row.starts_at,
            place=row.place,
            seats=row.seats,
            seats_free=max(row.seats - taken.get(row.pk, 0), 0),
            called_off_at=row.called_off_at,
        )
        for row in found
    ]


def export(actor: Actor, person_id: int) -> list[dict[str, object]]:
    """All this room holds on a person, as JSON values (P9). Refuses others with NotFound."""
    actor.must_be(person_id)
    rows = Check.objects.filter(person_id=person_id).order_by("pk")
    moments = ("invited_at", "handed_in_at", "seen_at", "passed_at", "valid_until")
    with_paper = _with_paper(row.pk for row in rows)
    return [
        {
            "step": row.step,
            "state": row.state,
            "own_words": row.own_words,
            "sent_back_why": row.sent_back_why,
            "evidence": row.evidence,
            "paper_kept": row.pk in with_paper,
            **{name: value.isoformat() if (value := getattr(row, name)) else None for name in moments},
        }
        for row in rows
    ]
