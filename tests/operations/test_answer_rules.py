"""Which answer is true, as tables: the facts of one person, what they were told before, and what they hear."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from dure.engine.plan.line import BEYOND
from dure.operations import answer_words as words
from dure.operations.answer_rules import (
    ACCEPT_DAYS,
    INVITE_DAYS,
    LATE_DAYS,
    OWN_PART_DAYS,
    UNTOLD,
    Facts,
    Moment,
    Standing,
    in_line,
    may_be_accepted,
    to_tell,
    true_answers,
)
from dure.operations.answer_words import WORDS, Words

TODAY, LAST = 1_000, 1_060
NOW_S = TODAY * 86_400
NOW = Moment(today=TODAY, last=LAST, now_s=NOW_S, is_late=False, is_over=False, is_forecast=True)
USUAL: dict[str, object] = {
    "here": True,
    "confirmed": True,
    "free_to_decide": True,
    "ready": True,
    "hourless": False,
    "with_us": False,
    "had": 0,
    "taken_s": 0,
    "ahead": 0,
    "expected": BEYOND,
    "promised": BEYOND,
    "sure": BEYOND,
}


def facts(**other: object) -> Facts:
    """Of one person who lacks nothing and whom nobody needs."""
    columns = {one.name: np.array([(USUAL | other)[one.name]]) for one in fields(Facts)}
    return Facts(**columns)


def told(what: Words | None = None, by: int = 0, *, was_accepted: bool = False, at_s: int = 9) -> Standing:
    """``by``: in so many days."""
    return Standing(
        words=np.array([UNTOLD if what is None else WORDS.index(what)]),
        kind=np.array([UNTOLD if what is None else what.kind_number]),
        by=np.array([TODAY + by]),
        at_s=np.array([at_s]),
        was_accepted=np.array([was_accepted]),
    )


def hears(person: Facts, before: Standing, at: Moment = NOW) -> tuple[Words, int] | None:
    """What they are told anew and the days until its date; None: what they were told stands."""
    answer, by = true_answers(person, before, at)
    if not to_tell(answer, person, before, at)[0]:
        return None
    return WORDS[answer[0]], int(by[0]) - TODAY


def test_each_reason_is_told_to_whom_it_fits() -> None:
    soon = {"expected": 2, "promised": 3}
    table: list[tuple[dict[str, object], Words]] = [
        ({"here": False}, words.OUTSIDE),
        ({"confirmed": False}, words.CONFIRM),
        ({"free_to_decide": False}, words.GUARDIAN),
        ({"ahead": TODAY + 2}, words.PLACED),
        ({"hourless": True, **soon}, words.NO_HOURS),
        ({"sure": ACCEPT_DAYS, **soon}, words.ACCEPTED),
        ({"sure": ACCEPT_DAYS + 1, **soon}, words.RESERVE),
        ({"ready": False, **soon}, words.INVITED),
        ({"ready": False, "with_us": True, **soon}, words.BEING_CHECKED),
        ({"ready": False, "expected": INVITE_DAYS + 1, "promised": 20}, words.RESERVE_UNPREPARED),
        ({"expected": 30}, words.NOT_SURE),
        ({"had": 1}, words.SERVED),
        ({}, words.BEYOND_NEEDS),
    ]
    for person, what in table:
        heard = hears(facts(**person), told())
        assert heard is not None
        assert heard[0] is what, person


@pytest.mark.parametrize(("vetting_days", "days"), [(0, OWN_PART_DAYS), (2, OWN_PART_DAYS), (20, 21)])
def test_who_prepares_hears_a_date_that_the_vetting_can_keep(vetting_days: int, days: int) -> None:
    at = replace(NOW, vetting_days=vetting_days)
    soon = {"ready": False, "expected": 2, "promised": 3}

    assert hears(facts(**soon), told(), at) == (words.INVITED, days)
    assert hears(facts(with_us=True, **soon), told(), at) == (words.BEING_CHECKED, days)
    # Where vetting takes long, people are invited so much earlier.
    for expected, what in (
        (INVITE_DAYS + vetting_days, words.INVITED),
        (INVITE_DAYS + vetting_days + 1, words.NOT_SURE),
    ):
        heard = hears(facts(ready=False, expected=expected), told(), at)
        assert heard is not None
        assert heard[0] is what


def test_no_date_lies_beyond_the_end() -> None:
    ends_soon = Moment(
        today=TODAY, last=TODAY + 2, now_s=NOW_S, is_late=False, is_over=False, is_forecast=True
    )

    assert hears(facts(), told(), ends_soon) == (words.BEYOND_NEEDS, 2)
    assert hears(facts(sure=1, expected=1, promised=1), told(), ends_soon) == (words.ACCEPTED, 2)


def test_after_the_end_everybody_hears_it_once() -> None:
    over = Moment(today=LAST, last=LAST, now_s=NOW_S, is_late=True, is_over=True, is_forecast=False)

    assert hears(facts(), told(words.RESERVE, LAST - TODAY), over) == (words.OVER, LAST - TODAY)
    assert hears(facts(), told(words.OVER, LAST - TODAY), over) is None


def test_on_the_last_evening_dates_to_hear_by_are_kept_by_the_last_word() -> None:
    evening = Moment(today=LAST, last=LAST, now_s=NOW_S, is_late=True, is_over=False, is_forecast=True)
    rest = LAST - TODAY

    for person in (
        facts(),
        facts(ready=False),
        facts(here=False, confirmed=False),
        facts(expected=0, sure=0),
    ):
        assert hears(person, told(words.BEYOND_NEEDS, rest), evening) == (words.OVER, rest)
    assert hears(facts(), told(words.OVER, rest), evening) is None
    # Whoever has a post tonight goes there, and whoever never confirmed lapses.
    assert hears(facts(ahead=LAST), told(words.PLACED, rest), evening) == (words.PLACED, rest)
    assert hears(facts(confirmed=False), told(words.CONFIRM, rest), evening) is None


@pytest.mark.parametrize(
    ("person", "before", "heard"),
    [
        pytest.param({"expected": 4, "promised": 9}, told(words.RESERVE, 6), None, id="still to be kept"),
        pytest.param({"expected": 7, "promised": 9}, told(words.RESERVE, 6), None, id="a little late, far ahead"),
        pytest.param({"expected": 9, "promised": 12}, told(words.RESERVE, 6), (words.RESERVE, 12), id="can't be kept"),
        pytest.param({"expected": 2, "promised": 3}, told(words.RESERVE, 6), None, id="earlier is no news"),
        pytest.param({}, told(words.RESERVE, 6), (words.BEYOND_NEEDS, 35), id="nothing comes any more"),
        pytest.param({"sure": 2, "expected": 1}, told(words.RESERVE, 6), (words.ACCEPTED, 5), id="called in time"),
        pytest.param({"expected": 6}, told(words.ACCEPTED, 3), None, id="accepted stands until its day"),
        pytest.param({}, told(words.ACCEPTED, 3), (words.BEYOND_NEEDS, 35), id="unless the work is called off"),
        pytest.param({}, told(words.NOTHING_KNOWN, 3), None, id="a reason alone is no news"),
        pytest.param({}, told(words.BEYOND_NEEDS, 0), (words.BEYOND_NEEDS, 35), id="a date to hear by has come"),
        pytest.param({"ready": False}, told(words.INVITED, 3), None, id="an invitation stands"),
        pytest.param({"ready": False, "expected": 1}, told(words.INVITED, 0), (words.OWN_PART_MISSING, 35), id="late"),
        pytest.param({"confirmed": False}, told(words.CONFIRM, 3), None, id="until they confirm"),
        pytest.param({"ahead": TODAY + 1}, told(words.ACCEPTED, 3), None, id="the post itself says so"),
        pytest.param({"ahead": TODAY + 5}, told(words.ACCEPTED, -1), (words.PLACED, 5), id="before the date passes"),
        pytest.param({"had": 1, "taken_s": 20}, told(words.ACCEPTED, 3), (words.SERVED, 35), id="the work was done"),
    ],
)  # fmt: skip
def test_what_was_told_stays_while_it_is_true(
    person: dict[str, object], before: Standing, heard: tuple[Words, int] | None
) -> None:
    assert hears(facts(**person), before) == heard


def test_a_promise_waits_for_the_evening_of_its_day_and_is_not_repeated_at_once() -> None:
    late = Moment(today=TODAY, last=LAST, now_s=NOW_S, is_late=True, is_over=False, is_forecast=True)
    person, before = facts(expected=0, promised=1), told(words.ACCEPTED, 0)

    assert hears(person, before) is None
    assert hears(person, before, late) == (words.RESERVE_AGAIN, LATE_DAYS)


def test_at_the_edge_of_the_forecast_nobody_hears_a_new_day_every_day() -> None:
    person = facts(expected=20, promised=30)
    yesterday, last_week = NOW_S - 86_400, NOW_S - 8 * 86_400

    assert hears(person, told(words.BEYOND_NEEDS, 9, at_s=yesterday)) is None
    assert hears(person, told(words.BEYOND_NEEDS, 9, at_s=last_week)) == (words.RESERVE, 30)
    # That there is work is told at once.
    called = facts(expected=1, promised=1, sure=1)
    assert hears(called, told(words.BEYOND_NEEDS, 9, at_s=yesterday)) == (words.ACCEPTED, 4)


def test_whose_acceptance_came_to_nothing_stays_in_the_line_and_is_not_counted_on_again() -> None:
    person = facts(expected=1, promised=1)

    assert may_be_accepted(person, told(words.RESERVE, 5), NOW)[0]
    for before in (told(words.RESERVE, 5, was_accepted=True), told(words.ACCEPTED, -1)):
        assert in_line(person, before, NOW)[0]
        assert not may_be_accepted(person, before, NOW)[0]
    assert may_be_accepted(facts(had=1), told(words.RESERVE, 5, was_accepted=True), NOW)[0]


def test_who_let_an_invitation_pass_holds_no_seat_until_they_are_ready() -> None:
    before = told(words.OWN_PART_MISSING, 9)

    assert not in_line(facts(ready=False), before, NOW)[0]
    assert in_line(facts(ready=False, with_us=True), before, NOW)[0]
    assert in_line(facts(), before, NOW)[0]
