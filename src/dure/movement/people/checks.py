"""What a registration must be like before it is written: every rule, and the facts in their stored form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from dure.kernel.must import must
from dure.kernel.refusals import BadInput
from dure.movement.people.ages import ADULT_AGE, OLDEST_AGE, REGISTERED_FROM_AGE, age_reached
from dure.movement.people.contacts import facts_hash, normal_email, normal_phone
from dure.movement.people.errors import ConsentMissing, GuardianMissing, TooYoung
from dure.movement.people.names import normal_name
from dure.movement.people.types import (
    CREDENTIAL_KINDS,
    MATCHING,
    OWN_WORD,
    PURPOSES,
    SKILL,
    NewCredential,
    NewPerson,
)
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts

CODE_LENGTH_MAX: Final = 40
LANGUAGE_LENGTH_MAX: Final = 12
EVIDENCE_LENGTH_MAX: Final = 120
CODES_MAX: Final = 50
# A year of days.
SPANS_MAX: Final = 400
SPAN_HOURS_MAX: Final = 24
# No campaign is planned farther ahead; what lies years back is a slip.
SPAN_DAYS_AWAY_MAX: Final = 2 * 366
# The farthest day trip there and back.
TRAVEL_LIMIT_MAX_M: Final = 300_000
PHYSICAL_MAX: Final = 3
SHIFTS_MAX: Final = 3
# About a kilometre: enough to match, too coarse to find a door.
HOME_DECIMALS: Final = 2

_BETWEEN: Final = re.compile(r"[\s_]+")
# One text for one list of facts: :func:`facts_hash` tells registrations apart by it.
as_text = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
Spans = tuple[tuple[datetime, datetime], ...]


@dataclass(slots=True)
class Checked:
    """A registration in its stored form. ``registered_as``: keyed hash of all of it."""

    given: NewPerson
    given_name: str
    home_lat: float
    home_lon: float
    languages: tuple[str, ...]
    refuses: tuple[str, ...]
    prefers: tuple[str, ...]
    email: str
    phone: str
    guardian_email: str
    guardian_agreed_at: datetime | None
    consents: tuple[str, ...]
    credentials: tuple[NewCredential, ...]
    free_spans: Spans
    registered_as: bytes = b""


def checked(given: NewPerson, *, areas: Mapping[int, AreaFacts], now: datetime) -> Checked:
    """The registration ready to be stored, or the first refusal: BadInput, AreaUnknown, ConsentMissing,
    TooYoung, GuardianMissing. None of them repeats an address or a name."""
    consents = checked_consents(given.consents)
    check_text(given.wording, "wording", CODE_LENGTH_MAX)
    if given.area_id not in areas:
        raise AreaUnknown(area=given.area_id)
    email, phone = _contacts(given, areas[given.area_id])
    check_text(given.language, "language", LANGUAGE_LENGTH_MAX)
    guardian_email = ""
    if is_minor_checked(given.birth_year, now):
        guardian_email = checked_guardian_email(given.guardian_email, own=email)
    home_lat, home_lon = checked_home(given.home_lat, given.home_lon)
    check_count(given.travel_limit_m, "travel_limit_m", TRAVEL_LIMIT_MAX_M)
    check_count(given.physical_max, "physical_max", PHYSICAL_MAX)
    check_shifts_max(given.shifts_max)
    ready = Checked(
        given=given,
        given_name=normal_name(given.given_name),
        home_lat=home_lat,
        home_lon=home_lon,
        languages=checked_codes(given.languages, "languages"),
        refuses=checked_codes(given.refuses, "refuses"),
        prefers=checked_codes(given.prefers, "prefers"),
        email=email,
        phone=phone,
        guardian_email=guardian_email,
        guardian_agreed_at=checked_moment(given.guardian_agreed_at, "guardian_agreed_at")
        if guardian_email
        else None,
        consents=consents,
        credentials=checked_credentials(given.skills, given.credentials),
        free_spans=checked_spans(given.free_spans),
    )
    checked_moment(given.waiting_since, "waiting_since")
    ready.registered_as = _hash(ready)
    return ready


def _hash(ready: Checked) -> bytes:
    """Moments count, not the timezones they are written in. :mod:`bulk` writes the same text from columns."""
    given = ready.given
    facts = (
        *(ready.given_name, given.birth_year, given.area_id, ready.home_lat, ready.home_lon),
        *(given.travel_limit_m, given.physical_max, given.long_shift_wish, given.shifts_max, given.synthetic),
        *(ready.email, ready.phone, given.language, ready.guardian_email),
        _seconds(ready.guardian_agreed_at),
        *(_seconds(given.waiting_since), given.group_key and given.group_key.hex),
        *(given.wording, ready.consents, ready.languages, ready.refuses, ready.prefers),
        credential_facts(ready.credentials),
        span_facts(ready.free_spans),
    )
    return facts_hash(as_text(facts))


def credential_facts(credentials: Iterable[NewCredential]) -> list[tuple[object, ...]]:
    """Credentials as the hash of a registration takes them."""
    return [(c.kind, c.code, c.evidence, c.valid_until and c.valid_until.toordinal()) for c in credentials]


def span_facts(spans: Spans) -> list[tuple[float, float]]:
    """Hours as the hash of a registration takes them."""
    return [(start.timestamp(), end.timestamp()) for start, end in spans]


def checked_consents(consents: Iterable[str]) -> tuple[str, ...]:
    """Purposes once each, in order. Refuses with ConsentMissing, BadInput."""
    once = tuple(sorted(set(consents)))
    if MATCHING not in once:
        raise ConsentMissing(purpose=MATCHING)
    for purpose in once:
        if purpose not in PURPOSES:
            raise BadInput(where="consents", what=f"{purpose!r} is no purpose", wanted=" or ".join(PURPOSES))
    return once


def _contacts(given: NewPerson, area: AreaFacts) -> tuple[str, str]:
    """E-mail address and number in their normal form; one of them may be empty, or both of who came along."""
    if given.without_contact and not given.email.strip() and not given.phone.strip():
        must(given.unconfirmed_until is not None, "who can't be reached is kept for a time only")
        return "", ""
    if not given.phone.strip():
        return normal_email(given.email), ""
    phone = normal_phone(given.phone, country=area.country)
    return (normal_email(given.email) if given.email.strip() else ""), phone


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def is_minor_checked(birth_year: int, now: datetime) -> bool:
    """Whether somebody born then needs a guardian. Refuses with BadInput, TooYoung."""
    age = age_reached(birth_year=birth_year, day=now.date())
    if not -1 <= age <= OLDEST_AGE:
        wanted = f"a year from {now.year - 1 - OLDEST_AGE} to {now.year}"
        raise BadInput(where="birth_year", what=f"{birth_year} can't be right", wanted=wanted)
    if age < REGISTERED_FROM_AGE:
        raise TooYoung(age=REGISTERED_FROM_AGE)
    return age < ADULT_AGE


def checked_guardian_email(text: str, *, own: str) -> str:
    """The guardian's address of a minor, whose ``own`` it must not be. Refuses with GuardianMissing, BadInput.

    An adult's guardian is nobody's business: of theirs nothing is kept.
    """
    if not text.strip():
        raise GuardianMissing
    guardian_email = normal_email(text, where="guardian_email")
    if guardian_email == own:
        what = "this is the young person's own address"
        raise BadInput(where="guardian_email", what=what, wanted="the address of a parent or guardian")
    return guardian_email


def checked_home(lat: float, lon: float) -> tuple[float, float]:
    """A home rounded to 0.01 degree. Refuses with BadInput what is not on the earth, NaN too."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        what = "this place is not on the earth"
        raise BadInput(where="home_lat, home_lon", what=what, wanted="-90 to 90 and -180 to 180 degrees")
    return round(float(lat), HOME_DECIMALS), round(float(lon), HOME_DECIMALS)


@lru_cache(maxsize=4096)
def as_code(text: str) -> str:
    """Lists of codes meet only when they are written the same way, whichever door they came by.

    >>> as_code(" First  aid"), as_code("first_aid")
    ('first-aid', 'first-aid')
    """
    return _BETWEEN.sub("-", text.strip().casefold())


# The same few lists come with every person of an import.
@lru_cache(maxsize=4096)
def checked_codes(codes: tuple[str, ...], where: str) -> tuple[str, ...]:
    """Codes (:func:`as_code`) once each, in order of the alphabet. Refuses with BadInput."""
    once = tuple(sorted(set(map(as_code, codes))))
    if len(once) > CODES_MAX:
        raise BadInput(where=where, what=f"{len(once)} are too many", wanted=f"{CODES_MAX} at most")
    for code in once:
        check_text(code, where, CODE_LENGTH_MAX)
    return once


@lru_cache(maxsize=4096)
def checked_credential(credential: NewCredential) -> NewCredential:
    """Refuses with BadInput an unknown kind, and cover, briefing or clearance on somebody's own word (P7)."""
    if credential.kind not in CREDENTIAL_KINDS:
        wanted = " or ".join(CREDENTIAL_KINDS)
        raise BadInput(where="credential kind", what=f"{credential.kind!r} is unknown", wanted=wanted)
    check_text(credential.code, "credential code", CODE_LENGTH_MAX)
    check_text(credential.evidence, "evidence", EVIDENCE_LENGTH_MAX)
    if credential.evidence == OWN_WORD and credential.kind != SKILL:
        what = f"{credential.kind} can't rest on somebody's own word"
        raise BadInput(where="evidence", what=what, wanted="the paper, the policy or the person who checked")
    return credential


def checked_credentials(
    skills: tuple[str, ...], credentials: Iterable[NewCredential]
) -> tuple[NewCredential, ...]:
    """Skills on one's own word and what there is evidence for, each once, evidence first. Refuses with BadInput."""
    found = {
        (SKILL, code): NewCredential(kind=SKILL, code=code, evidence=OWN_WORD)
        for code in checked_codes(skills, "skills")
    }
    for credential in credentials:
        found[credential.kind, credential.code] = checked_credential(credential)
    return tuple(found[key] for key in sorted(found))


def span_problem(start: datetime, end: datetime, *, today: date) -> tuple[str, str] | None:
    """What is wrong with hours as somebody hands them in, and what is expected; None where nothing is.

    Asked of each before :func:`checked_spans` makes longer ones of those that touch.
    """
    if start.tzinfo is None or end.tzinfo is None:
        return "has no timezone", "times with a timezone"
    if abs((start.date() - today).days) > SPAN_DAYS_AWAY_MAX:
        return "is years away", "hours within two years of today"
    if not timedelta(0) < end - start <= timedelta(hours=SPAN_HOURS_MAX):
        wanted = f"an end after the start, at most {SPAN_HOURS_MAX} hours later"
        return "does not end after it starts, or too late", wanted
    return None


def checked_spans(spans: Iterable[tuple[datetime, datetime]]) -> Spans:
    """Hours in order, with those that overlap or touch made one, so that a shift across both fits.

    Refuses with BadInput a span without a timezone, one that ends before it starts, and too many.
    """
    merged: list[tuple[datetime, datetime]] = []
    ordered = sorted((_aware(start), _aware(end)) for start, end in spans)
    if len(ordered) > SPANS_MAX:
        raise BadInput(where="free_spans", what=f"{len(ordered)} are too many", wanted=f"{SPANS_MAX} at most")
    for start, end in ordered:
        if end <= start:
            raise BadInput(where="free_spans", what=f"{end} is not after {start}", wanted="from, then to")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise BadInput(
            where="free_spans", what=f"{moment} has no timezone", wanted="a time with its timezone"
        )
    return moment


def checked_moment(moment: datetime | None, where: str = "moment") -> datetime | None:
    """Refuses with BadInput a moment without a timezone."""
    if moment is not None and moment.tzinfo is None:
        raise BadInput(where=where, what=f"{moment} has no timezone", wanted="a time with its timezone")
    return moment


def check_text(text: str, where: str, length_max: int) -> None:
    if not text.strip() or len(text) > length_max or not text.isprintable():
        what = f"{len(text)} letters can't be used" if text.strip() else "it is empty"
        raise BadInput(where=where, what=what, wanted=f"1 to {length_max} letters in one line")


def check_shifts_max(shifts_max: int) -> None:
    """Refuses with BadInput. More shifts a day than three leave no room for a way between them."""
    check_count(shifts_max, "shifts_max", SHIFTS_MAX, least=1)


def check_count(number: int, where: str, most: int, *, least: int = 0) -> None:
    """Refuses with BadInput what is not between ``least`` and ``most``."""
    if not least <= number <= most:
        wanted = f"a whole number from {least} to {most}"
        raise BadInput(where=where, what=f"{number} can't be used", wanted=wanted)
