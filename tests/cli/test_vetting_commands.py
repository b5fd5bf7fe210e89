"""Vetting and the reserve register on the command line."""

from __future__ import annotations

import pytest

from dure.base.access import SYSTEM
from dure.base.accounts import open_account
from dure.movement.calls import reads as calls
from dure.movement.vetting import actions as vetting
from dure.operations.calling import call_due
from tests.cli.conftest import NOW, Dure

AT = ("--campaign", "harvest-2026")


@pytest.fixture(autouse=True)
def accounts(db: None) -> None:
    for name in ("hana", "jun"):
        open_account(email=f"{name}@example.org", name=name.title())


def steps(dure: Dure) -> dict[str, dict[str, object]]:
    found = dure("vetting", "queue", *AT, "--json", "-").json["steps"]
    assert isinstance(found, list)
    return {one["step"]: one for one in found}


def test_somebody_goes_through_a_record_check_under_four_eyes(dure: Dure, minji: int) -> None:
    person = ("--person", minji)
    assert dure("vetting", "invite", *AT, "--step", "record_check", *person, "--json", "-").json == {
        "invited_count": 2,
        "standing_count": 0,
    }
    assert steps(dure)["record_check"]["invited_count"] == 1
    for step in ("identity", "record_check"):
        vetting.hand_in(actor=SYSTEM, person_ids=[minji], step=step, now=NOW)
        look = ("vetting", "check", "--step", step, *person, "--evidence", "register 7")
        assert dure(*look, "--by", "hana@example.org").code == 0

    second = ("vetting", "second", "--step", "record_check", *person, "--by")
    no = dure(*second, "hana@example.org")
    assert (no.code, "A second person" in no.err) == (1, True)
    assert dure(*second, "jun@example.org", "--json", "-").json["passed_ids"] == [minji]


def test_a_pace_and_a_session_are_told_by_the_queue(dure: Dure, minji: int) -> None:
    dure("vetting", "pace", *AT, "--step", "cover", "--per-day", 40)
    session = ("vetting", "session", *AT, "--step", "briefing", "--area", "101", "--place", "Hall")
    planned = dure(*session, "--at", "2026-10-05T18:00", "--seats", 20, "--json", "-").json

    assert str(planned["starts_at"]).startswith("2026-10-05 09:00")  # 18:00 in Naju
    found = steps(dure)
    assert (found["cover"]["per_day"], found["cover"]["basis"]) == (40.0, "stated")
    assert found["briefing"]["days_ahead"] == 2
    assert "Expected: a time like" in dure(*session, "--at", "soon", "--seats", 20).err


def test_the_reserve_is_joined_listed_called_and_left(dure: Dure, minji: int) -> None:
    reserve = ("people", "reserve")
    joined = dure(*reserve, "join", "--person", minji, "--profession", "nursing", "--json", "-").json
    assert joined["consent_until"] == "2027-10-03"
    listed = dure(*reserve, "list", "--area", "KR", "--profession", "nursing")
    assert "Minji" in listed.out

    call = ("call", *AT, "--profession", "nursing", "--count", 5, "--text", "The clinic is full.")
    opened = dure(*reserve, *call, "--json", "-").json
    assert dure(*reserve, *call, "--json", "-").json["code"] == opened["code"]
    assert calls.appeal(str(opened["code"])).audience.reserve_only
    assert call_due(NOW) == 1

    assert dure(*reserve, "keep", "--json", "-").json == {"asked_count": 0, "ended_count": 0}
    assert dure(*reserve, "end", "--person", minji).code == 0
    assert dure(*reserve, "end", "--person", minji).code == 1
