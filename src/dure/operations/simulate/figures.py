"""What a replay comes to, computed from what people were told and had. Pure: columns in, figures out.

*Told* are the answers with their dates, the offers, and what was done. Intentions of the program appear nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dure.engine.plan.following import first_event
from dure.movement.calls.types import ANSWER_KINDS, AnswerKind

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

HOUR_S, DAY_S = 3600.0, 86_400.0
UNUSED_DAYS = 14
KEPT, CORRECTED, BROKEN, OPEN = range(4)


@dataclass(frozen=True, eq=False)
class History:
    """A replay. Moments in seconds of one clock, infinite where they never came; people are rows 0 to n - 1.

    ``signed_s``, ``confirmed_s``, ``left_s``: (n,). ``told_*``: answers, in any order; ``told_until_s``: the moment its
    date passes. ``offer_*``: offers seen; ``given_*``: tasks they had said yes to, when these began; ``task_*``: those
    they came to. ``ends_s``: where the replay stops. ``came_back``: how many of the rows are people who left and signed
    up again.
    """

    signed_s: Floats
    confirmed_s: Floats
    left_s: Floats
    told_row: Ints
    told_s: Floats
    told_kind: Ints
    told_until_s: Floats
    offer_row: Ints
    offer_s: Floats
    given_row: Ints
    given_s: Floats
    task_row: Ints
    task_s: Floats
    ends_s: float
    came_back: int = 0

    @property
    def count(self) -> int:
        return len(self.signed_s)


def code(kind: AnswerKind) -> int:
    return ANSWER_KINDS.index(kind)


def next_after(row: Ints, at_s: Floats, event_row: Ints, event_s: Floats) -> Floats:
    """For each (row, moment) the first event of that row strictly after it; infinite where there is none.

    >>> next_after(np.array([0, 0, 1]), np.array([1.0, 5.0, 0.0]), np.array([0, 0]), np.array([5.0, 2.0])).tolist()
    [2.0, inf, inf]
    """
    place = first_event(row, at_s, event_row, event_s, strictly=True)
    found = np.full(len(row), np.inf)
    found[place >= 0] = event_s[place[place >= 0]]
    return found


def outcomes(past: History) -> Ints:
    """What became of the date of each answer: KEPT, CORRECTED before it passed, BROKEN, or OPEN (it lies beyond the
    end, or its person left).

    *Reserve* and *accepted* promise to be called (for reserve: at least accepted or invited) by the date. Every other
    answer promises that its person hears again by then.
    """
    row, at, until = past.told_row, past.told_s, past.told_until_s
    kinds = past.told_kind
    better = np.isin(kinds, (code("accepted"), code("invited"), code("offered"), code("placed")))
    calls_row = np.concatenate([past.offer_row, past.given_row])
    calls_s = np.concatenate([past.offer_s, past.given_s])
    called = next_after(row, at, calls_row, calls_s)
    invited = next_after(row, at, row[better], at[better])
    heard = np.minimum(called, next_after(row, at, row, at))
    keeps = np.where(
        kinds == code("reserve"),
        np.minimum(called, invited),
        np.where(kinds == code("accepted"), called, heard),
    )
    found = np.full(len(row), BROKEN, np.int64)
    found[heard <= until] = CORRECTED
    found[keeps <= until] = KEPT
    left = past.left_s[row]
    open_ = (keeps > until) & (heard > until) & ((until > past.ends_s) | (left <= until))
    # Also a promise that was corrected by nobody but the end of the replay, or of the person's wish, is no broken one.
    found[open_] = OPEN
    return found


def silent(past: History, ends: Ints) -> Bools:
    """(n,) who was without an answer that stands for more than 24 hours, or whose date passed unkept."""
    found: Bools = silent_s(past, ends) > DAY_S
    found[past.told_row[ends == BROKEN]] = True
    return found


def silent_s(past: History, ends: Ints) -> Floats:
    """(n,) the longest that each was without an answer that stands, in seconds."""
    first = np.full(past.count, np.inf)
    np.minimum.at(first, past.told_row, past.told_s)
    stops = np.minimum(past.left_s, past.ends_s)
    found: Floats = np.minimum(first, stops) - past.signed_s
    # The door's answer asks for the code; whoever gave it has to hear what is true for them.
    has = np.flatnonzero(np.isfinite(past.confirmed_s))
    found[has] = np.maximum(found[has], np.minimum(_true_s(past, has), stops[has]) - past.confirmed_s[has])
    broken = ends == BROKEN
    row, until = past.told_row[broken], past.told_until_s[broken]
    again = np.minimum(next_after(row, until, past.told_row, past.told_s), stops[row])
    np.maximum.at(found, row, again - until)
    return found


def answered_within(past: History, seconds: float) -> float:
    """Share of sign-ups who were answered so soon: at the door, and again once they had confirmed."""
    first = np.full(past.count, np.inf)
    np.minimum.at(first, past.told_row, past.told_s)
    fast = first - past.signed_s <= seconds
    confirmed = np.flatnonzero(np.isfinite(past.confirmed_s))
    stops = np.minimum(past.left_s, past.ends_s)[confirmed]
    fast[confirmed] &= np.minimum(_true_s(past, confirmed), stops) - past.confirmed_s[confirmed] <= seconds
    return float(fast.mean())


def _true_s(past: History, rows: Ints) -> Floats:
    """When these people, who have confirmed, were first told what is true for them; also in the same moment."""
    return next_after(rows, past.confirmed_s[rows] - 0.5, past.told_row, past.told_s)


def figures(past: History, *, tasks: int, filled: int) -> dict[str, object]:
    """The figures of the issue by their names, and what is needed to judge them."""
    ends = outcomes(past)
    counted = np.bincount(ends, minlength=4)
    promises = np.isin(past.told_kind, (code("accepted"), code("reserve")))
    promised = np.bincount(ends[promises], minlength=4)
    by_kind = {
        kind: {
            name: int(((ends == place) & (past.told_kind == code(kind))).sum())
            for place, name in enumerate(("kept", "corrected", "broken", "open"))
        }
        for kind in ANSWER_KINDS
    }
    quiet = silent(past, ends)
    first_task = np.full(past.count, np.inf)
    np.minimum.at(first_task, past.task_row, past.task_s)
    served = np.isfinite(first_task)
    accepted = _accepted(past)
    return {
        "signed_up": past.count - past.came_back,
        "signed_up_again": past.came_back,
        "answered_1h_share": _share(answered_within(past, HOUR_S)),
        "answered_24h_share": _share(answered_within(past, DAY_S)),
        "silent_24h": int(quiet.sum()),
        "silent_hours_max": round(float(silent_s(past, ends).max() / HOUR_S), 1),
        "dates_kept_share": _share(counted[KEPT] / max(1, counted[:OPEN].sum())),
        # Of the dates to be called by alone: those to hear by are kept by any word.
        "calls_kept_share": _share(promised[KEPT] / max(1, promised[:OPEN].sum())),
        "tasks": tasks,
        "tasks_filled_share": _share(filled / tasks),
        "people_served": int(served.sum()),
        "different_people_a_filled_task": _share(served.sum() / max(1, filled)),
        **_of_accepted(past, accepted),
        "placed_share": _share(served.mean()),
        "longest_wait_days": _longest_wait(past, first_task),
        "second_tasks": int(len(past.task_row) - served.sum()),
        "dates": dict(zip(("kept", "corrected", "broken", "open"), counted.tolist(), strict=True)),
        "dates_by_kind": by_kind,
        "answers": len(past.told_row),
        "answers_a_person_max": int(np.bincount(past.told_row, minlength=1).max()),
        "confirmed": int(np.isfinite(past.confirmed_s).sum()),
        "left_or_lapsed": int(np.isfinite(past.left_s).sum()),
        "left_without_task": int((np.isfinite(past.left_s) & ~served).sum()),
    }


def _accepted(past: History) -> Floats:
    """(n,) when each was first told *accepted*."""
    found = np.full(past.count, np.inf)
    said = past.told_kind == code("accepted")
    np.minimum.at(found, past.told_row[said], past.told_s[said])
    return found


def _of_accepted(past: History, accepted: Floats) -> dict[str, object]:
    """Unused: no task within UNUSED_DAYS of being told; who left without one, or was told too near the end, says
    nothing: of the last days only the quick ones would be known.

    Who said yes to a task and did not come was given one. A task before they were told is none of it.
    """
    told = np.isfinite(accepted)
    rows = np.flatnonzero(told)
    first_task = np.full(past.count, np.inf)
    first_task[rows] = next_after(rows, accepted[rows], past.given_row, past.given_s)
    window = accepted + UNUSED_DAYS * DAY_S
    wait = np.where(told, first_task - np.where(told, accepted, 0.0), np.inf)
    used = told & (first_task <= window)
    judged = told & (window <= past.ends_s) & (used | (past.left_s > window))
    first_offer = np.full(past.count, np.inf)
    first_offer[rows] = next_after(rows, accepted[rows], past.offer_row, past.offer_s)
    unasked = judged & ~used & (first_offer > window)
    gave_up = told & ~used & (past.left_s <= window) & (past.left_s <= past.ends_s)
    hours = np.sort(wait[judged] / HOUR_S)
    return {
        "accepted": int(told.sum()),
        "accepted_without_task": int((told & np.isinf(first_task) & np.isinf(past.left_s)).sum()),
        # Not judged above: they left before a task, within the days of the promise.
        "accepted_left_unused": int(gave_up.sum()),
        "accepted_unused_14d_share": _share((judged & ~used).sum() / max(1, judged.sum())),
        "accepted_unasked_14d_share": _share(unasked.sum() / max(1, judged.sum())),
        "first_task_hours": {"median": _quantile(hours, 0.5), "p95": _quantile(hours, 0.95)},
    }


def _longest_wait(past: History, first_task: Floats) -> float:
    """Days from signing up to the first task, or to the last word if it says that there is none, or that something of
    theirs is missing; else to the end of the replay."""
    stops = np.minimum(np.minimum(first_task, past.left_s), past.ends_s)
    no = np.isin(past.told_kind, (code("not_needed"), code("incomplete")))
    last_no = np.full(past.count, -np.inf)
    np.maximum.at(last_no, past.told_row[no], past.told_s[no])
    last = np.full(past.count, -np.inf)
    np.maximum.at(last, past.told_row, past.told_s)
    released = np.isinf(first_task) & (last_no == last)
    stops = np.where(released, np.minimum(stops, np.where(np.isfinite(last_no), last_no, stops)), stops)
    waits = (stops - past.signed_s)[np.isfinite(past.confirmed_s)]
    return round(float(waits.max(initial=0.0) / DAY_S), 1)


def _quantile(ordered: Floats, share: float) -> float | None:
    """The value that ``share`` of them do not exceed; None where it is infinite: they never had a task."""
    if not len(ordered):
        return None
    value = float(ordered[min(len(ordered) - 1, int(np.ceil(share * len(ordered))) - 1)])
    return round(value, 1) if np.isfinite(value) else None


def _share(value: float) -> float:
    return round(float(value), 4)
