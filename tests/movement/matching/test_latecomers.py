"""Whoever comes late is shown what needs them, by the prices of the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base.access import SYSTEM
from dure.movement.matching import actions, late_day, latecomers, reads
from dure.movement.matching.columns import minutes
from dure.movement.matching.errors import (
    RunNotReady,
    ShiftBegun,
)
from dure.movement.matching.gather import window
from dure.movement.needs import actions as needs
from dure.movement.needs.errors import NeedCancelled, NeedFull
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.movement.people.types import BRIEFING, SKILL, NewCredential
from tests.movement.matching.farm import BRIEFED, DAY, INSURED, NAJU, Farm, at
from tests.movement.matching.late_cast import TAKEN_AT, names, refused, shown, take

pytestmark = pytest.mark.usefixtures("always_fresh")
YESTERDAY = date(2026, 10, 4)
EXPIRED = at(7, 45)  # the offers of farm.match stand until 7:30


def test_somebody_who_registered_after_the_match_is_shown_the_open_seat(morning: Farm) -> None:
    (found,) = shown(morning, "Chul")

    assert (found.post.title, found.travel_m, found.reason) == ("Pick pears", 0, "open")


def test_a_day_that_is_not_published_and_one_that_is_settled_show_nothing(farm: Farm) -> None:
    farm.cast("Minji", "Chul")
    farm.post(seats=3)
    assert shown(farm, "Chul") == []
    farm.solve()
    assert shown(farm, "Chul") == []
    refused(farm, "Chul", "Pick pears", RunNotReady)

    farm.match()
    farm.decline("Chul")
    assert names(shown(farm, "Chul")) == ["Pick pears"]
    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(23))
    assert shown(farm, "Chul") == []
    refused(farm, "Chul", "Pick pears", RunNotReady)


def test_a_seat_that_is_kept_for_somebody_who_was_offered_it_is_not_given_away(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=2)
    farm.match()
    farm.person("Chul")

    assert shown(farm, "Chul") == []
    refused(farm, "Chul", "Pick pears", NeedFull)

    farm.accept("Minji")
    refused(farm, "Chul", "Pick pears", NeedFull)
    assert names(shown(farm, "Chul", now=EXPIRED)) == ["Pick pears"]  # Bora let her time pass


def test_a_declined_seat_is_there_for_others_at_once(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=2)
    farm.match()
    farm.person("Chul")
    farm.decline("Bora")

    assert names(shown(farm, "Chul")) == ["Pick pears"]
    assert take(farm, "Chul", "Pick pears").state == "accepted"
    assert farm.accept("Minji").state == "accepted"  # hers was kept
    with pytest.raises(NeedFull):
        farm.accept("Bora")


def test_a_seat_given_back_is_shown_again(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=2)
    farm.match()
    farm.person("Chul")
    farm.accept("Bora")
    placement = farm.accept("Minji")
    assert shown(farm, "Chul") == []

    actions.withdraw(actor=farm.me("Minji"), placement_id=placement.id, now=at(6))

    assert names(shown(farm, "Chul")) == ["Pick pears"]


def test_a_seat_of_a_round_published_since_the_last_look_is_kept(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.person("Minji")
    farm.post(seats=2)
    farm.match()
    monkeypatch.setattr(late_day, "STALE_SECONDS", 600.0)
    monkeypatch.setattr(late_day, "FRESH_SECONDS", 600.0)
    assert late_day.late_day(farm.campaign.id, DAY, at(5)) is not None
    farm.person("Bora")
    farm.match(round_number=2, now=at(5))
    farm.person("Chul")
    assert farm.offered().keys() == {"Minji", "Bora"}

    refused(farm, "Chul", "Pick pears", NeedFull)
    assert shown(farm, "Chul") == []
    assert farm.accept("Bora").state == "accepted"


def test_a_day_settled_since_the_last_look_shows_and_gives_nothing(
    morning: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_day, "STALE_SECONDS", 600.0)
    monkeypatch.setattr(late_day, "FRESH_SECONDS", 600.0)
    assert len(shown(morning, "Chul")) == 1
    actions.settle(campaign_id=morning.campaign.id, day=DAY, now=at(23))

    refused(morning, "Chul", "Pick pears", RunNotReady)
    assert shown(morning, "Chul") == []


def test_a_seat_that_is_open_now_has_no_price_whatever_it_cost_in_the_morning(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Dana")
    farm.post("Pick pears", seats=1)
    farm.match()  # three want the one seat
    farm.post("Carry water", lat=NAJU[0] + 0.05)
    (asked,) = farm.offered()
    farm.decline(asked)
    farm.person("Chul")

    assert names(shown(farm, "Chul")) == ["Pick pears", "Carry water"]


def test_a_seat_does_not_say_that_somebody_declined_it(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Dana")
    farm.post("Pick pears", seats=1)
    farm.post("Never filled", seats=9, lat=NAJU[0] + 0.2)
    farm.match()
    (picker,) = (name for name, post_id in farm.offered().items() if post_id == farm.posts["Pick pears"])
    farm.decline(picker)
    farm.person("Chul")

    assert [(one.post.title, one.reason) for one in shown(farm, "Chul")] == [
        ("Pick pears", "open"),
        ("Never filled", "open"),
    ]


def test_a_day_whose_posts_are_all_called_off_shows_nothing(morning: Farm) -> None:
    needs.cancel(actor=SYSTEM, post_id=morning.posts["Pick pears"], now=at(6))

    assert shown(morning, "Chul") == []
    refused(morning, "Chul", "Pick pears", NeedCancelled)


def test_no_day_is_prepared_for_who_may_not_be_matched_there(
    morning: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.move_home(
        actor=SYSTEM,
        person_id=morning.people["Chul"],
        area_id=morning.areas["Fukuoka"],
        home_lat=33.59,
        home_lon=130.4,
    )
    asked: list[int] = []
    monkeypatch.setattr(latecomers, "late_day", lambda campaign_id, day, now: asked.append(campaign_id))

    assert shown(morning, "Chul") == []
    assert asked == []


def test_the_days_of_several_campaigns_stay_in_the_process(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_day, "STALE_SECONDS", 600.0)
    monkeypatch.setattr(late_day, "FRESH_SECONDS", 600.0)
    farm.person("Minji")
    days = [DAY + timedelta(days=later) for later in range(6)]  # as many campaigns with one day each would
    for one in days:
        farm.post("Pick pears", day=one)
        farm.match(one)
    first = [late_day.late_day(farm.campaign.id, one, TAKEN_AT) for one in days]
    again = [late_day.late_day(farm.campaign.id, one, TAKEN_AT) for one in days]

    assert None not in first
    assert all(one is other for one, other in zip(first, again, strict=True))


def test_an_urgent_post_and_a_cancelled_one_show_within_the_next_look(morning: Farm) -> None:
    morning.post("Save the nursery", tier=1, seats=1)
    assert [(one.post.title, one.reason) for one in shown(morning, "Chul")] == [
        ("Save the nursery", "new"),
        ("Pick pears", "open"),
    ]

    needs.cancel(actor=SYSTEM, post_id=morning.posts["Save the nursery"], now=at(6))
    assert names(shown(morning, "Chul")) == ["Pick pears"]
    refused(morning, "Chul", "Save the nursery", NeedCancelled)


def test_what_filled_up_or_was_called_off_since_the_last_look_is_not_shown(
    morning: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning.post("Carry water", seats=1)
    morning.post("Mend nets", seats=1)
    morning.person("Dana")
    assert len(shown(morning, "Chul")) == 3
    monkeypatch.setattr(late_day, "STALE_SECONDS", 600.0)
    monkeypatch.setattr(late_day, "FRESH_SECONDS", 600.0)
    late_day.forget_days()
    assert len(shown(morning, "Chul")) == 3

    take(morning, "Dana", "Carry water")
    needs.cancel(actor=SYSTEM, post_id=morning.posts["Mend nets"], now=at(6))

    assert names(shown(morning, "Chul")) == ["Pick pears"]


def test_at_most_eight_are_shown_and_full_ones_make_room_for_the_next(
    morning: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        morning.post(f"Row {number}", lat=NAJU[0] + 0.001 * (number + 1), seats=1)
    assert len(shown(morning, "Chul")) == 8
    monkeypatch.setattr(late_day, "STALE_SECONDS", 600.0)
    monkeypatch.setattr(late_day, "FRESH_SECONDS", 600.0)
    late_day.forget_days()
    shown(morning, "Chul")
    needs.take_seats(counts={morning.posts[f"Row {number}"]: 1 for number in range(20)})

    assert names(shown(morning, "Chul")) == ["Pick pears", *(f"Row {number}" for number in range(20, 27))]


def test_a_shift_that_has_begun_is_neither_shown_nor_given(morning: Farm) -> None:
    morning.post("Evening round", starts=17, ends=20)

    assert names(shown(morning, "Chul", now=at(8))) == ["Evening round"]
    refused(morning, "Chul", "Pick pears", ShiftBegun, now=at(8))


def test_nobody_is_shown_what_they_cannot_reach_in_time(morning: Farm) -> None:
    morning.post("Far field", lat=NAJU[0] + 0.18)  # 20 km: 40 minutes, and ten to get ready

    assert names(shown(morning, "Chul", now=at(7, 9))) == ["Pick pears", "Far field"]
    assert names(shown(morning, "Chul", now=at(7, 11))) == ["Pick pears"]
    assert names(shown(morning, "Chul", now=at(7, 51))) == []


def test_one_person_is_read_as_the_match_reads_all(farm: Farm) -> None:
    farm.person(
        "Minji",
        skills=(),
        credentials=(
            INSURED,
            BRIEFED,
            NewCredential(SKILL, "cooking", "course"),
            NewCredential(SKILL, "tractor", "licence", YESTERDAY),
            NewCredential(BRIEFING, "fire", "talk", YESTERDAY),
        ),
        languages=("ko", "en"),
        refuses=("care",),
        prefers=("harvest", "kitchen"),
        long_shift_wish=True,
        birth_year=2008,
        guardian_email="g@people.example",
    )
    farm.person("Chul", credentials=())
    start, end = window(farm.campaign, DAY)
    everyone = people_reads.placeable(area_path="/KR/", day=DAY, day_start=start, day_end=end)
    for name in ("Minji", "Chul"):
        one = people_reads.person_on_day(farm.people[name], day=DAY, day_start=start, day_end=end)
        assert one is not None
        row = everyone.person.tolist().index(one.person_id)
        for column in (
            *("lat", "lon", "travel_limit_m", "age", "days_waited", "physical_max", "long_shift_wish"),
            *("covered", "briefed", "cleared", "guardian_agreed"),
        ):
            assert getattr(one, column) == getattr(everyone, column)[row], column
        for column in ("skills", "languages", "refuses", "prefers"):
            pairs = getattr(everyone, column)
            theirs = {pairs.names[code] for code in pairs.code[pairs.person == row].tolist()}
            assert set(getattr(one, column)) == theirs, column
        mine = everyone.free_person == row
        spans = zip(everyone.free_from_min[mine].tolist(), everyone.free_to_min[mine].tolist(), strict=True)
        assert [(minutes(a), minutes(b)) for a, b in one.free] == list(spans)


def test_the_day_is_read_again_beside_the_requests_once_it_is_no_longer_fresh(
    morning: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_day, "STALE_SECONDS", 600.0)
    begun: list[str] = []

    class Beside:
        """A thread that is only written down."""

        def __init__(self, *, target: object, args: object, name: str, daemon: bool) -> None:
            begun.append(name)

        def start(self) -> None:
            late_day._renewing.release()

    monkeypatch.setattr(late_day, "Thread", Beside)
    shown(morning, "Chul")
    assert begun == []  # nothing was kept, so it was read at once
    shown(morning, "Chul")
    assert begun == ["late-day"]


def test_a_post_that_any_round_knew_is_not_new(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.post("Pick pears", seats=1)
    farm.match()
    farm.post("Carry water", seats=5)
    later = at(4) + timedelta(hours=4)
    farm.match(round_number=2, now=later)
    farm.person("Dana")

    kept = late_day.late_day(farm.campaign.id, DAY, later)

    assert kept is not None
    assert kept.matched.tolist() == [True, True]
    assert len(reads.rounds(farm.campaign.id, DAY)) == 2
    assert [(one.post.title, one.reason) for one in shown(farm, "Dana", now=at(5))] == [
        ("Carry water", "open")
    ]
