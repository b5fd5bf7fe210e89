"""Use cases of calls: open a call, take a sign-up, give and correct answers."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

import numpy as np
from django.db import transaction

from dure.base.home import keyed_fingerprint
from dure.base.rows import insert_new
from dure.kernel.must import must
from dure.kernel.refusals import Refusal
from dure.movement.calls import drives, intake, reads
from dure.movement.calls.answering_columns import AnswerColumns, answer_columns
from dure.movement.calls.appeals import open_appeal
from dure.movement.calls.errors import SignUpReused
from dure.movement.calls.models import Answer, Reach, SignUp
from dure.movement.calls.types import (
    Answered,
    AnswerFacts,
    AnswerKind,
    AppealFacts,
    NewSignUp,
    Receipt,
    SignedUp,
    SignUpForm,
)
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places

__all__ = ["answer", "forget_person", "open_appeal", "sign_up", "sign_up_many"]
CHUNK_ROWS: Final = 5_000
T = TypeVar("T")


def sign_up(
    *,
    client_id: UUID,
    appeal_code: str,
    form: SignUpForm,
    first_answer: AnswerFacts,
    now: datetime,
    unconfirmed_until: date | None = None,
) -> Receipt:
    """Take a sign-up: the person, the sign-up, the first honest answer and its notice, in one transaction.

    The form makes ``client_id`` and keeps it until it hears an answer, so a second try after a lost reply
    gets the first try's receipt, with the answer as it stands by then. Whether the address was known is
    nowhere told: everybody gets a page of their own. ``unconfirmed_until``: the last day on which they may show
    that their contact is theirs; None: it is known.

    Refuses with NotFound, AppealOver, SignUpBad (every problem at once), AnswerBad, SignUpReused and
    SignUpEnded.
    """
    if earlier := intake.earlier(client_id, intake.mark_of(appeal_code, form)):
        return earlier
    appeal, today = _open_appeal(appeal_code, now)
    terms = intake.terms_of(appeal, today=today, answer=first_answer, unconfirmed_until=unconfirmed_until)
    area = places.areas([form.area_id]).get(form.area_id)
    (taken,) = intake.store([intake.ready(client_id=client_id, form=form, area=area, terms=terms, now=now)])
    if isinstance(taken, Refusal):
        raise taken
    return taken.receipt


def sign_up_many(*, appeal_code: str, rows: Sequence[NewSignUp], now: datetime) -> SignedUp:
    """Write down the sign-ups of people who are registered already, in chunks of CHUNK_ROWS.

    They get no answer here: ``answering_columns`` gives it, and until then ``reads.silent_since`` names them.

    Refuses with NotFound, AppealOver, and SignUpReused when an id stands for somebody else.
    """
    must(len({row.client_id for row in rows}) == len(rows), "a client id names one sign-up")
    appeal, _ = _open_appeal(appeal_code, now)
    written: list[int] = []
    for chunk in _chunks(rows):
        marks = {
            row.client_id: keyed_fingerprint({"appeal": appeal_code, "person": row.person_id})
            for row in chunk
        }
        known = _refuse_reused(marks)
        missing = [row for row in chunk if row.client_id not in known]
        with transaction.atomic():
            insert_new(
                SignUp,
                ("client_id", "fingerprint", "appeal_id", "person_id", "at"),
                [(row.client_id, marks[row.client_id], appeal.id, row.person_id, now) for row in missing],
            )
        _refuse_reused({row.client_id: marks[row.client_id] for row in missing})
        written += [row.person_id for row in missing]
    return SignedUp(
        written_count=len(written), known_count=len(rows) - len(written), written_ids=tuple(written)
    )


def answer(
    *, person_id: int, campaign_id: int, kind: AnswerKind, reason: str, by_date: date, now: datetime
) -> Answered:
    """Give one person an answer, as ``answering_columns.answer_columns`` gives many. Refuses with AnswerBad."""
    one = AnswerColumns(
        np.array([person_id], np.int64),
        np.zeros(1, np.int64),
        np.array([by_date.toordinal()], np.int64),
        ((kind, reason),),
    )
    return answer_columns(campaign_id=campaign_id, answers=one, now=now)


def forget_person(*, person_id: int) -> None:
    """Take a leaving person out of their sign-ups, which stay counted, and delete their answers (P4)."""
    with transaction.atomic():
        forget_people(person_ids=[person_id])
        drives.forget_person(person_id=person_id)


def hand_over(*, kept_id: int, ended_id: int) -> None:
    """Of two registrations of one person one stays: with the calls both answered, and what both were told.

    Where both answered a call, or were answered in a campaign, the kept one's stands. For operations, which end the
    other one afterwards.
    """
    with transaction.atomic():
        calls = list(SignUp.objects.filter(person_id=kept_id).values_list("appeal_id", flat=True))
        own = list(Answer.objects.filter(person_id=kept_id).values_list("campaign_id", flat=True))
        SignUp.objects.filter(person_id=ended_id).exclude(appeal_id__in=calls).update(person_id=kept_id)
        Answer.objects.filter(person_id=ended_id).exclude(campaign_id__in=own).update(person_id=kept_id)


def forget_people(*, person_ids: Sequence[int]) -> None:
    """What :func:`forget_person` does, of a few thousand people at most who put their names under no drive."""
    with transaction.atomic():
        # The mark covers the form; without it a late repeat can't be told from a reuse, so both are refused.
        SignUp.objects.filter(person_id__in=person_ids).update(person=None, fingerprint="")
        Answer.objects.filter(person_id__in=person_ids).delete()
        Reach.objects.filter(person_id__in=person_ids).delete()


def _open_appeal(code: str, now: datetime) -> tuple[AppealFacts, date]:
    """The call, and the day it is in its campaign. Refuses with NotFound or AppealOver."""
    appeal = reads.taking(code, now)
    return appeal, campaigns.local_day(campaigns.campaign_by_id(appeal.campaign_id), now)


def _refuse_reused(marks: dict[UUID, str]) -> set[UUID]:
    """Which of these sign-ups stand already. Refuses with SignUpReused when one is somebody else's."""
    rows = SignUp.objects.filter(client_id__in=list(marks)).values_list("client_id", "fingerprint")
    known = dict(rows)
    for client_id, mark in known.items():
        if mark and not hmac.compare_digest(mark, marks[client_id]):
            raise SignUpReused
    return set(known)


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + CHUNK_ROWS] for start in range(0, len(rows), CHUNK_ROWS))
