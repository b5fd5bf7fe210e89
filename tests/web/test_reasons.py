"""Why this post, why is it unfilled, and what would change it: in words, with no name but one's own."""

from __future__ import annotations

import pytest
from django.test import Client

from dure.base.access import SYSTEM
from dure.engine.matching import Change
from dure.movement.needs import actions as needs_actions
from dure.movement.needs import reads as needs
from dure.movement.needs.types import NewPost
from dure.movement.people import actions as people
from dure.web.templatetags.dure import change_words
from tests.web.cast import SLUG, Cast, made
from tests.web.visitors import visitor


def test_a_volunteer_reads_what_would_change_it_and_nobody_elses_name(cast: Cast) -> None:
    bora, page = visitor("other volunteer", cast), f"/my/offers/{cast.offers['Bora']}/why/"
    assert "nor one more skill would have brought you a better post" in bora.get(page).text

    # She moves a little way, and a post that asks for first aid is published at her new door.
    north = needs.post(cast.posts["North"])
    here = (round(north.lat + 0.02, 2), round(north.lon, 2))
    people.move_home(
        actor=SYSTEM,
        person_id=cast.people["Bora"],
        area_id=north.area_id,
        home_lat=here[0],
        home_lon=here[1],
    )
    needs_actions.publish(
        rows=[
            NewPost(
                key=made("post", "door"),
                campaign_id=north.campaign_id,
                team_id=north.team_id,
                area_id=north.area_id,
                day=north.day,
                title="Watch over the shade tent",
                lat=here[0],
                lon=here[1],
                starts_at=north.starts_at,
                ends_at=north.ends_at,
                seats=1,
                tier=1,
                cause=north.cause,
                skills=("first-aid",),
            )
        ]
    )

    text = bora.get(page).text
    assert "What would change it" in text
    assert "if you could show this skill: First aid" in text
    assert "Watch over the shade tent" in text
    assert "a shorter way than yours" in text
    assert "Minji" not in text


def test_what_would_change_it_is_for_the_person_alone(cast: Cast, minji: Client) -> None:
    assert minji.get(f"/my/offers/{cast.offers['Bora']}/why/").status_code == 404


def test_the_desk_tells_whom_a_change_would_bring_and_what_it_is_worth(organiser: Client, cast: Cast) -> None:
    page = organiser.get(f"/desk/{SLUG}/why/{cast.posts['Hill']}/").text

    assert "worth coming" in page
    assert "do without: Driving a van or small truck" in page
    assert "the day as a whole gains by having them here" in page
    assert not any(name in page for name in ("Minji", "Bora"))


@pytest.mark.parametrize(
    ("name", "amount", "says"),
    [
        ("travel_farther", 5_000, "if you travelled 5.0 km farther"),
        ("free_earlier", 120, "if you were free 2 h earlier"),
        ("free_later", 120, "if you were free 2 h later"),
        ("another_skill", 1, "if you could show this skill: First aid"),
    ],
)
def test_every_change_has_its_words(name: str, amount: int, says: str) -> None:
    change = Change(name, amount, post=0, tier=1, travel_m=0.0, brings="a_post", gain_units=1)

    assert change_words(change, {1: "first-aid"}) == says
