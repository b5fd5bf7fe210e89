"""Looking at what was handed in: once, and a second time where one person's word must not be enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from dure.base import accounts
from dure.base.access import Actor
from dure.kernel.refusals import BadInput
from dure.movement.people import actions as people
from dure.movement.people.types import NewCredential
from dure.movement.vetting import reads
from dure.movement.vetting.errors import CheckerUnnamed, EvidenceEnded, SecondPersonWanted
from dure.movement.vetting.models import Check, Paper
from dure.movement.vetting.rules import BEFORE, TWO_PERSONS, checked_step, credential_of
from dure.movement.vetting.rules import valid_until as usual_end
from dure.movement.vetting.types import Checked

# Each becomes a credential, so these transactions are the longer ones.
CHUNK_PEOPLE: Final = 1_000
EVIDENCE_CHARS_MAX: Final = 60


def check(
    *,
    actor: Actor,
    person_ids: Sequence[int],
    step: str,
    evidence: str,
    now: datetime,
    valid_until: date | None = None,
    by: int | None = None,
) -> Checked:
    """Look at what these people handed in, and find it good. ``evidence``: what was seen, at most 60 letters.

    A step that one person decides is through at once and becomes a credential; one that takes two waits for
    :func:`second_check`. ``valid_until``: its last good day, where the usual one is not right. Whoever has not handed
    in, lacks an earlier step, or lives elsewhere is passed over and counted.

    Refuses with StepUnknown, BadInput, CheckerUnnamed.
    """
    who, words = _who(actor, by), _words(evidence)
    today = now.date()
    end = valid_until or usual_end(checked_step(step), today)
    must_not_have_passed(end, today)
    passed: list[int] = []
    second = 0
    for chunk in _chunks(_fit(person_ids, step, today)):
        due = reads.with_us(actor, person_ids=chunk, step=step)
        due = due.filter(state=Check.State.HANDED_IN)
        with transaction.atomic():
            if step in TWO_PERSONS:
                second += due.update(
                    state=Check.State.SEEN, first_by=who, evidence=words, seen_at=now, valid_until=end
                )
            else:
                passed += _pass(due, step, now, first_by=who, evidence=words, valid_until=end)
    return Checked(tuple(passed), second, len(set(person_ids)) - len(passed) - second)


def second_check(
    *, actor: Actor, person_ids: Sequence[int], step: str, now: datetime, by: int | None = None
) -> Checked:
    """The second person's look at a step that takes two; with it the step is through.

    Whose last good day has passed since the first look is passed over. Refuses with StepUnknown, CheckerUnnamed, and,
    when nobody else is left, with SecondPersonWanted for what the asker saw first and EvidenceEnded for what has ended.
    """
    who = _who(actor, by)
    checked_step(step)
    passed: list[int] = []
    own = 0
    ended: list[date] = []
    today = now.date()
    for chunk in _chunks(_fit(person_ids, step, today)):
        due = reads.with_us(actor, person_ids=chunk, step=step)
        due = due.filter(state=Check.State.SEEN)
        over = due.filter(valid_until__lt=today)
        ended += [until for until in over.values_list("valid_until", flat=True) if until]
        due = due.exclude(pk__in=list(over.values_list("pk", flat=True)))
        own += due.filter(first_by=who).count()
        with transaction.atomic():
            passed += _pass(due.exclude(first_by=who), step, now, second_by=who)
    if own and not passed:
        raise SecondPersonWanted
    if ended and not passed:
        raise EvidenceEnded(until=max(ended))
    return Checked(tuple(passed), own, len(set(person_ids)) - len(passed) - own)


def must_not_have_passed(end: date | None, today: date) -> None:
    """Refuses with BadInput."""
    if end is not None and end < today:
        raise BadInput(where="valid_until", what=f"{end} has passed", wanted=f"{today} or later")


def _who(actor: Actor, by: int | None) -> int:
    """The account that looks; whoever is signed in looks for themself."""
    who = by if actor.is_system else actor.account_id
    if who is None:
        raise CheckerUnnamed
    accounts.name_of(who)
    return who


def _words(evidence: str) -> str:
    text = evidence.strip()
    if not 1 <= len(text) <= EVIDENCE_CHARS_MAX or not text.isprintable():
        wanted = f"what was seen, in 1 to {EVIDENCE_CHARS_MAX} letters"
        raise BadInput(where="evidence", what=f"{len(text)} letters can't be used", wanted=wanted)
    return text


def _fit(ids: Sequence[int], step: str, today: date) -> list[int]:
    """Who of these has what comes before this step."""
    lacks = reads.missing(sorted(set(ids)), BEFORE.get(step, ()), day=today)
    return [int(pk) for pk in lacks.person[~lacks.any_step]]


def _pass(
    due: QuerySet[Check],
    step: str,
    now: datetime,
    **values: object,
) -> list[int]:
    """Bring these steps to their end and make them credentials; whose. In a transaction of the caller's."""
    ids = list(due.select_for_update().order_by("person_id").values_list("pk", flat=True))
    rows = Check.objects.filter(pk__in=ids)
    rows.update(state=Check.State.PASSED, passed_at=now, **values)
    # What was sent in has done its work: who saw it, and when, is all that is kept.
    Paper.objects.filter(step_of_id__in=ids).delete()
    found = list(rows.values_list("person_id", "evidence", "first_by", "second_by", "valid_until"))
    if held := credential_of(step):
        kind, code = held
        credentials = [
            (person_id, NewCredential(kind, code, _evidence(text, first, second, now), end))
            for person_id, text, first, second, end in found
        ]
        if credentials:
            people.add_credentials(rows=credentials)
    return [row[0] for row in found]


def _evidence(text: str, first: int | None, second: int | None, now: datetime) -> str:
    seen_by = f"account {first}" if second is None else f"accounts {first} and {second}"
    return f"{text}; seen by {seen_by}, {now.date()}"


def _chunks(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[start : start + CHUNK_PEOPLE]) for start in range(0, len(ids), CHUNK_PEOPLE)]
