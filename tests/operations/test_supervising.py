"""The morning's round over the campaigns, and the letters to supervisors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dure.base import accounts
from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.movement.calls import actions as calls
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.models import Indicator
from dure.movement.supervision import actions, reads
from dure.operations import owed, signal_words, supervising
from tests.movement.standings.valley import Valley, build

FIRST = date(2026, 10, 1)
DAY = timedelta(days=1)


def at(day: date, hour: int = 6) -> datetime:
    """An hour of a day by the campaign's clock (Seoul)."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=9)


@pytest.fixture
def valley(db: None) -> Valley:
    """Owls stop after two days, and Bora looks after them."""
    found = build()
    found.team("Larks", "Naju")
    found.team("Owls", "Naju")
    for number in range(19):
        found.brought_in("Larks", "Naju", 100, day=FIRST + DAY * number)
    for number in range(2):
        found.brought_in("Owls", "Naju", 100, day=FIRST + DAY * number)
    bora = accounts.open_account(email="bora@example.org", name="Bora")
    accounts.grant(account_id=bora, role="organiser", area_path=found.paths["Jeonnam"])
    actions.supervise(
        actor=SYSTEM,
        campaign_id=found.campaign_id,
        account_id=bora,
        team_ids=[found.teams["Owls"]],
        now=at(FIRST),
    )
    return found


def letters() -> list[str]:
    rows = OutboxMessage.objects.filter(kind=owed.OWED).order_by("pk")
    found = [owed.letter_for(row.facts) for row in rows]
    return [f"{one.subject}: {one.body}" for one in found if one is not None]


def rows(valley: Valley) -> list[tuple[str, str]]:
    page = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST)
    return [(one.team.name, one.kind) for one in page.signals]


@pytest.mark.django_db
def test_a_supervisor_gets_one_letter_on_mornings_that_bring_something(valley: Valley) -> None:
    morning = FIRST + 11 * DAY
    assert supervising.look_round(at(morning, 4)) == {}  # before the morning
    assert set(supervising.look_round(at(morning))) == {"harvest"}
    assert supervising.look_round(at(morning, 12)) == {}  # once a day
    [letter] = letters()
    assert letter.startswith("Your teams this morning: Something about the teams you look after")
    assert "ask the team first" in letter
    assert "/desk/harvest/supervision/?mine=1" in letter
    for number in range(12, 15):
        supervising.look_round(at(FIRST + number * DAY))
    assert len(letters()) == 1  # nothing new, nothing due
    supervising.look_round(at(FIRST + 15 * DAY))  # the day it was to be looked at
    supervising.look_round(at(FIRST + 16 * DAY))  # and the day after
    assert len(letters()) == 3
    assert letters()[-1].startswith("A look at your teams is overdue")


@pytest.mark.django_db
def test_a_closed_campaign_has_no_mornings_and_nothing_waits_for_it(valley: Valley) -> None:
    supervising.look_round(at(FIRST + 11 * DAY))
    assert ("Owls", "silent") in rows(valley)
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", reason="Enough.", now=at(FIRST + 12 * DAY))
    assert supervising.look_round(at(FIRST + 13 * DAY)) == {}
    assert rows(valley) == []
    assert len(letters()) == 1


@pytest.mark.django_db
def test_work_above_the_norm_comes_first_and_speaks_of_people(valley: Valley) -> None:
    Indicator.objects.filter(pk=valley.harvest).update(daily_norm_milli=20_000)
    crew = valley.persons(["Minji", "Dal"])
    for number in range(4, 10):
        valley.worked("Larks", "Naju", 8, crew, day=FIRST + number * DAY)
    supervising.look_round(at(FIRST + 11 * DAY))
    found = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 11 * DAY).signals
    # Six days of two people: 240 kg by the norm; 600 kg are claimed for these days.
    assert (found[0].team.name, found[0].kind, found[0].tone) == ("Larks", "over_norm", "safety")
    assert found[0].figures == {"done_milli": 600_000, "wanted_milli": 240_000}
    assert signal_words.proof(found[0]) == "claimed"
    says = signal_words.sentence(found[0])
    assert says.startswith("600 kg in a week; the norm for as many days of work is 240.")


@pytest.mark.django_db
def test_a_team_within_its_norm_is_left_in_peace(valley: Valley) -> None:
    Indicator.objects.filter(pk=valley.harvest).update(daily_norm_milli=36_000)
    crew = valley.persons(["Minji", "Dal"])
    for number in range(4, 10):
        valley.worked("Larks", "Naju", 8, crew, day=FIRST + number * DAY)
    supervising.look_round(at(FIRST + 11 * DAY))
    assert ("Larks", "over_norm") not in rows(valley)  # 139 %


@pytest.mark.django_db
def test_a_campaign_that_called_nobody_and_one_that_was_called_in_vain_look_alike(valley: Valley) -> None:
    """P3: of two mornings with the same work, one after a call that nobody followed, the signals are the same."""
    actions.look(campaign_id=valley.campaign_id, now=at(FIRST + 11 * DAY))
    before = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 11 * DAY)
    calls.open_appeal(
        actor=SYSTEM,
        campaign_id=valley.campaign_id,
        code="help",
        title="Help",
        text="Come.",
        now=at(FIRST + 11 * DAY),
    )
    actions.look(campaign_id=valley.campaign_id, now=at(FIRST + 11 * DAY, 9))
    assert reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 11 * DAY) == before
