"""Use cases of calls: open a call, take a sign-up, give and correct answers."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import Final, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.base.home import secret
from dure.base.outbox import NewNotice
from dure.base.rows import insert_new
from dure.kernel.ids import client_id as made_id
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.movement.calls import reads
from dure.movement.calls.answering import answer_each
from dure.movement.calls.errors import (
    AnswerBad,
    AppealBad,
    AppealOver,
    AppealReused,
    SignUpBad,
    SignUpEnded,
    SignUpReused,
)
from dure.movement.calls.models import Answer, Appeal, SignUp
from dure.movement.calls.rules import answer_problem, appeal_problems, form_problems
from dure.movement.calls.types import (
    CONSENT_WORDING,
    Answered,
    AnswerFacts,
    AnswerKind,
    AppealFacts,
    NewAnswer,
    NewSignUp,
    Problem,
    Receipt,
    SignedUp,
    SignUpForm,
)
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignClosed, CampaignNotOpen
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.movement.people.ages import is_minor
from dure.movement.people.types import MATCHING, MESSAGES
from dure.movement.places import reads as places

CHUNK_ROWS: Final = 5_000
_PERSON_OF_SIGN_UP: Final = b"dure.calls.person"
T = TypeVar("T")


def open_appeal(
    *, actor: Actor, campaign_id: int, code: str, title: str, text: str, now: datetime
) -> AppealFacts:
    """Open a call of an open campaign; the same words under the same code twice open it once.

    Refuses with NotFound, NotAllowed, AppealBad, AppealReused, CampaignNotOpen or CampaignClosed.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    actor.must_organise(campaign.area_path)
    if bad := appeal_problems(code, title, text):
        raise AppealBad(count=len(bad), first=bad[0], problems=tuple(map(str, bad)))
    if campaign.state == "closed":
        raise CampaignClosed(slug=campaign.slug)
    if campaign.state == "draft":
        raise CampaignNotOpen(slug=campaign.slug, state=campaign.state)
    row = Appeal(campaign_id=campaign_id, code=code, title=title, text=text, opened_at=now)
    Appeal.objects.bulk_create([row], ignore_conflicts=True)
    found = reads.appeal(code)
    if (found.campaign_id, found.title, found.text) != (campaign_id, title, text):
        raise AppealReused(appeal_code=code)
    return found


def sign_up(
    *, client_id: UUID, appeal_code: str, form: SignUpForm, first_answer: AnswerFacts, now: datetime
) -> Receipt:
    """Take a sign-up: the person, the sign-up, the first honest answer and its notice, in one transaction.

    The form makes ``client_id`` and keeps it until it hears an answer, so a second try after a lost reply
    gets the first try's receipt, with the answer as it stands by then. Whether the address was known is
    nowhere told: everybody gets a page of their own.

    Refuses with NotFound, AppealOver, SignUpBad (every problem at once), AnswerBad, SignUpReused and
    SignUpEnded.
    """
    mark = _mark({"appeal": appeal_code, "form": asdict(form)})
    if earlier := _earlier(client_id, mark):
        return earlier
    appeal, today = _open_appeal(appeal_code, now)
    _refuse_bad_form(form, today)
    if bad := answer_problem(first_answer, today):
        raise AnswerBad(what=bad[0], wanted=bad[1])
    try:
        # Write first: the unique id settles who of two at once is served, before anybody is registered.
        with transaction.atomic():
            row = SignUp.objects.create(client_id=client_id, fingerprint=mark, appeal_id=appeal.id, at=now)
            row.person_id = _registered(client_id, form, now)
            row.save(update_fields=["person"])
            Answer.objects.create(
                person_id=row.person_id,
                campaign_id=appeal.campaign_id,
                kind=first_answer.kind,
                reason=first_answer.reason,
                by_date=first_answer.by_date,
                given_at=now,
            )
            outbox.queue_many(notices=_notices(row, appeal, form, first_answer, today), now=now)
    except IntegrityError:
        if twin := _earlier(client_id, mark):
            return twin
        raise
    return _receipt(row.pk, row.person_id, first_answer)


def sign_up_many(*, appeal_code: str, rows: Sequence[NewSignUp], now: datetime) -> SignedUp:
    """Write down the sign-ups of people who are registered already, in chunks of CHUNK_ROWS.

    They get no answer here: ``answer_many`` gives it, and until then ``reads.silent_since`` names them.

    Refuses with NotFound, AppealOver, and SignUpReused when an id stands for somebody else.
    """
    must(len({row.client_id for row in rows}) == len(rows), "a client id names one sign-up")
    appeal, _ = _open_appeal(appeal_code, now)
    written_count = 0
    for chunk in _chunks(rows):
        marks = {row.client_id: _mark({"appeal": appeal_code, "person": row.person_id}) for row in chunk}
        known = _refuse_reused(marks)
        missing = [row for row in chunk if row.client_id not in known]
        with transaction.atomic():
            insert_new(
                SignUp,
                ("client_id", "fingerprint", "appeal_id", "person_id", "at"),
                [(row.client_id, marks[row.client_id], appeal.id, row.person_id, now) for row in missing],
            )
        _refuse_reused({row.client_id: marks[row.client_id] for row in missing})
        written_count += len(missing)
    return SignedUp(written_count=written_count, known_count=len(rows) - written_count)


def answer(
    *, person_id: int, campaign_id: int, kind: AnswerKind, reason: str, by_date: date, now: datetime
) -> Answered:
    """Give one person an answer; see :func:`answer_many`."""
    new = NewAnswer(person_id=person_id, kind=kind, reason=reason, by_date=by_date)
    return answer_many(campaign_id=campaign_id, answers=[new], now=now)


def answer_many(*, campaign_id: int, answers: Sequence[NewAnswer], now: datetime) -> Answered:
    """Answer people: a new answer supersedes the standing one, an unchanged one is not written again.

    Every changed answer queues one notice ``answer_<kind>``, but for ``offered``, which the offer's own
    notice tells. A superseded ``offered`` is deleted, so that who declined and who was never asked leave
    the same rows (P3). Written in chunks, each whole: after a crash the same call writes the rest. Whoever
    leaves meanwhile is passed over.

    Refuses with AnswerBad before anything is written.
    """
    must(len({new.person_id for new in answers}) == len(answers), "a person gets one answer at a time")
    today = campaigns.local_day(campaigns.campaign_by_id(campaign_id), now)
    for new in answers:
        if bad := answer_problem(new, today):
            raise AnswerBad(what=bad[0], wanted=bad[1])
    given_count = unchanged_count = 0
    for chunk in _chunks(answers):
        given, unchanged = answer_each(campaign_id=campaign_id, answers=chunk, now=now)
        given_count += given
        unchanged_count += unchanged
    return Answered(given_count=given_count, unchanged_count=unchanged_count)


def forget_person(*, person_id: int) -> None:
    """Take a leaving person out of their sign-ups, which stay counted, and delete their answers (P4)."""
    with transaction.atomic():
        # The mark covers the form; without it a late repeat can't be told from a reuse, so both are refused.
        SignUp.objects.filter(person_id=person_id).update(person=None, fingerprint="")
        Answer.objects.filter(person_id=person_id).delete()


@cache
def _pepper() -> bytes:
    return secret("sign_up")


def _mark(facts: object) -> str:
    """Keyed, since it covers an address: without the secret nobody can try addresses against it."""
    return hmac.digest(_pepper(), fingerprint(facts).encode(), "sha256").hex()


def _open_appeal(code: str, now: datetime) -> tuple[AppealFacts, date]:
    """The call, and the day it is in its campaign. Refuses with NotFound or AppealOver."""
    appeal = reads.appeal(code)
    campaign = campaigns.campaign_by_id(appeal.campaign_id)
    today = campaigns.local_day(campaign, now)
    if campaign.state != "open" or today > campaign.ends_on:
        raise AppealOver
    return appeal, today


def _refuse_bad_form(form: SignUpForm, today: date) -> None:
    problems = form_problems(form, today)
    if form.area_id not in places.areas([form.area_id]):
        problems.append(Problem("area_id", f"{form.area_id} is no known place", "the id of a place"))
    if problems:
        raise SignUpBad(count=len(problems), first=str(problems[0]), problems=tuple(problems))


def _registered(client_id: UUID, form: SignUpForm, now: datetime) -> int:
    area = places.area(form.area_id)
    return people.register(
        key=made_id(_PERSON_OF_SIGN_UP, client_id),
        given_name=form.given_name,
        birth_year=form.birth_year,
        area_id=form.area_id,
        home_lat=area.lat,
        home_lon=area.lon,
        travel_limit_m=form.travel_limit_m,
        email=form.email,
        consents=(MATCHING, MESSAGES) if form.messages else (MATCHING,),
        wording=CONSENT_WORDING,
        now=now,
        guardian_email=form.guardian_email,
        languages=form.languages,
        refuses=form.refuses,
        prefers=form.prefers,
        skills=form.skills,
        free_spans=form.free_spans,
        physical_max=form.physical_max,
        long_shift_wish=form.long_shift_wish,
    ).id


def _notices(
    row: SignUp, appeal: AppealFacts, form: SignUpForm, first_answer: AnswerFacts, today: date
) -> Iterator[NewNotice]:
    must(row.person_id is not None, "a sign-up is confirmed to its person")
    person_id = row.person_id or 0
    facts = {
        "campaign_id": appeal.campaign_id,
        "answer": first_answer.kind,
        "reason": first_answer.reason,
        "by_date": first_answer.by_date.isoformat(),
    }
    yield NewNotice(person_id, "sign_up", f"sign-up:{row.client_id}", facts)
    if is_minor(birth_year=form.birth_year, day=today):
        # Sent to the guardian's address: without their agreement nobody under 18 is placed (P6).
        key = f"guardian-request:{row.client_id}"
        yield NewNotice(person_id, "guardian_request", key, {"campaign_id": appeal.campaign_id})


def _earlier(client_id: UUID, mark: str) -> Receipt | None:
    row = SignUp.objects.filter(client_id=client_id).select_related("appeal").first()
    if row is None:
        return None
    if row.person_id is None:
        raise SignUpEnded
    if not hmac.compare_digest(row.fingerprint, mark):
        raise SignUpReused
    standing = reads.answer_for(SYSTEM, row.person_id, row.appeal.campaign_id)
    must(standing is not None, "whoever signed up by form was answered at once")
    return _receipt(row.pk, row.person_id, standing.answer) if standing else None


def _receipt(sign_up_id: int, person_id: int | None, first_answer: AnswerFacts) -> Receipt:
    must(person_id is not None, "a receipt is somebody's")
    person_id = person_id or 0
    token = people_reads.private_link_token(person_id)
    return Receipt(sign_up_id=sign_up_id, person_id=person_id, link_token=token, answer=first_answer)


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
