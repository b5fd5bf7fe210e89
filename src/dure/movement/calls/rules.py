"""What a sign-up and an answer must fulfil. Pure: values in, problems out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from dure.kernel.refusals import BadInput
from dure.movement.calls.types import ANSWER_KINDS, AnswerFacts, Problem, SignUpForm
from dure.movement.people import checks
from dure.movement.people.ages import OLDEST_AGE, REGISTERED_FROM_AGE, age_reached, is_minor
from dure.movement.people.contacts import compared_email, normal_email, normal_phone
from dure.movement.people.names import normal_name

# What the people room takes is what a sign-up may say.
CODES_MAX: Final = checks.CODES_MAX
FREE_SPANS_MAX: Final = checks.SPANS_MAX
REASON_CHARS_MAX: Final = 300


def form_problems(
    form: SignUpForm, today: date, *, country: str = "", phone_is_enough: bool
) -> list[Problem]:
    """Every problem of a sign-up; whether its area exists is asked of the places room.

    ``country`` (ISO 3166): of the area, in which a phone number without + is read. ``phone_is_enough``: texts are sent
    here; where none are, who gives only a number would wait in vain for the code.
    """
    return [*_name(form.given_name), *_contact(form, country, phone_is_enough), *other_problems(form, today)]


def other_problems(form: SignUpForm, today: date) -> list[Problem]:
    """Every problem but those of the name and the contact."""
    found = [
        *_age(form, today),
        *_limits(form),
        *(_spans(form, today) if form.free_spans else ()),
        *_consent(form),
    ]
    for field in ("languages", "skills", "refuses", "prefers"):
        if codes := getattr(form, field):
            found += _codes(field, codes)
    return found


def answer_problem(answer: AnswerFacts, today: date) -> tuple[str, str] | None:
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
    try:
        normal_name(name)
    except BadInput as no:
        yield _problem("given_name", no)


def _email(field: str, address: str) -> Iterator[Problem]:
    try:
        normal_email(address, where=field)
    except BadInput as no:
        # The address itself is not repeated: refusals may be logged.
        yield _problem(field, no)


def _problem(field: str, no: BadInput) -> Problem:
    return Problem(field, str(no.facts["what"]), str(no.facts["wanted"]))


def _contact(form: SignUpForm, country: str, phone_is_enough: bool) -> Iterator[Problem]:
    if form.email.strip() or not form.phone.strip():
        yield from _email("email", form.email)
    elif not phone_is_enough:
        wanted = "an e-mail address too, since no text messages are sent from here"
        yield Problem("email", "is missing", wanted)
    if form.phone.strip():
        try:
            normal_phone(form.phone, country=country)
        except BadInput as no:
            yield _problem("phone", no)
    if not is_language(form.language):
        yield Problem("language", "is no code of a language", "a code such as en or ko")


def is_language(code: str) -> bool:
    """Whether this may be the code of a language."""
    return code.isprintable() and 0 < len(code.strip()) <= checks.LANGUAGE_LENGTH_MAX


def _age(form: SignUpForm, today: date) -> Iterator[Problem]:
    age = age_reached(birth_year=form.birth_year, day=today)
    if form.birth_year > today.year or age > OLDEST_AGE:
        yield Problem("birth_year", f"{form.birth_year} is no likely year of birth", "a year such as 1990")
    elif age < REGISTERED_FROM_AGE:
        what = "is too late to take part yet"
        yield Problem("birth_year", what, f"a year up to {today.year - REGISTERED_FROM_AGE - 1}")
    elif form.guardian_email.strip():
        yield from _email("guardian_email", form.guardian_email)
        if compared_email(form.guardian_email) == compared_email(form.email):
            yield Problem("guardian_email", "is your own address", "the address of a parent or guardian")
    elif is_minor(birth_year=form.birth_year, day=today):
        # Only the year is known, so whoever turns 18 this year still counts as 17 (P6).
        wanted = "the e-mail address of a parent or guardian, for whoever may be under 18"
        yield Problem("guardian_email", "is missing", wanted)


def _limits(form: SignUpForm) -> Iterator[Problem]:
    if not 0 <= form.travel_limit_m <= checks.TRAVEL_LIMIT_MAX_M:
        wanted = f"0 to {checks.TRAVEL_LIMIT_MAX_M // 1000} km"
        yield Problem("travel_limit_m", f"is {form.travel_limit_m / 1000:g} km", wanted)
    if not 0 <= form.physical_max <= checks.PHYSICAL_MAX:
        yield Problem("physical_max", f"is {form.physical_max}", "0 (seated) to 3 (heavy)")


def _spans(form: SignUpForm, today: date) -> Iterator[Problem]:
    if len(form.free_spans) > FREE_SPANS_MAX:
        yield Problem("free_spans", f"are {len(form.free_spans)}", f"at most {FREE_SPANS_MAX}")
        return
    for place, (starts_at, ends_at) in enumerate(form.free_spans):
        if bad := checks.span_problem(starts_at, ends_at, today=today):
            yield Problem(f"free_spans[{place}]", *bad)


# The same few lists come with every sign-up.
@lru_cache(maxsize=4096)
def _codes(field: str, codes: tuple[str, ...]) -> tuple[Problem, ...]:
    if len(codes) > CODES_MAX:
        return (Problem(field, f"has {len(codes)} entries", f"at most {CODES_MAX}"),)
    if any(
        not code.strip() or len(code) > checks.CODE_LENGTH_MAX or not code.isprintable() for code in codes
    ):
        return (Problem(field, "holds something that is no code", "codes such as first-aid"),)
    return ()


def _consent(form: SignUpForm) -> Iterator[Problem]:
    if form.refuses and (
        both := sorted({*map(checks.as_code, form.refuses)} & {*map(checks.as_code, form.prefers)})
    ):
        yield Problem("prefers", f"{', '.join(both)} is refused too", "each cause in one of the two")
    if not form.consent:
        wanted = "your agreement that your details are used to find you work"
        yield Problem("consent", "is missing", wanted)
