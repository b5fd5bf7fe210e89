"""Standings, a team's page, the rules of the season and challenges, as they are read and pressed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.base.access import SYSTEM
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.people import actions as people
from dure.movement.people.types import NewTeam
from dure.movement.practices import actions as practices
from dure.movement.practices.types import NewPractice
from dure.movement.standings import challenges
from dure.movement.standings.models import Challenge
from tests.web.cast import NOW, TODAY, YESTERDAY, Cast, made
from tests.web.visitors import visitor

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_team_stands_on_the_board_and_leads_to_its_page(cast: Cast) -> None:
    answer = Client().get("/c/harvest/standings/").content.decode()
    for name in ("North", "Hill", "South", "Plain"):
        assert f'href="/c/harvest/teams/{cast.teams[name]}/">{name}</a>' in answer
    assert "never added up" in answer


def test_a_team_s_page_says_how_it_stands_and_one_next_step(cast: Cast) -> None:
    shown = text_of(Client(), f"/c/harvest/teams/{cast.teams['North']}/")
    assert "One useful next step" in shown
    assert "too few teams of its kind to compare" in shown
    assert "12 claimed" in shown or "claimed 12 sacks" in shown
    # Minji alone worked the hours: they stay untold.
    assert "fewer than 10 people" in shown
    assert "4 h" not in shown


def test_a_team_of_another_country_has_no_page_here(cast: Cast) -> None:
    assert Client().get(f"/c/harvest/teams/{cast.teams['North'] + 10_000}/").status_code == 404


def test_teams_are_found_by_letters_of_their_name(cast: Cast) -> None:
    board = f"/c/harvest/standings/{cast.indicators['rice']}/"
    found = Client().get(f"{board}?q=oUt").content.decode()
    assert ">South</a>" in found
    assert ">North</a>" not in found
    assert ">North</a>" in Client().get(board).content.decode()
    assert Client().get(f"{board}?page=99").status_code == 404
    assert Client().get("/c/harvest/standings/999999/").status_code == 404


def test_the_rules_of_the_season_are_public_with_their_digest(cast: Cast) -> None:
    shown = text_of(Client(), "/c/harvest/standings/rules/")
    assert "frozen" in shown
    assert re.search(r"\b[0-9a-f]{64}\b", shown)


def test_a_captain_signs_and_everybody_sees_the_challenge(cast: Cast) -> None:
    captain, north = visitor("captain", cast), cast.teams["North"]
    page = text_of(captain, f"/captain/{north}/challenges/")
    assert "Whoever is behind cooks." in page
    assert "Whoever is behind cooks." not in text_of(Client(), "/c/harvest/challenges/")
    address = f"/captain/{north}/challenges/{cast.challenge_id}"
    assert captain.post(f"{address}/sign/", {"digest": "0" * 64}).status_code == 409
    assert captain.post(f"{address}/sign/", {"digest": cast.challenge_digest}).status_code == 302
    for public in ("/c/harvest/challenges/", f"/c/harvest/teams/{cast.teams['South']}/"):
        assert "Whoever is behind cooks." in text_of(Client(), public)
    assert captain.post(f"{address}/end/").status_code == 302
    assert "ended early by one of them" in text_of(Client(), "/c/harvest/challenges/")


def test_who_sets_it_aside_sees_it_no_more_and_who_asked_sees_no_difference(cast: Cast) -> None:
    captain, other = visitor("captain", cast), visitor("other captain", cast)
    north, south = cast.teams["North"], cast.teams["South"]
    before = re.sub(r'value="[^"]+"', "", other.get(f"/captain/{south}/challenges/").content.decode())
    captain.post(f"/captain/{north}/challenges/{cast.challenge_id}/aside/")
    assert "Whoever is behind cooks." not in text_of(captain, f"/captain/{north}/challenges/")
    after = re.sub(r'value="[^"]+"', "", other.get(f"/captain/{south}/challenges/").content.decode())
    assert after == before


def test_a_captain_proposes_terms_once_however_often_the_form_is_sent(cast: Cast) -> None:
    captain, north = visitor("captain", cast), cast.teams["North"]
    like = challenges.agreed(campaign_id=cast.campaign_id)
    assert like == []
    terms = {
        "client_id": made("proposal"),
        "other": cast.teams["Plain"],
        "indicator": cast.indicators["rice"],
        "compares": "change",
        "first_day": (TODAY + timedelta(days=1)).isoformat(),
        "last_day": (TODAY + timedelta(days=9)).isoformat(),
        "words": "",
    }
    for _ in range(2):
        assert captain.post(f"/captain/{north}/challenges/", terms).status_code == 302
    assert Challenge.objects.filter(first_team_id=north).count() == 1
    late = {**terms, "client_id": made("late"), "last_day": (TODAY + timedelta(days=90)).isoformat()}
    answer = captain.post(f"/captain/{north}/challenges/", late)
    assert answer.status_code == 422


def test_a_captain_takes_up_what_another_team_does(cast: Cast) -> None:
    new = NewPractice(
        made("practice"), cast.campaign_id, cast.teams["South"], "Two to a row", "Side by side.", 2, 1
    )
    written = practices.write_up(actor=SYSTEM, new=new, now=NOW)
    captain, north = visitor("captain", cast), cast.teams["North"]
    for _ in range(2):
        assert captain.post(f"/captain/{north}/practices/{written.id}/").status_code == 302
    shown = text_of(Client(), f"/c/harvest/teams/{north}/")
    assert "Taken up from South: Two to a row" in shown
    other = visitor("other captain", cast)
    assert other.post(f"/captain/{cast.teams['South']}/practices/{written.id}/").status_code == 409


def test_a_captain_hears_on_the_team_s_page_that_another_asks(cast: Cast) -> None:
    captain, north = visitor("captain", cast), cast.teams["North"]
    assert "South asks for a friendly challenge." in text_of(captain, f"/captain/{north}/standing/")
    assert "friendly challenge." not in text_of(Client(), f"/c/harvest/teams/{cast.teams['Hill']}/").lower()


def test_thirty_more_teams_cost_no_more_queries(cast: Cast) -> None:
    addresses = [
        "/c/harvest/standings/",
        f"/c/harvest/standings/{cast.indicators['rice']}/",
        f"/c/harvest/teams/{cast.teams['North']}/",
    ]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert Client().get(address).status_code == 200
            found.append(len(asked))
        return found

    counts()
    before = counts()
    rows = [NewTeam(made("more", n), f"More {n}", cast.areas["Suwon"], "harvest") for n in range(30)]
    teams = people.form_teams(rows=rows)
    ledger.record(
        entries=[
            NewEntry(
                client_id=made("more", team.id),
                kind=Kind.OUTPUT,
                campaign_id=cast.campaign_id,
                indicator_id=cast.indicators["rice"],
                team_id=team.id,
                area_id=team.area_id,
                work_day=YESTERDAY,
                quantity_milli=5_000,
            )
            for team in teams
        ],
        now=NOW,
    )
    assert counts() == before
