"""What is in stock goes over to the next campaign under two keepers, and both ledgers say so (F6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dure.base.access import SYSTEM
from dure.base.accounts import open_account
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads
from dure.movement.campaigns.errors import CampaignNotOpen, FollowingBad
from dure.movement.campaigns.types import NewCampaign
from dure.movement.gifts import reads as gifts
from dure.movement.gifts.errors import OneKeeper
from dure.movement.ledger import reads as ledger
from dure.operations import carrying
from dure.operations.following import Wishes, drafted, follow
from tests.movement.gifts.giving import issued, offered, received
from tests.movement.ledger.village import NOW, Village, build

LATER = NOW + timedelta(days=2)


@pytest.fixture
def keepers(db: None) -> tuple[int, int]:
    """Hana and Jun, who keep the store together."""
    return (
        open_account(email="hana@example.org", name="Hana"),
        open_account(email="jun@example.org", name="Jun"),
    )


@pytest.fixture
def village(db: None, keepers: tuple[int, int]) -> Village:
    """Of ten sacks that came six are in stock; the campaign is closed."""
    built = build()
    campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    offer = offered(built)
    received(built, keepers, offer)
    issued(built, keepers, offer)
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")
    return built


def test_what_is_left_is_issued_there_and_received_here_once(
    village: Village, keepers: tuple[int, int]
) -> None:
    after = follow(actor=SYSTEM, slug="harvest", now=LATER).campaign
    with pytest.raises(CampaignNotOpen):
        carrying.hand_over(actor=SYSTEM, slug=after.slug, keepers=keepers, now=LATER)
    campaigns.open_campaign(actor=SYSTEM, slug=after.slug, now=LATER)
    begins = LATER + timedelta(days=1)

    (handed,) = carrying.hand_over(actor=SYSTEM, slug=after.slug, keepers=keepers, now=begins)
    assert carrying.hand_over(actor=SYSTEM, slug=after.slug, keepers=keepers, now=begins) == []

    (before,), (now,) = gifts.stock(village.campaign_id), gifts.stock(after.id)
    assert (before.received_milli, before.issued_milli, before.stock_milli) == (10_000, 10_000, 0)
    assert (now.received_milli, now.issued_milli, now.stock_milli) == (6_000, 0, 6_000)
    assert (handed.item, handed.donor_name) == (
        now.item,
        gifts.offers(SYSTEM, village.campaign_id)[0].donor_name,
    )
    assert ledger.verify() == []
    assert gifts.verify() == []


def test_one_keeper_hands_nothing_over(village: Village, keepers: tuple[int, int]) -> None:
    after = follow(actor=SYSTEM, slug="harvest", now=LATER).campaign
    campaigns.open_campaign(actor=SYSTEM, slug=after.slug, now=LATER)

    with pytest.raises(OneKeeper):
        carrying.hand_over(
            actor=SYSTEM, slug=after.slug, keepers=(keepers[0], keepers[0]), now=LATER + timedelta(days=1)
        )

    assert gifts.stock(after.id) == []
    assert gifts.stock(village.campaign_id)[0].stock_milli == 6_000


def test_sacks_do_not_become_kilograms(village: Village, keepers: tuple[int, int]) -> None:
    made = follow(actor=SYSTEM, slug="harvest", now=LATER, new=in_kilograms(village)).campaign
    campaigns.open_campaign(actor=SYSTEM, slug=made.slug, now=LATER)

    with pytest.raises(FollowingBad, match="continues"):
        carrying.hand_over(actor=SYSTEM, slug=made.slug, keepers=keepers, now=LATER + timedelta(days=1))


def in_kilograms(village: Village) -> NewCampaign:
    """The next campaign, in which goods are weighed."""
    before = reads.campaign_by_id(village.campaign_id)
    new = drafted(before, Wishes(), "weighed", LATER.date())
    return replace(
        new,
        indicators=tuple(
            replace(one, unit="kg", unit_note="", changed_note="Goods are weighed from now on.")
            if one.kind == "goods"
            else one
            for one in new.indicators
        ),
    )
