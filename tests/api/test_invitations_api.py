"""Inviting by program: only what was looked at, once, undone by whoever did it, and only for who organises there."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from dure.base.access import SYSTEM
from dure.base.accounts import grant, make_token, open_account
from dure.base.models import OutboxMessage, UndoableAct
from dure.movement.people import actions as people
from dure.movement.people.types import MESSAGES
from dure.operations import undo
from dure.operations.bulk import UNDO_TIME
from tests.web.cast import NOW, Cast, made

PAGE = "/api/v1/campaigns/harvest/invitations"
WISH = {"to": "training:first-aid", "place": "KR", "count": 50}
JSON = "application/json"


def program(account_id: int) -> Client:
    token = make_token(account_id=account_id, name="desk", expires_at=NOW + timedelta(days=1))
    return Client(headers={"Authorization": f"Bearer {token}"})


def looked(client: Client, **other: object) -> dict[str, object]:
    answer = client.post(f"{PAGE}/look", WISH | other, content_type=JSON)
    assert answer.status_code == 200, answer.text
    return WISH | other | {"mark": answer.json()["mark"], "client_id": str(made("by program"))}


def agree(cast: Cast, *names: str) -> None:
    for name in names:
        people.give_consent(actor=SYSTEM, person_id=cast.people[name], purpose=MESSAGES, wording="1", now=NOW)


def told() -> int:
    return OutboxMessage.objects.filter(kind="training_offered").count()


def test_what_was_looked_at_is_done_once_when_its_time_is_over(cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    client = program(cast.accounts["organiser"])
    seen = client.post(f"{PAGE}/look", WISH, content_type=JSON).json()
    assert seen["invited"] == 2
    assert seen["not_invited"].keys() <= {"not_told"}, "of a few it is not told why"
    assert not UndoableAct.objects.exists()

    asked = looked(client)
    first = client.post(PAGE, asked, content_type=JSON)
    assert (first.status_code, first.json()["invited"], told()) == (201, 2, 0)
    assert client.post(PAGE, asked, content_type=JSON).json() == first.json()
    assert UndoableAct.objects.filter(kind="invite").count() == 1

    undo.finish_due(NOW + UNDO_TIME)
    assert told() == 2


def test_what_was_not_looked_at_is_refused(cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    client = program(cast.accounts["organiser"])
    asked = looked(client, count=1)
    for changed in ({"count": 2}, {"to": "training:driving"}, {"person_ids": [1]}, {"mark": ""}):
        answer = client.post(PAGE, asked | changed, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (409, "looked_at_other")
    for bad in ({"count": 0}, {"to": "magic:1"}, {"waited_days": 10**9}, {"person_ids": [2**70]}):
        assert client.post(f"{PAGE}/look", WISH | bad, content_type=JSON).status_code == 422
    assert client.post(f"{PAGE}/look", WISH | {"place": "nowhere"}, content_type=JSON).status_code == 404
    assert not UndoableAct.objects.exists()


def test_its_owner_alone_takes_it_back(cast: Cast) -> None:
    agree(cast, "Minji")
    owner = program(cast.accounts["organiser"])
    mate_id = open_account(email="mate@example.org", name="Mate")
    grant(account_id=mate_id, role="organiser", area_path="/KR/")
    mate = program(mate_id)
    asked = looked(owner)
    act = owner.post(PAGE, asked, content_type=JSON).json()["act"]
    assert mate.post(PAGE, asked, content_type=JSON).json()["code"] == "command_reused"
    for other in (mate, program(cast.accounts["captain"])):
        assert other.delete(f"{PAGE}/{act}").status_code == 404
    assert Client().delete(f"{PAGE}/{act}").status_code == 401

    assert owner.delete(f"{PAGE}/{act}").status_code == 204
    assert owner.delete(f"{PAGE}/{act}").status_code == 409
    undo.finish_due(NOW + UNDO_TIME)
    assert told() == 0


def test_who_does_not_organise_there_neither_looks_nor_invites(cast: Cast) -> None:
    agree(cast, "Minji")
    asked = looked(program(cast.accounts["organiser"]))
    expected = {"regional organiser": 403, "other organiser": 404, "captain": 404, "auditor": 404}
    for name, status in expected.items():
        client = program(cast.accounts[name])
        for address in (f"{PAGE}/look", PAGE):
            assert client.post(address, asked, content_type=JSON).status_code == status, (name, address)
    for address in (f"{PAGE}/look", PAGE):
        assert Client().post(address, asked, content_type=JSON).status_code == 401
    assert not UndoableAct.objects.exists()
