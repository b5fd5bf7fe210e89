"""A lost link comes again, to its own address alone; and what is open can be closed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from dure.base import outbox, throttle
from dure.base.throttle import LETTERS, LINKS
from dure.movement.people import actions as people
from dure.operations.links import UNCONFIRMED_MAX
from dure.operations.outbox import send_due
from tests.web.cast import NOW, Cast, made, new_person
from tests.web.visitors import visitor

LATER = NOW + timedelta(minutes=1)


def ask(email: str) -> tuple[int, str]:
    client = Client()
    answer = client.post("/link/", {"email": email}, follow=True)
    return answer.status_code, re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.text.replace(email, ""))


def queued(kind: str = "link") -> list[int]:
    return [one.person_id for one in outbox.claim(now=LATER, count_max=1000) if one.kind == kind]


def test_a_lost_link_is_sent_to_its_address_again(cast: Cast) -> None:
    mail.outbox.clear()
    ask("Minji@example.org ")
    while send_due(now=LATER).sent:
        pass

    (letter,) = [one for one in mail.outbox if one.subject == "Your private link"]
    assert letter.to == ["minji@example.org"]
    assert cast.link("Minji") in letter.body


def test_known_and_unknown_addresses_get_the_same_page(cast: Cast) -> None:
    known, unknown = ask("minji@example.org"), ask("nobody@example.org")

    assert known == unknown
    assert known[0] == 200
    assert queued() == [cast.people["Minji"]]


def test_asking_twice_in_an_hour_sends_one_letter(cast: Cast) -> None:
    ask("minji@example.org")
    ask("minji@example.org")

    assert queued() == [cast.people["Minji"]]


@pytest.mark.parametrize("email", ["minji@example.org", "nobody@example.org"])
def test_asking_for_ever_is_stopped_alike_for_known_and_unknown(cast: Cast, email: str) -> None:
    statuses = [ask(email)[0] for _ in range(LINKS[0].count_max + 1)]

    assert statuses == [200] * LINKS[0].count_max + [429]


def test_nobody_uses_up_the_letters_of_somebody_else(cast: Cast) -> None:
    """Whoever asks for it again and again is stopped; its owner, elsewhere, is not, nor is their sign-up."""
    bully = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(2 * LETTERS[0].count_max):
        last = bully.post("/link/", {"email": "Minji+a@example.org"})
    assert last.status_code == 429

    assert ask("minji@example.org")[0] == 200
    throttle.count_letters(["minji@example.org"], now=NOW)
    assert len(queued()) <= 1  # and however many ask, a letter an hour is all that comes


@pytest.mark.parametrize("typed", ["010-2345-6789", "+82 10 2345 6789", " 01023456789 "])
def test_a_number_is_as_good_as_an_address(cast: Cast, typed: str) -> None:
    nari = new_person("Chul", cast.areas["Jeonju"])
    nari = replace(nari, key=made("nari"), given_name="Nari", email="", phone="010-2345-6789")
    (person_id,) = people.register_many(rows=[nari], now=NOW).ids

    assert ask(typed)[0] == 200

    assert queued() == [person_id]


def test_what_is_no_address_is_said_and_kept(cast: Cast) -> None:
    answer = Client().post("/link/", {"email": "nowhere"})

    assert answer.status_code == 422
    assert 'value="nowhere"' in answer.text


@pytest.mark.parametrize(("name", "page"), [("volunteer", "/my/"), ("guardian", "/guardian/")])
def test_who_came_by_a_link_can_close_their_page(cast: Cast, name: str, page: str) -> None:
    client = visitor(name, cast)
    assert 'action="/my/close/"' in client.get(page).text

    closed = client.post("/my/close/", follow=True)

    assert "Closed." in closed.text
    assert client.get(page).status_code == 404


def test_a_page_closes_with_the_browser(cast: Cast) -> None:
    cookie = visitor("volunteer", cast).cookies["sessionid"]

    assert not cookie["max-age"]
    assert not cookie["expires"]


def test_the_hour_after_another_letter_may_go(cast: Cast) -> None:
    ask("minji@example.org")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        ask("minji@example.org")

    kinds = [one.kind for one in outbox.claim(now=NOW + timedelta(hours=2), count_max=1000)]
    assert kinds.count("link") == 2


def test_an_address_that_was_written_down_very_often_gets_few_letters(cast: Cast) -> None:
    chul = replace(new_person("Chul", cast.areas["Jeonju"]), email="stranger@example.org")
    lapsing = (NOW + timedelta(days=7)).date()
    rows = [replace(chul, key=made(f"again {n}"), unconfirmed_until=lapsing) for n in range(20)]
    rows.append(replace(chul, key=made("own")))
    ids = [pk for pk in people.register_many(rows=rows, now=NOW).ids if pk]

    assert ask("stranger@example.org")[0] == 200

    assert sorted(queued()) == ids[-UNCONFIRMED_MAX - 1 :]
