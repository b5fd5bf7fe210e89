"""The plan on the desk, at a captain's and for everybody: handing down, arguing, answering, looking at safety."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from dure.base import accounts
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import pleas
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.models import Target
from dure.movement.campaigns.types import TargetFacts, TargetRow
from dure.movement.standings.models import SafetyReview
from dure.web import plans
from tests.web.cast import Cast, email_of
from tests.web.visitors import visitor


@pytest.fixture
def target(cast: Cast) -> TargetFacts:
    return campaign_reads.target(cast.target_id)


@pytest.fixture
def of_team(cast: Cast, target: TargetFacts) -> TargetFacts:
    """North has a target of its own."""
    row = TargetRow(
        cast.areas["Suwon"],
        90_000,
        target.deadline,
        "Town office",
        date(2026, 9, 1),
        team_id=cast.teams["North"],
    )
    campaigns.set_targets(indicator_id=target.indicator_id, rows=[row])
    return campaign_reads.targets_where(team_id=cast.teams["North"])[0]


def test_everybody_reads_the_plan_and_its_sources(cast: Cast, target: TargetFacts) -> None:
    page = Client().get("/c/harvest/plan/")
    assert page.status_code == 200
    assert target.source in page.text
    assert Client().get("/c/harvest/plan/?place=nowhere").status_code == 404


def test_a_captain_argues_and_an_organiser_answers(cast: Cast, of_team: TargetFacts) -> None:
    captain, organiser = visitor("captain", cast), visitor("organiser", cast)
    url = f"/captain/{cast.teams['North']}/targets/"
    assert "plan 90 sack" in captain.get(url).text
    wrong = captain.post(url, {"target": of_team.id, "wanted": "many", "why": ""})
    assert wrong.status_code == 422
    asked = {"target": of_team.id, "wanted": "70", "why": "Four of us are ill."}
    for _ in range(2):  # pressed twice
        assert captain.post(url, asked).status_code == 302
    (plea,) = pleas.of(cast.campaign_id)
    assert "an answer is owed by" in captain.get(url).text
    assert "Four of us are ill." in Client().get("/c/harvest/plan/").text

    desk = organiser.get("/desk/harvest/plan/")
    assert "Four of us are ill." in desk.text
    assert organiser.post(f"/desk/harvest/plan/pleas/{plea.id}/", {"decision": "above"}).status_code == 422
    assert pleas.one(plea.id).answer == "open", "an answer has words"
    said = {"decision": "above", "words": "Get well soon."}
    assert organiser.post(f"/desk/harvest/plan/pleas/{plea.id}/", said).status_code == 302
    assert campaign_reads.target(of_team.id).plan_milli == 70_000
    assert "Get well soon." in captain.get(url).text
    assert organiser.post(f"/desk/harvest/plan/pleas/{plea.id}/", said).status_code == 409


def test_a_form_about_a_target_keeps_what_was_typed(cast: Cast, of_team: TargetFacts) -> None:
    captain, organiser = visitor("captain", cast), visitor("organiser", cast)
    url = f"/captain/{cast.teams['North']}/targets/"
    # The target that stands already is no other target.
    same = captain.post(url, {"target": of_team.id, "wanted": "90", "why": "Four of us are ill."})
    assert same.status_code == 422
    assert "Four of us are ill." in same.text
    assert "it is the target that stands" in same.text
    captain.post(url, {"target": of_team.id, "wanted": "70", "why": "Four of us are ill."})
    (plea,) = pleas.of(cast.campaign_id)
    answer = f"/desk/harvest/plan/pleas/{plea.id}/"
    undecided = organiser.post(answer, {"words": "Get well soon."})
    assert undecided.status_code == 422
    assert "Get well soon." in undecided.text
    assert visitor("other organiser", cast).post(answer, {"words": "Get well soon."}).status_code == 404
    assert pleas.one(plea.id).answer == "open"


def test_who_asked_is_named_to_the_crew_alone(cast: Cast, of_team: TargetFacts) -> None:
    captain = visitor("captain", cast)
    name = accounts.name_of(cast.accounts["captain"])
    captain.post(
        f"/captain/{cast.teams['North']}/targets/", {"target": of_team.id, "wanted": "70", "why": "Flood."}
    )
    assert name in visitor("organiser", cast).get("/desk/harvest/plan/").text
    assert name not in Client().get("/c/harvest/plan/").text
    assert email_of("captain") not in Client().get("/c/harvest/plan/").text


def test_an_organiser_hands_a_target_down(cast: Cast, target: TargetFacts) -> None:
    Target.objects.exclude(pk=target.id).filter(indicator_id=target.indicator_id).delete()
    Target.objects.filter(pk=target.id).update(area_id=cast.areas["Suwon"], plan_milli=1_001)
    organiser = visitor("organiser", cast)
    url = f"/desk/harvest/plan/{target.id}/?to=teams"
    assert organiser.get(url).status_code == 200
    no_rule = organiser.post(url, {"act": "split"})
    assert no_rule.status_code == 422
    north = cast.teams["North"]
    done = organiser.post(url, {"act": "split", "rule": "need", f"part_{north}": "3"})
    assert done.status_code == 302
    parts = campaign_reads.targets_where(parent_id=target.id)
    assert [(one.team_id, one.plan_milli) for one in parts] == [(north, 1_001)]
    assert "Handed down" in organiser.get(f"/desk/harvest/plan/{target.id}/").text


def test_what_is_beyond_capacity_is_shown_once_somebody_looked(cast: Cast, target: TargetFacts) -> None:
    Target.objects.filter(pk=target.id).update(rated_capacity_milli=1)
    organiser = visitor("organiser", cast)
    assert "of the rated capacity" in organiser.get("/desk/harvest/plan/").text
    url = f"/desk/harvest/plan/looked/{target.indicator_id}/{target.area_id}/"
    assert organiser.post(url, {"limit": "capacity", "words": ""}).status_code == 422
    looked = {"limit": "capacity", "words": "The figure of the rating was a slip; asked the town."}
    assert organiser.post(url, looked).status_code == 302
    assert SafetyReview.objects.get().words.startswith("The figure")
    assert "of the rated capacity" not in organiser.get("/desk/harvest/plan/").text


def test_the_api_tells_the_plan_and_takes_pleas(cast: Cast, of_team: TargetFacts) -> None:
    (found,) = [
        one for one in Client().get("/api/v1/campaigns/harvest/targets").json() if one["id"] == of_team.id
    ]
    assert (found["indicator"], found["plan_milli"], found["team_id"]) == (
        "rice",
        90_000,
        cast.teams["North"],
    )
    assert Client().get("/api/v1/campaigns/harvest/targets?place=KR").json() == []
    captain = visitor("token", cast)
    asked = captain.post(
        f"/api/v1/targets/{of_team.id}/pleas",
        {"wanted_milli": 80_000, "why": "Two are ill."},
        content_type="application/json",
    )
    assert asked.status_code == 201
    (told,) = Client().get("/api/v1/campaigns/harvest/pleas").json()
    assert told == asked.json()
    assert "asked_by" not in told
    own = captain.post(
        f"/api/v1/pleas/{told['id']}/answer",
        {"agrees": True, "words": "Yes."},
        content_type="application/json",
    )
    assert own.status_code == 403


def test_what_a_long_plan_leaves_out_is_read_in_its_regions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "TARGETS_SHOWN_MAX", 1)
    whole = Client().get("/c/harvest/plan/").text
    assert "2 more places have targets" in whole
    for region, town in (("KR.13", "Suwon"), ("KR.03", "Jeonju")):
        assert f'<a href="?place={region}">' in whole
        assert town in Client().get(f"/c/harvest/plan/?place={region}").text
