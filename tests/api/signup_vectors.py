"""What every door for sign-ups must take and refuse alike: the hot one, django-ninja's, the page's form, the import.

Each vector is what is sent instead of, or changed in, a good sign-up, in the names of the API, and the status and code
that answer it there. ``field``: the one that is at fault. ``everywhere``: other doors know the same facts and give
the same verdict; what only JSON can get wrong has it False.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from dure.kernel.ids import client_id

# Born in this year, somebody is an adult for sure on the day of the tests (6 October 2026).
GOOD: Final[dict[str, Any]] = {
    "call": "help",
    "given_name": "Daeun",
    "email": "daeun@example.org",
    "birth_year": 1991,
    "town": "suwon",
    "travel_km": 10,
    "consent": True,
}
LEFT_OUT: Final = object()
_BAD: Final = "sign_up_bad"


@dataclass(frozen=True)
class Vector:
    name: str
    changes: dict[str, Any] = field(default_factory=dict)
    status: int = 201
    code: str = ""
    field: str = ""
    everywhere: bool = True

    @property
    def is_taken(self) -> bool:
        return self.status == 201


def _name(name: str, given_name: str, *, bad: bool = False) -> Vector:
    at_fault = ("given_name", 422, _BAD) if bad else ("", 201, "")
    return Vector(name, {"given_name": given_name}, at_fault[1], at_fault[2], at_fault[0])


def _bad(name: str, at_fault: str, changes: dict[str, Any], *, everywhere: bool = True) -> Vector:
    return Vector(name, changes, 422, _BAD, at_fault, everywhere)


def _shape(name: str, **changes: Any) -> Vector:
    return Vector(name, changes, 422, "bad_shape", everywhere=False)


# Names in any script, and what is none.
NAMES: Final = [
    _name("a name in Hangul", "김다은"),
    _name("a name in Arabic", "فاطمة الزهراء"),
    _name("a name in Devanagari", "अनुष्का"),
    _name("a name in Han", "李小龍"),
    _name("a name in Cyrillic", "Анна-Мария"),
    _name("a name in Georgian", "ნინო"),
    _name("a name in Yoruba", "Adérónkẹ́"),
    _name("a name with an apostrophe", "D'Arcy O’Neill"),
    _name("a name of one letter", "O"),
    _name("a name in two scripts, word by word", "Anna Анна"),
    _name("a name with a joiner that Persian needs", "مه\u200cناز"),
    _name("a name with a joiner that Sinhala needs", "ශ්\u200dරී"),
    _name("a name with marks of direction that a keyboard slipped in", "\u200fפנינה\u200e"),
    _name("a name with letters and a flower", "Daeun 🌻"),
    _name("a name with spaces around", "  Daeun "),
    _name("a name in decomposed letters", "Zoe\u0308"),
    _name("a name of 80 letters", "x" * 80),
    _name("a name of 80 letters outside the first plane", "𠮷" * 80),
    _name("no name", "", bad=True),
    _name("spaces for a name", "   ", bad=True),
    _name("a name of 81 letters", "x" * 81, bad=True),
    _name("a name of 300 letters", "다" * 300, bad=True),
    _name("emoji for a name", "🌻🌻", bad=True),
    _name("digits for a name", "12345", bad=True),
    _name("a null character in a name", "Dae\x00un", bad=True),
    _name("a line break in a name", "Dae\nun", bad=True),
    _name("text turned around in a name", "Dae\u202eun", bad=True),
    _name("an isolate of direction in a name", "Dae\u2067un", bad=True),
    _name("a link in a name", "see http://example.org", bad=True),
    _name("markup in a name", "<b>Daeun</b>", bad=True),
    _name("letters of two alphabets that look alike in one word", "D\u0430eun", bad=True),
    _name("a private sign in a name", "Dae\ue000un", bad=True),
]

# How somebody is reached.
CONTACTS: Final = [
    Vector("an address in capitals and with spaces", {"email": " Daeun@Example.ORG "}),
    Vector("an address with a plus", {"email": "daeun+harvest@example.org"}),
    Vector("a phone and no address", {"email": "", "phone": "+82 10-2000-0001"}),
    Vector("a phone as dialled within the country", {"email": "", "phone": "010-2000-0001"}),
    Vector("a phone in other digits", {"email": "", "phone": "０１０-２０００-０００１"}),
    Vector("an address and a phone", {"phone": "+82 10-2000-0001"}),
    _bad("neither address nor phone", "email", {"email": ""}),
    _bad("no address", "email", {"email": "nowhere"}),
    _bad("an address without a host", "email", {"email": "daeun@"}),
    _bad("an address with two signs", "email", {"email": "dae@un@example.org"}),
    _bad("an address with a space in it", "email", {"email": "dae un@example.org"}),
    _bad("an address of 255 letters", "email", {"email": "x" * 243 + "@example.org"}),
    _bad("a null character in an address", "email", {"email": "dae\x00un@example.org"}),
    _bad("a mailbox that is thrown away", "email", {"email": "daeun@mailinator.com"}),
    _bad("a mailbox that is thrown away, at a host below", "email", {"email": "daeun@eu.mailinator.com"}),
    _bad("a host in letters that look alike", "email", {"email": "daeun@ex\u0430mple.org"}),
    _bad("a phone that is none", "phone", {"email": "", "phone": "12345"}),
    _bad("a phone with letters", "phone", {"phone": "call me"}),
    _bad("a phone too long", "phone", {"phone": "+82 10-2000-0001-0002-0003"}),
    _bad("a phone of no country", "phone", {"phone": "+999 123456789"}),
    _bad("a null character in a phone", "phone", {"phone": "+82\x0010-2000-0001"}),
]

# How old somebody is, and what they agree to.
AGES: Final = [
    Vector("a minor with a guardian", {"birth_year": 2010, "guardian_email": "guardian@example.org"}),
    Vector("an adult with a guardian all the same", {"guardian_email": "guardian@example.org"}),
    Vector("the oldest there are", {"birth_year": 1906}),
    _bad("a minor alone", "guardian_email", {"birth_year": 2010}),
    _bad("who turns 18 this year, alone", "guardian_email", {"birth_year": 2008}),
    _bad("a guardian who is none", "guardian_email", {"birth_year": 2010, "guardian_email": "mum"}),
    _bad(
        "a minor as their own guardian",
        "guardian_email",
        {"birth_year": 2010, "email": "jisu@example.org", "guardian_email": " Jisu@Example.ORG"},
    ),
    _bad(
        "a minor as their own guardian, in decomposed letters",
        "guardian_email",
        {
            "birth_year": 2010,
            "email": "jisu@b\u00fccher.example",
            "guardian_email": "jisu@bu\u0308cher.example",
        },
    ),
    _bad("a child", "birth_year", {"birth_year": 2013, "guardian_email": "guardian@example.org"}),
    _bad("born tomorrow", "birth_year", {"birth_year": 2027}),
    _bad("born this year", "birth_year", {"birth_year": 2026, "guardian_email": "guardian@example.org"}),
    _bad("born long ago", "birth_year", {"birth_year": 1880}),
    _bad("no consent", "consent", {"consent": False}),
]

# What they offer.
OFFERS: Final = [
    Vector("messages as well", {"messages": True}),
    Vector("skills and languages", {"skills": ["first-aid", "cooking"], "languages": ["ko", "en"]}),
    Vector("a language to be written to in", {"language": "ko"}),
    Vector("hours", {"free": [["2026-10-08T08:00:00+09:00", "2026-10-08T12:00:00+09:00"]]}),
    Vector("the heaviest work and long shifts", {"physical_max": 3, "long_shift": True}),
    Vector("a household", {"household": "3b7a3f5e-6c1d-4e2f-9a8b-7c6d5e4f3a2b"}, everywhere=False),
    _bad("a way too far", "travel_km", {"travel_km": 301}),
    _bad("work heavier than there is", "physical_max", {"physical_max": 4}),
    _bad("refused and preferred", "prefers", {"prefers": ["care"], "refuses": ["care"]}),
    _bad(
        "refused and preferred, as people write it",
        "prefers",
        {"prefers": ["Night work"], "refuses": ["night-work"]},
    ),
    _bad("51 skills", "skills", {"skills": [f"skill-{number}" for number in range(51)]}),
    _bad("a null character in a skill", "skills", {"skills": ["first\x00aid"]}, everywhere=False),
    _bad("no skill in a skill", "skills", {"skills": [" "]}, everywhere=False),
    _bad("no code of a language", "language", {"language": "한국어로 써 주세요 부탁해요"}),
    _bad("a null character for a language", "language", {"language": "\x00"}, everywhere=False),
    _bad("a place that nobody knows", "town", {"town": "atlantis"}),
    _bad("a town with a null character", "town", {"town": "su\x00won"}, everywhere=False),
    _bad("a country for a town", "town", {"town": "KR"}),
    _bad(
        "hours that end before they start",
        "free[0]",
        {"free": [["2026-10-08T12:00:00+09:00", "2026-10-08T08:00:00+09:00"]]},
    ),
    _bad(
        "hours longer than a day",
        "free[0]",
        {"free": [["2026-10-08T08:00:00Z", "2026-10-09T09:00:00Z"]]},
    ),
    _bad(
        "hours years ahead",
        "free[0]",
        {"free": [["2031-10-08T08:00:00Z", "2031-10-08T12:00:00Z"]]},
    ),
    _bad(
        "hours at the end of the calendar",
        "free[0]",
        {"free": [["9999-12-31T20:00:00-10:00", "9999-12-31T23:00:00-10:00"]]},
    ),
    _bad(
        "hours at the beginning of the calendar",
        "free[0]",
        {"free": [["0001-01-01T00:00:00+10:00", "0001-01-01T04:00:00+10:00"]]},
    ),
    Vector("the same hours twice", {"free": [["2026-10-08T08:00:00Z", "2026-10-08T12:00:00Z"]] * 2}),
    Vector(
        "hours that overlap",
        {
            "free": [
                ["2026-10-08T08:00:00Z", "2026-10-08T12:00:00Z"],
                ["2026-10-08T11:00:00Z", "2026-10-08T15:00:00Z"],
            ]
        },
    ),
]

# Of which call, and by which id.
CALLS: Final = [
    Vector("an unknown call", {"call": "winter"}, 404, "not_found", everywhere=False),
    Vector("a call that is closed", {"call": "closed"}, 409, "appeal_over", everywhere=False),
    Vector("a call with a null character", {"call": "he\x00lp"}, 404, "not_found", everywhere=False),
]

# What only JSON can get wrong.
SHAPES: Final = [
    Vector("an id without hyphens", {"client_id": "1b7a3f5e6c1d4e2f9a8b7c6d5e4f3a2b"}, everywhere=False),
    Vector("something nobody asked for", {"colour": "green"}, everywhere=False),
    _shape("an id cut short", client_id="0b7a3f5e-6c1d-4e2f-9a8b-7c6d5e4f3a2"),
    _shape("an id in braces", client_id="{0b7a3f5e-6c1d-4e2f-9a8b-7c6d5e4f3a2b}"),
    _shape("a number for an id", client_id=7),
    _shape("no id", client_id=LEFT_OUT),
    _shape("no call", call=LEFT_OUT),
    _shape("no name at all", given_name=LEFT_OUT),
    _shape("null for a name", given_name=None),
    _shape("a name of 1,001 letters", given_name="x" * 1_001),
    _shape("half a letter", given_name="\ud800"),
    _shape("a year as text", birth_year="1991"),
    _shape("a year with a fraction", birth_year=1991.5),
    _shape("a year as a float", birth_year=1991.0),
    _shape("a year below zero", birth_year=-1),
    _shape("a year beyond any number", birth_year=10**30),
    _shape("a year that is true", birth_year=True),
    _shape("no year", birth_year=LEFT_OUT),
    _shape("a way below zero", travel_km=-1),
    _shape("consent as text", consent="yes"),
    _shape("consent as a number", consent=1),
    _shape("consent left out", consent=LEFT_OUT),
    _shape("null for an address", email=None),
    _shape("a list for an address", email=["daeun@example.org"]),
    _shape("a text for skills", skills="first-aid"),
    _shape("skills of numbers", skills=[1]),
    _shape("201 skills", skills=["x"] * 201),
    _shape("hours without a timezone", free=[["2026-10-08T08:00:00", "2026-10-08T12:00:00"]]),
    _shape("hours as numbers", free=[[1, 2]]),
    _shape("hours with one end", free=[["2026-10-08T08:00:00Z"]]),
    _shape("hours with three ends", free=[["2026-10-08T08:00:00Z"] * 3]),
    _shape("hours of a day that never was", free=[["2026-02-30T08:00:00Z", "2026-02-30T09:00:00Z"]]),
    _shape("801 hours", free=[["2026-10-08T08:00:00Z", "2026-10-08T12:00:00Z"]] * 801),
    _shape("heaviness as text", physical_max="2"),
    _shape("a household that is no id", household="us"),
]

VECTORS: Final = [
    Vector("as it should be"),
    *NAMES,
    *CONTACTS,
    *AGES,
    *OFFERS,
    *CALLS,
    *SHAPES,
]

# Whole bodies: name, bytes, status, code.
BODIES: Final[list[tuple[str, bytes, int, str]]] = [
    ("nothing", b"", 422, "bad_shape"),
    ("no JSON", b"given_name=Daeun", 400, "bad_request"),
    ("JSON cut short", b'{"client_id": "0b7a', 400, "bad_request"),
    ("bytes that are no text", b"\xff\xfe\x00", 400, "bad_request"),
    ("null", b"null", 422, "bad_shape"),
    ("a number", b"7", 422, "bad_shape"),
    ("an empty object", b"{}", 422, "bad_shape"),
    ("a list", b"[]", 422, "bad_shape"),
    ("as deep as a well", b'{"a":' * 5_000, 400, "bad_request"),
    (
        "more than a sign-up can be",
        json.dumps(GOOD | {"client_id": str(client_id(b"large")), "colour": "x" * 70_000}).encode(),
        413,
        "sign_up_too_large",
    ),
    ("ten megabytes", b" " * 10_000_000, 413, "sign_up_too_large"),
]


def sign_up_of(vector: Vector) -> dict[str, Any]:
    """What a vector sends: a good sign-up with an id and an address of its own, and its changes."""
    own = {"client_id": str(client_id(b"sign-up vector", vector.name)), "email": _own_address(vector.name)}
    asked = {**GOOD, **own, **vector.changes}
    return {name: value for name, value in asked.items() if value is not LEFT_OUT}


def body_of(vector: Vector) -> bytes:
    return json.dumps(sign_up_of(vector)).encode()


def _own_address(name: str) -> str:
    return f"{client_id(b'sign-up address', name).hex[:12]}@example.org"
