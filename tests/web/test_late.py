"""Free now: the volunteer's page, its twin for phones, and the command line."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from dure.base.access import SYSTEM, actor_of
from dure.base.accounts import make_token
from dure.movement.matching import late_day
from dure.movement.matching import reads as matching
from dure.movement.needs import actions as needs
from dure.movement.needs.types import NewPost
from dure.movement.people import reads as people
from dure.operations import latecomers
from tests.web.cast import NOW, TODAY, TOWNS, Cast, made

API = "/api/v1/my/now"


@pytest.fixture
def seat(cast: Cast) -> int:
    """An urgent post with one seat in Jeonju, asked for after the match."""
    return _urgent(cast, "Save the seedlings", lon=TOWNS[2].lon)


def _urgent(cast: Cast, title: str, *, lon: float) -> int:
    new = NewPost(
        key=made("urgent", title),
        campaign_id=cast.campaign_id,
        team_id=cast.teams["South"],
        area_id=cast.areas["Jeonju"],
        day=TODAY,
        title=title,
        lat=TOWNS[2].lat + 0.01,
        lon=lon,
        starts_at=NOW + timedelta(hours=3),
        ends_at=NOW + timedelta(hours=6),
        seats=1,
        tier=1,
        cause="harvest",
        bring="boots",
    )
    return needs.publish(rows=[new]).ids[new.key]


@pytest.fixture
def chul(cast: Cast) -> Client:
    client = Client()
    client.get(cast.link("Chul"))
    return client


def _phone(cast: Cast, name: str) -> Client:
    token = people.private_link_token(cast.people[name])
    return Client(headers={"Authorization": f"Bearer {token}"})


def _request_id(page: str) -> str:
    found = re.search(r'name="request_id" value="([0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


def test_whoever_has_nothing_today_is_led_to_what_needs_them_now(chul: Client, seat: int) -> None:
    assert "/my/now/" in chul.get("/my/").text

    page = chul.get("/my/now/").text

    assert "Tuesday, 6 October: these need you now" in page
    assert "Save the seedlings" in page
    assert "1.1 km from your town’s centre" in page
    assert "Asked for since the match" in page
    assert "Bring: boots." in page
    assert f'action="/my/now/{seat}/"' in page


def test_a_seat_is_taken_in_one_act_and_once(chul: Client, cast: Cast, seat: int) -> None:
    asked = {"request_id": _request_id(chul.get("/my/now/").text)}

    assert chul.post(f"/my/now/{seat}/", asked)["Location"] == "/my/"
    assert chul.post(f"/my/now/{seat}/", asked)["Location"] == "/my/"

    day = chul.get("/my/").text
    assert "Save the seedlings" in day
    assert "you are expected" in day
    (placement,) = matching.placements_of(SYSTEM, cast.people["Chul"])
    assert (placement.post_id, placement.state) == (seat, "accepted")
    assert "No open seat fits you right now" in chul.get("/my/now/").text


def test_a_full_post_is_refused_in_words_and_a_form_without_an_id_too(
    chul: Client, cast: Cast, seat: int
) -> None:
    needs.take_seat(post_id=seat)

    full = chul.post(f"/my/now/{seat}/", {"request_id": str(made("x"))})

    assert full.status_code == 409
    assert "All 1 seats of this post are taken" in full.text
    assert chul.post(f"/my/now/{seat}/").status_code == 422
    assert matching.placements_of(SYSTEM, cast.people["Chul"]) == []


def test_a_post_that_does_not_fit_is_refused_to_the_volunteer_in_their_language_with_a_way_on(
    chul: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = _urgent(cast, "Save the lambs", lon=TOWNS[2].lon - 3)
    asked = {"request_id": str(made("x")), "post_id": far}
    words = {"it is farther away than you travel": "너무 멀어요"}
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda said: words.get(said, said))

    page = chul.post(f"/my/now/{far}/", asked)
    said = _phone(cast, "Chul").post(API, json.dumps(asked), content_type="application/json")

    assert (page.status_code, said.status_code) == (409, 409)
    assert "given to you: 너무 멀어요. Look which other posts need you." in unescape(page.text)
    assert said.json()["says"].endswith("너무 멀어요. Look which other posts need you.")
    assert said.json()["facts"] == {"rule": "way", "why": "너무 멀어요"}


def test_without_an_open_seat_the_page_says_so(chul: Client) -> None:
    assert "No open seat fits you right now" in chul.get("/my/now/").text


def test_a_phone_gets_the_same_posts_and_the_same_seat(cast: Cast, seat: int) -> None:
    phone = _phone(cast, "Chul")
    asked = {"request_id": str(made("phone")), "post_id": seat}

    (found,) = phone.get(API).json()
    assert found == {
        "post_id": seat,
        "campaign": "harvest",
        "day": "2026-10-06",
        "title": "Save the seedlings",
        "town": "Jeonju",
        "town_code": "jeonju",
        "tier": 1,
        "starts_at": "2026-10-06T03:30:00Z",
        "ends_at": "2026-10-06T06:30:00Z",
        "way_m": 1112,
        "reason": "new",
        "bring": "boots",
    }
    first = phone.post(API, json.dumps(asked), content_type="application/json")
    again = phone.post(API, json.dumps(asked), content_type="application/json")
    assert (first.status_code, first.json()["state"], first.json()["post_id"]) == (201, "accepted", seat)
    assert again.json() == first.json()
    assert phone.get(API).json() == []


def test_a_phone_is_refused_in_the_one_error_shape(cast: Cast, seat: int) -> None:
    asked = {"request_id": str(made("phone")), "post_id": cast.posts["Hill"]}

    no = _phone(cast, "Bora").post(API, json.dumps(asked), content_type="application/json")

    assert (no.status_code, no.json()["code"]) == (409, "not_ready")
    assert "the skill driving-van" in no.json()["says"]
    bad = _phone(cast, "Bora").post(API, '{"post_id": 0}', content_type="application/json")
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_shape")


def test_only_the_token_of_a_private_link_opens_the_phones_door(cast: Cast, chul: Client, seat: int) -> None:
    account = make_token(
        account_id=cast.accounts["organiser"], name="program", expires_at=NOW + timedelta(days=1)
    )
    guardian = people.guardian_token(cast.people["Eunho"])
    for token in (account, guardian, "nonsense", ""):
        client = Client(headers={"Authorization": f"Bearer {token}"})
        assert client.get(API).status_code == 401, token
    # A browser's session is none: nobody can be made to take a seat by another site.
    body = json.dumps({"request_id": str(made("forged")), "post_id": seat})
    assert chul.post(API, body, content_type="application/json").status_code == 401
    assert matching.placements_of(SYSTEM, cast.people["Chul"]) == []


def test_of_several_campaigns_each_has_its_own_and_drafts_none(cast: Cast, seat: int) -> None:
    person_id = cast.people["Chul"]
    (found,) = latecomers.needed_now(actor=actor_of(person_id=person_id), person_id=person_id, now=NOW)

    assert (found.campaign.slug, found.day, len(found.posts)) == ("harvest", TODAY, 1)
    late_day.forget_days()
    assert latecomers.needed_now(actor=SYSTEM, person_id=cast.people["Minji"], now=NOW) == []
