"""What a sign-up and an answer must fulfil. Pure: values in, problems out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dure.movement.calls.types import ANSWER_KINDS, AnswerFacts, NewAnswer, Problem, SignUpForm
from dure.movement.people.ages import OLDEST_AGE, REGISTERED_FROM_AGE, age_reached, is_minor

NAME_CHARS_MAX = 80
EMAIL_CHARS_MAX = 254
# The farthest day trip there and back; the same limit stands in the people room's table.
TRAVEL_LIMIT_M_MAX = 300_000
CODES_MAX = 50
CODE_CHARS_MAX = 40
# A year of days; the people room takes no more.
FREE_SPANS_MAX = 400
FREE_SPAN_HOURS_MAX = 24
# No campaign is planned farther ahead; what lies years back is a slip.
FREE_SPAN_DAYS_AWAY_MAX = 2 * 366
REASON_CHARS_MAX = 300
APPEAL_CHARS_MAX = 10_000
SLUG_CHARS_MAX = 50
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# The name is written into messages to an address nobody has confirmed yet: no links may hide in it.
_NOT_IN_NAMES = frozenset('<>@:/\\"{}[]')


def form_problems(form: SignUpForm, today: date) -> list[Problem]:
    """Every problem of a sign-up; whether its area exists is asked of the places room."""
    return [
        *_name(form.given_name),
        *_email("email", form.email),
        *_age(form, today),
        *_limits(form),
        *_spans(form, today),
        *_codes("languages", form.languages),
        *_codes("skills", form.skills),
        *_codes("refuses", form.refuses),
        *_codes("prefers", form.prefers),
        *_consent(form),
    ]


def answer_problem(answer: AnswerFacts | NewAnswer, today: date) -> tuple[str, str] | None:
    """What is wrong with an answer and what is expected; None when it is one."""
    if answer.kind not in ANSWER_KINDS:
        return f"{answer.kind!r} is no kind of answer", "one of " + ", ".join(ANSWER_KINDS)
    if not answer.reason.strip():
        return "it has no reason", "a reason in plain words"
    if len(answer.reason) > REASON_CHARS_MAX:
        return f"the reason has {len(answer.reason)} characters", f"at most {REASON_CHARS_MAX}"
    if answer.by_date < today:
        return f"its date {answer.by_date} has passed", f"{today} or later"
    return None


def _name(name: str) -> Iterator[Problem]:
    if not name.strip():
        yield Problem("given_name", "is empty", "the name you are called by")
    elif len(name) > NAME_CHARS_MAX:
        yield Problem("given_name", f"has {len(name)} characters", f"at most {NAME_CHARS_MAX}")
    elif not name.isprintable() or _NOT_IN_NAMES & set(name):
        yield Problem("given_name", "holds signs that no name has", "letters")


def _email(field: str, address: str) -> Iterator[Problem]:
    try:
        validate_email(address.strip())
        fits = len(address.strip()) <= EMAIL_CHARS_MAX
    except ValidationError:
        fits = False
    if not fits:
        # The address itself is not repeated: refusals may be logged.
        yield Problem(field, "is no e-mail address", "an address such as name@example.org")


def _age(form: SignUpForm, today: date) -> Iterator[Problem]:
    age = age_reached(birth_year=form.birth_year, day=today)
    if form.birth_year > today.year or age > OLDEST_AGE:
        yield Problem("birth_year", f"{form.birth_year} is no likely year of birth", "a year such as 1990")
    elif age < REGISTERED_FROM_AGE:
        what = "is too late to take part yet"
        yield Problem("birth_year", what, f"a year up to {today.year - REGISTERED_FROM_AGE - 1}")
    elif form.guardian_email.strip():
        yield from _email("guardian_email", form.guardian_email)
        if form.guardian_email.strip().lower() == form.email.strip().lower():
            yield Problem("guardian_email", "is your own address", "the address of a parent or guardian")
    elif is_minor(birth_year=form.birth_year, day=today):
        # Only the year is known, so whoever turns 18 this year still counts as 17 (P6).
        wanted = "the e-mail address of a parent or guardian, for whoever may be under 18"
        yield Problem("guardian_email", "is missing", wanted)


def _limits(form: SignUpForm) -> Iterator[Problem]:
    if not 0 <= form.travel_limit_m <= TRAVEL_LIMIT_M_MAX:
        wanted = f"metres from 0 to {TRAVEL_LIMIT_M_MAX}"
        yield Problem("travel_limit_m", f"is {form.travel_limit_m}", wanted)
    if not 0 <= form.physical_max <= 3:
        yield Problem("physical_max", f"is {form.physical_max}", "0 (seated) to 3 (heavy)")


def _spans(form: SignUpForm, today: date) -> Iterator[Problem]:
    if len(form.free_spans) > FREE_SPANS_MAX:
        yield Problem("free_spans", f"are {len(form.free_spans)}", f"at most {FREE_SPANS_MAX}")
        return
    for place, (starts_at, ends_at) in enumerate(form.free_spans):
        field = f"free_spans[{place}]"
        if starts_at.tzinfo is None or ends_at.tzinfo is None:
            yield Problem(field, "has no timezone", "times with a timezone")
        elif abs((starts_at.date() - today).days) > FREE_SPAN_DAYS_AWAY_MAX:
            yield Problem(field, "is years away", "hours within two years of today")
        elif not timedelta(0) < ends_at - starts_at <= timedelta(hours=FREE_SPAN_HOURS_MAX):
            wanted = f"an end after the start, at most {FREE_SPAN_HOURS_MAX} hours later"
            yield Problem(field, "does not end after it starts, or too late", wanted)
    if len({starts_at for starts_at, _ in form.free_spans}) < len(form.free_spans):
        yield Problem("free_spans", "start twice at the same time", "each start once")


def _codes(field: str, codes: tuple[str, ...]) -> Iterator[Problem]:
    if len(codes) > CODES_MAX:
        yield Problem(field, f"has {len(codes)} entries", f"at most {CODES_MAX}")
    elif any(not code.strip() or len(code) > CODE_CHARS_MAX or not code.isprintable() for code in codes):
        yield Problem(field, "holds something that is no code", "codes such as first-aid")


def _consent(form: SignUpForm) -> Iterator[Problem]:
    both = sorted(set(form.refuses) & set(form.prefers))
    if both:
        yield Problem("prefers", f"{', '.join(both)} is refused too", "each cause in one of the two")
    if not form.consent:
        wanted = "your agreement that your details are used to find you work"
        yield Problem("consent", "is missing", wanted)


def appeal_problems(code: str, title: str, text: str) -> list[Problem]:
    """Every problem of a call's words."""
    found: list[Problem] = []
    if len(code) > SLUG_CHARS_MAX or not _SLUG.fullmatch(code):
        found.append(Problem("code", f"{code[:60]!r} can't stand in a link", "letters a-z, digits and -"))
    for field, value, chars_max in (("title", title, 160), ("text", text, APPEAL_CHARS_MAX)):
        if not value.strip():
            found.append(Problem(field, "is empty", "a text"))
        elif len(value) > chars_max:
            found.append(Problem(field, f"has {len(value)} characters", f"at most {chars_max}"))
        elif "\x00" in value:
            found.append(Problem(field, "holds a NUL character", "plain text"))
    return found
