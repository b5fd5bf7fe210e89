"""A large standing is kept for the pages: the same figures as worked out at once, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base import asked
from dure.base.access import SYSTEM
from dure.movement.campaigns.models import Target
from dure.movement.places import reads as places
from dure.movement.standings import actions, keeping, parts, reads
from dure.movement.standings.keeping import AGE_MAX, YOUTH_MIN, keep, keep_all
from dure.movement.standings.models import ShownPart, ShownStanding
from dure.movement.standings.shown import Shown, shown
from tests.movement.standings.valley import DAY, NOW, Valley, build

pytestmark = pytest.mark.django_db
LATER = NOW + YOUTH_MIN


@pytest.fixture
def valley(db: None, monkeypatch: pytest.MonkeyPatch) -> Valley:
    monkeypatch.setattr(keeping, "LIVE_CELLS_MAX", 5)
    monkeypatch.setattr(parts, "TEAMS_A_PAGE", 2)
    found = build()
    for name, town in (
        ("Cranes", "Gimje"),
        ("Herons", "Iksan"),
        ("Larks", "Naju"),
        ("Owls", "Naju"),
        ("Rooks", "Naju"),
    ):
        found.team(name, town)
        found.brought_in(name, town, 100)
    crew = found.persons([f"Minji{k}" for k in range(12)])
    found.worked("Larks", "Naju", 6, crew)
    found.worked("Owls", "Naju", 6, crew[:3])
    return found


def _kept(valley: Valley) -> Shown:
    return shown(campaign_id=valley.campaign_id, today=DAY)


def _keep(valley: Valley, now: object = NOW) -> bool:
    assert isinstance(now, type(NOW))
    return keep(campaign_id=valley.campaign_id, today=DAY, now=now)


def _everything(valley: Valley, standing: Shown) -> object:
    """All that pages could show."""
    return [
        (
            one,
            sorted(standing.each_place(one.indicator.id), key=lambda place: place.area.id),
            list(standing.each_team(one.indicator.id)),
            standing.regions(one.indicator.id),
            [standing.place(one.indicator.id, places.area(area)) for area in valley.areas.values()],
            [standing.team(one.indicator.id, team) for team in valley.teams.values()],
            standing.teams_at(one.indicator.id, valley.areas["Naju"]),
            standing.find(one.indicator.id, "oOk"),
            standing.outlook(one.indicator.id),
            standing.factor(one.indicator.id),
        )
        for one in standing.indicators
    ]


def test_what_is_kept_is_what_would_be_worked_out(valley: Valley) -> None:
    live = _kept(valley)
    at_once = _everything(valley, live)
    assert live.made_at is None
    assert _keep(valley)
    kept = _kept(valley)
    assert kept.made_at == NOW
    assert (kept.today, kept.held()) == (DAY, live.held())
    assert _everything(valley, kept) == at_once


def test_every_place_and_team_of_the_standing_is_on_some_page(valley: Valley) -> None:
    whole = reads.standing(campaign_id=valley.campaign_id, today=DAY)
    _keep(valley)
    kept = _kept(valley)
    for one in whole.indicators:
        shown_places = list(kept.each_place(one.indicator.id))
        assert sorted(place.area.id for place in shown_places) == sorted(
            place.area.id for place in one.places
        )
        assert tuple(kept.each_team(one.indicator.id)) == one.teams
        shown_one = kept.indicator(one.indicator.id)
        assert shown_one is not None
        assert [page.number for page in shown_one.team_pages] == list(range(1, len(shown_one.team_pages) + 1))
        assert sum(page.team_count for page in shown_one.team_pages) == len(one.teams)
        assert all(page.team_count <= 2 for page in shown_one.team_pages)


def test_a_new_figure_is_shown_after_the_next_turn_of_the_chore(valley: Valley) -> None:
    _keep(valley)
    before = _kept(valley).indicators[0].total.claimed_milli
    valley.brought_in("Cranes", "Gimje", 50)
    assert not _keep(valley, LATER - timedelta(seconds=1)), "a large one is not worked out at every turn"
    assert _kept(valley).indicators[0].total.claimed_milli == before
    assert _keep(valley, LATER)
    assert before is not None
    assert _kept(valley).indicators[0].total.claimed_milli == before + 50_000
    assert _kept(valley).made_at == LATER


def test_what_stands_unchanged_is_not_written_again_until_it_is_old(valley: Valley) -> None:
    _keep(valley)
    assert not _keep(valley, LATER)
    assert not _keep(valley, NOW + AGE_MAX - timedelta(seconds=1))
    assert _keep(valley, NOW + AGE_MAX)


def test_a_confirmed_denominator_and_a_changed_plan_count_as_changes(valley: Valley) -> None:
    valley.brought_in("Cranes", "Gimje", 1_300)
    _keep(valley)
    town = places.area(valley.areas["Gimje"])
    assert _kept(valley).head.held_count == 1
    held = _kept(valley).place(valley.harvest, town)[0]
    assert held is not None
    assert held.figure.withheld == "above_105"

    organiser = valley.organiser("Sora", "Korea")
    actions.confirm_denominator(actor=organiser, target_id=valley.targets["Gimje"], now=NOW)
    assert _keep(valley, LATER)
    told = _kept(valley).place(valley.harvest, town)[0]
    assert told is not None
    assert (told.figure.withheld, told.figure.claimed_milli) != ("above_105", None)

    Target.objects.filter(pk=valley.targets["Gimje"]).update(plan_milli=1_200_000)
    assert _keep(valley, LATER + YOUTH_MIN)
    again = _kept(valley).place(valley.harvest, town)[0]
    assert again is not None
    assert again.figure.withheld == "above_105", "the name stood for another plan"


def test_nothing_withheld_is_in_what_is_kept(valley: Valley) -> None:
    _keep(valley)
    owls = _kept(valley).team(valley.hours, valley.teams["Owls"])
    assert owls is not None
    assert owls.figure.withheld == "few_people"
    assert owls.figure.claimed_milli is None


def test_a_small_campaign_is_worked_out_at_every_look(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(valley)
    monkeypatch.setattr(keeping, "LIVE_CELLS_MAX", 1_000)
    assert not _keep(valley, NOW + AGE_MAX)
    assert not ShownStanding.objects.exists(), "what was kept of it while it was large is gone"
    assert _kept(valley).made_at is None


def test_what_was_kept_in_another_form_is_never_read(valley: Valley) -> None:
    _keep(valley)
    ShownStanding.objects.update(form="of yesterday")
    assert _kept(valley).made_at is None
    assert _keep(valley, LATER)
    assert _kept(valley).made_at == LATER


def test_a_page_half_read_still_finds_its_parts_after_one_turn_and_older_ones_are_deleted(
    valley: Valley,
) -> None:
    _keep(valley)
    open_page = _kept(valley)
    assert _keep(valley, NOW + AGE_MAX)
    assert open_page.team(valley.harvest, valley.teams["Larks"]) is not None
    assert _keep(valley, NOW + 2 * AGE_MAX)
    assert ShownStanding.objects.count() == 2
    kept = set(ShownStanding.objects.values_list("pk", flat=True))
    assert set(ShownPart.objects.values_list("standing_id", flat=True)) == kept


def test_what_broke_off_while_it_was_written_is_not_shown_and_is_deleted(valley: Valley) -> None:
    _keep(valley)
    broken = ShownStanding.objects.create(
        campaign_id=valley.campaign_id, day=DAY, state="x", form=parts.form(), made_at=LATER, head=b""
    )
    assert _kept(valley).made_at == NOW
    assert _keep(valley, NOW + AGE_MAX)
    assert not ShownStanding.objects.filter(pk=broken.pk).exists()


def test_the_chore_keeps_opened_campaigns_alone(valley: Valley) -> None:
    assert keep_all(NOW) == 1
    assert keep_all(NOW) == 0


def _queries(valley: Valley) -> int:
    with CaptureQueriesContext(connection) as asked:
        standing = _kept(valley)
        for one in standing.indicators:
            standing.regions(one.indicator.id)
            standing.teams(one.indicator.id, 1)
            standing.team(one.indicator.id, valley.teams["Larks"])
            standing.teams_at(one.indicator.id, valley.areas["Naju"])
            standing.find(one.indicator.id, "e")
            standing.outlook(one.indicator.id)
        standing.wanted()
    return len(asked)


def test_the_number_of_queries_does_not_grow_with_places_and_teams(valley: Valley) -> None:
    _keep(valley)
    few = _queries(valley)
    for number in range(40):
        valley.team(f"Swallows {number}", "Iksan")
        valley.brought_in(f"Swallows {number}", "Iksan", 20)
    _keep(valley, LATER)
    assert len(_kept(valley).indicators[0].team_pages) > 20
    assert _queries(valley) == few


def test_a_town_whose_teams_stand_on_more_pages_than_one_query_reads_shows_them_all(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "NAMED_MAX", 1)
    monkeypatch.setattr(asked, "IDS_A_QUERY_MAX", 2)
    for number in range(12):
        valley.team(f"Swallows {number:02}", "Naju")
        valley.brought_in(f"Swallows {number:02}", "Naju", 20)
    _keep(valley)
    assert len(_kept(valley).teams_at(valley.harvest, valley.areas["Naju"])) == 3 + 12


def test_what_waits_is_worked_out_only_where_something_does(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waiting() -> list[int]:
        asked = {"actor": SYSTEM, "campaign_id": valley.campaign_id, "today": DAY}
        return [len(reads.held_for(**asked)), len(reads.reviews_for(**asked))]  # type: ignore[arg-type]  # by name

    Target.objects.filter(pk=valley.targets["Gimje"]).update(rated_capacity_milli=50_000)
    assert _keep(valley)
    assert waiting() == [0, 1]
    Target.objects.filter(pk=valley.targets["Gimje"]).update(rated_capacity_milli=None)
    assert _keep(valley, NOW + AGE_MAX)

    def never(*_: object) -> None:
        raise AssertionError("the kept standing says that nothing waits")

    monkeypatch.setattr(reads, "gather", never)
    assert waiting() == [0, 0]
