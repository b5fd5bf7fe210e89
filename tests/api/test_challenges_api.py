"""Challenges and the season's rules through the API."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from dure.movement.standings import rules
from tests.web.cast import TODAY, Cast, made
from tests.web.visitors import visitor


def test_the_rules_of_the_season_are_public(cast: Cast) -> None:
    found = Client().get("/api/v1/campaigns/harvest/rules").json()

    assert (found["digest"], found["is_frozen"]) == (rules.PLAIN.digest, True)
    assert found["hardships"] == []


def test_a_captain_s_program_proposes_signs_and_ends(cast: Cast) -> None:
    token, north = visitor("token", cast), cast.teams["North"]
    terms = {
        "client_id": str(made("by program")),
        "campaign": "harvest",
        "indicator": "rice",
        "other_team_id": cast.teams["Plain"],
        "compares": "level",
        "first_day": (TODAY + timedelta(days=1)).isoformat(),
        "last_day": (TODAY + timedelta(days=8)).isoformat(),
    }
    address = f"/api/v1/teams/{north}/challenges"
    made_one = token.post(address, terms, content_type="application/json")
    assert made_one.status_code == 201
    assert token.post(address, terms, content_type="application/json").json() == made_one.json()
    assert token.delete(f"{address}/{made_one.json()['id']}").status_code == 204
    assert [one["second_team"] for one in token.get(address).json()] == ["North"]

    signature = f"{address}/{cast.challenge_id}/signature"
    wrong = token.post(signature, {"digest": "no"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "challenge_terms_changed")
    signed = token.post(signature, {"digest": cast.challenge_digest}, content_type="application/json")
    assert signed.json()["signed_at"]
    (public,) = Client().get("/api/v1/campaigns/harvest/challenges").json()
    assert (public["told"], [side["done"]["grade"] for side in public["sides"]]) == ("open", ["claimed"] * 2)


def test_what_a_campaign_does_not_count_is_not_found(cast: Cast) -> None:
    token = visitor("token", cast)
    terms = {
        "client_id": str(made("unknown")),
        "campaign": "harvest",
        "indicator": "wheat",
        "other_team_id": cast.teams["Plain"],
        "compares": "level",
        "first_day": TODAY.isoformat(),
        "last_day": TODAY.isoformat(),
    }
    answer = token.post(
        f"/api/v1/teams/{cast.teams['North']}/challenges", terms, content_type="application/json"
    )
    assert answer.status_code == 404
