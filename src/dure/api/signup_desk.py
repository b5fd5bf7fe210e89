"""What both doors for sign-ups share: their limits, the count of tries, and the words of receipts and refusals."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.utils import translation

from dure.api.told import told_refusal
from dure.base import throttle
from dure.base.errors import TooManyTries
from dure.kernel.refusals import Refusal
from dure.movement.calls.errors import SignUpBad
from dure.movement.calls.intake import Taken
from dure.movement.calls.types import Problem
from dure.movement.people.ages import is_minor
from dure.operations.intake import Intake
from dure.operations.letters import language_of
from dure.operations.problem_words import what_and_wanted
from dure.operations.refusal_words import problem
from dure.operations.signup_shape import SignUpAsked

BODY_BYTES_MAX: Final = 64 * 1024
# Fields of a form by the names that they have at this door.
_NAMED: Final = {
    "area_id": "town",
    "travel_limit_m": "travel_km",
    "free_spans": "free",
    "long_shift_wish": "long_shift",
}


class SignUpTooLarge(Refusal):
    code = "sign_up_too_large"
    says = (
        "A sign-up has at most {bytes_max} bytes. Send each person alone, with the fields the schema names."
    )
    status = 413

    def __init__(self) -> None:
        super().__init__(bytes_max=BODY_BYTES_MAX)


def take(intake: Intake, asked: SignUpAsked, *, place: str, now: datetime) -> tuple[int, dict[str, object]]:
    """Status and body for a sign-up from a place (``throttle``): the receipt, or what is refused in its language."""
    # A guardian is written to for the young alone: nobody's letters are used up by whoever names them.
    guardian_email = asked.guardian_email if is_minor(birth_year=asked.birth_year, day=now.date()) else ""
    try:
        with throttle.SignUpTries(place, (asked.email, guardian_email, asked.phone), now=now) as tries:
            taken = _taken(intake, asked, tries, now)
            # Whoever was told to come again was not taken, and who comes again is sent no second letter.
            if not taken.is_known:
                tries.count()
    except Refusal as refusal:
        # One of ours: Django looks for the files of any language it is told to speak, and keeps its catalog for ever.
        with translation.override(language_of(asked.language)):
            return refusal.status, told_no(refusal)
    answer = taken.receipt.answer
    reason = _reason(answer.reason, language_of(asked.language))
    return 200 if taken.is_known else 201, {
        "receipt": str(asked.client_id),
        "link": f"/me/{taken.receipt.link_token}/",
        "answer": {"kind": answer.kind, "reason": reason, "by_date": answer.by_date.isoformat()},
    }


@lru_cache(maxsize=512)
def _reason(reason: str, language: str) -> str:
    """Few reasons are told to very many."""
    with translation.override(language):
        return translation.gettext(reason)


def _taken(intake: Intake, asked: SignUpAsked, tries: throttle.SignUpTries, now: datetime) -> Taken:
    """What was taken before a limit was reached gets its receipt again, however many have come since."""
    try:
        tries.refuse_too_many()
    except TooManyTries:
        if taken := intake.again(asked, now=now):
            return taken
        raise
    return intake.take(asked, now=now)


def told_no(refusal: Refusal) -> dict[str, object]:
    """A refusal in the API's shape; a form's problems each with its field's name at this door."""
    told = told_refusal(refusal)
    problems = refusal.facts.get("problems")
    if isinstance(refusal, SignUpBad) and isinstance(problems, tuple):
        named = [_at_this_door(problem) for problem in problems]
        words = translation.gettext(refusal.says).format(count=len(named), first=problem(str(named[0])))
        facts = {"count": len(named), "problems": [asdict(problem) for problem in named]}
        return told | {"says": words, "facts": facts}
    return told


def _at_this_door(problem: Problem) -> Problem:
    """``free_spans[3]`` is ``free[3]`` here."""
    name, bracket, place = problem.field.partition("[")
    return Problem(_NAMED.get(name, name) + bracket + place, *what_and_wanted(problem))
