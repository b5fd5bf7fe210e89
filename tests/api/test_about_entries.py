"""What a program may say about entries: captains of their own team, organisers of their area, nobody of others'."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dure.base.access import SYSTEM
from dure.base.accounts import make_token
from dure.kernel.ids import client_id
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade
from tests.web.cast import NOW, Cast

ID = str(client_id(b"about", 1))


def program(cast: Cast, role: str) -> Client:
    token = make_token(account_id=cast.accounts[role], name="program", expires_at=NOW + timedelta(days=1))
    return Client(headers={"Authorization": f"Bearer {token}"})


def say(client: Client, index: int, what: str, **body: object) -> tuple[int, dict[str, object]]:
    answer = client.post(
        f"/api/v1/entries/{index}/{what}",
        {"client_id": ID, "campaign": "harvest", **body},
        content_type="application/json",
    )
    return answer.status_code, answer.json()


def first_of(cast: Cast, team: str) -> int:
    return ledger.entries(SYSTEM, cast.campaign_id, team_id=cast.teams[team])[0].index


def test_a_captain_corrects_and_takes_back_what_the_team_wrote_once(cast: Cast) -> None:
    captain, index = program(cast, "captain"), first_of(cast, "North")
    before = ledger.entry(SYSTEM, cast.campaign_id, index).standing_milli

    first = say(captain, index, "corrections", difference_milli=-500, note="half an hour less")
    again = say(captain, index, "corrections", difference_milli=-500, note="half an hour less")

    assert first[0] == 201
    assert again == first
    assert first[1]["about"] == index
    assert ledger.entry(SYSTEM, cast.campaign_id, index).standing_milli == before - 500
    other = str(client_id(b"about", 2))
    assert say(captain, index, "withdrawals", client_id=other)[0] == 201
    assert ledger.entry(SYSTEM, cast.campaign_id, index).is_withdrawn


def test_another_organiser_confirms_and_the_captain_does_not_confirm_their_own(cast: Cast) -> None:
    index = first_of(cast, "North")

    assert say(program(cast, "captain"), index, "confirmations", found_milli=1, grade="witnessed")[0] == 404
    assert (
        say(program(cast, "organiser"), index, "confirmations", found_milli=1, grade="second_source")[0]
        == 201
    )

    assert ledger.entry(SYSTEM, cast.campaign_id, index).proved == Grade.SECOND_SOURCE


@pytest.mark.parametrize("role", ["other captain", "other organiser", "recipient", "auditor"])
def test_strangers_say_nothing(cast: Cast, role: str) -> None:
    index, size = first_of(cast, "North"), ledger.size()

    assert say(program(cast, role), index, "corrections", difference_milli=-1)[0] == 404
    assert say(program(cast, role), index, "withdrawals")[0] == 404
    assert ledger.size() == size


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("corrections", {"difference_milli": 0}, "entry_sign_wrong"),
        ("corrections", {"difference_milli": -(10**14)}, "entry_below_zero"),
        ("corrections", {"difference_milli": 1, "note": "\x00"}, "bad_input"),
        ("corrections", {"difference_milli": 1, "note": "밤" * 200}, "entry_note_too_long"),
        ("corrections", {"difference_milli": "1"}, "bad_shape"),
        ("confirmations", {"found_milli": 1, "grade": "recounted"}, "bad_shape"),
    ],
)
def test_what_can_not_be_said_is_refused_by_name(
    cast: Cast, what: str, body: dict[str, object], code: str
) -> None:
    assert say(program(cast, "organiser"), first_of(cast, "North"), what, **body)[1]["code"] == code
