"""Addresses and forms with numbers that no row can have: not here, never a page that broke."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import URLPattern

from dure.web.urls import urlpatterns
from tests.web.cast import SLUG, Cast
from tests.web.visitors import visitor

HUGE = ("9" * 19, "9" * 30)
# What else stands in an address that has a number in it.
ELSE = {"slug": SLUG, "code": "hands", "step": "cover", "token": "x", "level": "0", "place": "000"}


def numbered() -> list[URLPattern]:
    return [one for one in urlpatterns if any(part in str(one.pattern) for part in ("<int:", "<id:"))]


def address(pattern: URLPattern, number: str) -> str:
    words = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = next(part for part in words.split("<")[1:] if part.split(">")[0].split(":")[-1] == name)
        is_number = kind.startswith(("int:", "id:"))
        value = number if is_number else ELSE.get(name, str(uuid4()))
        words = words.replace(f"<{kind.split('>')[0]}>", value)
        del converter
    return f"/{words}"


@pytest.mark.parametrize("who", ["anonymous", "captain", "organiser"])
def test_no_page_breaks_of_a_number_too_large_for_a_row(cast: Cast, who: str) -> None:
    client = visitor(who, cast)
    client.raise_request_exception = False
    broken = [
        (answer.status_code, address(pattern, number))
        for pattern in numbered()
        for number in HUGE
        for answer in (client.get(address(pattern, number)), client.post(address(pattern, number), {}))
        if answer.status_code >= 500
    ]
    assert broken == []


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5_000])
def test_no_form_breaks_of_a_number_too_large_for_a_row(cast: Cast, number: str) -> None:
    organiser, captain = visitor("organiser", cast), visitor("captain", cast)
    target = f"/captain/{cast.teams['North']}/targets/"
    teams = f"/desk/{SLUG}/supervision/teams/"
    area, indicator = cast.areas["Suwon"], cast.indicators["rice"]
    looked = f"/desk/{SLUG}/plan/looked/{indicator}/{area}/"

    assert captain.post(target, {"target": number, "wanted": "5", "why": "Frost."}).status_code == 404
    for asked in ({"team": number, "account": "1"}, {"team": "1", "account": number}):
        assert organiser.post(teams, {"act": "give", **asked}).status_code == 302
    words = {"team": number, "limit": "norm", "words": "Looked."}
    assert organiser.post(looked, words).status_code == 404


@pytest.mark.parametrize("odd", ["%00", "%F0%9F%98%80" * 200, "%25_'", "-1", "9" * 30, "%D9%A1"])
def test_no_question_in_an_address_breaks_a_page(cast: Cast, odd: str) -> None:
    client = visitor("organiser", cast)
    board = f"/c/{SLUG}/standings/{cast.indicators['rice']}/"
    asked = [
        f"{board}?q={odd}",
        f"{board}?page={odd}",
        f"/c/{SLUG}/places/{odd}/",
        f"/c/{SLUG}/places/KR/?page={odd}",
        f"/c/{SLUG}/plan/?place={odd}",
        f"/desk/{SLUG}/plan/?place={odd}",
        f"/desk/{SLUG}/supervision/?page={odd}",
        f"/desk/{SLUG}/ahead/?page={odd}",
        f"/api/v1/places?country={odd}&q={odd}",
        f"/api/v1/campaigns/{SLUG}/targets?place={odd}",
        f"/api/v1/campaigns/{SLUG}/targets?after_id={odd}",
        f"/c/{SLUG}/report.pdf?language={odd}",
    ]
    assert [one for one in asked if client.get(one).status_code >= 500] == []
