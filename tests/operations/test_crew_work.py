"""Recording a crew's work: once, by its own captain, for everybody who was there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor
from dure.base.errors import CommandReused
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade, Kind, LedgerEntry
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.needs.errors import NeedUnknown
from dure.operations.work import MINUTES_MAX, CrewRecord, hours_milli, record_crew
from tests.movement.matching.farm import DAY, ORGANISER, Farm, at, made

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def crew(farm: Farm) -> Farm:
    """Minji and Bora are here, Chul is late; a post of the pickers from 8 to 16."""
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    farm.match()
    for name in farm.people:
        farm.accept(name)
    come(farm, "Minji", "Bora")
    return farm


def come(farm: Farm, *names: str, hour: int = 8) -> None:
    for name in names:
        (placement,) = matching_reads.placements_of(SYSTEM, farm.people[name])
        matching.check_in(actor=farm.captain(), placement_id=placement.id, now=at(hour))


def record(farm: Farm, command: str = "one", **other: object) -> CrewRecord:
    facts: dict[str, object] = {
        "actor": farm.captain(),
        "post_id": farm.posts["Pick pears"],
        "minutes": 450,
        "output_milli": {farm.indicators["pears"]: 120_000},
        "command_id": made("command", command),
        "now": at(16),
    }
    return record_crew(**(facts | other))  # type: ignore[arg-type]  # a table of facts, some changed


def entries(farm: Farm) -> list[LedgerEntry]:
    return ledger.entries(ORGANISER, farm.campaign.id)


def states(farm: Farm) -> dict[str, str]:
    return {
        name: placement.state
        for name, pk in farm.people.items()
        for placement in matching_reads.placements_of(SYSTEM, pk)
    }


def test_everybody_who_is_here_gets_their_hours_and_the_team_its_output(crew: Farm) -> None:
    assert record(crew) == CrewRecord(hours_entries=2, output_entries=1, checked_out=2)

    assert states(crew) == {"Minji": "done", "Bora": "done", "Chul": "accepted"}
    mine = ledger.entries_of_person(crew.me("Minji"), crew.people["Minji"])
    assert [(one.kind, one.quantity_milli, one.grade) for one in mine] == [(Kind.HOURS, 7_500, Grade.CLAIMED)]
    assert ledger.entries_of_person(crew.me("Chul"), crew.people["Chul"]) == []
    kinds = sorted((one.kind, one.quantity_milli) for one in entries(crew))
    assert kinds == [(Kind.HOURS, 7_500), (Kind.HOURS, 7_500), (Kind.OUTPUT, 120_000)]


def test_sending_twice_records_once(crew: Farm) -> None:
    first = record(crew)

    assert record(crew) == first
    assert record(crew, now=at(23)) == first
    assert ledger.size() == 3


def test_a_command_id_stands_for_one_record(crew: Farm) -> None:
    record(crew)

    changed: list[dict[str, object]] = [{"minutes": 451}, {"output_milli": {}}]
    for other in changed:
        with pytest.raises(CommandReused):
            record(crew, **other)  # type: ignore[arg-type]  # a table of facts
    assert ledger.size() == 3


def test_recording_again_covers_who_came_since_and_nobody_twice(crew: Farm) -> None:
    record(crew)
    come(crew, "Chul", hour=17)

    assert record(crew, "two", minutes=60, output_milli={}, now=at(18)) == CrewRecord(1, 0, 1)
    assert record(crew, "three", minutes=60, output_milli={}, now=at(19)) == CrewRecord(0, 0, 0)

    hours = {
        name: [one.quantity_milli for one in ledger.entries_of_person(crew.me(name), pk)]
        for name, pk in crew.people.items()
    }
    assert hours == {"Minji": [7_500], "Bora": [7_500], "Chul": [1_000]}


def test_nobody_but_the_own_captain_records(crew: Farm) -> None:
    for visitor in (crew.captain("Cooks"), crew.me("Minji"), ORGANISER, ANONYMOUS, Actor(person_id=1)):
        with pytest.raises(NotFound):
            record(crew, actor=visitor)
    with pytest.raises(NeedUnknown):
        record(crew, post_id=10**9)

    assert ledger.size() == 0
    assert states(crew)["Minji"] == "present"


@pytest.mark.parametrize("minutes", [0, -1, MINUTES_MAX + 1])
def test_minutes_lie_within_a_day_of_work(crew: Farm, minutes: int) -> None:
    with pytest.raises(BadInput):
        record(crew, minutes=minutes)
    assert ledger.size() == 0


@pytest.mark.parametrize("minutes", [1, MINUTES_MAX])
def test_work_beyond_the_caps_is_recorded_in_full(crew: Farm, minutes: int) -> None:
    record(crew, minutes=minutes)

    (mine,) = ledger.entries_of_person(crew.me("Minji"), crew.people["Minji"])
    assert mine.quantity_milli == hours_milli(minutes)


@pytest.mark.parametrize(
    ("indicator", "quantity"), [("pears", 0), ("pears", -1), ("hours", 1_000), ("unknown", 1_000)]
)
def test_output_is_above_zero_and_of_the_campaigns_outputs(crew: Farm, indicator: str, quantity: int) -> None:
    indicator_id = crew.indicators.get(indicator, 10**6)

    with pytest.raises(BadInput):
        record(crew, output_milli={indicator_id: quantity})
    assert ledger.size() == 0
    assert states(crew)["Minji"] == "present"


def test_a_crew_may_bring_about_several_things(crew: Farm) -> None:
    outputs = {crew.indicators["pears"]: 90_000, crew.indicators["meals"]: 12_000}

    assert record(crew, output_milli=outputs).output_entries == 2
    found = {one.indicator_id: one.quantity_milli for one in entries(crew) if one.kind == Kind.OUTPUT}
    assert found == outputs


@pytest.mark.parametrize(
    ("minutes", "milli"), [(1, 17), (3, 50), (30, 500), (90, 1_500), (480, 8_000), (100, 1_667)]
)
def test_minutes_become_hours(minutes: int, milli: int) -> None:
    assert hours_milli(minutes) == milli


def test_minutes_worked_are_those_written_down_even_when_all_is_tapped_at_the_end(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.match()
    farm.accept("Minji")
    come(farm, "Minji", hour=16)

    record(farm, minutes=480, now=at(16, 5))

    ((_, minutes),) = matching_reads.worked_minutes(farm.campaign.id, DAY)
    assert minutes == 480


@pytest.mark.parametrize(
    ("came", "written_down", "minutes", "left"),
    [
        pytest.param(8, 16, 480, 16, id="at once"),
        pytest.param(8, 22, 480, 16, id="in the evening"),
        pytest.param(8, 16, 600, 16, id="more minutes than there were"),
        pytest.param(10, 22, 480, 18, id="who came late leaves late"),
        pytest.param(7, 22, 600, 18, id="overtime lengthens the rest"),
    ],
)
def test_people_are_checked_out_when_their_work_ended(
    farm: Farm, came: int, written_down: int, minutes: int, left: int
) -> None:
    farm.cast("Minji")
    farm.post()
    farm.match()
    farm.accept("Minji")
    come(farm, "Minji", hour=came)

    record(farm, minutes=minutes, now=at(written_down))

    (placement,) = matching_reads.placements_of(SYSTEM, farm.people["Minji"])
    assert placement.checked_out_at == at(left)


def test_overtime_lengthens_the_rest(farm: Farm) -> None:
    """Until 22 o'clock instead of 16: an eight o'clock shift tomorrow is out, one at nine is possible."""
    farm.cast("Minji")
    farm.post()
    farm.match()
    farm.accept("Minji")
    come(farm, "Minji")
    record(farm, minutes=14 * 60, now=at(23))
    farm.post("Early", day=NEXT, starts=8, ends=12)
    late = farm.post("Late", day=NEXT, starts=9, ends=12)

    farm.match(NEXT)

    assert farm.offered(NEXT) == {"Minji": late}
