"""What a captain does besides, without JavaScript; and the gate, where people say themselves that they are here."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from dure.base.access import SYSTEM
from dure.movement.evidence import folder
from dure.movement.evidence import reads as evidence
from dure.movement.matching import reads as matching
from dure.movement.needs import help as asking
from dure.movement.people.models import Person
from dure.operations.badges import gate_token
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor


def picture(size: int = 60) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (size, size), (90, 30, 30)).save(out, format="JPEG")
    return SimpleUploadedFile("p.jpg", out.getvalue(), "image/jpeg")


def test_each_page_carries_its_act_out_once(captain: Client, cast: Cast, settings: Any) -> None:
    team, post = cast.teams["North"], cast.posts["North"]
    settings.WALK_IN_COVER = "policy 7"
    along = {"post_id": post, "given_name": "Dana", "birth_year": 1985, "language": "en", "agreed": "on"}
    bodies: dict[str, dict[str, object]] = {
        "walk-in": along | {"briefed": "on"},
        "help": {"words": "More gloves.", "people_wanted": ""},
        "incident": {
            "what": "injury",
            "severity": "light",
            "words": "A cut.",
            "people_hurt": 1,
            "post_id": post,
        },
        "deputy": {"email": "deputy@example.org", "hours": 12},
    }
    for word, body in bodies.items():
        address = f"/captain/{team}/{word}/"
        sent = [captain.post(address, body | {"client_id": str(made("besides", word))}) for _ in range(2)]
        assert [one.status_code for one in sent] == [302, 302], word
        assert captain.get(address).status_code == 200

    assert Person.objects.filter(given_name="Dana").count() == 1
    assert [one.words for one in asking.of_team(SYSTEM, team, NOW)] == ["More gloves."]
    assert "More gloves." in captain.get(f"/captain/{team}/help/").text
    deputies = captain.get(f"/captain/{team}/day.json").json()["deputies"]
    assert [one["name"] for one in deputies] == ["deputy"]
    back = f"/captain/{team}/deputy/{deputies[0]['grant_id']}/back/"
    assert captain.post(back).status_code == 302
    assert captain.get(f"/captain/{team}/day.json").json()["deputies"] == []


def test_what_can_not_be_is_said_on_the_form_with_all_that_was_typed(captain: Client, cast: Cast) -> None:
    team, post = cast.teams["North"], cast.posts["North"]
    young = {"client_id": str(made("w")), "post_id": post, "given_name": "Yuna", "birth_year": 2010}

    answer = captain.post(
        f"/captain/{team}/walk-in/", young | {"language": "en", "agreed": "on", "briefed": "on"}
    )

    assert answer.status_code == 409
    assert "covered here" in answer.text
    assert (
        "aren’t covered" in answer.text
        or "aren't covered" in answer.text
        or "aren&#x27;t covered" in answer.text
    )
    assert not Person.objects.filter(given_name="Yuna").exists()
    other_post = captain.post(
        f"/captain/{team}/help/", {"client_id": str(made("h")), "words": "x", "post_id": cast.posts["Hill"]}
    )
    assert other_post.status_code == 422


def test_a_photograph_sent_without_javascript_is_coarse_and_seen_by_few(captain: Client, cast: Cast) -> None:
    team, post = cast.teams["North"], cast.posts["North"]
    address = f"/captain/{team}/photo/"
    for upload, status in ((SimpleUploadedFile("p.jpg", b"no picture"), 422), (picture(), 302)):
        body = {"client_id": str(made("photo", status)), "post_id": post, "picture": upload}
        assert captain.post(address, body).status_code == status
    too_large = SimpleUploadedFile("p.jpg", b"\xff\xd8\xff" + b"0" * 20_000_000, "image/jpeg")
    body = {"client_id": str(made("large")), "post_id": post, "picture": too_large}
    assert captain.post(address, body).status_code == 413

    (photo,) = evidence.of_post(SYSTEM, post)
    assert not photo.wiped
    shown = {name: visitor(name, cast).get(f"/evidence/{photo.id}.jpg") for name in ("auditor", "organiser")}
    assert {one.status_code for one in shown.values()} == {200}
    assert shown["auditor"]["Content-Type"] == "image/jpeg"
    assert "no-store" in shown["auditor"]["Cache-Control"]
    for name in ("other captain", "other organiser"):
        assert visitor(name, cast).get(f"/evidence/{photo.id}.jpg").status_code == 404
    assert Client().get(f"/evidence/{photo.id}.jpg").status_code == 302
    assert f"/evidence/{photo.id}.jpg" in captain.get(address).text
    captain.post(f"/evidence/{photo.id}/away/")
    assert captain.get(f"/evidence/{photo.id}.jpg").status_code == 404
    assert folder.digests() == []


def test_at_the_gate_people_say_that_they_are_here_and_the_captain_confirms(
    captain: Client, minji: Client, bora: Client, cast: Cast
) -> None:
    team, placement = cast.teams["North"], cast.placements["Minji"]
    assert f"/here/{gate_token(team)}/" in captain.get(f"/captain/{team}/gate/").text
    address = f"/here/{gate_token(team)}/"

    assert "Open your private link first" in Client().get(address).text
    assert "no place with North" in bora.get(address).text
    assert bora.post(address, {"says": "here", "placement": placement}).status_code == 404
    assert Client().post(address, {"says": "here", "placement": placement}).status_code == 404
    assert minji.post(address, {"says": "work", "placement": placement}).status_code == 422
    # Whoever never came can't go: nobody would look for them at night if they came later.
    assert minji.post(address, {"says": "gone", "placement": placement}).status_code == 409
    for forged in (f"/here/{team}.x/", "/here/x/"):
        assert minji.get(forged).status_code == 404
    page = minji.post(address, {"says": "here", "placement": placement}, follow=True).text

    assert "Your captain sees that you are here" in page
    told = captain.get(f"/captain/{team}/day.json").json()["posts"][0]["crew"][0]
    assert (told["state"], told["says_here_at"]) == ("accepted", NOW.isoformat())
    minji.post(address, {"says": "gone", "placement": placement})  # the wrong button
    captain.post(f"/captain/{team}/check-in/{placement}/")
    assert matching.placement_for(SYSTEM, placement).said_gone_at is None
    with time_machine.travel(NOW + timedelta(hours=8), tick=False):
        minji.post(address, {"says": "gone", "placement": placement})
    left = matching.placement_for(SYSTEM, placement)
    # Their word is kept beside the captain's, and writes no hours.
    assert (left.state, left.said_gone_at, left.checked_out_at) == ("present", NOW + timedelta(hours=8), None)


@pytest.mark.parametrize("says", ["here", "gone"])
def test_what_was_said_once_stands(minji: Client, cast: Cast, says: str) -> None:
    address = f"/here/{gate_token(cast.teams['North'])}/"
    minji.post(address, {"says": "here", "placement": cast.placements["Minji"]})
    for hours in (0, 1):
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            minji.post(address, {"says": says, "placement": cast.placements["Minji"]})

    placement = matching.placement_for(SYSTEM, cast.placements["Minji"])
    assert (placement.said_here_at, placement.said_gone_at) == (NOW, NOW if says == "gone" else None)
