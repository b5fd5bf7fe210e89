"""The turn of a day: promised lots, a match, work, and an end that is the same however often it is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base.access import SYSTEM
from dure.base.errors import Stopped
from dure.base.jobs import ask_all_to_stop
from dure.movement.audit import reads as audit
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen
from dure.movement.honours import reads as honours
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads as ledger_reads
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.errors import RunExists
from dure.movement.people import reads as people
from dure.operations import answers
from dure.operations.day import MATCH_JOB, Settled, match_day, open_day, settle_day
from dure.operations.work import record_crew
from tests.movement.matching.farm import DAY, Farm, at, made
from tests.operations.every_table import tables

NEXT = DAY + timedelta(days=1)


def open_(farm: Farm, hour: int = 3) -> None:
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(hour), lot_count=2)


def match(farm: Farm, hour: int = 4, round_number: int = 1) -> None:
    match_day(
        campaign_id=farm.campaign.id,
        day=DAY,
        now=at(hour),
        expires_at=at(hour + 2),
        round_number=round_number,
    )


def settle(farm: Farm, hour: int = 22) -> Settled:
    return settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(hour))


def worked_through(farm: Farm, *, with_drivers: bool) -> None:
    """Minji and Bora worked, Chul did not come, Dami said no."""
    farm.cast("Minji", "Bora", "Chul", "Dami")
    farm.post(seats=4)
    open_(farm)
    match(farm)
    farm.decline("Dami")
    for name in ("Minji", "Bora", "Chul"):
        placement = farm.accept(name)
        if name != "Chul":
            matching.check_in(actor=farm.captain(), placement_id=placement.id, now=at(8))
    record_crew(
        actor=farm.captain(),
        post_id=farm.posts["Pick pears"],
        minutes=480,
        output_milli={farm.indicators["pears"]: 60_000},
        command_id=made("crew"),
        now=at(16),
    )
    if with_drivers:
        drivers = NewEntry(
            client_id=made("drivers"),
            kind=Kind.OUTPUT,
            campaign_id=farm.campaign.id,
            indicator_id=farm.indicators["pears"],
            team_id=farm.teams["Drivers"],
            area_id=farm.areas["Seoul"],
            work_day=DAY,
            quantity_milli=5_000,
        )
        ledger.record_one(entry=drivers, now=at(17))


def rows() -> dict[str, list[object]]:
    """Every row of every table."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in tables()}


def test_a_day_opens_with_a_promised_lot_for_every_output_before_anything_is_recorded(farm: Farm) -> None:
    farm.cast("Minji")

    lots = open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))

    assert {lot.indicator_id for lot in lots} == {farm.indicators["pears"], farm.indicators["meals"]}
    assert {(lot.day, lot.committed_at, lot.drawn_at) for lot in lots} == {(DAY, at(3), None)}
    assert len({lot.commitment for lot in lots}) == 2
    assert ledger_reads.size() == 0


def test_the_lots_are_promised_even_when_answering_fails(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    farm.cast("Minji")
    monkeypatch.setattr(answers, "refresh", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        open_(farm)

    assert len(audit.lots(farm.campaign.id)) == 2


def test_opening_twice_changes_nothing(farm: Farm) -> None:
    farm.cast("Minji")
    open_(farm)
    before = rows()

    open_(farm, hour=6)

    assert rows() == before


def test_a_campaign_that_is_not_open_has_no_days(farm: Farm) -> None:
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=at(1), reason="The crops are in.")

    with pytest.raises(CampaignNotOpen):
        open_(farm)
    assert audit.lots(farm.campaign.id) == []


def test_a_match_is_published_and_the_second_round_takes_what_was_let_pass(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    match(farm)
    (first,) = farm.offered()

    match(farm, hour=6, round_number=2)

    (second,) = set(farm.offered()) - {first}
    assert farm.offers(first)[0].state == "expired"
    assert farm.offers(second)[0].state == "open"
    with pytest.raises(RunExists):
        match(farm, hour=6)


def test_a_day_ends_with_no_shows_marked_the_log_signed_the_lot_drawn_and_people_thanked(farm: Farm) -> None:
    worked_through(farm, with_drivers=True)

    settled = settle(farm)

    assert (settled.no_shows, settled.offers_gone, settled.thanked) == (1, 1, 2)
    assert (settled.checkpoint.size, ledger_reads.size()) == (4, 4)
    drawn = {lot.indicator_id: lot.drawn_at for lot in settled.lots}
    assert drawn == {farm.indicators["pears"]: at(22), farm.indicators["meals"]: at(22)}
    for name in ("Minji", "Bora"):
        (thanks,) = honours.thanks_for(actor=farm.me(name), person_id=farm.people[name])
        assert thanks.minutes == 480
    assert honours.thanks_for(actor=farm.me("Chul"), person_id=farm.people["Chul"]) == []


def test_settling_twice_changes_nothing(farm: Farm) -> None:
    worked_through(farm, with_drivers=True)
    first = settle(farm)
    before = rows()

    again = settle(farm, hour=23)

    assert (again.no_shows, again.offers_gone, again.thanked) == (0, 0, 0)
    assert (again.checkpoint, again.lots) == (first.checkpoint, first.lots)
    assert rows() == before


def test_who_worked_waits_anew_and_the_others_go_on_waiting(farm: Farm) -> None:
    worked_through(farm, with_drivers=False)
    settle(farm)

    waiting = {
        name: people.person(actor=SYSTEM, person_id=pk).waiting_since for name, pk in farm.people.items()
    }
    assert waiting["Minji"] == waiting["Bora"] == at(0, day=NEXT)
    assert waiting["Chul"] == waiting["Dami"] < at(0)


def test_a_day_on_which_nothing_was_recorded_ends_and_its_lot_waits(farm: Farm) -> None:
    """Rain: the log has not grown since it was signed the day before."""
    worked_through(farm, with_drivers=True)
    settle(farm)
    open_day(campaign_id=farm.campaign.id, day=NEXT, now=at(3, day=NEXT), lot_count=2)

    settled = settle_day(campaign_id=farm.campaign.id, day=NEXT, now=at(22, day=NEXT))

    assert {lot.drawn_at for lot in settled.lots} == {None}
    after = NEXT + timedelta(days=1)
    late = NewEntry(
        client_id=made("late phone"),
        kind=Kind.OUTPUT,
        campaign_id=farm.campaign.id,
        indicator_id=farm.indicators["pears"],
        team_id=farm.teams["Pickers"],
        area_id=farm.areas["Naju"],
        work_day=NEXT,
        quantity_milli=2_000,
    )
    ledger.record_one(entry=late, now=at(9, day=after))
    settle_day(campaign_id=farm.campaign.id, day=after, now=at(22, day=after))
    waited = [lot for lot in audit.lots(farm.campaign.id) if lot.day == NEXT]
    assert {lot.drawn_at for lot in waited} == {at(22, day=after)}


def test_a_day_ends_also_where_nobody_from_elsewhere_could_recount(farm: Farm) -> None:
    worked_through(farm, with_drivers=False)

    settled = settle(farm)

    drawn = {lot.indicator_id: lot.drawn_at for lot in settled.lots}
    assert drawn == {farm.indicators["pears"]: None, farm.indicators["meals"]: at(22)}
    assert settled.thanked == 2
    assert matching_reads.is_settled(farm.campaign.id, DAY)


def test_a_phone_that_syncs_late_is_thanked_late(farm: Farm) -> None:
    worked_through(farm, with_drivers=True)
    settle(farm)
    (chul,) = matching_reads.placements_of(SYSTEM, farm.people["Chul"])
    matching.check_in(actor=farm.captain(), placement_id=chul.id, now=at(22, 30))
    record_crew(
        actor=farm.captain(),
        post_id=farm.posts["Pick pears"],
        minutes=120,
        output_milli={},
        command_id=made("late"),
        now=at(22, 40),
    )

    assert settle(farm, hour=23).thanked == 1
    (thanks,) = honours.thanks_for(actor=farm.me("Chul"), person_id=farm.people["Chul"])
    assert thanks.minutes == 120


def test_a_match_is_a_job_that_somebody_else_can_stop(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    asked: list[int] = []

    class Impatient:
        """Asks to stop once the people are gathered, as `dure match stop` does from another process."""

        def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
            asked.append(ask_all_to_stop(MATCH_JOB))

    with pytest.raises(Stopped):
        match_day(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(6), progress=Impatient())

    assert asked == [1]
    assert farm.offers("Minji") == []
    assert matching_reads.rounds(farm.campaign.id, DAY) == []
    assert ask_all_to_stop(MATCH_JOB) == 0  # it is over, so there is nothing left to stop
    match(farm)  # and the day can be matched after all
    assert len(farm.offers("Minji")) == 1
