"""Targets handed down, and argued about: whatever happens, the parts sum to their parent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import accounts
from dure.base.access import ANONYMOUS, SYSTEM, Actor, actor_of
from dure.base.models import OutboxMessage
from dure.engine.plan.tree import sums_stand
from dure.kernel.ids import client_id
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.campaigns import actions, plan, pleas, reads
from dure.movement.campaigns.errors import (
    CampaignClosed,
    PlanUneven,
    PleaAnswered,
    PleaBad,
    PleaNeedsName,
    PleaOpen,
    PleaOwn,
    SplitBad,
    TargetBad,
    TargetStands,
)
from dure.movement.campaigns.types import CampaignFacts, NewIndicator, NewTarget, TargetFacts, TargetRow
from dure.movement.people import actions as people
from dure.movement.places.types import AreaFacts
from tests.movement.campaigns.conftest import BORA, CHUL, NOW

Make = Callable[..., CampaignFacts]
END = date(2026, 11, 9)


def whole(plan_milli: int = 1_300_000, area: str = "KR", **other: object) -> NewTarget:
    new = NewTarget("harvest", area, plan_milli, END, "Survey of the fields", date(2026, 8, 20))
    return replace(new, **other)  # type: ignore[arg-type]  # any field


def only(campaign: CampaignFacts, area_id: int, team_id: int | None = None) -> TargetFacts:
    found = [one for one in reads.targets(campaign.id) if (one.area_id, one.team_id) == (area_id, team_id)]
    return found[0]


def uneven(campaign: CampaignFacts) -> list[int]:
    return sums_stand([(one.id, one.parent_id, one.plan_milli) for one in reads.targets(campaign.id)])


def named(name: str, path: str, role: str = "organiser", team_id: int | None = None) -> Actor:
    account_id = accounts.open_account(email=f"{name.lower()}@example.org", name=name)
    accounts.grant(account_id=account_id, role=role, area_path=path, team_id=team_id)
    return actor_of(account_id=account_id)


@pytest.fixture
def country(make: Make, korea: dict[str, AreaFacts]) -> CampaignFacts:
    """A draft with one target for the whole country."""
    return make(targets=(whole(),))


@pytest.fixture
def regions(country: CampaignFacts, korea: dict[str, AreaFacts]) -> CampaignFacts:
    """The same, handed down to the regions 5 : 8 and from there to their towns."""
    top = only(country, korea["KR"].id)
    weights = {korea["KR.03"].id: 5, korea["KR.16"].id: 8}
    for part in plan.split_down(actor=BORA, target_id=top.id, rule="need", weights=weights, now=NOW):
        plan.split_down(actor=BORA, target_id=part.id, rule="population", now=NOW)
    return country


def test_a_target_is_handed_down_by_need_and_by_people(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    amounts = {code: only(regions, korea[code].id).plan_milli for code in korea}
    assert amounts == {"KR": 1_300_000, "KR.03": 500_000, "KR.16": 800_000, "101": 500_000, "102": 800_000}
    gimje = only(regions, korea["101"].id)
    assert gimje.parent_id == only(regions, korea["KR.03"].id).id
    assert (gimje.split, gimje.deadline) == ("population", END)
    assert gimje.source == "Survey of the fields (by need) (by population)"
    assert uneven(regions) == []


def test_splitting_again_in_a_draft_replaces_all_below(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    top = only(regions, korea["KR"].id)
    plan.split_down(actor=BORA, target_id=top.id, rule="need", weights={korea["KR.16"].id: 1}, now=NOW)
    assert {one.area_id for one in reads.targets(regions.id)} == {korea["KR"].id, korea["KR.16"].id}


def test_capacity_is_a_limit_and_goes_with_the_part(
    country: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    top = only(country, korea["KR"].id)
    small = {korea["KR.03"].id: 600_000, korea["KR.16"].id: 600_000}
    with pytest.raises(SplitBad, match="rated capacities sum to 1,200"):
        plan.split_down(actor=BORA, target_id=top.id, rule="capacity", weights=small, now=NOW)
    enough = {korea["KR.03"].id: 650_000, korea["KR.16"].id: 1_300_000}
    parts = plan.split_down(actor=BORA, target_id=top.id, rule="capacity", weights=enough, now=NOW)
    assert sorted((one.plan_milli, one.rated_capacity_milli) for one in parts) == [
        (433_333, 650_000),
        (866_667, 1_300_000),
    ]


@pytest.mark.parametrize(
    ("rule", "to", "weights", "what"),
    [
        ("stated", "places", {"KR.03": 500_000, "KR.16": 700_000}, "sum to 1,200"),
        ("population", "places", {"KR.03": 5}, "beside the population"),
        ("population", "teams", {}, "no population"),
        ("need", "places", {"101": 5}, "not directly below"),
        ("need", "places", {"KR.03": 0}, "nobody below"),
        ("need", "teams", {}, "nobody below"),
        ("need", "places", {"KR.03": -1}, "below zero"),
    ],
)
def test_what_cannot_be_handed_down_is_refused(
    country: CampaignFacts,
    korea: dict[str, AreaFacts],
    rule: str,
    to: str,
    weights: dict[str, int],
    what: str,
) -> None:
    with pytest.raises(SplitBad, match=what):
        plan.split_down(
            actor=BORA,
            target_id=only(country, korea["KR"].id).id,
            rule=rule,  # type: ignore[arg-type]  # one of the rules
            to=to,  # type: ignore[arg-type]  # places or teams
            weights={korea[code].id: weight for code, weight in weights.items()},
            now=NOW,
        )
    assert len(reads.targets(country.id)) == 1


def test_only_who_organises_the_place_hands_its_target_down(
    country: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    top = only(country, korea["KR"].id)
    for actor in (CHUL, ANONYMOUS):
        with pytest.raises(NotAllowed):
            plan.split_down(actor=actor, target_id=top.id, rule="population", now=NOW)


def test_a_place_with_a_target_of_its_own_gets_no_second_one(make: Make, korea: dict[str, AreaFacts]) -> None:
    campaign = make(targets=(whole(), whole(7_000, "KR.16")))
    with pytest.raises(SplitBad, match="target of its own"):
        plan.split_down(actor=BORA, target_id=only(campaign, korea["KR"].id).id, rule="population", now=NOW)


def test_once_open_a_target_is_split_but_not_split_anew(
    country: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    actions.open_campaign(actor=BORA, slug=country.slug, now=NOW)
    top = only(country, korea["KR"].id)
    weights = {korea["KR.03"].id: 1, korea["KR.16"].id: 1}
    plan.split_down(actor=BORA, target_id=top.id, rule="need", weights=weights, now=NOW)
    with pytest.raises(TargetStands):
        plan.split_down(actor=BORA, target_id=top.id, rule="need", weights=weights, now=NOW)
    assert uneven(country) == []


def test_a_draft_whose_parts_do_not_sum_is_not_opened(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    gimje = only(regions, korea["101"].id)
    row = TargetRow(gimje.area_id, 1_000, END, "Town office", date(2026, 8, 1))
    # The region's other part is gone from it: what is left sums to nothing.
    actions.set_targets(indicator_id=gimje.indicator_id, rows=[row])
    row = TargetRow(korea["KR.03"].id, 2_000, END, "Region", date(2026, 8, 1))
    actions.set_targets(indicator_id=gimje.indicator_id, rows=[row])
    with pytest.raises(PlanUneven):
        actions.open_campaign(actor=BORA, slug=regions.slug, now=NOW)


def test_teams_get_their_parts_of_a_town(country: CampaignFacts, korea: dict[str, AreaFacts]) -> None:
    herons, owls = (
        people.form_team(key=client_id(b"plan", name), name=name, area_id=korea["102"].id, kind="pickers").id
        for name in ("Herons", "Owls")
    )
    row = TargetRow(korea["102"].id, 1_001, END, "Town", date(2026, 8, 1))
    actions.set_targets(indicator_id=only(country, korea["KR"].id).indicator_id, rows=[row])
    town = only(country, korea["102"].id)
    parts = plan.split_down(
        actor=CHUL, target_id=town.id, rule="need", to="teams", weights={herons: 1, owls: 1}, now=NOW
    )
    assert [(one.team_id, one.plan_milli) for one in parts] == [(herons, 501), (owls, 500)]


def test_periods_follow_each_other_and_never_overlap(make: Make, korea: dict[str, AreaFacts]) -> None:
    early = whole(deadline=date(2026, 10, 20))
    campaign = make(targets=(early, whole(5_000, starts_on=date(2026, 10, 21))))
    assert [(one.starts_on, one.plan_milli) for one in reads.targets(campaign.id)] == [
        (campaign.starts_on, 1_300_000),
        (date(2026, 10, 21), 5_000),
    ]
    indicator_id = only(campaign, korea["KR"].id).indicator_id
    row = TargetRow(korea["KR"].id, 9, END, "Office", date(2026, 8, 1), starts_on=date(2026, 10, 20))
    with pytest.raises(TargetBad, match="overlap"):
        actions.set_targets(indicator_id=indicator_id, rows=[row])
    assert len(reads.targets(campaign.id)) == 2


def test_a_level_does_not_fall_from_period_to_period(make: Make, korea: dict[str, AreaFacts]) -> None:
    wells = NewIndicator("harvest", "output", "Wells in use", "well", aggregation="last")
    campaign = make(indicators=(wells,), targets=(whole(50_000, deadline=date(2026, 10, 20)),))
    indicator_id = only(campaign, korea["KR"].id).indicator_id
    row = TargetRow(korea["KR"].id, 49_000, END, "Office", date(2026, 8, 1), starts_on=date(2026, 10, 21))
    with pytest.raises(TargetBad, match="lower"):
        actions.set_targets(indicator_id=indicator_id, rows=[row])
    actions.set_targets(indicator_id=indicator_id, rows=[replace(row, plan_milli=80_000)])


def test_no_plea_and_no_split_lets_a_level_fall_either(make: Make, korea: dict[str, AreaFacts]) -> None:
    """No plan can be drawn through levels that fall: every page of the campaign would break."""
    wells = NewIndicator("harvest", "output", "Wells in use", "well", aggregation="last")
    early = whole(50_000, deadline=date(2026, 10, 20))
    campaign = make(indicators=(wells,), targets=(early, whole(60_000, starts_on=date(2026, 10, 21))))
    first, later = reads.targets(campaign.id)
    dami, eun = named("Dami", "/KR/"), named("Eun", "/KR/")
    argued = pleas.plead(actor=dami, target_id=first.id, wanted_milli=70_000, why="More wells.", now=NOW)
    with pytest.raises(PleaBad, match="lower level"):
        pleas.answer(actor=eun, plea_id=argued.id, agrees=True, words="Yes.", now=NOW)
    assert (reads.target(first.id).plan_milli, pleas.one(argued.id).answer) == (50_000, "open")
    north, south = korea["KR.03"].id, korea["KR.16"].id
    plan.split_down(actor=BORA, target_id=first.id, rule="need", weights={north: 1, south: 1}, now=NOW)
    with pytest.raises(SplitBad, match="lower level"):
        plan.split_down(actor=BORA, target_id=later.id, rule="need", weights={north: 9, south: 1}, now=NOW)
    assert plan.parts_of(later.id) == ()
    plan.split_down(actor=BORA, target_id=later.id, rule="need", weights={north: 1, south: 1}, now=NOW)


# --- pleas ----------------------------------------------------------------------------------------------------------


def test_a_plea_agreed_is_taken_up_by_every_target_above(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    actions.open_campaign(actor=BORA, slug=regions.slug, now=NOW)
    sora, dami = named("Sora", "/KR/16/"), named("Dami", "/KR/")
    naju = only(regions, korea["102"].id)
    asked = pleas.plead(actor=sora, target_id=naju.id, wanted_milli=700_000, why="Hail in June.", now=NOW)
    assert (asked.answer, asked.answer_by, asked.asked_by) == (
        "open",
        NOW.date() + timedelta(days=14),
        "Sora",
    )
    answered = pleas.answer(
        actor=dami, plea_id=asked.id, agrees=True, words="The hail was reported.", now=NOW
    )
    assert (answered.answer, answered.answered_by, answered.plan_milli) == ("agreed", "Dami", 800_000)
    amounts = {code: only(regions, korea[code].id).plan_milli for code in korea}
    assert amounts == {"KR": 1_200_000, "KR.03": 500_000, "KR.16": 700_000, "101": 500_000, "102": 700_000}
    assert uneven(regions) == []
    notice = OutboxMessage.objects.get(kind=pleas.ANSWERED)
    assert notice.facts == {"account_id": sora.account_id, "plea": asked.id}


def test_in_a_draft_the_siblings_may_give_what_is_agreed(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    sora, dami = named("Sora", "/KR/16/"), named("Dami", "/KR/")
    south = only(regions, korea["KR.16"].id)
    asked = pleas.plead(actor=sora, target_id=south.id, wanted_milli=650_000, why="Fewer hands.", now=NOW)
    pleas.answer(
        actor=dami, plea_id=asked.id, agrees=True, words="The north has more.", taken_from="siblings", now=NOW
    )
    amounts = {code: only(regions, korea[code].id).plan_milli for code in korea}
    assert amounts == {"KR": 1_300_000, "KR.03": 650_000, "KR.16": 650_000, "101": 650_000, "102": 650_000}


def test_in_an_open_campaign_nobody_who_did_not_ask_gets_more(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    actions.open_campaign(actor=BORA, slug=regions.slug, now=NOW)
    sora, dami = named("Sora", "/KR/16/"), named("Dami", "/KR/")
    south = only(regions, korea["KR.16"].id)
    asked = pleas.plead(actor=sora, target_id=south.id, wanted_milli=650_000, why="Fewer hands.", now=NOW)
    with pytest.raises(TargetStands):
        pleas.answer(actor=dami, plea_id=asked.id, agrees=True, words="Yes.", taken_from="siblings", now=NOW)
    assert pleas.one(asked.id).answer == "open"


def test_a_declined_plea_changes_nothing_and_is_answered_once(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    sora, dami = named("Sora", "/KR/16/"), named("Dami", "/KR/")
    naju = only(regions, korea["102"].id)
    asked = pleas.plead(actor=sora, target_id=naju.id, wanted_milli=1, why="No time.", now=NOW)
    # The same again is the same; another wish waits for the answer.
    assert pleas.plead(actor=sora, target_id=naju.id, wanted_milli=1, why="No time.", now=NOW) == asked
    with pytest.raises(PleaOpen):
        pleas.plead(actor=sora, target_id=naju.id, wanted_milli=2, why="No time.", now=NOW)
    with pytest.raises(PleaOwn):
        _own(asked.id)
    pleas.answer(actor=dami, plea_id=asked.id, agrees=False, words="We need it.", now=NOW)
    assert only(regions, korea["102"].id).plan_milli == 800_000
    with pytest.raises(PleaAnswered):
        pleas.answer(actor=dami, plea_id=asked.id, agrees=True, words="Or yes.", now=NOW)


def _own(plea_id: int) -> None:
    """Whoever asked organises the whole country by now, and still doesn't answer themself."""
    sora = accounts.account_id_of(email="sora@example.org")
    assert sora is not None
    accounts.grant(account_id=sora, role="organiser", area_path="/KR/")
    pleas.answer(actor=actor_of(account_id=sora), plea_id=plea_id, agrees=True, words="Yes.", now=NOW)


def test_who_may_ask_and_who_may_answer(regions: CampaignFacts, korea: dict[str, AreaFacts]) -> None:
    naju = only(regions, korea["102"].id)
    with pytest.raises(NotAllowed):
        pleas.plead(actor=ANONYMOUS, target_id=naju.id, wanted_milli=1, why="No.", now=NOW)
    with pytest.raises(PleaNeedsName):
        pleas.plead(actor=SYSTEM, target_id=naju.id, wanted_milli=1, why="No.", now=NOW)
    sora, other = named("Sora", "/KR/16/"), named("Euna", "/KR/16/")
    asked = pleas.plead(actor=sora, target_id=naju.id, wanted_milli=1, why="No.", now=NOW)
    # What is agreed goes up to the whole country's target: who organises a region can't decide that.
    with pytest.raises(NotAllowed):
        pleas.answer(actor=other, plea_id=asked.id, agrees=True, words="Yes.", now=NOW)
    # Saying no needs only the region, whose target it is a part of.
    assert (
        pleas.answer(actor=other, plea_id=asked.id, agrees=False, words="No.", now=NOW).answer == "declined"
    )


def test_a_captain_argues_for_the_own_team_alone(country: CampaignFacts, korea: dict[str, AreaFacts]) -> None:
    team_id = people.form_team(
        key=client_id(b"plan", "Owls"), name="Owls", area_id=korea["102"].id, kind="pickers"
    ).id
    row = TargetRow(korea["102"].id, 1_000, END, "Town", date(2026, 8, 1), team_id=team_id)
    actions.set_targets(indicator_id=only(country, korea["KR"].id).indicator_id, rows=[row])
    mine = only(country, korea["102"].id, team_id)
    captain = named("Minji", "", role="captain", team_id=team_id)
    other = named("Bada", "", role="captain", team_id=team_id + 1)
    with pytest.raises(NotFound):
        pleas.plead(actor=other, target_id=mine.id, wanted_milli=5, why="Few hands.", now=NOW)
    asked = pleas.plead(actor=captain, target_id=mine.id, wanted_milli=900, why="Few hands.", now=NOW)
    dami = named("Dami", "/KR/")
    pleas.answer(actor=dami, plea_id=asked.id, agrees=True, words="Right.", now=NOW)
    assert only(country, korea["102"].id, team_id).plan_milli == 900


@pytest.mark.parametrize(
    ("wanted", "why", "later", "what"),
    [
        (0, "Because.", 0, "not above zero"),
        (-5, "Because.", 0, "not above zero"),
        (1_300_000, "Because.", 0, "the target that stands"),
        (5, "  ", 0, "no reasons"),
        (5, "x" * 1_001, 0, "no reasons"),
        (1_500_000, "Because.", 0, "rated capacity"),
        (5, "Because.", 200, "deadline was"),
    ],
)
def test_a_plea_that_cannot_be_is_refused(
    make: Make, korea: dict[str, AreaFacts], wanted: int, why: str, later: int, what: str
) -> None:
    campaign = make(targets=(whole(rated_capacity_milli=1_400_000),))
    dami = named("Dami", "/KR/")
    with pytest.raises(PleaBad, match=what):
        pleas.plead(
            actor=dami,
            target_id=only(campaign, korea["KR"].id).id,
            wanted_milli=wanted,
            why=why,
            now=NOW + timedelta(days=later),
        )


def test_the_answer_is_owed_before_the_target_ends(make: Make, korea: dict[str, AreaFacts]) -> None:
    campaign = make(targets=(whole(),))
    dami = named("Dami", "/KR/")
    late = NOW.replace(year=2026, month=11, day=5)
    asked = pleas.plead(
        actor=dami, target_id=only(campaign, korea["KR"].id).id, wanted_milli=5, why="Frost.", now=late
    )
    assert asked.answer_by == END
    assert not asked.is_late(END)
    assert asked.is_late(END + timedelta(days=1))
    assert pleas.owed(until=END) == (asked,)
    assert pleas.owed(until=END - timedelta(days=1)) == ()


def test_nothing_is_argued_or_split_once_a_campaign_is_closed(
    country: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    top = only(country, korea["KR"].id)
    actions.open_campaign(actor=BORA, slug=country.slug, now=NOW)
    actions.close_campaign(actor=BORA, slug=country.slug, now=NOW, reason="A flood.")
    with pytest.raises(CampaignClosed):
        plan.split_down(actor=BORA, target_id=top.id, rule="population", now=NOW)
    with pytest.raises(CampaignClosed):
        pleas.plead(actor=named("Dami", "/KR/"), target_id=top.id, wanted_milli=5, why="Flood.", now=NOW)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_sums_stand_whatever_is_asked_and_agreed(
    data: st.DataObject, regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    sora, dami = _twice("Sora"), _twice("Dami")
    target = data.draw(st.sampled_from(reads.targets(regions.id)))
    wanted = data.draw(st.integers(1, 3_000_000))
    ways: list[pleas.TakenFrom] = ["siblings", "above"]
    taken_from = data.draw(st.sampled_from(ways))
    if wanted == target.plan_milli:
        return
    asked = pleas.plead(actor=sora, target_id=target.id, wanted_milli=wanted, why="So.", now=NOW)
    try:
        pleas.answer(actor=dami, plea_id=asked.id, agrees=True, words="Yes.", taken_from=taken_from, now=NOW)
        assert reads.target(target.id).plan_milli == wanted
    except PleaBad:
        pleas.answer(actor=dami, plea_id=asked.id, agrees=False, words="No.", now=NOW)
        assert reads.target(target.id).plan_milli == target.plan_milli
    assert uneven(regions) == []


def _twice(name: str) -> Actor:
    known = accounts.account_id_of(email=f"{name.lower()}@example.org")
    return actor_of(account_id=known) if known else named(name, "/KR/")


def test_the_next_campaign_is_proposed_without_a_ratchet(
    regions: CampaignFacts, korea: dict[str, AreaFacts]
) -> None:
    days = (END - regions.starts_on).days + 1
    proposed = plan.propose(actor=BORA, campaign_id=regions.id, days_next=10 * days)
    by_area = {one.target.area_id: one.plan_milli for one in proposed}
    assert by_area == {area.id: 10 * only(regions, area.id).plan_milli for area in korea.values()}
    odd = plan.propose(actor=BORA, campaign_id=regions.id, days_next=7)
    assert sums_stand([(one.target.id, one.target.parent_id, one.plan_milli) for one in odd]) == []
