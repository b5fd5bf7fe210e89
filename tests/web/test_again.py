"""A post that needs people more, in the middle of the day: the desk asks, the volunteer's page and phone answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from dure.base.access import SYSTEM
from dure.movement.matching import reads
from dure.movement.matching.models import Run
from dure.movement.needs import actions as needs
from dure.movement.needs import reads as need_reads
from dure.movement.needs.models import Post
from dure.movement.needs.types import NewPost
from dure.movement.people import reads as people
from dure.operations.day import match_again
from dure.operations.match_job import match_of
from tests.web.cast import NOW, TODAY, TOWNS, Cast, made

DESK = "/desk/harvest/match/again/"
FORM = {"day": TODAY.isoformat(), "stability_m": 3_000, "kept_hours": 2}
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def later(cast: Cast) -> Iterator[None]:
    """Five minutes after the cast's match, when rice turns out to be less urgent than seedlings."""
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def asked(cast: Cast) -> int:
    """Minji, who said yes to the rice, and Bora, who has not answered, are asked to come to the seedlings."""
    Post.objects.filter(pk=cast.posts["North"]).update(tier=3)
    new = NewPost(
        key=made("urgent"),
        campaign_id=cast.campaign_id,
        team_id=cast.teams["South"],
        area_id=cast.areas["Suwon"],
        day=TODAY,
        title="Save the seedlings",
        lat=TOWNS[0].lat + 0.01,
        lon=TOWNS[0].lon,
        starts_at=NOW + timedelta(hours=3),
        ends_at=NOW + timedelta(hours=7),
        seats=2,
        tier=1,
        cause="harvest",
    )
    post_id = needs.publish(rows=[new]).ids[new.key]
    match_again(campaign_id=cast.campaign_id, day=TODAY, now=LATER, expires_at=LATER + timedelta(hours=2))
    return post_id


def _form(page: str, words: str) -> tuple[str, dict[str, str]]:
    """Where the form with this button goes, and what it sends."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if words in unescape(one))
    action = re.search(r'action="([^"]+)"', form)
    sent = re.findall(r'name="(request_id)" value="([^"]+)"', form)
    assert action is not None
    return action[1], dict(sent)


def _holds(cast: Cast, name: str) -> list[int]:
    mine = reads.placements_of(SYSTEM, cast.people[name])
    return [one.post_id for one in mine if one.day == TODAY and one.state == "accepted"]


def test_whoever_has_a_post_reads_that_it_stays_theirs_and_may_change(
    minji: Client, cast: Cast, asked: int
) -> None:
    page = minji.get("/my/").text

    assert "you are expected on Tuesday, 6 October" in page
    assert "Another post needs you more: Save the seedlings" in page
    assert "“Cut rice” stays yours unless you say yes here." in page
    assert "A no is free" in page
    action, sent = _form(page, "Yes, I go there instead")
    assert minji.post(action, sent)["Location"] == "/my/"
    assert minji.post(action, sent)["Location"] == "/my/"  # pressed twice

    day = minji.get("/my/").text
    assert "Save the seedlings" in day
    assert "Another post needs you more" not in day
    assert _holds(cast, "Minji") == [asked]
    assert need_reads.post(cast.posts["North"]).seats_taken == 0


def test_whoever_says_no_keeps_what_they_have_and_is_not_asked_again(
    minji: Client, cast: Cast, asked: int
) -> None:
    action, sent = _form(minji.get("/my/").text, "No, I stay")

    minji.post(action, sent)

    assert "Another post needs you more" not in minji.get("/my/").text
    assert _holds(cast, "Minji") == [cast.posts["North"]]


def test_whoever_has_not_answered_sees_both_and_chooses(bora: Client, cast: Cast, asked: int) -> None:
    page = bora.get("/my/").text

    assert "Cut rice: will you come?" in page
    assert "Another post needs you more: Save the seedlings" in page
    first, sent = _form(page, "Yes, I come")
    bora.post(first, sent)
    assert _holds(cast, "Bora") == [cast.posts["North"]]
    second, more = _form(bora.get("/my/").text, "Yes, I go there instead")
    bora.post(second, more)
    assert _holds(cast, "Bora") == [asked]


def test_the_reasons_of_such_an_offer_are_told(minji: Client, cast: Cast, asked: int) -> None:
    offer = next(one for one in reads.offers_of(SYSTEM, cast.people["Minji"]) if one.instead_of)

    assert "Why “Save the seedlings”?" in minji.get(f"/my/offers/{offer.id}/why/").text


def test_a_phone_is_told_what_it_would_leave_and_answers(cast: Cast, asked: int) -> None:
    token = people.private_link_token(cast.people["Minji"])
    phone = Client(headers={"Authorization": f"Bearer {token}"})
    (offer,) = phone.get("/api/v1/my/offers").json()
    assert (offer["post_id"], offer["instead_of_post_id"]) == (asked, cast.posts["North"])
    assert (offer["campaign"], offer["tier"], offer["kept_until"]) == ("harvest", 1, "2026-10-06T02:35:00Z")
    address = f"/api/v1/my/offers/{offer['offer_id']}"

    def says(answer: str) -> int:
        body = json.dumps({"request_id": str(made("phone")), "answer": answer})
        return phone.post(address, body, content_type="application/json").status_code

    assert says("no") == 200
    assert _holds(cast, "Minji") == [cast.posts["North"]]
    assert [says("yes"), says("yes"), says("no")] == [201, 201, 409]
    assert _holds(cast, "Minji") == [asked]
    assert phone.get("/api/v1/my/offers").json() == []
    assert says("perhaps") == 422


def test_the_desk_starts_it_beside_the_site_and_refuses_what_can_not_be(
    organiser: Client, cast: Cast, launched: list[list[str]]
) -> None:
    answer = organiser.post(DESK, FORM)

    found = match_of(cast.campaign_id, TODAY)
    assert found is not None
    assert answer["Location"] == f"/desk/harvest/match/{found.id}/"
    assert launched == [
        [
            *("match", "again", "--campaign", "harvest", "--day", "2026-10-06", "--stability-m", "3000"),
            *("--at", LATER.isoformat(), "--answer-hours", "2", "--job", str(found.id)),
        ]
    ]
    assert organiser.post(DESK, FORM).status_code == 409  # one at a time
    assert organiser.post(DESK, FORM | {"stability_m": 5}).status_code == 404
    assert len(launched) == 1


def test_the_desk_says_what_was_found_what_it_gains_and_whom_it_asks(
    organiser: Client, cast: Cast, asked: int
) -> None:
    found = match_of(cast.campaign_id, TODAY)
    assert found is not None

    for address in ("/desk/harvest/", f"/desk/harvest/match/{found.id}/"):
        page = unescape(organiser.get(address).text)
        assert "2 people are asked to come." in page
        assert "2 of them have a post and would leave it by saying yes" in page
        assert "The plan moves 2 of the 2 who could; 0 are there" in page
        assert "proven best" in page
    assert "Match again as it is now" in page or address != "/desk/harvest/"


def test_the_desk_counts_nobody_where_a_single_no_might_be_seen(
    organiser: Client, cast: Cast, asked: int
) -> None:
    run = Run.objects.get(again__isnull=False)
    Run.objects.filter(pk=run.pk).update(again=(run.again or {}) | {"may_move": None, "stay": None})

    page = unescape(organiser.get("/desk/harvest/").text)

    assert "The plan moves 2 people. Whoever is there, on the way, or said no today is left alone" in page
    assert "None" not in page
    assert "who could" not in page
