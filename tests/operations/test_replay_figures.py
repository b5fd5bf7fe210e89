"""What a replay's figures count: dates kept, corrected and broken, silence, and work for those who were accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from dure.movement.calls.types import ANSWER_KINDS, AnswerKind
from dure.operations.simulate.figures import (
    BROKEN,
    CORRECTED,
    DAY_S,
    KEPT,
    OPEN,
    Floats,
    History,
    Ints,
    answered_within,
    figures,
    next_after,
    outcomes,
    silent,
    silent_s,
)

NEVER = float("inf")
Told = tuple[int, float, AnswerKind, float]  # who, day told, what, day on which its date passes
Had = Sequence[tuple[int, float]]  # who, on which day


def lived(
    told: list[Told],
    *,
    people: int = 1,
    offers: Had = (),
    tasks: Had = (),
    missed: Had = (),
    days: float = 60,
) -> History:
    """A history in days: everybody signs up at 0, confirms at once and stays."""
    rows = np.array([row for row, *_ in told], np.int64)

    def had(some: Had) -> tuple[Ints, Floats]:
        return np.array([row for row, _ in some], np.int64), np.array([day * DAY_S for _, day in some])

    offer_row, offer_s = had(offers)
    task_row, task_s = had(tasks)
    missed_row, missed_s = had(missed)
    return History(
        signed_s=np.zeros(people),
        confirmed_s=np.zeros(people),
        left_s=np.full(people, NEVER),
        told_row=rows,
        told_s=np.array([day * DAY_S for _, day, _, _ in told]),
        told_kind=np.array([ANSWER_KINDS.index(kind) for _, _, kind, _ in told], np.int64),
        told_until_s=np.array([until * DAY_S for *_, until in told]),
        offer_row=offer_row,
        offer_s=offer_s,
        given_row=np.concatenate([task_row, missed_row]),
        given_s=np.concatenate([task_s, missed_s]),
        task_row=task_row,
        task_s=task_s,
        ends_s=days * DAY_S,
    )


@pytest.mark.parametrize(
    ("past", "ends"),
    [
        (lived([(0, 0, "reserve", 5)], offers=[(0, 4)]), KEPT),
        (lived([(0, 0, "reserve", 5)], offers=[(0, 6)]), BROKEN),
        (lived([(0, 0, "reserve", 5)]), BROKEN),
        (lived([(0, 0, "reserve", 5), (0, 4, "accepted", 9)], offers=[(0, 8)]), KEPT),
        (lived([(0, 0, "reserve", 5), (0, 4, "reserve", 9)], offers=[(0, 8)]), CORRECTED),
        (lived([(0, 0, "reserve", 5), (0, 4, "reserve", 9)], offers=[(0, 4.5)]), KEPT),
        (lived([(0, 0, "reserve", 5), (0, 4, "not_needed", 70)]), CORRECTED),
        (lived([(0, 0, "reserve", 5), (0, 6, "reserve", 70)]), BROKEN),
        # Invited or accepted again is no call: who was accepted is owed work.
        (lived([(0, 0, "accepted", 5), (0, 4, "invited", 70)]), CORRECTED),
        (lived([(0, 0, "accepted", 5)], tasks=[(0, 3)]), KEPT),
        (lived([(0, 0, "not_needed", 5), (0, 4, "not_needed", 70)]), KEPT),
        (lived([(0, 0, "invited", 5)]), BROKEN),
        (lived([(0, 0, "reserve", 61)]), OPEN),
        # Another's offer keeps nobody's date.
        (lived([(0, 0, "reserve", 5)], people=2, offers=[(1, 4)]), BROKEN),
    ],
)
def test_a_date_is_kept_corrected_or_broken(past: History, ends: int) -> None:
    assert outcomes(past)[0] == ends


def test_the_date_of_somebody_who_left_before_it_is_open() -> None:
    past = replace(lived([(0, 0, "reserve", 5)]), left_s=np.array([3 * DAY_S]))
    assert outcomes(past).tolist() == [OPEN]


def test_who_left_after_a_date_had_passed_was_let_down_all_the_same() -> None:
    past = replace(lived([(0, 0, "reserve", 5)]), left_s=np.array([5.5 * DAY_S]))
    assert outcomes(past).tolist() == [BROKEN]


def test_dates_to_be_called_by_are_counted_apart_from_those_that_any_word_keeps() -> None:
    told: list[Told] = [(0, 0, "reserve", 5), (0, 4, "not_needed", 9), (0, 8, "not_needed", 70)]
    found = figures(lived(told), tasks=1, filled=0)
    assert (found["dates_kept_share"], found["calls_kept_share"]) == (0.5, 0.0)


def test_silence_is_a_day_without_an_answer_or_a_date_that_passed() -> None:
    told: list[Told] = [(0, 0.1, "not_needed", 70), (1, 1.5, "not_needed", 70), (2, 0.1, "reserve", 5)]
    past = lived(told, people=4)
    # The first was answered at once, the second too late, the third in vain, the fourth never.
    assert silent(past, outcomes(past)).tolist() == [False, True, True, True]
    # In days: until the answer, or from the date that passed to the end of the replay.
    assert (silent_s(past, outcomes(past)) / DAY_S).round(1).tolist() == [0.1, 1.5, 55.0, 60.0]


def test_the_answer_at_the_door_alone_is_not_the_answer_after_confirming() -> None:
    past = replace(lived([(0, 0, "incomplete", 70)]), confirmed_s=np.array([0.5 * DAY_S]))
    assert silent(past, outcomes(past)).tolist() == [True]
    assert answered_within(past, 3600) == 0
    answered = replace(past, confirmed_s=np.array([np.inf]))
    assert answered_within(answered, 3600) == 1


def test_the_accepted_are_judged_by_their_first_task_from_being_told() -> None:
    told: list[Told] = [(row, 1, "accepted", 70) for row in range(4)]
    past = lived(told, people=5, tasks=[(0, 2), (0, 3), (1, 5), (2, 20)])
    found = figures(past, tasks=5, filled=4)
    assert found["accepted"] == 4
    assert found["accepted_unused_14d_share"] == 0.5  # the third came late, the fourth never
    assert found["first_task_hours"] == {"median": 96.0, "p95": None}
    assert (found["people_served"], found["second_tasks"]) == (3, 1)
    assert found["tasks_filled_share"] == 0.8
    assert found["placed_share"] == 0.6


def test_who_said_yes_and_did_not_come_was_given_a_task_and_served_nobody() -> None:
    found = figures(lived([(0, 1, "accepted", 70)], missed=[(0, 2)]), tasks=1, filled=0)
    assert found["accepted_unused_14d_share"] == 0
    assert found["first_task_hours"] == {"median": 24.0, "p95": 24.0}
    assert found["people_served"] == 0


def test_who_was_accepted_near_the_end_says_nothing_yet() -> None:
    past = lived([(0, 55, "accepted", 70)])
    assert figures(past, tasks=1, filled=0)["accepted_unused_14d_share"] == 0


def test_of_those_accepted_near_the_end_not_only_the_quick_ones_count() -> None:
    told: list[Told] = [(0, 1, "accepted", 70), (1, 55, "accepted", 70)]
    found = figures(lived(told, people=2, tasks=[(1, 56)]), tasks=1, filled=1)
    assert found["accepted_unused_14d_share"] == 1


def test_a_task_before_somebody_was_accepted_is_not_the_one_they_were_promised() -> None:
    found = figures(lived([(0, 10, "accepted", 70)], tasks=[(0, 5), (0, 12)]), tasks=2, filled=2)
    assert found["first_task_hours"] == {"median": 48.0, "p95": 48.0}
    found = figures(lived([(0, 10, "accepted", 70)], offers=[(0, 4)], tasks=[(0, 5)]), tasks=1, filled=1)
    assert found["accepted_unused_14d_share"] == found["accepted_unasked_14d_share"] == 1


def test_who_was_told_that_they_are_not_needed_waits_no_longer() -> None:
    past = lived([(0, 2, "not_needed", 70), (1, 2, "reserve", 70)], people=2)
    assert figures(past, tasks=1, filled=0)["longest_wait_days"] == 60
    assert figures(lived([(0, 2, "not_needed", 70)]), tasks=1, filled=0)["longest_wait_days"] == 2


def test_the_next_event_is_the_rows_own_and_strictly_later() -> None:
    found = next_after(
        np.array([0, 0, 1, 2]), np.array([1.0, 5.0, 0.0, 9.0]), np.array([1, 0, 0]), np.array([7.0, 5.0, 2.0])
    )
    assert found.tolist() == [2.0, NEVER, 7.0, NEVER]
