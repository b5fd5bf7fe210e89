"""A town, an open campaign with a call, and Minji's form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import numpy as np
import pytest

from dure.base.access import SYSTEM
from dure.movement.calls import actions
from dure.movement.calls.answering_columns import AnswerColumns
from dure.movement.calls.types import AnswerFacts, AppealFacts, Receipt, SignUpForm
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, RegionRow, TownRow
from tests.harvest import HARVEST

NOW = datetime(2026, 10, 2, 3, tzinfo=UTC)
SEED = UUID(int=9)
RESERVE = AnswerFacts("reserve", "Every post of this week is filled.", date(2026, 10, 9))
INCOMPLETE = AnswerFacts("incomplete", "Cover and briefing are missing.", date(2026, 10, 5))


@dataclass(frozen=True)
class Call:
    """An open call of an open campaign."""

    campaign: CampaignFacts
    appeal: AppealFacts
    area_id: int

    def form(self, **other: object) -> SignUpForm:
        minji = SignUpForm(
            given_name="Minji",
            email="minji@example.org",
            birth_year=1990,
            area_id=self.area_id,
            travel_limit_m=20_000,
            consent=True,
            free_spans=((datetime(2026, 10, 5, 0, tzinfo=UTC), datetime(2026, 10, 5, 9, tzinfo=UTC)),),
            languages=("ko",),
            skills=("first-aid",),
        )
        return replace(minji, **other)  # type: ignore[arg-type]  # any field

    def sign_up(
        self,
        name: str = "minji",
        first_answer: AnswerFacts = INCOMPLETE,
        *,
        unconfirmed: bool = False,
        **other: object,
    ) -> Receipt:
        """The client id comes from the name: the same name twice is the same sign-up."""
        return actions.sign_up(
            client_id=uuid5(SEED, name),
            appeal_code="hands",
            form=self.form(**other),
            first_answer=first_answer,
            now=NOW,
            unconfirmed_until=first_answer.by_date if unconfirmed else None,
        )

    def person(self, name: str) -> int:
        return self.sign_up(name, email=f"{name}@example.org").person_id


def told(*answers: tuple[int, AnswerFacts]) -> AnswerColumns:
    rows = sorted(answers, key=lambda one: one[0])
    return AnswerColumns(
        np.array([person_id for person_id, _ in rows], np.int64),
        np.arange(len(rows)),
        np.array([new.by_date.toordinal() for _, new in rows], np.int64),
        tuple((new.kind, new.reason) for _, new in rows),
    )


@pytest.fixture
def draft(db: None) -> CampaignFacts:
    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[RegionRow("16", "Jeonnam")],
        towns=[TownRow("102", "Naju", "나주", "16", "Jeonnam", 35.033, 126.717, 80_000)],
    )
    new = HARVEST
    return campaigns.create(new=new, now=NOW)


@pytest.fixture
def call(draft: CampaignFacts) -> Call:
    campaign = campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    appeal = actions.open_appeal(
        actor=SYSTEM, campaign_id=campaign.id, code="hands", title="Lend a hand", text="Come.", now=NOW
    )
    return Call(campaign, appeal, place_reads.by_code("102").id)
