"""Calls and proposed drives through the API: public, with no count of a few people."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.base.access import SYSTEM
from dure.movement.calls import actions, appeals
from dure.movement.calls.models import Drive
from dure.movement.calls.types import AppealWords, NewSignUp
from tests.web.cast import NOW, Cast, made


def test_open_calls_are_listed_in_all_their_languages(cast: Cast) -> None:
    appeals.say_in(actor=SYSTEM, code="help", words=AppealWords("ko", "도와주세요", "와 주세요."))

    (listed,) = Client().get("/api/v1/calls").json()

    assert (listed["code"], listed["campaign"], listed["asks"]) == ("help", "harvest", "people")
    assert [one["language"] for one in listed["words"]] == ["en", "ko"]
    assert listed["is_open"]


def test_many_calls_take_no_more_questions_than_one(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert Client().get("/api/v1/calls").status_code == 200
        return len(seen)

    few = asked()
    for number in range(4):
        code = f"call-{number}"
        actions.open_appeal(
            actor=SYSTEM, campaign_id=cast.campaign_id, code=code, title="Come", text="Now.", now=NOW
        )
        appeals.say_in(actor=SYSTEM, code=code, words=AppealWords("ko", "도와주세요", "와 주세요."))

    assert asked() == few


def test_answers_are_counted_from_ten_on(cast: Cast) -> None:
    assert Client().get("/api/v1/calls/help").json()["answered"] is None

    extra = [NewSignUp(made("again", number), cast.people["Minji"]) for number in range(6)]
    actions.sign_up_many(appeal_code="help", rows=extra, now=NOW)

    assert Client().get("/api/v1/calls/help").json()["answered"] == 10


def test_a_closed_call_is_still_found_by_its_code(cast: Cast) -> None:
    appeals.close_appeal(actor=SYSTEM, code="help", now=NOW)

    assert Client().get("/api/v1/calls").json() == []
    assert Client().get("/api/v1/calls/help").json()["is_open"] is False
    assert Client().get("/api/v1/calls/none").status_code == 404


def test_drives_tell_their_state_and_no_few_names(cast: Cast) -> None:
    (shown,) = Client().get("/api/v1/drives").json()
    assert (shown["code"], shown["state"], shown["names"], shown["place"]) == (
        cast.drive_code,
        "gathering",
        None,
        "jeonju",
    )

    Drive.objects.update(support_count=10)

    assert Client().get("/api/v1/drives").json()[0]["names"] == 10


def test_towns_are_found_by_the_beginning_of_either_name(cast: Cast) -> None:
    def codes(**asked: str) -> list[str]:
        return [one["code"] for one in Client().get("/api/v1/places", asked).json()]

    everywhere = codes(country="KR")
    assert {"suwon", "jeonju"} <= set(everywhere)
    assert codes(country="KR", q="suw") == codes(country="KR", q=" 수") == ["suwon"]
    assert codes(country="KR", q="nowhere") == []
    (suwon,) = Client().get("/api/v1/places", {"country": "KR", "q": "Suwon"}).json()
    assert suwon == {"code": "suwon", "name": "Suwon", "name_local": "수원", "region": "Gyeonggi"}
    assert Client().get("/api/v1/places", {"country": "XX"}).status_code == 404
    assert Client().get("/api/v1/places").status_code == 422
