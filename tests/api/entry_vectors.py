"""What both doors for entries must take and refuse alike: django-ninja's and the hot one.

Each vector is what is sent instead of, or changed in, a good entry, and the status and code that answer it.
"""

from __future__ import annotations

import json
from typing import Any

from dure.kernel.ids import client_id

GOOD = {
    "campaign": "harvest",
    "indicator": "rice",
    "work_day": "2026-10-05",
    "quantity_milli": 5000,
}
_LEFT_OUT = object()

# Changes of one entry that is sent alone: name, changes, status, code ("" when it is taken).
CHANGED: list[tuple[str, dict[str, Any], int, str]] = [
    ("as it should be", {}, 201, ""),
    ("an id without hyphens", {"client_id": "1b7a3f5e6c1d4e2f9a8b7c6d5e4f3a2b"}, 201, ""),
    ("an id in capitals", {"client_id": "2B7A3F5E-6C1D-4E2F-9A8B-7C6D5E4F3A2B"}, 201, ""),
    ("an id in braces", {"client_id": "{0b7a3f5e-6c1d-4e2f-9a8b-7c6d5e4f3a2b}"}, 422, "bad_shape"),
    (
        "an id with its scheme",
        {"client_id": "urn:uuid:0b7a3f5e-6c1d-4e2f-9a8b-7c6d5e4f3a2b"},
        422,
        "bad_shape",
    ),
    ("an id cut short", {"client_id": "0b7a3f5e-6c1d-4e2f-9a8b-7c6d5e4f3a2"}, 422, "bad_shape"),
    ("a number for an id", {"client_id": 7}, 422, "bad_shape"),
    ("no id", {"client_id": _LEFT_OUT}, 422, "bad_shape"),
    ("something nobody asked for", {"colour": "green"}, 201, ""),
    ("an unknown campaign", {"campaign": "winter"}, 404, "not_found"),
    ("a campaign of 51 letters", {"campaign": "x" * 51}, 422, "bad_shape"),
    ("no campaign at all", {"campaign": None}, 422, "bad_shape"),
    ("an unknown indicator", {"indicator": "gold"}, 422, "bad_input"),
    ("an indicator of goods", {"indicator": "tools"}, 422, "bad_input"),
    ("hours", {"indicator": "hours"}, 201, ""),
    ("a team that is not there", {"team_id": 10**9}, 404, "not_found"),
    ("team zero", {"team_id": 0}, 422, "bad_shape"),
    ("a team below zero", {"team_id": -1}, 422, "bad_shape"),
    ("a team beyond the database", {"team_id": 2**63}, 422, "bad_shape"),
    ("a team beyond any number", {"team_id": 10**30}, 422, "bad_shape"),
    ("a team as text", {"team_id": "1"}, 422, "bad_shape"),
    ("a team with a fraction", {"team_id": 1.5}, 422, "bad_shape"),
    ("a team as a float", {"team_id": 1.0}, 422, "bad_shape"),
    ("a team that is true", {"team_id": True}, 422, "bad_shape"),
    ("a day with its time", {"work_day": "2026-10-05T00:00:00"}, 422, "bad_shape"),
    ("a day in another order", {"work_day": "05-10-2026"}, 422, "bad_shape"),
    ("a day with one digit", {"work_day": "2026-10-5"}, 422, "bad_shape"),
    ("a day as a number", {"work_day": 20261005}, 422, "bad_shape"),
    ("a day that never was", {"work_day": "2026-02-30"}, 422, "bad_shape"),
    ("year zero", {"work_day": "0000-10-05"}, 422, "bad_shape"),
    ("a day in other digits", {"work_day": "２０２６-10-05"}, 422, "bad_shape"),
    ("a day still to come", {"work_day": "2026-10-09"}, 422, "entry_day_to_come"),
    ("a day before the campaign", {"work_day": "2025-10-05"}, 422, "entry_day_outside"),
    ("nothing done", {"quantity_milli": 0}, 422, "bad_shape"),
    ("less than nothing", {"quantity_milli": -5000}, 422, "bad_shape"),
    ("a float", {"quantity_milli": 5000.0}, 422, "bad_shape"),
    ("text for a number", {"quantity_milli": "5000"}, 422, "bad_shape"),
    ("more than a figure can be", {"quantity_milli": 10**15 + 1}, 422, "bad_shape"),
    ("more than a harvest", {"quantity_milli": 10**13}, 422, "entry_too_much"),
    ("a note", {"note": "rain, 비"}, 201, ""),
    ("a note of 501 letters", {"note": "x" * 501}, 422, "bad_shape"),
    ("a note of 500 letters in 1,500 bytes", {"note": "비" * 500}, 422, "entry_note_too_long"),
    ("a note with a null character", {"note": "a\x00b"}, 422, "bad_input"),
    ("a note with half a letter", {"note": "\ud800"}, 422, "bad_shape"),
    ("no note on purpose", {"note": None}, 422, "bad_shape"),
]

# Whole bodies: name, bytes, status, code.
BODIES: list[tuple[str, bytes, int, str]] = [
    ("nothing", b"", 422, "bad_shape"),
    ("no JSON", b"client_id=7", 400, "bad_request"),
    ("JSON cut short", b'{"client_id": "0b7a', 400, "bad_request"),
    ("bytes that are no text", b"\xff\xfe\x00", 400, "bad_request"),
    ("null", b"null", 422, "bad_shape"),
    ("a number", b"7", 422, "bad_shape"),
    ("a text", b'"entry"', 422, "bad_shape"),
    ("an empty object", b"{}", 422, "bad_shape"),
    ("an empty list", b"[]", 422, "bad_shape"),
    ("a list of numbers", b"[1, 2]", 422, "bad_shape"),
    ("a list in a list", b"[[]]", 422, "bad_shape"),
]


def body_of(name: str, changes: dict[str, Any], team_id: int) -> bytes:
    """What vector ``name`` sends: a good entry of ``team_id`` with an id of its own, and its changes."""
    own = {"client_id": str(client_id(b"vector", name)), "team_id": team_id}
    entry = {**GOOD, **own, **changes}
    return json.dumps({field: value for field, value in entry.items() if value is not _LEFT_OUT}).encode()
