"""A town, a team of fruit pickers, an open campaign, and a way to ask for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import pytest

from dure.base.access import SYSTEM
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import actions
from dure.movement.needs.types import NewPost
from dure.movement.people import actions as people
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import AreaFacts, CountryRow, RegionRow, TownRow
from tests.harvest import HARVEST

NOW = datetime(2026, 9, 1, 3, tzinfo=UTC)
DAY = date(2026, 10, 5)
SEED = UUID(int=7)


@dataclass(frozen=True)
class Orchard:
    """Where the posts of these tests are."""

    campaign: CampaignFacts
    naju: AreaFacts
    pickers_id: int
    cooks_id: int

    def post(self, name: str = "picking", **other: object) -> NewPost:
        """A post whose key comes from its name: the same name twice is the same post."""
        post = NewPost(
            key=uuid5(SEED, name),
            campaign_id=self.campaign.id,
            team_id=self.pickers_id,
            area_id=self.naju.id,
            day=DAY,
            title=name,
            lat=35.03,
            lon=126.72,
            starts_at=datetime(2026, 10, 4, 22, tzinfo=UTC),  # 7:00 in Seoul on the 5th
            ends_at=datetime(2026, 10, 5, 3, tzinfo=UTC),
            seats=3,
            tier=2,
            cause="harvest",
        )
        return replace(post, **other)  # type: ignore[arg-type]  # any field


@pytest.fixture
def orchard(db: None) -> Orchard:
    return plant()


def plant() -> Orchard:
    """Also for tests with threads, which need committed rows."""
    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[RegionRow("16", "Jeonnam")],
        towns=[TownRow("102", "Naju", "나주", "16", "Jeonnam", 35.03, 126.72, 80_000)],
    )
    naju = place_reads.by_code("102")
    new = HARVEST
    campaigns.create(new=new, now=NOW)
    campaign = campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    pickers = people.form_team(key=uuid5(SEED, "pickers"), name="Pickers", area_id=naju.id, kind="harvest")
    cooks = people.form_team(key=uuid5(SEED, "cooks"), name="Cooks", area_id=naju.id, kind="kitchen")
    return Orchard(campaign, naju, pickers.id, cooks.id)


@pytest.fixture
def published(orchard: Orchard) -> Callable[..., int]:
    """Publishes one post and gives its id."""

    def one(name: str = "picking", **other: object) -> int:
        post = orchard.post(name, **other)
        return actions.publish(rows=[post]).ids[post.key]

    return one
