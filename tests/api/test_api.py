"""The API: figures with grades, one error shape, the token's own reach."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from dure.base.accounts import make_token
from dure.movement.calls import reads as calls
from dure.movement.ledger import reads as ledger
from tests.web.cast import NOW, SLUG, Cast

API = "/api/v1"


def post(path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client(headers=headers).post(f"{API}{path}", json.dumps(body), content_type="application/json")


def sign_up(**changes: object) -> dict[str, Any]:
    return {
        "client_id": str(uuid4()),
        "campaign": SLUG,
        "given_name": "Daeun",
        "email": "daeun@example.org",
        "birth_year": 1991,
        "town_code": "suwon",
        "travel_limit_m": 10_000,
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


def test_signing_up_twice_with_one_id_signs_up_once_and_hands_out_no_link(cast: Cast) -> None:
    body = sign_up()
    before = calls.tally(cast.campaign_id).signed_up_count

    first, second = post("/signups", body), post("/signups", body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert set(first.json()) == {"answer"}
    assert calls.tally(cast.campaign_id).signed_up_count == before + 1


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": False},
        {"birth_year": 2010},
        {"email": "nowhere"},
        {"given_name": ""},
        {"travel_limit_m": -1},
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

    assert (first.status_code, second.status_code) == (201, 201)
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
