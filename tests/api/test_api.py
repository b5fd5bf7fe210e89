"""The API: figures with grades, one error shape, the token's own reach."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from dure.base.accounts import make_token
from dure.base.throttle import LETTERS
from dure.movement.calls import reads as calls
from dure.movement.ledger import reads as ledger
from dure.operations.intake import INTAKE
from tests.web.cast import NOW, SLUG, Cast

API = "/api/v1"


def post(path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client(headers=headers).post(f"{API}{path}", json.dumps(body), content_type="application/json")


def sign_up(**changes: object) -> dict[str, Any]:
    return {
        "client_id": str(uuid4()),
        "call": "help",
        "given_name": "Daeun",
        "email": "daeun@example.org",
        "birth_year": 1991,
        "town": "suwon",
        "travel_km": 10,
        "consent": True,
    } | changes


def entry(cast: Cast, **changes: object) -> dict[str, Any]:
    return {
        "client_id": str(uuid4()),
        "campaign": SLUG,
        "indicator": "rice",
        "team_id": cast.teams["North"],
        "work_day": "2026-10-06",
        "quantity_milli": 5_000,
    } | changes


def test_every_figure_comes_with_its_grade_of_proof(cast: Cast) -> None:
    answer = Client().get(f"{API}/campaigns/{SLUG}").json()

    rice = next(one for one in answer["indicators"] if one["code"] == "rice")
    for name in ("claimed", "verified", "verified_lower"):
        assert rice[name]["grade"] in {"claimed", "verified", "unknown"}
        assert rice[name]["proof"]
    assert rice["verified"]["milli"] is None  # nothing was recounted: unknown, never the claim


def test_needs_say_what_is_wanted_and_not_how_many_came(cast: Cast) -> None:
    rows = Client().get(f"{API}/campaigns/{SLUG}/needs").json()

    assert {row["title"] for row in rows} == {"Cut rice", "Drive sacks"}
    assert not {"seats", "seats_taken"} & set(rows[0])


def test_signing_up_twice_with_one_id_signs_up_once(cast: Cast) -> None:
    body = sign_up()
    before = calls.tally(cast.campaign_id).signed_up_count

    first, second = post("/signups", body), post("/signups", body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert set(first.json()) == {"receipt", "link", "answer"}
    assert calls.tally(cast.campaign_id).signed_up_count == before + 1


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": False},
        {"birth_year": 2010},
        {"email": "nowhere"},
        {"given_name": ""},
        {"travel_km": -1},
    ],
    ids=lambda one: next(iter(one)),
)
def test_a_sign_up_that_does_not_fit_is_refused_in_the_one_shape(
    cast: Cast, changes: dict[str, object]
) -> None:
    answer = post("/signups", sign_up(**changes))

    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "says", "facts"}


def test_a_token_records_for_its_own_team_once(cast: Cast) -> None:
    body, size = entry(cast), ledger.size()

    first, second = post("/entries", body, cast.token), post("/entries", body, cast.token)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["grade"] == "claimed"
    assert ledger.size() == size + 1


def test_the_same_id_with_other_facts_is_refused(cast: Cast) -> None:
    body = entry(cast)
    post("/entries", body, cast.token)

    answer = post("/entries", body | {"quantity_milli": 6_000}, cast.token)

    assert (answer.status_code, answer.json()["code"]) == (409, "entry_reused")


def test_a_token_records_nothing_for_another_team(cast: Cast) -> None:
    answer = post("/entries", entry(cast, team_id=cast.teams["South"]), cast.token)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_expired_or_made_up_token_is_none(cast: Cast) -> None:
    old = make_token(account_id=cast.accounts["captain"], name="old", expires_at=NOW - timedelta(days=1))

    for token in (old, "dure_made_up"):
        answer = post("/entries", entry(cast), token)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_unknown")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/campaigns/none", 404), ("/campaigns/harvest/needs?day=someday", 422), ("/none", 404)],
)
def test_what_is_not_there_is_told_without_a_traceback(cast: Cast, path: str, status: int) -> None:
    assert Client().get(f"{API}{path}").status_code == status


def test_there_is_a_schema_and_no_page_that_loads_scripts(cast: Cast) -> None:
    assert Client().get(f"{API}/openapi.json").json()["info"]["title"] == "Dure"
    assert Client().get(f"{API}/docs").status_code == 404


def span(starts_at: str, ends_at: str) -> dict[str, object]:
    return {"free": [[starts_at, ends_at]]}


@pytest.mark.parametrize(
    "changes",
    [
        span("2026-10-08T08:00:00", "2026-10-08T12:00:00"),
        span("0001-01-01T00:00:00+10:00", "0001-01-01T04:00:00+10:00"),
        span("9999-12-31T20:00:00-10:00", "9999-12-31T23:00:00-10:00"),
        span("2031-10-08T08:00:00Z", "2031-10-08T12:00:00Z"),
        span("2019-10-08T08:00:00Z", "2019-10-08T12:00:00Z"),
    ],
    ids=["naive", "year 1", "year 9999", "years ahead", "years ago"],
)
def test_hours_nobody_can_mean_are_refused(cast: Cast, changes: dict[str, object]) -> None:
    before = calls.tally(cast.campaign_id).signed_up_count

    answer = post("/signups", sign_up(**changes))

    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "says", "facts"}
    assert calls.tally(cast.campaign_id).signed_up_count == before


def test_hours_with_their_timezone_are_taken(cast: Cast) -> None:
    hours = span("2026-10-08T08:00:00+09:00", "2026-10-08T12:00:00+09:00")

    assert post("/signups", sign_up(**hours)).status_code == 201


@pytest.mark.parametrize("team_id", [0, -1, 2**63, 10**30])
def test_a_number_that_is_no_id_is_refused(cast: Cast, team_id: int) -> None:
    answer = post("/entries", entry(cast, team_id=team_id), cast.token)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_shape")


@pytest.mark.parametrize("email", ["minji@example.org", "new@example.org"])
def test_one_address_is_not_bombed_through_the_api(cast: Cast, email: str) -> None:
    heard = [post("/signups", sign_up(email=email)) for _ in range(LETTERS[0].count_max + 1)]

    assert [one.status_code for one in heard] == [201] * LETTERS[0].count_max + [429]
    assert heard[-1].json()["code"] == "too_many_tries"


def test_a_fault_of_ours_keeps_the_shape_and_its_inside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(INTAKE, "take", fail)
    answer = post("/signups", sign_up())

    assert answer.status_code == 500
    assert answer.json()["code"] == "broken"
    assert "the inside" not in answer.text
    assert "the inside" in caplog.text


@pytest.mark.filterwarnings("error::DeprecationWarning")
def test_nothing_that_is_about_to_go_is_used(cast: Cast) -> None:
    assert post("/signups", sign_up()).status_code == 201
    assert post("/entries", entry(cast), cast.token).status_code == 201


def test_a_refusal_is_said_in_the_callers_language_and_its_facts_stay_the_same(cast: Cast) -> None:
    said = {
        language: Client(headers={"Accept-Language": language}).get(f"{API}/campaigns/nowhere/needs").json()
        for language in ("en", "ko-KR,ko;q=0.9", "xx")
    }

    english, korean, unknown = said.values()
    assert korean["says"] != english["says"] == unknown["says"]
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(korean["says"].lower())
    assert korean["facts"] == english["facts"]
