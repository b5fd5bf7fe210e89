"""Groups that stay together, least crews, leads and what they cost: from the rooms to the run and its check."""

from __future__ import annotations

import pytest

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.matching import actions, latecomers, reads
from dure.movement.matching.errors import PostUnfit
from dure.movement.matching.models import Run
from dure.movement.matching.stored import stored_run
from dure.movement.needs import actions as needs
from dure.movement.people.types import SKILL, NewCredential
from dure.operations.match_verify import verify_run
from tests.movement.matching.farm import BRIEFED, DAY, INSURED, NAJU, ORGANISER, Farm, at, made

FAMILY, FRIENDS = client_id(b"group", "family"), client_id(b"group", "friends")


def test_a_day_without_any_of_it_has_no_sides(farm: Farm) -> None:
    farm.cast("Minji", "Bora", group_key=None)
    farm.person("Chul", group_key=FAMILY)  # of whom nobody else is here
    farm.post(seats=3, least_crew=1)

    run = farm.match()

    assert run.side is None
    assert run.filled_by_tier == (0, 3, 0)
    assert verify_run(run.id).holds


def test_a_group_is_offered_one_post_or_none(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul", group_key=FAMILY)
    farm.person("Dami")
    # The nearest post has two seats: one by one, two of them would go there.
    farm.post("Near", seats=2)
    far = farm.post("Far", seats=3, lat=NAJU[0] + 0.05)

    run = farm.match()

    got = farm.offered()
    assert {got[name] for name in ("Minji", "Bora", "Chul")} == {far}
    assert run.side is not None
    assert (run.side.groups_kept, run.side.groups_home, run.side.groups_apart) == (1, 0, 1)
    assert verify_run(run.id).holds


def test_reasons_tell_what_crosses_from_person_to_person(farm: Farm) -> None:
    farm.cast("Minji", "Bora", group_key=FAMILY)
    farm.minor("Eunho")
    near = farm.post("Near", seats=1)
    far = farm.post("Far", seats=3, least_crew=2, lat=NAJU[0] + 0.05)
    run = farm.match()

    assert run.side is not None
    assert reads.why_this(farm.me("Minji"), farm.offer("Minji").id).sides == ("group",)
    young = reads.why_person(farm.me("Eunho"), farm.campaign, DAY, farm.people["Eunho"])
    assert (young.why.post, young.sides) == (-1, ("minor",))
    assert reads.why_unfilled_post(ORGANISER, far).sides == ("crew", "minor")
    assert reads.why_unfilled_post(ORGANISER, near).sides == ("minor",)


def test_whoever_of_a_group_is_away_does_not_keep_the_others_at_home(farm: Farm) -> None:
    farm.cast("Minji", "Bora", group_key=FAMILY)
    farm.person("Chul", group_key=FAMILY, free_spans=())
    post_id = farm.post(seats=2)

    farm.match()

    assert farm.offered() == {"Minji": post_id, "Bora": post_id}


def test_a_group_that_fits_nowhere_stays_at_home_together(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul", group_key=FRIENDS)
    farm.post("One", seats=1)
    farm.post("Two", seats=2)

    run = farm.match()

    assert farm.offered() == {}
    assert run.side is not None
    assert run.side.lost_by_tier == (0, 3, 0)
    assert run.side.groups_home == 1
    assert verify_run(run.id).holds


def test_a_post_has_its_least_crew_or_nobody(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.post("Near", seats=2, least_crew=2)
    crane = farm.post("Crane", seats=3, least_crew=3, tier=1, lat=NAJU[0] + 0.05)
    boat = farm.post("Boat", seats=9, least_crew=5, tier=1)

    run = farm.match()

    got = farm.offered()
    assert set(got.values()) == {crane}
    assert len(got) == 3
    assert boat not in got.values()
    assert verify_run(run.id).holds


def clinic(farm: Farm, *, helpers: int, per_nurse: int, nurses: int) -> tuple[int, int]:
    """A post of nurses and one that they lead; ids."""
    lead = farm.post("Nurses", seats=nurses, tier=1, skills=("nursing",))
    led = farm.post(
        "Helpers",
        seats=helpers,
        tier=1,
        lead_key=made("post", "Nurses", "Pickers", DAY),
        people_per_lead=per_nurse,
    )
    return lead, led


def nurse(farm: Farm, name: str) -> None:
    farm.person(name, credentials=(INSURED, BRIEFED, NewCredential(SKILL, "nursing", "diploma")))


def test_one_nurse_to_so_many_helpers(farm: Farm) -> None:
    nurse(farm, "Hana")
    farm.cast("Minji", "Bora", "Chul", "Dami")
    lead, led = clinic(farm, helpers=4, per_nurse=3, nurses=2)

    run = farm.match()

    got = list(farm.offered().values())
    assert (got.count(lead), got.count(led)) == (1, 3)
    assert run.side is not None
    assert run.side.lost_by_tier == (1, 0, 0)
    assert verify_run(run.id).holds


def test_in_a_second_round_nurses_who_said_yes_lead_more(farm: Farm) -> None:
    nurse(farm, "Hana")
    farm.cast("Minji", "Bora")
    _, led = clinic(farm, helpers=3, per_nurse=3, nurses=1)
    farm.match()
    for name in ("Hana", "Minji"):
        farm.accept(name)
    farm.decline("Bora")
    farm.cast("Chul", "Dami", "Eunji")
    # Bora's offer runs out at 7:30.
    actions.expire_offers(campaign_id=farm.campaign.id, day=DAY, now=at(7, 45))

    run = farm.match(round_number=2, now=at(7, 45))

    # The nurses' post is full, and leads on: two more are looked after, no third.
    second = [name for name in ("Chul", "Dami", "Eunji") if name in farm.offered()]
    assert len(second) == 2
    assert {farm.offered()[name] for name in second} == {led}
    stored = stored_run(Run.objects.get(pk=run.id))
    assert stored.today.sides is not None
    assert stored.today.sides.held.tolist() == [1, 1]
    assert verify_run(run.id).holds


def test_a_post_whose_lead_was_called_off_gets_nobody(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    lead, _ = clinic(farm, helpers=2, per_nurse=3, nurses=1)
    other = farm.post("Other", seats=2, tier=3)
    needs.cancel(actor=SYSTEM, post_id=lead, now=at(3))

    farm.match()

    assert set(farm.offered().values()) == {other}


def test_a_latecomer_is_not_taken_where_the_leads_have_enough_to_do(farm: Farm) -> None:
    nurse(farm, "Hana")
    farm.person("Minji")
    _, led = clinic(farm, helpers=3, per_nurse=2, nurses=1)
    farm.match()
    for name in ("Hana", "Minji"):
        farm.accept(name)
    farm.cast("Chul", "Dami")

    def take(name: str) -> None:
        latecomers.take(
            actor=farm.me(name),
            person_id=farm.people[name],
            post_id=led,
            request_id=made("late", name),
            now=at(5),
        )

    take("Chul")
    best = latecomers.best_now(
        actor=farm.me("Dami"), person_id=farm.people["Dami"], campaign=farm.campaign, day=DAY, now=at(5)
    )
    assert led not in {one.post.id for one in best}
    with pytest.raises(PostUnfit, match="as many people to look after"):
        take("Dami")


def test_what_the_sides_moved_goes_when_the_day_is_settled(farm: Farm) -> None:
    """The figures stay and still hold together (P3)."""
    farm.cast("Minji", "Bora", "Chul", group_key=FRIENDS)
    farm.post("One", seats=1)
    farm.post("Two", seats=2)
    run = farm.match()
    assert bytes(Run.objects.get(pk=run.id).relaxed)

    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(17))

    row = Run.objects.get(pk=run.id)
    assert (bytes(row.relaxed), bytes(row.held)) == (b"", b"")
    again = verify_run(run.id)
    assert (again.less, again.faults) == ("settled", ())
    assert again.run.side == run.side


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        ({"value": 10**12}, "side.value"),
        ({"lost_by_tier": [0, 0, 0]}, "value is not what"),
        ({"extra_by_tier": [0, 9, 0]}, "further shifts"),
    ],
)
def test_a_side_that_was_changed_is_found(farm: Farm, spoilt: dict[str, object], fault: str) -> None:
    farm.cast("Minji", "Bora", "Chul", group_key=FRIENDS)
    farm.post("One", seats=1)
    farm.post("Two", seats=2)
    run = farm.match()
    row = Run.objects.get(pk=run.id)
    assert row.side is not None
    Run.objects.filter(pk=run.id).update(side={**row.side, **spoilt})

    found = verify_run(run.id)

    assert not found.holds
    assert any(fault in what for what in found.faults)


def test_the_same_day_gives_the_same_sides_to_the_byte(farm: Farm) -> None:
    farm.cast("Minji", "Bora", group_key=FAMILY)
    farm.cleared("Hana", "Duri")
    farm.minor("Eunho")
    farm.post("One", seats=2)
    farm.post("Two", seats=4, least_crew=3)

    first = farm.solve()
    kept = Run.objects.get(pk=first.id)
    second = farm.solve()
    again = Run.objects.get(pk=second.id)

    assert first.input_digest == second.input_digest
    assert (bytes(kept.relaxed), kept.side) == (bytes(again.relaxed), again.side)
    assert reads.run_of(farm.campaign.id, DAY) == second
