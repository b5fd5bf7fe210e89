"""The end of a day: not before its last shift, and with nothing left out of the lots."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.movement.audit import reads as audit
from dure.movement.audit.errors import DayNotOver
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads as ledger_reads
from dure.movement.ledger.types import Kind, NewEntry
from dure.operations.day import open_day, settle_day
from tests.movement.matching.farm import DAY, Farm, at, made

NEXT = DAY + timedelta(days=1)


def pears(farm: Farm, team: str, area: str, name: str) -> NewEntry:
    """Pears of the DAY, whenever they are recorded."""
    return NewEntry(
        client_id=made(name),
        kind=Kind.OUTPUT,
        campaign_id=farm.campaign.id,
        indicator_id=farm.indicators["pears"],
        team_id=farm.teams[team],
        area_id=farm.areas[area],
        work_day=DAY,
        quantity_milli=5_000,
    )


def test_a_day_is_settled_after_its_last_shift(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.post("Pack pears", starts=14, ends=22)
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))

    with pytest.raises(DayNotOver):
        settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(21, 59))

    assert ledger_reads.latest_checkpoint() is None
    assert {lot.drawn_at for lot in audit.lots(farm.campaign.id)} == {None}
    settled = settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(22))
    assert {lot.drawn_at for lot in settled.lots} == {at(22)}


def test_a_day_without_posts_is_not_settled_before_it_begins(farm: Farm) -> None:
    with pytest.raises(DayNotOver):
        settle_day(campaign_id=farm.campaign.id, day=NEXT, now=at(23))

    assert settle_day(campaign_id=farm.campaign.id, day=NEXT, now=at(0, day=NEXT)).lots == ()


def test_what_a_phone_sends_after_the_lot_was_drawn_is_in_the_next_days_lot(farm: Farm) -> None:
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))
    on_time = (pears(farm, "Pickers", "Naju", "on time"), pears(farm, "Drivers", "Seoul", "drivers"))
    ledger.record(entries=on_time, now=at(16))
    settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(22))
    open_day(campaign_id=farm.campaign.id, day=NEXT, now=at(3, day=NEXT))
    late = ledger.record_one(entry=pears(farm, "Pickers", "Naju", "late"), now=at(9, day=NEXT))

    settled = settle_day(campaign_id=farm.campaign.id, day=NEXT, now=at(22, day=NEXT))

    (lot,) = [one for one in settled.lots if one.indicator_id == farm.indicators["pears"]]
    public = audit.lot_public(lot.id)
    assert (lot.from_size, lot.log_size) == (2, 3)
    assert (
        [entry.index for entry in public.eligible]
        == [late.index]
        == [one.entry_index for one in public.draws]
    )
