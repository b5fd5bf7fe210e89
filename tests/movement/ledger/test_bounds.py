"""What the ledger refuses by name, and what it takes though it is hard to believe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError

from dure.base.access import SYSTEM
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement
from dure.movement.ledger import actions, reads
from dure.movement.ledger.bounds import Bounds
from dure.movement.ledger.errors import EntryUnitWrong
from dure.movement.ledger.types import Grade, Kind, NewEntry
from dure.movement.people import actions as people
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, TownRow
from tests.movement.ledger.village import DAY, NOW, Village, record, record_all, request

Made = Callable[[Village], NewEntry]
LAST = date(2026, 10, 31)
DAY_H = 24_000


def hours(village: Village, **changes: object) -> NewEntry:
    return replace(village.entry(1, person="Minji"), **changes)  # type: ignore[arg-type]  # varies by case


def sacks(village: Village, **changes: object) -> NewEntry:
    return replace(village.entry(1, kind=Kind.OUTPUT), **changes)  # type: ignore[arg-type]  # varies by case


def moved(village: Village, kind: Kind = Kind.GOODS_IN, **changes: object) -> NewEntry:
    return replace(village.entry(1, kind=kind), **changes)  # type: ignore[arg-type]  # varies by case


REFUSED: dict[str, tuple[str, Made]] = {
    "a day of 25 hours": ("entry_too_much", lambda v: hours(v, quantity_milli=25_000)),
    "a team's day of more hours than ten thousand have": (
        "entry_too_much",
        lambda v: hours(v, person_id=None, quantity_milli=10_000 * DAY_H + 1),
    ),
    "more than a billion sacks": ("entry_too_much", lambda v: sacks(v, quantity_milli=10**12 + 1)),
    "more than a trillion won": (
        "entry_too_much",
        lambda v: moved(v, Kind.MONEY_IN, quantity_milli=10**15 + 1),
    ),
    "the day after tomorrow": ("entry_day_to_come", lambda v: hours(v, work_day=DAY + timedelta(days=2))),
    "a day before the campaign": ("entry_day_outside", lambda v: hours(v, work_day=date(2026, 9, 30))),
    "a day of another century": ("entry_day_outside", lambda v: hours(v, work_day=date(1026, 10, 5))),
    "a day after the campaign": ("entry_day_outside", lambda v: hours(v, work_day=date(2026, 11, 1))),
    "goods of two years ago": ("entry_day_outside", lambda v: moved(v, work_day=date(2024, 10, 5))),
    "a note of 10,000 characters": ("entry_note_too_long", lambda v: hours(v, note="x" * 10_000)),
    "a note of 501 bytes in 167 letters": ("entry_note_too_long", lambda v: hours(v, note="밤" * 167)),
    "a null character": ("bad_input", lambda v: hours(v, note="night\x00shift")),
    "half a letter": ("entry_malformed", lambda v: hours(v, note="\ud800")),
    "hours as output": ("indicator_unfit", lambda v: hours(v, indicator_id=v.output)),
    "goods as money": ("indicator_unfit", lambda v: moved(v, indicator_id=v.money)),
    "a saving as output": ("indicator_unfit", lambda v: sacks(v, kind=Kind.SAVING)),
    "output as a saving": ("indicator_unfit", lambda v: sacks(v, indicator_id=v.saved)),
    "a saving among the witnessed": (
        "indicator_unfit",
        lambda v: moved(v, Kind.SAVING, indicator_id=v.goods),
    ),
    "an indicator that isn't there": ("indicator_unfit", lambda v: hours(v, indicator_id=10**6)),
    "a campaign that isn't there": ("entry_names_nothing", lambda v: hours(v, campaign_id=10**6)),
    "a team that isn't there": ("entry_names_nothing", lambda v: hours(v, team_id=10**6)),
    "a place that isn't there": ("entry_names_nothing", lambda v: hours(v, area_id=10**6)),
    "goods under one pair of eyes": ("entry_unwitnessed", lambda v: moved(v, grade=Grade.CLAIMED)),
    "money that never came": ("stock_short", lambda v: moved(v, Kind.MONEY_OUT, quantity_milli=1)),
}
TAKEN: dict[str, Made] = {
    "a day of 24 hours": lambda v: hours(v, quantity_milli=DAY_H),
    "a phone whose clock is a day ahead": lambda v: hours(v, work_day=DAY + timedelta(days=1)),
    "the first day": lambda v: hours(v, work_day=date(2026, 10, 1)),
    "a billion sacks": lambda v: sacks(v, quantity_milli=10**12),
    "goods collected before the first day": lambda v: moved(v, work_day=date(2026, 9, 1)),
    "a note of 500 bytes": lambda v: hours(v, note="x" * 500),
    "a saving of sacks": lambda v: sacks(v, kind=Kind.SAVING, indicator_id=v.saved),
    "help counted in hours": lambda v: hours(v, kind=Kind.HELP),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_is_refused_by_its_name(village: Village, name: str) -> None:
    code, made = REFUSED[name]

    recorded = record(made(village))

    assert [refused.refusal.code for refused in recorded.refused] == [code]
    assert recorded.receipts == ()
    words = str(recorded.refused[0].refusal)
    assert words.endswith(".")
    assert "{" not in words
    assert (reads.size(), reads.rollups(village.campaign_id)) == (0, [])


@pytest.mark.parametrize("name", TAKEN)
def test_what_may_be_is_taken(village: Village, name: str) -> None:
    record_all([TAKEN[name](village)])

    assert reads.verify() == []


def test_a_person_with_more_than_24_hours_from_two_writers_is_recorded_in_full(village: Village) -> None:
    record_all([village.entry(1, person="Minji", quantity_milli=16_000)])

    record_all([village.entry(2, person="Minji", quantity_milli=16_000)])

    (row,) = reads.rollups(village.campaign_id)
    assert (row.n, row.quantity_milli) == (2, 32_000)


def closed(village: Village, days_ago: int) -> datetime:
    """Close the campaign on its last day; the moment so many days later."""
    at = datetime(2026, 10, 31, 12, tzinfo=UTC)
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=at, reason="The crops are in.")
    return at + timedelta(days=days_ago)


def test_a_phone_that_syncs_a_week_after_closing_loses_nothing(village: Village) -> None:
    week_later = closed(village, 7)

    recorded = record(village.entry(1, day=LAST), now=week_later)

    assert recorded.refused == ()


def test_after_a_month_a_closed_campaign_takes_corrections_and_no_work(village: Village) -> None:
    record_all([village.entry(1)])
    later = closed(village, 31)

    recorded = record(village.entry(2, day=LAST), now=later)

    assert [refused.refusal.code for refused in recorded.refused] == ["entry_after_closing"]
    assert "2026-11-30" in str(recorded.refused[0].refusal)
    actions.correct(index=0, difference_milli=-1000, client_id=request(3), now=later)
    actions.confirm(index=0, found_milli=7000, grade=Grade.WITNESSED, client_id=request(4), now=later)
    actions.withdraw(index=0, client_id=request(5), now=later)
    assert reads.size() == 4


def test_work_after_the_closing_day_is_refused(village: Village) -> None:
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")

    recorded = record(village.entry(1, day=DAY + timedelta(days=1)), village.entry(2), now=NOW)

    assert [refused.refusal.code for refused in recorded.refused] == ["entry_day_outside"]
    assert len(recorded.receipts) == 1


def test_what_is_in_stock_is_handed_on_after_the_campaign_too(village: Village) -> None:
    record_all([village.entry(1, kind=Kind.GOODS_IN, quantity_milli=9000)])
    later = closed(village, 90)

    out = record(
        village.entry(2, kind=Kind.GOODS_OUT, quantity_milli=8000, day=later.date()),
        village.entry(3, kind=Kind.LOST, quantity_milli=1000, day=later.date()),
        village.entry(4, kind=Kind.GOODS_IN, quantity_milli=1000, day=later.date()),
        now=later,
    )

    assert [refused.refusal.code for refused in out.refused] == ["entry_after_closing"]
    (stock,) = reads.stocks(village.campaign_id)
    assert (stock.received_milli, stock.issued_milli, stock.lost_milli, stock.stock_milli) == (
        9000,
        8000,
        1000,
        0,
    )


def test_a_draft_takes_nothing_and_another_campaigns_team_neither(village: Village) -> None:
    kisumu = TownRow("kisumu", "Kisumu", "Kisumu", "42", "Kisumu", -0.1, 34.75, 610_000)
    places.add_country(country=CountryRow(code="KE", name="Kenya"), regions=[], towns=[kisumu])
    area_id = place_reads.by_code("kisumu").id
    lake = people.form_team(key=request(900), name="Lake", area_id=area_id, kind="harvest")
    draft = campaigns.create(
        new=NewCampaign(
            movement=NewMovement("lake", "Lake", "We help each other."),
            slug="fishing",
            name="Fishing",
            summary="Bring the fish in.",
            area="KE",
            timezone="Africa/Nairobi",
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 31),
            indicators=(NewIndicator("hours", "hours", "Hours", "h"),),
        ),
        now=NOW,
    )
    (indicator,) = campaign_reads.indicators(draft.id)
    there = {"campaign_id": draft.id, "indicator_id": indicator.id, "team_id": lake.id, "area_id": area_id}
    rows = [hours(village, **there), hours(village, team_id=lake.id), hours(village, area_id=area_id)]

    codes = [record(replace(row, person_id=None)).refused[0].refusal.code for row in rows]

    assert codes == ["entry_before_opening", "entry_outside_campaign", "entry_outside_campaign"]
    assert reads.size() == 0


def test_a_unit_is_the_indicators_or_none(village: Village) -> None:
    rice = campaign_reads.indicator(village.output)
    reads.must_be_unit("", rice)
    reads.must_be_unit(" sack ", rice)

    with pytest.raises(EntryUnitWrong) as no:
        reads.must_be_unit("kg", rice)

    assert str(no.value) == "Rice is counted in sack, not in kg. Convert the quantity, or leave the unit out."


@pytest.mark.parametrize("name", ["campaign_by_id", "indicators"])
def test_what_could_not_be_asked_for_is_asked_again_and_refuses_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    bounds = Bounds(kept=timedelta(days=1))

    def away(_: int) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(campaign_reads, name, away)
        with pytest.raises(OperationalError):
            actions.record(entries=[village.entry(1)], now=NOW, bounds=bounds)

    assert actions.record(entries=[village.entry(1)], now=NOW, bounds=bounds).refused == ()
