"""Weeks of rest in turn, where people, captains and everybody read of them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from dure.movement.campaigns.models import Campaign
from tests.web.cast import Cast
from tests.web.visitors import visitor

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def rotate(parts: int) -> None:
    Campaign.objects.filter(slug="harvest").update(rotation=parts)


def test_everybody_reads_that_a_campaign_rests_in_turn(cast: Cast) -> None:
    assert "Rest in turn" not in text_of(Client(), "/c/harvest/plan/")
    rotate(4)
    assert "Everybody rests one week in 4" in text_of(Client(), "/c/harvest/plan/")


def test_people_read_of_their_own_week_and_captains_of_their_crew_s(cast: Cast) -> None:
    minji, captain = visitor("volunteer", cast), visitor("captain", cast)
    crew = reverse("crew", args=[cast.teams["North"]])
    assert "week of rest" not in text_of(minji, reverse("my"))
    assert "Rest in turn" not in text_of(captain, crew)

    rotate(2)

    assert re.search(r"Your (next )?week of rest .* Nobody asks you to work", text_of(minji, reverse("my")))
    assert "Everybody rests one week in 2" in text_of(captain, crew)
