"""Campaigns: made once, opened by those who may, closed for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from dure.base.access import ANONYMOUS, SYSTEM
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.campaigns import actions, reads
from dure.movement.campaigns.errors import (
    CampaignBad,
    CampaignClosed,
    CampaignNotOpen,
    CampaignOver,
    CampaignReused,
    MovementReused,
    TargetBad,
    TargetStands,
)
from dure.movement.campaigns.models import Campaign, Movement
from dure.movement.campaigns.types import CampaignFacts, NewCampaign, NewMovement, TargetRow, TargetsSet
from dure.movement.places.types import AreaFacts
from tests.movement.campaigns.conftest import BORA, CHUL, NOW, target

Make = Callable[..., CampaignFacts]


def row(area: AreaFacts, plan_milli: int = 7_000) -> TargetRow:
    return TargetRow(area.id, plan_milli, date(2026, 11, 1), "Town office", date(2026, 8, 1))


def harvest_indicator(campaign: CampaignFacts) -> int:
    return reads.indicators(campaign.id)[0].id


def test_a_campaign_is_made_whole(make: Make, korea: dict[str, AreaFacts]) -> None:
    made = make()

    assert (made.state, made.area_id, made.area_path) == ("draft", korea["KR"].id, "/KR/")
    assert (made.movement_name, made.charter) == ("Neighbours", "Nobody's field is left standing.")
    assert [indicator.code for indicator in reads.indicators(made.id)] == ["harvest", "gifts"]
    assert {(t.area_id, t.plan_milli) for t in reads.targets(made.id)} == {
        (korea["101"].id, 5_000_000),
        (korea["102"].id, 1_500),
    }


def test_the_same_campaign_twice_is_one(make: Make) -> None:
    assert make() == make()
    assert Campaign.objects.count() == 1
    assert len(reads.targets(make().id)) == 2


def test_making_it_again_later_gives_it_as_it_is_then(make: Make) -> None:
    make()
    opened = actions.open_campaign(actor=BORA, slug="harvest", now=NOW)

    assert make() == opened


def test_another_campaign_under_the_same_slug_is_refused(make: Make) -> None:
    first = make()

    with pytest.raises(CampaignReused):
        make(name="Another harvest")

    assert reads.campaign_by_id(first.id) == first


def test_campaigns_follow_each_other_in_one_movement(make: Make) -> None:
    make()
    make(slug="harvest-2")

    assert Movement.objects.count() == 1


def test_a_movement_keeps_its_charter(make: Make) -> None:
    make()

    with pytest.raises(MovementReused):
        make(slug="harvest-2", movement=NewMovement("neighbours", "Neighbours", "Something else."))

    assert Campaign.objects.count() == 1


def test_every_unknown_place_is_named_at_once(make: Make) -> None:
    with pytest.raises(CampaignBad) as no:
        make(targets=(target("101", 1), target("GB", 1), target("999", 1)), ends_on=date(2026, 1, 1))

    keys = [str(line).split(":")[0] for line in no.value.facts["problems"]]  # type: ignore[attr-defined]  # a tuple
    late = [f"targets[{at}].deadline" for at in range(3)]
    assert keys == ["campaign.ends_on", *late, "targets[1].area", "targets[2].area"]
    assert not Campaign.objects.exists()
    assert not Movement.objects.exists()


def test_an_unknown_area_is_refused(make: Make) -> None:
    with pytest.raises(CampaignBad) as no:
        make(area="FR")

    assert no.value.facts["problems"] == (
        "campaign.area: 'FR' is no known place; expected the code of a place",
    )


def test_a_regions_campaign_reaches_its_own_towns_only(make: Make) -> None:
    made = make(area="KR.16", targets=(target("KR.16", 1), target("102", 1)))
    assert len(reads.targets(made.id)) == 2

    with pytest.raises(CampaignBad):
        make(slug="other", area="KR.16", targets=(target("101", 1),))


def test_a_draft_is_seen_by_its_organisers_only(make: Make) -> None:
    made = make()

    assert reads.campaign_for(BORA, "harvest") == made
    assert reads.campaigns(BORA) == [made]
    # Chul organises a region within; the campaign is the whole country's.
    for actor in (CHUL, ANONYMOUS):
        assert reads.campaigns(actor) == []
        with pytest.raises(NotFound):
            reads.campaign_for(actor, "harvest")
    with pytest.raises(NotFound):
        reads.campaign("harvest")


def test_an_open_and_a_closed_campaign_are_public(make: Make) -> None:
    make()
    assert actions.open_campaign(actor=BORA, slug="harvest", now=NOW) == reads.campaign("harvest")
    assert reads.campaign_for(ANONYMOUS, "harvest").state == "open"

    actions.close_campaign(actor=BORA, slug="harvest", now=NOW, reason="The crops are in.")

    assert reads.campaign("harvest").state == "closed"
    assert [facts.slug for facts in reads.campaigns(ANONYMOUS)] == ["harvest"]


def test_states_go_forward_and_asking_twice_changes_nothing(make: Make) -> None:
    make()
    with pytest.raises(CampaignNotOpen):
        actions.close_campaign(actor=BORA, slug="harvest", now=NOW, reason="The crops are in.")

    later = datetime(2026, 10, 2, tzinfo=UTC)
    first = actions.open_campaign(actor=BORA, slug="harvest", now=NOW)
    assert actions.open_campaign(actor=BORA, slug="harvest", now=later) == first
    assert Campaign.objects.get().opened_at == NOW

    closed = actions.close_campaign(actor=SYSTEM, slug="harvest", now=later, reason="The crops are in.")
    assert actions.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.") == closed
    assert Campaign.objects.get().closed_at == later

    with pytest.raises(CampaignClosed):
        actions.open_campaign(actor=BORA, slug="harvest", now=later)
    assert reads.campaign("harvest").state == "closed"


def test_strangers_open_and_close_nothing(make: Make) -> None:
    make()
    with pytest.raises(NotFound):
        actions.open_campaign(actor=CHUL, slug="harvest", now=NOW)
    actions.open_campaign(actor=BORA, slug="harvest", now=NOW)

    for actor in (CHUL, ANONYMOUS):
        with pytest.raises(NotAllowed):
            actions.close_campaign(actor=actor, slug="harvest", now=NOW, reason="The crops are in.")
        with pytest.raises(NotAllowed):
            actions.open_campaign(actor=actor, slug="harvest", now=NOW)
    with pytest.raises(NotFound):
        actions.open_campaign(actor=BORA, slug="no-such", now=NOW)

    assert reads.campaign("harvest").state == "open"


def test_a_campaign_whose_last_day_has_passed_there_is_not_opened(make: Make) -> None:
    make()
    # 9 November 15:00 UTC is the 10th in Seoul.
    with pytest.raises(CampaignOver):
        actions.open_campaign(actor=BORA, slug="harvest", now=datetime(2026, 11, 9, 15, tzinfo=UTC))

    last_minute = datetime(2026, 11, 9, 14, 59, tzinfo=UTC)
    assert actions.open_campaign(actor=BORA, slug="harvest", now=last_minute).state == "open"


def test_the_database_holds_the_states(make: Make) -> None:
    made = make()
    for wrong in ({"state": "open"}, {"state": "closed", "closed_at": NOW}, {"opened_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Campaign.objects.filter(pk=made.id).update(**wrong)


def test_a_drafts_targets_are_replaced_by_area(make: Make, korea: dict[str, AreaFacts]) -> None:
    made = make()
    rows = [row(korea["102"], 9_000), row(korea["KR.16"])]

    assert actions.set_targets(indicator_id=harvest_indicator(made), rows=rows) == TargetsSet(2, 0)
    assert actions.set_targets(indicator_id=harvest_indicator(made), rows=rows) == TargetsSet(0, 2)

    plans = {t.area_id: t.plan_milli for t in reads.targets(made.id)}
    assert plans == {korea["101"].id: 5_000_000, korea["102"].id: 9_000, korea["KR.16"].id: 7_000}


def test_an_open_campaigns_targets_stand_but_more_may_come(make: Make, korea: dict[str, AreaFacts]) -> None:
    made = make()
    actions.open_campaign(actor=BORA, slug="harvest", now=NOW)
    before = reads.targets(made.id)

    with pytest.raises(TargetStands):
        actions.set_targets(
            indicator_id=harvest_indicator(made), rows=[row(korea["KR.16"]), row(korea["102"], 1)]
        )
    assert reads.targets(made.id) == before  # not even the good row

    set_ = actions.set_targets(indicator_id=harvest_indicator(made), rows=[row(korea["KR.16"])])
    assert set_ == TargetsSet(written_count=1, known_count=0)


def test_a_closed_campaigns_targets_are_closed(make: Make, korea: dict[str, AreaFacts]) -> None:
    made = make()
    actions.open_campaign(actor=BORA, slug="harvest", now=NOW)
    actions.close_campaign(actor=BORA, slug="harvest", now=NOW, reason="The crops are in.")

    with pytest.raises(CampaignClosed):
        actions.set_targets(indicator_id=harvest_indicator(made), rows=[row(korea["KR.16"])])


def test_every_bad_target_row_is_named(make: Make, korea: dict[str, AreaFacts]) -> None:
    made = make(area="KR.16", targets=())
    rows = [
        row(korea["102"], 0),
        row(korea["101"]),
        replace(row(korea["KR.16"]), deadline=date(2027, 1, 1)),
        row(korea["102"]),
    ]

    with pytest.raises(TargetBad) as no:
        actions.set_targets(indicator_id=harvest_indicator(made), rows=rows)

    keys = [str(line).split(":")[0] for line in no.value.facts["problems"]]  # type: ignore[attr-defined]  # a tuple
    assert keys == ["targets[0].plan", "targets[2].deadline", "targets[3].area", "targets[1].area"]
    assert reads.targets(made.id) == []


def test_targets_of_an_unknown_indicator_are_refused(db: None) -> None:
    with pytest.raises(NotFound):
        actions.set_targets(indicator_id=1, rows=[])


def test_many_targets_take_few_queries(
    make: Make,
    korea: dict[str, AreaFacts],
    harvest: NewCampaign,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    made = make(targets=())
    with django_assert_max_num_queries(10):
        actions.set_targets(indicator_id=harvest_indicator(made), rows=[row(area) for area in korea.values()])
    assert len(reads.targets(made.id)) == len(korea)
