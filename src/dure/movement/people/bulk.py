"""Registering people by the ten thousand, from columns: what repeats is checked once, what doesn't in one sweep.

The rules are those of ``checks``, value by value, and the hash of a registration is the same, so that somebody is known
again whichever way they came. Rows that don't pass are left to ``register_many``, which says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as as_json_text
from typing import Any, Final, TypeVar

from dure.base.coded import Coded, same
from dure.base.rows import Column
from dure.kernel.must import must
from dure.kernel.refusals import Refusal
from dure.movement.people.checks import (
    CODE_LENGTH_MAX,
    LANGUAGE_LENGTH_MAX,
    PHYSICAL_MAX,
    SHIFTS_MAX,
    TRAVEL_LIMIT_MAX_M,
    as_text,
    check_count,
    check_text,
    checked_codes,
    checked_consents,
    checked_credentials,
    checked_guardian_email,
    checked_home,
    checked_moment,
    checked_spans,
    credential_facts,
    is_minor_checked,
    span_facts,
)
from dure.movement.people.contacts import facts_hash, normal_email, normal_phone
from dure.movement.people.names import normal_name
from dure.movement.people.storing import (
    Hanging,
    Known,
    Ready,
    as_json,
    contact_columns,
    guardian_columns,
    store_new,
)
from dure.movement.people.types import NewCredential, PeopleColumns, Taken
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts

T = TypeVar("T")
S = TypeVar("S")
# Whole numbers, with the most and the least they may be.
_COUNTS: Final = (
    ("travel_limit_m", TRAVEL_LIMIT_MAX_M, 0),
    ("physical_max", PHYSICAL_MAX, 0),
    ("shifts_max", SHIFTS_MAX, 1),
)
# A country's given names, most of them.
NAMES_KEPT_MAX: Final = 50_000
_AS_CHECKED: Final = (
    *("given_name", "home_lat", "home_lon", "travel_limit_m", "physical_max", "shifts_max", "language"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Registrations that passed, as they are stored; made without the database, so another process can make it."""

    ready: Ready | None
    rows: Sequence[int]
    left: Sequence[int]


def prepare_columns(*, columns: PeopleColumns, areas: Mapping[int, AreaFacts], now: datetime) -> Prepared:
    """Check registrations, seal their contacts and make them ready to be stored."""
    must(len(set(columns.keys)) == len(columns.keys), "no two rows have the same key")
    check_text(columns.wording, "wording", CODE_LENGTH_MAX)
    sweep = _Sweep(columns, areas, now)
    ready = sweep.ready().laid() if sweep.rows else None
    return Prepared(ready, sweep.rows, sorted(sweep.left))


def store_prepared(prepared: Prepared) -> Taken:
    """Store them in one transaction. Storing again what stands with the same facts changes nothing."""
    ready = prepared.ready
    if ready is None:
        return Taken(new=0, known=0, left=tuple(prepared.left))
    stood, new = store_new(ready)
    others = _with_other_facts(prepared.rows, ready, stood)
    left = sorted([*prepared.left, *others])
    return Taken(new=len(new), known=len(stood) - len(others), left=tuple(left))


def _with_other_facts(rows: Sequence[int], ready: Ready, stood: Known) -> list[int]:
    if not stood:
        return []
    return [
        row
        for row, key, mark in zip(rows, ready.keys, ready.marks, strict=True)
        if key in stood and stood[key][1] != mark
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Checked:
    """A column whose values are checked: what is stored, and how it stands among the hashed facts."""

    stored: Coded[Any]
    facts: Coded[str]


class _Sweep:
    """A registration in columns, every value checked.

    ``rows``: places of those that passed, to whom all that is ``given`` and asked for is cut; ``left``: the others.
    """

    def __init__(self, given: PeopleColumns, areas: Mapping[int, AreaFacts], now: datetime) -> None:
        self.given = given
        self.left: set[int] = set()
        self._now = now
        self._areas = areas
        self._checked: dict[str, _Checked] = {}
        self._check()
        self._emails, self._phones, self._guardians = self._contacts()
        count = len(given.keys)
        self.rows: Sequence[int] = range(count)
        if self.left:
            self._cut([row for row in range(count) if row not in self.left])
        agreed = self.given.guardian_agreed_at.each()
        self._agreed = [agreed[row] if address else None for row, address in enumerate(self._guardians)]

    def _cut(self, rows: Sequence[int]) -> None:
        self.rows = rows
        self.given = self.given.of(rows)
        self._checked = {
            name: _Checked(column.stored.of(rows), column.facts.of(rows))
            for name, column in self._checked.items()
        }
        for name in ("_emails", "_phones", "_guardians"):
            column = getattr(self, name)
            setattr(self, name, [column[row] for row in rows])

    def _check(self) -> None:
        given, check = self.given, self._check_each
        check("given_name", given.given_name, _normal_name, as_json_text)
        check("is_minor", given.birth_year, lambda year: is_minor_checked(year, self._now), str)
        check("country", given.area_id, self._country, str)
        check("home_lat", given.home_lat, lambda lat: checked_home(lat, 0.0)[0], repr)
        check("home_lon", given.home_lon, lambda lon: checked_home(0.0, lon)[1], repr)
        for name, most, least in _COUNTS:
            check(name, getattr(given, name), _counted(name, most, least), repr)
        check("language", given.language, _checked_language, as_json_text)
        check("consents", given.consents, checked_consents, as_text)
        for name in ("languages", "refuses", "prefers"):
            check(name, getattr(given, name), _checked_codes(name), as_text)
        check("credentials", given.credentials, lambda both: checked_credentials(*both), _credentials_text)
        check("free_spans", given.free_spans, checked_spans, lambda spans: as_text(span_facts(spans)))
        check("guardian_agreed_at", given.guardian_agreed_at, checked_moment, str)

    def _country(self, area_id: int) -> str:
        if area_id not in self._areas:
            raise AreaUnknown(area=area_id)
        return self._areas[area_id].country

    def _check_each(
        self, name: str, column: Coded[T], check: Callable[[T], S], facts: Callable[[S], str]
    ) -> None:
        stored: list[S | None] = []
        written: list[str] = []
        unfit: set[int] = set()
        for place, value in enumerate(column.values):
            try:
                passed = check(value)
            except Refusal:
                unfit.add(place)
                stored.append(None)  # goes nowhere: its rows are left
                written.append("")
            else:
                stored.append(passed)
                written.append(facts(passed))
        if unfit:
            self.left.update(row for row, place in enumerate(column.places) if place in unfit)
        self._checked[name] = _Checked(Coded(stored, column.places), Coded(written, column.places))

    def _contacts(self) -> tuple[list[str], list[str], list[str]]:
        """E-mail addresses, numbers and guardians' addresses in their normal form, "" where there is none."""
        given = self.given
        emails, phones, guardians = [], [], []
        is_minor, countries = self._checked["is_minor"].stored.each(), self._checked["country"].stored.each()
        for row, (email, phone) in enumerate(zip(given.email, given.phone, strict=True)):
            address = number = guardian = ""
            if row not in self.left:
                try:
                    number = normal_phone(phone, country=countries[row]) if phone.strip() else ""
                    address = normal_email(email) if email.strip() or not number else ""
                    if is_minor[row]:
                        guardian = checked_guardian_email(given.guardian_email[row], own=address)
                except Refusal:
                    self.left.add(row)
            emails.append(address)
            phones.append(number)
            guardians.append(guardian)
        return emails, phones, guardians

    def _texts(self) -> Iterable[str]:
        """The hashed facts of each, as ``checks`` writes them."""
        given = self.given
        wording = as_json_text(given.wording)
        groups = ["null"] * len(given.keys)
        if given.group_keys is not None:
            groups = [f'"{key.hex}"' if key else "null" for key in given.group_keys]
        facts = {name: column.facts.each() for name, column in self._checked.items()}
        parts = zip(
            facts["given_name"],
            given.birth_year.each(),
            given.area_id.each(),
            facts["home_lat"],
            facts["home_lon"],
            facts["travel_limit_m"],
            facts["physical_max"],
            given.long_shift_wish.mapped(lambda wish: "true" if wish else "false").each(),
            facts["shifts_max"],
            map(as_json_text, self._emails),
            map(as_json_text, self._phones),
            facts["language"],
            map(as_json_text, self._guardians),
            [repr(at.timestamp()) if at else "null" for at in self._agreed],
            groups,
            facts["consents"],
            facts["languages"],
            facts["refuses"],
            facts["prefers"],
            facts["credentials"],
            facts["free_spans"],
            strict=True,
        )
        for (name, year, area, lat, lon, travel, physical, long, shifts, email, phone, language, guardian, agreed,
             group, consents, languages, refuses, prefers, credentials, spans) in parts:  # fmt: skip
            yield (
                f"[{name},{year},{area},{lat},{lon},{travel},{physical},{long},{shifts},false,{email},{phone},{language},"
                f"{guardian},{agreed},null,{group},{wording},{consents},{languages},{refuses},{prefers},{credentials},{spans}]"
            )

    def ready(self) -> Ready:
        """Everybody in the form in which they are stored."""
        given, count = self.given, len(self.rows)
        stored = {name: column.stored for name, column in self._checked.items()}
        columns: dict[str, Column] = {
            **{name: stored[name] for name in _AS_CHECKED},
            **{name: stored[name].mapped(as_json) for name in ("languages", "refuses", "prefers")},
            "birth_year": given.birth_year,
            "area_id": given.area_id,
            "long_shift_wish": given.long_shift_wish,
            "guardian_agreed_at": self._agreed,
            "waiting_since": same(self._now, count),
            "lapses_on": same(None, count),
            "synthetic": same(value=False, count=count),
            "link_version": same(1, count),
        }
        emails = contact_columns(given.keys, self._emails, kind="email")
        return Ready(
            keys=given.keys,
            marks=[facts_hash(text) for text in self._texts()],
            columns=columns,
            group_keys=given.group_keys,
            contacts=emails + contact_columns(given.keys, self._phones, kind="sms"),
            guardians=guardian_columns(given.keys, self._guardians),
            consents=self._consents_hanging(),
            credentials=_hanging(stored["credentials"], _credential_columns),
            spans=_hanging(stored["free_spans"], _span_columns),
        )

    def _consents_hanging(self) -> Hanging:
        more = {"wording": self.given.wording, "given_at": self._now, "withdrawn_at": None}

        def columns_of(purposes: Sequence[str]) -> dict[str, Sequence[object]]:
            return {"purpose": purposes, **{name: [value] * len(purposes) for name, value in more.items()}}

        return _hanging(self._checked["consents"].stored, columns_of)


def _counted(where: str, most: int, least: int) -> Callable[[int], int]:
    def check(number: int) -> int:
        check_count(number, where, most, least=least)
        return number

    return check


def _checked_codes(where: str) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    return lambda codes: checked_codes(codes, where)


def _credentials_text(held: Sequence[NewCredential]) -> str:
    return as_text(credential_facts(held))


@lru_cache(maxsize=NAMES_KEPT_MAX)
def _normal_name(name: str) -> str:
    return normal_name(name)


def _checked_language(code: str) -> str:
    check_text(code, "language", LANGUAGE_LENGTH_MAX)
    return code


def _hanging(
    column: Coded[tuple[T, ...] | None], columns_of: Callable[[Sequence[T]], dict[str, Sequence[object]]]
) -> Hanging:
    """Rows that hang on people, from a column of tuples: the distinct tuples laid end to end, then drawn by place.

    None stands for what did not pass, and no place names it.
    """
    lists = [held or () for held in column.values]
    once = [one for held in lists for one in held]
    starts: list[range] = []
    at = 0
    for held in lists:
        starts.append(range(at, at + len(held)))
        at += len(held)
    of = [row for row, place in enumerate(column.places) for _ in starts[place]]
    drawn = [k for place in column.places for k in starts[place]]
    return Hanging(of, {name: Coded(values, drawn) for name, values in columns_of(once).items()})


def _credential_columns(once: Sequence[NewCredential]) -> dict[str, Sequence[object]]:
    return {
        "kind": [held.kind for held in once],
        "code": [held.code for held in once],
        "evidence": [held.evidence for held in once],
        "valid_until": [held.valid_until for held in once],
    }


def _span_columns(once: Sequence[tuple[datetime, datetime]]) -> dict[str, Sequence[object]]:
    return {"starts_at": [start for start, _ in once], "ends_at": [end for _, end in once]}
