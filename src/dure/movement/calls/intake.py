"""Sign-ups by the thousand a second: each is made ready on its own, then many are stored in one transaction.

Making ready (checking, sealing, marking, the private link) needs no database, so those who wait do it beside the
writer. Storing writes the person and all that hangs on them, the sign-up, the first honest answer and its notice.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final, cast
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from dure.base.home import secret
from dure.base.outbox_batch import NoticeMould, queue_ready
from dure.base.ready_rows import ReadyTable, next_ids, sent_together
from dure.kernel.ids import client_id as made_id
from dure.kernel.refusals import BadInput, NotFound, Refusal
from dure.movement.calls.errors import AnswerBad, SignUpBad, SignUpEnded, SignUpReused
from dure.movement.calls.models import Answer, SignUp
from dure.movement.calls.rules import answer_problem, form_problems, is_language, other_problems
from dure.movement.calls.types import (
    CONSENT_WORDING,
    AnswerFacts,
    AnswerKind,
    AppealFacts,
    Problem,
    Receipt,
    SignUpForm,
)
from dure.movement.people import intake as people
from dure.movement.people import reads as people_reads
from dure.movement.people.ages import is_minor
from dure.movement.people.checks import checked_codes, checked_spans
from dure.movement.people.contacts import normal_email, normal_phone
from dure.movement.people.intake import Arrival, Comer
from dure.movement.people.names import normal_name
from dure.movement.people.types import MATCHING, MESSAGES
from dure.movement.places.types import AreaFacts

_HOUSEHOLD: Final = b"dure.calls.household"
# Whoever sends the same at the very same moment through another process may come first once, not twice.
_TRIES_MAX: Final = 3
Known = tuple[int, str, int | None, int]
_packed = msgspec.msgpack.Encoder().encode
_SIGN_UPS: Final = ReadyTable(SignUp, ("id", "client_id", "fingerprint", "appeal_id", "person_id", "at"))
_ANSWERS: Final = ReadyTable(
    Answer, ("person_id", "campaign_id", "kind", "reason", "by_date", "given_at", "stands")
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What everybody who answers a call at a moment is told and held to.

    ``today``: there; ``answer``: the first, honest one; ``unconfirmed_until``: the last day to show that a contact is
    theirs, None where it is known; ``phone_is_enough``: texts are sent here, so nobody needs an e-mail address.
    """

    appeal: AppealFacts
    today: date
    answer: AnswerFacts
    unconfirmed_until: date | None
    thanks: NoticeMould
    guardian_request: NoticeMould
    phone_is_enough: bool = False


class Ready(msgspec.Struct, frozen=True, gc=False):
    """A sign-up whose rows are ready but for their ids."""

    client_id: UUID
    mark: bytes
    terms: Terms
    arrival: Arrival
    is_minor: bool


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A receipt, and whether the sign-up stood there before."""

    receipt: Receipt
    is_known: bool


def terms_of(
    appeal: AppealFacts,
    *,
    today: date,
    answer: AnswerFacts,
    unconfirmed_until: date | None,
    phone_is_enough: bool = False,
) -> Terms:
    """Refuses with AnswerBad."""
    if bad := answer_problem(answer, today):
        raise AnswerBad(what=bad[0], wanted=bad[1])
    facts = {
        "campaign_id": appeal.campaign_id,
        "answer": answer.kind,
        "reason": answer.reason,
        "by_date": answer.by_date.isoformat(),
    }
    return Terms(
        appeal=appeal,
        today=today,
        answer=answer,
        unconfirmed_until=unconfirmed_until,
        thanks=NoticeMould(kind="sign_up", facts=facts),
        # Sent to the guardian's address: without their agreement nobody under 18 is placed (P6).
        guardian_request=NoticeMould(kind="guardian_request", facts={"campaign_id": appeal.campaign_id}),
        phone_is_enough=phone_is_enough,
    )


def ready(
    *,
    client_id: UUID,
    form: SignUpForm,
    area: AreaFacts | None,
    terms: Terms,
    now: datetime,
    synthetic: bool = False,
) -> Ready:
    """Check a form and make it ready. ``area``: the one its ``area_id`` names. Refuses with SignUpBad.

    ``synthetic``: of somebody who is made up, for simulations.
    """
    if area is None:
        raise _bad(form, area, terms)
    country = area.country
    try:
        given_name = normal_name(form.given_name)
        phone = normal_phone(form.phone, country=country) if form.phone.strip() else ""
        # Without a number that reaches them there has to be an address, and an empty one is none.
        is_asked = form.email.strip() or not (phone and terms.phone_is_enough)
        email = normal_email(form.email) if is_asked else ""
    except BadInput:
        raise _bad(form, area, terms) from None
    if not is_language(form.language) or other_problems(form, terms.today):
        raise _bad(form, area, terms)
    minor = is_minor(birth_year=form.birth_year, day=terms.today)
    mark = mark_of(terms.appeal.code, form)
    comer = Comer(
        given_name=given_name,
        email=email,
        phone=phone,
        birth_year=form.birth_year,
        area=area,
        travel_limit_m=form.travel_limit_m,
        consents=(MATCHING, MESSAGES) if form.messages else (MATCHING,),
        wording=CONSENT_WORDING,
        guardian_email=normal_email(form.guardian_email) if minor else "",
        languages=checked_codes(form.languages, "languages"),
        language=form.language.strip(),
        skills=checked_codes(form.skills, "skills"),
        refuses=checked_codes(form.refuses, "refuses"),
        prefers=checked_codes(form.prefers, "prefers"),
        free_spans=checked_spans(form.free_spans) if form.free_spans else (),
        physical_max=form.physical_max,
        long_shift_wish=form.long_shift_wish,
        # With the contact, so that nobody comes into a household by its id alone.
        household=form.household and made_id(_HOUSEHOLD, form.household, email, phone),
        unconfirmed_until=terms.unconfirmed_until,
        mark=mark,
        synthetic=synthetic,
    )
    arrival = people.arrival(comer, client_id=client_id, now=now)
    return Ready(client_id, mark, terms, arrival, minor)


def _bad(form: SignUpForm, area: AreaFacts | None, terms: Terms) -> SignUpBad:
    """With every problem at once, so that nobody mends a form line by line."""
    country = area.country if area else ""
    problems = form_problems(form, terms.today, country=country, phone_is_enough=terms.phone_is_enough)
    if area is None:
        problems.append(Problem("area_id", "is no known town", "the code of a town"))
    return SignUpBad(count=len(problems), first=str(problems[0]), problems=tuple(problems))


def store(rows: Sequence[Ready], *, look_first: bool = False) -> list[Taken | Refusal]:
    """What became of each row; all that are new are durable together when this returns.

    The same id with the same form again gets the first receipt, with the answer as it stands by then; with another
    form it is refused with SignUpReused, and with SignUpEnded once its person has left. ``look_first``: some are
    expected to be known; without, a batch with such is written a second time.
    """
    first = {row.client_id: row for row in reversed(rows)}
    known: dict[UUID, Known] = {}
    receipts: dict[UUID, Receipt] = {}
    for try_number in range(_TRIES_MAX):
        try:
            with transaction.atomic(), sent_together():
                known = _known(first) if look_first or try_number else {}
                receipts = _write([row for pk, row in first.items() if pk not in known])
            break
        except IntegrityError:
            # Some stand already: once more, without them. Sent twice in one millisecond, even the keys are the same.
            if try_number + 1 == _TRIES_MAX:
                raise
    return [_outcome(row, first[row.client_id], receipts, known) for row in rows]


def _outcome(
    row: Ready, first: Ready, receipts: dict[UUID, Receipt], known: dict[UUID, Known]
) -> Taken | Refusal:
    receipt = receipts.get(row.client_id)
    if receipt is None:
        return _again(row.mark, *known[row.client_id])
    if row is first:
        return Taken(receipt, is_known=False)
    return Taken(receipt, is_known=True) if hmac.compare_digest(row.mark, first.mark) else SignUpReused()


def earlier(client_id: UUID, mark: bytes) -> Receipt | None:
    """The receipt of a sign-up that stands, None where none does. Refuses with SignUpReused and SignUpEnded."""
    known = _known([client_id]).get(client_id)
    if known is None:
        return None
    found = _again(mark, *known)
    if isinstance(found, Refusal):
        raise found
    return found.receipt


def mark_of(appeal_code: str, form: SignUpForm) -> bytes:
    """32 bytes that tell a repeated sign-up from a reused id.

    Keyed, since it covers an address: without the secret nobody can try addresses against it.
    """
    try:
        return keyed(_packed((appeal_code, form)))
    except OverflowError:  # hours at the ends of the calendar, which no rule lets in
        return keyed(repr((appeal_code, form)).encode())


def keyed(facts: bytes) -> bytes:
    """For this room's own actions: facts as 32 bytes that only this installation makes."""
    return hmac.digest(_pepper(), facts, "sha256")


@cache
def _pepper() -> bytes:
    return secret("sign_up")


def _write(rows: Sequence[Ready]) -> dict[UUID, Receipt]:
    if not rows:
        return {}
    ids = people.ids_for(len(rows))
    sign_up_ids = next_ids(SignUp, len(rows))
    people.write([(pk, row.arrival) for pk, row in zip(ids, rows, strict=True)])
    sign_ups, answers, notices = [], [], []
    receipts: dict[UUID, Receipt] = {}
    for sign_up_id, pk, row in zip(sign_up_ids, ids, rows, strict=True):
        terms, at = row.terms, row.arrival.at
        appeal, answer = terms.appeal, terms.answer
        sign_ups.append((sign_up_id, row.client_id.hex, row.mark.hex(), appeal.id, pk, at))
        by_date = answer.by_date.isoformat()
        answers.append((pk, appeal.campaign_id, answer.kind, answer.reason, by_date, at, True))
        # By ids that rise, so that keys of one hour stand side by side in their index.
        key = f"{pk}:{appeal.id}"
        notices.append(terms.thanks.row(person_id=pk, dedupe_key=f"sign-up:{key}", at=at))
        if row.is_minor:
            key = f"guardian-request:{key}"
            notices.append(terms.guardian_request.row(person_id=pk, dedupe_key=key, at=at))
        receipts[row.client_id] = Receipt(sign_up_id, pk, row.arrival.link_token, answer)
    # After their people: SQLite looks through every table that may hold on to a row which comes too late.
    _SIGN_UPS.insert(sign_ups)
    _ANSWERS.insert(answers)
    queue_ready(notices)
    return receipts


def _known(client_ids: Iterable[UUID]) -> dict[UUID, Known]:
    """Sign-ups that stand already: id, mark, person and campaign."""
    found = SignUp.objects.filter(client_id__in=list(client_ids))
    columns = found.values_list("client_id", "pk", "fingerprint", "person_id", "appeal__campaign_id")
    return {
        client_id: (pk, mark, person_id, campaign) for client_id, pk, mark, person_id, campaign in columns
    }


def _again(
    asked: bytes, sign_up_id: int, mark: str, person_id: int | None, campaign_id: int
) -> Taken | Refusal:
    if person_id is None:
        return SignUpEnded()
    if not hmac.compare_digest(mark, asked.hex()):
        return SignUpReused()
    standing = Answer.objects.filter(person_id=person_id, campaign_id=campaign_id, stands=True).first()
    if standing is None:  # every sign-up is answered at once, so they leave at this very moment
        return SignUpEnded()
    answer = AnswerFacts(cast("AnswerKind", standing.kind), standing.reason, standing.by_date)
    try:
        token = people_reads.private_link_token(person_id)
    except NotFound:  # left at this very moment
        return SignUpEnded()
    return Taken(Receipt(sign_up_id, person_id, token, answer), is_known=True)
