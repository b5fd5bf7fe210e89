"""The captain's phone, the organiser's desk, the auditor's recount, the institution's request."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.base.access import SYSTEM, Actor
from dure.movement.audit import reads as audit
from dure.movement.audit.types import VisitReason
from dure.movement.gifts import reads as gifts
from dure.movement.ledger import reads as ledger
from tests.web.cast import NOW, SLUG, Cast, made
from tests.web.visitors import visitor


def test_a_captain_sees_first_names_and_no_contact(captain: Client, cast: Cast) -> None:
    page = captain.get("/captain/", follow=True).text

    assert "0 of 1 here" in page
    assert "Minji" in page
    assert "@example.org" not in page


def test_a_scanned_badge_leads_to_one_button(captain: Client, minji: Client, cast: Cast) -> None:
    from dure.web.badges import badge_token

    page = captain.get(f"/captain/badge/{badge_token(cast.placements['Minji'])}/").text

    assert "Minji" in page
    assert "Check in" in page


def test_work_is_written_down_once_for_all_who_are_here(captain: Client, cast: Cast) -> None:
    team, post, rice = cast.teams["North"], cast.posts["North"], cast.indicators["rice"]
    size = ledger.size()
    captain.post(f"/captain/{team}/check-in/{cast.placements['Minji']}/")
    body = {"client_id": str(made("work")), "hours": "4.5", f"output_{rice}": "31"}

    for _ in range(2):
        page = captain.post(f"/captain/{team}/work/{post}/", body, follow=True)

    assert "Written down for 1 person." in page.text
    assert ledger.size() == size + 2  # Minji's hours and the crew's output, once


@pytest.mark.parametrize("hours", ["", "many", "-1", "4.0001"])
def test_hours_that_are_none_are_sent_back_with_words(captain: Client, cast: Cast, hours: str) -> None:
    team, post = cast.teams["North"], cast.posts["North"]
    answer = captain.post(f"/captain/{team}/work/{post}/", {"client_id": str(made("w")), "hours": hours})

    assert answer.status_code == 422


def test_the_desk_shows_the_proof_of_the_match_and_what_is_missing(organiser: Client) -> None:
    page = organiser.get(f"/desk/{SLUG}/").text

    assert "proven best: gap 0" in page
    assert "Provably no better placement exists" in page
    assert "Drive sacks" in page


def test_why_a_need_is_open_is_told_with_what_would_fill_it(organiser: Client, cast: Cast) -> None:
    page = organiser.get(f"/desk/{SLUG}/why/{cast.posts['Hill']}/").text

    assert "the post needs a skill they have not shown" in page
    assert "What would fill it" in page


def test_an_organiser_of_a_region_sees_their_part_and_matches_nothing(cast: Cast) -> None:
    regional = visitor("regional organiser", cast)

    page = regional.get(f"/desk/{SLUG}/")
    assert page.status_code == 200
    assert "Icheon" not in page.text
    assert "Match this day" not in page.text
    body = {"day": "2026-10-06", "round_number": 2, "kept_hours": 2}
    assert regional.post(f"/desk/{SLUG}/match/", body).status_code == 403


def test_a_recount_is_written_into_the_log_once(cast: Cast) -> None:
    auditor = visitor("auditor", cast)
    body = {"client_id": str(made("recount")), "found_milli": "11.5"}
    size = ledger.size()

    for _ in range(2):
        assert auditor.post(f"/auditor/{SLUG}/draws/{cast.draw_id}/", body).status_code == 302
    assert ledger.size() == size + 1
    (found,) = [one for one in audit.draws_for(SYSTEM, cast.campaign_id) if one.id == cast.draw_id]
    assert found.found_milli == 11_500


def test_verified_is_unknown_until_something_was_recounted(cast: Cast) -> None:
    assert "verified: unknown" in Client().get(f"/c/{SLUG}/").text


def test_an_institution_asks_and_only_it_sees_that(cast: Cast) -> None:
    recipient = visitor("recipient", cast)
    body = {
        "client_id": str(made("request")),
        "item": "Blankets",
        "indicator": cast.indicators["tools"],
        "quantity_milli": "20",
        "town": cast.areas["Suwon"],
    }

    assert recipient.post(f"/recipient/{SLUG}/ask/", body).status_code == 302
    assert "Blankets" in recipient.get("/recipient/").text
    assert len(gifts.requests_for(SYSTEM)) == 1
    assert "Blankets" not in Client().get(f"/c/{SLUG}/").text


def test_an_institution_asks_for_its_own_area_only(cast: Cast) -> None:
    recipient = visitor("recipient", cast)
    body = {
        "client_id": str(made("request")),
        "item": "Blankets",
        "indicator": cast.indicators["tools"],
        "quantity_milli": "20",
        "town": cast.areas["Jeonju"],
    }

    assert recipient.post(f"/recipient/{SLUG}/ask/", body).status_code == 422
    assert gifts.requests_for(SYSTEM) == []


def test_the_desk_calls_seats_offered_and_proves_only_that_it_could_not_be_better(organiser: Client) -> None:
    page = organiser.get(f"/desk/{SLUG}/").text
    figures = re.findall(r'<div class="figure">.*?</div>', page, re.DOTALL)

    assert any("seats offered" in one for one in figures)
    assert any(re.search(r'value">\s*1 <span class="unit">accepted so far', one) for one in figures)
    (proven,) = [one for one in figures if 'class="grade verified"' in one]
    assert "proven best: gap 0" in proven
    assert "seats" not in proven


def test_a_captain_corrects_an_entry_once_and_both_stay(captain: Client, cast: Cast) -> None:
    address = f"/captain/{cast.teams['North']}/entries/"
    body = {
        "client_id": made("fix"),
        "standing_milli": 12_000,
        "quantity_milli": "9.5",
        "note": "Two fell off.",
    }
    size = ledger.size()
    assert "Name nobody here" not in captain.get(f"{address}?day=2026-10-05").text
    asked = captain.get(f"{address}?day=2026-10-05&correct=0").text
    assert "Name nobody here" in asked
    assert asked.count('<form class="form"') == 1

    for _ in range(2):
        assert captain.post(f"{address}0/", body).status_code == 302

    page = captain.get(f"{address}?day=2026-10-05").text
    assert ledger.size() == size + 1
    assert ledger.entries(SYSTEM, cast.campaign_id)[0].standing_milli == 9_500
    assert "12 sack" in page
    assert "-2.5 sack" in page
    assert "corrected to 9.5 sack" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity_milli": "12"}, "stands there already"),
        ({"standing_milli": 11_000}, "corrected meanwhile"),
        ({"note": ""}, "required"),
        ({"quantity_milli": "-1"}, "below zero"),
    ],
)
def test_a_correction_that_says_nothing_or_comes_too_late_is_sent_back(
    captain: Client, cast: Cast, change: dict[str, object], words: str
) -> None:
    body = {
        "client_id": made("fix"),
        "standing_milli": 12_000,
        "quantity_milli": "9",
        "note": "Fell.",
    } | change
    size = ledger.size()

    answer = captain.post(f"/captain/{cast.teams['North']}/entries/0/", body)

    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert ledger.size() == size


def test_a_captain_corrects_neither_another_team_nor_another_week(captain: Client, cast: Cast) -> None:
    address = f"/captain/{cast.teams['North']}/entries/"
    body = {"client_id": made("fix"), "standing_milli": 12_000, "quantity_milli": "9", "note": "Fell."}
    size = ledger.size()

    assert captain.post(f"{address}1/", body).status_code == 404  # Hill's
    assert captain.post(f"/captain/{cast.teams['Hill']}/entries/1/", body).status_code == 404
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert visitor("captain", cast).post(f"{address}0/", body).status_code == 404
    assert ledger.size() == size


def test_an_auditor_is_told_where_a_visit_is_worth_it_and_that_it_is_no_verdict(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = cast.teams["Hill"]

    def signs(actor: Actor, campaign_id: int, day: date) -> list[VisitReason]:
        return [VisitReason(team, cast.indicators["rice"], day, 0.001, ("the same figure nine times",))]

    assert (
        "No team’s figures of the last days repeat themselves"
        in visitor("auditor", cast).get(f"/auditor/{SLUG}/").text
    )
    monkeypatch.setattr(audit, "visit_reasons", signs)
    page = visitor("auditor", cast).get(f"/auditor/{SLUG}/").text

    assert "No team’s figures" not in page
    assert "the same figure nine times" in page
    assert "no verdict" in page
    assert "0.001" not in page
    assert "nine times" not in Client().get(f"/c/{SLUG}/check/").text


def test_a_recount_is_asked_for_in_the_unit_of_what_was_claimed(cast: Cast) -> None:
    assert "Found (sack)" in visitor("auditor", cast).get(f"/auditor/{SLUG}/").text


# With two for what a server keeps for all: the campaigns, and what they count.
MOST_QUERIES = {"": 9, "day.json": 13, "entries/": 12, "targets/": 12, "signals/": 10}


def test_a_captains_pages_ask_the_database_little(captain: Client, cast: Cast) -> None:
    for page, most in MOST_QUERIES.items():
        with CaptureQueriesContext(connection) as asked:
            assert captain.get(f"/captain/{cast.teams['North']}/{page}?day=2026-10-05").status_code == 200

        assert len(asked) <= most, (page, [one["sql"][:90] for one in asked])
