"""Wishes on one's own page: several shifts a day, and coming together."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.test import Client

from dure.base.access import SYSTEM
from dure.movement.matching.models import Offer
from dure.movement.needs import actions as need_actions
from dure.movement.needs import reads as needs
from dure.movement.needs.types import NewPost, PostFacts
from dure.movement.people import reads as people
from dure.movement.people.travel import travel_up_to
from tests.web.cast import Cast, made


def test_two_come_together_by_their_pages(minji: Client, bora: Client, cast: Cast) -> None:
    page = minji.post("/my/wishes/group/", {"request_id": str(made("group"))}, follow=True)
    group = people.group_of(actor=SYSTEM, person_id=cast.people["Minji"])
    assert group is not None
    assert group.code in page.text

    joined = bora.post("/my/wishes/group/join/", {"code": group.code.lower()}, follow=True)

    assert "Minji" in joined.text
    assert "Bora" in minji.get("/my/wishes/").text
    assert "alone again" in bora.post("/my/wishes/group/leave/", follow=True).text
    assert "So far you are alone" in minji.get("/my/wishes/").text


def test_a_wrong_code_is_sent_back_with_what_is_wrong(bora: Client) -> None:
    answer = bora.post("/my/wishes/group/join/", {"code": "ABCD-EFGH-JKMN"})

    assert answer.status_code == 404
    assert "No group has the code ABCD-EFGH-JKMN" in answer.text


def test_several_shifts_a_day_are_a_wish(minji: Client, cast: Cast) -> None:
    assert minji.post("/my/wishes/shifts/", {"shifts_max": "9"}).status_code == 422

    minji.post("/my/wishes/shifts/", {"shifts_max": "2"})

    assert people.person(actor=SYSTEM, person_id=cast.people["Minji"]).shifts_max == 2


def test_a_second_shift_is_offered_beside_the_first(minji: Client, cast: Cast) -> None:
    """Minji has a post from 11:30 to 17:30, and wishes for two a day."""
    minji.post("/my/wishes/shifts/", {"shifts_max": "2"})
    first = needs.post(cast.posts["North"])
    evening = after(first, made("evening"), starts_at=first.ends_at, hours=2)
    # As the match of the morning would have offered it.
    run_id = Offer.objects.get(pk=cast.offers["Bora"]).run_id
    offer = Offer.objects.create(
        run_id=run_id, post_id=evening, person_id=cast.people["Minji"], travel_m=1200
    )

    page = minji.get("/my/").text
    assert "One more shift: Bind sheaves?" in page

    minji.post(f"/my/offers/{offer.pk}/accept/", {"request_id": str(made("more"))})

    page = minji.get("/my/").text
    assert "Also on that day" in page
    assert "17:30–19:30" in page


def after(first: PostFacts, key: UUID, *, starts_at: datetime, hours: int) -> int:
    """A post of the same team that begins when another one ends; its id."""
    new = NewPost(
        key=key,
        campaign_id=first.campaign_id,
        team_id=first.team_id,
        area_id=first.area_id,
        day=first.day,
        title="Bind sheaves",
        lat=first.lat,
        lon=first.lon,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        seats=2,
        tier=2,
        cause="harvest",
    )
    return need_actions.publish(rows=[new]).ids[key]


def test_how_far_one_goes_is_a_wish(minji: Client, cast: Cast) -> None:
    assert minji.post("/my/wishes/travel/", {"travel_km": "999"}).status_code == 422

    minji.post("/my/wishes/travel/", {"travel_km": "80"})

    assert people.person(actor=SYSTEM, person_id=cast.people["Minji"]).travel_limit_m == 80_000


def test_the_reserve_register_is_joined_renewed_and_left_on_ones_own_page(minji: Client) -> None:
    assert "May we call you later?" in minji.get("/my/reserve/").text

    joined = minji.post("/my/reserve/", {"profession": "nursing", "days": 365}, follow=True)
    assert "You are on the reserve until 6 October 2027" in joined.text
    renewed = minji.post("/my/reserve/", {"profession": "", "days": 730}, follow=True)
    assert "until 5 October 2028" in renewed.text
    assert minji.post("/my/reserve/", {"days": 9}).status_code == 422

    assert "off the register" in minji.post("/my/reserve/end/", follow=True).text


def test_a_way_wished_for_elsewhere_stands_on_the_page_as_it_is(minji: Client, cast: Cast) -> None:
    """A file may say 15 km: the page doesn't show another way, nor shorten it when the button is pressed."""
    person_id = cast.people["Minji"]
    travel_up_to(actor=SYSTEM, person_id=person_id, travel_limit_m=15_000)

    assert '<option value="15" selected>15 km</option>' in minji.get("/my/wishes/").text
    minji.post("/my/wishes/travel/", {"travel_km": "15"})

    assert people.person(actor=SYSTEM, person_id=person_id).travel_limit_m == 15_000
