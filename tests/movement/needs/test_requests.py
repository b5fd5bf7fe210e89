"""Needs that institutions enter themselves, and who stands by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, actor_of
from dure.base.accounts import grant, open_account
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.needs import reads, requests
from dure.movement.needs.errors import OwnRequest, RequestBad, RequestDecided, RequestReused
from dure.movement.needs.models import NeedRequest
from dure.movement.needs.types import NewRequest
from tests.movement.needs.conftest import NOW, Orchard

FIRST = date(2026, 10, 5)
KNOWN = "I visit them every week."


@pytest.fixture
def meals(orchard: Orchard) -> NewRequest:
    """A care home asks for three people on two evenings."""
    return NewRequest(
        client_id=UUID(int=4),
        campaign_id=orchard.campaign.id,
        area_id=orchard.naju.id,
        institution="Care home Naju",
        contact="Sunhee, 061 000 000",
        title="Bring meals to rooms",
        cause="care",
        days=(FIRST, FIRST + timedelta(days=1)),
        starts=time(17),
        ends=time(20),
        seats=3,
    )


def account(name: str, role: str, path: str) -> Actor:
    account_id = open_account(email=f"{name}@example.org", name=name)
    grant(account_id=account_id, role=role, area_path=path)
    return actor_of(account_id=account_id)


@pytest.fixture
def organiser(orchard: Orchard) -> Actor:
    return account("organiser", "organiser", orchard.naju.path)


def publish(actor: Actor, request_id: int) -> dict[UUID, int]:
    done = requests.publish_request(
        actor=actor, request_id=request_id, team_id=None, tier=2, said=KNOWN, now=NOW
    )
    return dict(done.ids)


def test_nobody_is_asked_to_come_before_somebody_stands_by_the_need(
    meals: NewRequest, organiser: Actor, orchard: Orchard
) -> None:
    asked = requests.ask(actor=ANONYMOUS, new=meals, now=NOW)
    assert reads.posts_of_day(orchard.campaign.id, FIRST) == []

    publish(organiser, asked.id)

    (post,) = reads.posts_of_day(orchard.campaign.id, FIRST)
    assert (post.title, post.seats, post.starts_at.hour) == ("Bring meals to rooms", 3, 8)  # 17:00 in Naju
    assert len(reads.days(orchard.campaign.id)) == 2
    assert requests.request_of_link(meals.client_id).said == KNOWN


def test_publishing_twice_publishes_once_and_with_one_team(
    meals: NewRequest, organiser: Actor, orchard: Orchard
) -> None:
    asked = requests.ask(actor=ANONYMOUS, new=meals, now=NOW)

    assert publish(organiser, asked.id) == publish(organiser, asked.id)
    again = requests.ask(actor=ANONYMOUS, new=replace(meals, client_id=UUID(int=5)), now=NOW)
    publish(organiser, again.id)
    assert len({post.team_id for post in reads.posts_of_day(orchard.campaign.id, FIRST)}) == 1


def test_who_asked_does_not_stand_by_their_own_need(meals: NewRequest, orchard: Orchard) -> None:
    home = open_account(email="home@example.org", name="Home")
    for role in ("recipient", "organiser"):
        grant(account_id=home, role=role, area_path=orchard.naju.path)
    asked = requests.ask(actor=actor_of(account_id=home), new=meals, now=NOW)

    with pytest.raises(OwnRequest):
        publish(actor_of(account_id=home), asked.id)
    assert [one.id for one in requests.requests_by(actor_of(account_id=home))] == [asked.id]


def test_the_contact_is_for_the_organisers_of_the_place_alone(meals: NewRequest, organiser: Actor) -> None:
    asked = requests.ask(actor=ANONYMOUS, new=meals, now=NOW)
    stranger = account("stranger", "organiser", "/KE/")

    (mine,) = requests.requests_to_decide(organiser, meals.campaign_id)
    assert mine.contact == "Sunhee, 061 000 000"
    assert asked.contact == requests.request_of_link(meals.client_id).contact == ""
    assert b"Sunhee" not in bytes(NeedRequest.objects.get().contact_cipher)
    assert requests.requests_to_decide(stranger, meals.campaign_id) == []
    with pytest.raises(NotFound):
        publish(stranger, asked.id)


def test_a_no_says_why_and_deletes_the_contact(meals: NewRequest, organiser: Actor) -> None:
    asked = requests.ask(actor=ANONYMOUS, new=meals, now=NOW)
    with pytest.raises(BadInput):
        requests.decline_request(actor=organiser, request_id=asked.id, said=" ", now=NOW)

    requests.decline_request(
        actor=organiser, request_id=asked.id, said="The town has a service for it.", now=NOW
    )

    assert requests.request_of_link(meals.client_id).state == "declined"
    assert bytes(NeedRequest.objects.get().contact_cipher) == b""
    with pytest.raises(RequestDecided):
        publish(organiser, asked.id)
    with pytest.raises(RequestDecided):
        requests.decline_request(actor=organiser, request_id=asked.id, said="no", now=NOW)


def test_of_a_yes_and_a_no_at_once_the_first_stands(
    meals: NewRequest, organiser: Actor, orchard: Orchard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests.ask(actor=ANONYMOUS, new=meals, now=NOW)
    words = requests._words

    def meanwhile(said: str, *, wanted: str) -> str:
        monkeypatch.setattr(requests, "_words", words)
        requests.decline_request(actor=organiser, request_id=asked.id, said="The town has it.", now=NOW)
        return words(said, wanted=wanted)

    monkeypatch.setattr(requests, "_words", meanwhile)
    with pytest.raises(RequestDecided):
        publish(organiser, asked.id)
    assert reads.posts_of_day(orchard.campaign.id, FIRST) == []


def test_the_contact_goes_when_the_last_day_is_over(meals: NewRequest) -> None:
    requests.ask(actor=ANONYMOUS, new=meals, now=NOW)

    assert requests.forget_contacts(today=FIRST + timedelta(days=1)) == 0
    assert requests.forget_contacts(today=FIRST + timedelta(days=2)) == 1


def test_asking_twice_asks_once_and_other_facts_under_the_same_id_are_refused(meals: NewRequest) -> None:
    assert requests.ask(actor=ANONYMOUS, new=meals, now=NOW) == requests.ask(
        actor=ANONYMOUS, new=meals, now=NOW + timedelta(hours=1)
    )
    with pytest.raises(RequestReused):
        requests.ask(actor=ANONYMOUS, new=replace(meals, seats=4), now=NOW)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"institution": " "}, "institution"),
        ({"contact": "a\nb"}, "contact"),
        ({"title": ""}, "title"),
        ({"seats": 0}, "seats"),
        ({"days": ()}, "days"),
        ({"days": (date(2026, 8, 1),)}, "days"),
        ({"days": (date(2026, 12, 1),)}, "days"),
        ({"starts": time(6), "ends": time(20)}, "ends_at"),
        ({"skills": ("a b\x00",)}, "skills"),
    ],
    ids=lambda value: str(value),
)
def test_what_cannot_be_published_is_said_at_once(
    meals: NewRequest, other: dict[str, object], field: str
) -> None:
    with pytest.raises(RequestBad) as no:
        requests.ask(actor=SYSTEM, new=replace(meals, **other), now=NOW)  # type: ignore[arg-type]  # any field

    problems = no.value.facts["problems"]
    assert isinstance(problems, tuple)
    assert [problem.field for problem in problems] == [field]


def test_hours_over_midnight_are_one_night_shift(
    meals: NewRequest, organiser: Actor, orchard: Orchard
) -> None:
    asked = requests.ask(actor=ANONYMOUS, new=replace(meals, starts=time(21), ends=time(2)), now=NOW)
    publish(organiser, asked.id)

    (post,) = reads.posts_of_day(orchard.campaign.id, FIRST)
    assert (post.ends_at - post.starts_at, post.night) == (timedelta(hours=5), True)
