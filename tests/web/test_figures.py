"""Figures as the public reads them: in words and numbers that say no more than is known."""

from __future__ import annotations

from typing import Literal

import pytest
from django.test import Client

from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.gifts import actions as gifts
from dure.web.figures import amount_with_unit, unit_for
from tests.web.cast import NOW, SLUG, Cast, made


@pytest.mark.parametrize(
    ("unit", "milli", "shown"),
    [
        ("sack", 30_000, "sacks"),
        ("sack", 1_000, "sack"),
        ("sack", 0, "sacks"),
        ("straw sack", 2_000, "straw sacks"),
        ("box", 2_000, "boxes"),
        ("hours", 2_000, "hours"),
        ("kg", 30_000, "kg"),
        ("h", 30_000, "h"),
        ("kWh", 30_000, "kWh"),
        ("포대", 30_000, "포대"),
        ("", 30_000, ""),
    ],
)
def test_a_unit_stands_in_the_number_of_its_figure(unit: str, milli: int, shown: str) -> None:
    assert unit_for(unit, milli) == shown


@pytest.mark.parametrize(
    ("kind", "unit", "milli", "shown"),
    [
        ("hours", "h", 8_317_633, "8,318 h"),
        ("output", "kg", 8_317_633, "8,317.633 kg"),
        ("goods", "sack", 30_000, "30 sacks"),
    ],
)
def test_hours_are_read_in_whole_hours_and_nothing_else_is_rounded(
    kind: Literal["hours", "output", "goods"], unit: str, milli: int, shown: str
) -> None:
    assert amount_with_unit(IndicatorFacts(1, 1, kind, "one", "One", unit, ""), milli) == shown


def test_goods_that_two_keepers_received_are_witnessed(cast: Cast) -> None:
    offer = gifts.offer(
        client_id=made("gift"),
        campaign_id=cast.campaign_id,
        area_id=cast.areas["Suwon"],
        indicator_id=cast.indicators["tools"],
        item="Sickles",
        quantity_milli=30_000,
        now=NOW,
    )
    gifts.receive(
        client_id=made("received"),
        offer_id=offer.id,
        team_id=cast.teams["North"],
        quantity_milli=30_000,
        keeper=cast.accounts["captain"],
        second_keeper=cast.accounts["other captain"],
        now=NOW,
    )

    for page in ("", "standings/"):
        shown = Client().get(f"/c/{SLUG}/{page}").text
        assert "30 pieces, witnessed by two keepers" in shown
        assert "claimed 30" not in shown
    told = {one["code"]: one for one in Client().get(f"/api/v1/campaigns/{SLUG}").json()["indicators"]}
    assert told["tools"]["claimed"]["grade"] == "witnessed"
    assert told["rice"]["claimed"]["grade"] == "claimed"


def test_hours_of_too_few_people_are_not_told_by_how_many_entries_there_are(cast: Cast) -> None:
    page = Client().get(f"/c/{SLUG}/standings/").text

    assert "0 of 1 entries" not in page
    told = {one["code"]: one for one in Client().get(f"/api/v1/campaigns/{SLUG}").json()["indicators"]}
    assert told["hours"]["withheld"] == "few_people"
    assert told["hours"]["verified"]["proof"] == "nothing recounted yet"
