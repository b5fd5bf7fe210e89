"""An organiser decides who is registered twice; they see names, years and towns, and no contact."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dure.movement.people import actions, alike
from dure.movement.people import reads as people
from dure.movement.people.types import MATCHING, NewPerson
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor

PAGE = "/desk/harvest/alike/"


@pytest.fixture
def twins(cast: Cast) -> list[int]:
    rows = [
        NewPerson(
            key=made("twin", name),
            given_name=name,
            birth_year=1990,
            area_id=cast.areas["Suwon"],
            home_lat=37.26,
            home_lon=127.03,
            travel_limit_m=5_000,
            email=f"{name.lower()}@example.org",
            consents=(MATCHING,),
            wording="1",
        )
        for name in ("Quillwen", "Quilwen")
    ]
    ids = actions.register_many(rows=rows, now=NOW - timedelta(hours=1)).ids
    assert alike.find(now=NOW) == 1
    return [pk for pk in ids if pk is not None]


def pair_id(client: Client) -> int:
    page = client.get(PAGE).text
    return int(page.split('action="/desk/harvest/alike/')[1].split("/")[0])


def test_a_pair_is_shown_with_why_and_without_contacts(organiser: Client, twins: list[int]) -> None:
    page = organiser.get(PAGE).text

    assert "Quillwen · Quilwen" in page
    assert "names spelt much alike, the same year of birth, the same town" in page
    assert "@example.org" not in page


@pytest.mark.parametrize("answer", ["same", "different"])
def test_a_pair_is_decided_in_one_press_and_nobody_ends_by_a_name_alone(
    organiser: Client, twins: list[int], answer: str
) -> None:
    said = organiser.post(f"{PAGE}{pair_id(organiser)}/", {"answer": answer}, follow=True)

    assert said.status_code == 200
    assert "Nobody looks registered twice" in said.text
    assert sorted(people.names(twins).values()) == ["Quillwen", "Quilwen"]


@pytest.mark.parametrize(("answer", "left"), [("yes", ["Quillwen"]), ("no", ["Quillwen", "Quilwen"])])
def test_whoever_was_asked_answers_on_their_page(
    organiser: Client, client: Client, twins: list[int], answer: str, left: list[str]
) -> None:
    older, newer = twins
    organiser.post(f"{PAGE}{pair_id(organiser)}/", {"answer": "same"})
    client.get(f"/me/{people.private_link_token(older)}/")
    assert "Are you registered twice?" not in client.get("/my/").text
    client.get(f"/me/{people.private_link_token(newer)}/")
    assert "Are you registered twice?" in client.get("/my/").text

    said = client.post("/my/same/", {"answer": answer}, follow=True)

    assert said.redirect_chain[-1][0] == ("/link/" if answer == "yes" else "/my/")
    assert sorted(people.names(twins).values()) == left


def test_nobody_decides_about_people_of_elsewhere_nor_without_an_answer(
    cast: Cast, organiser: Client, twins: list[int]
) -> None:
    address = f"{PAGE}{pair_id(organiser)}/"

    assert visitor("other organiser", cast).post(address, {"answer": "same"}).status_code == 404
    assert visitor("captain", cast).post(address, {"answer": "same"}).status_code == 403
    assert organiser.post(address, {"answer": "perhaps"}).status_code == 422
    assert len(people.names(twins)) == 2
