"""What a run keeps of its sides: figures for good, and until the day is settled what a check needs."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from dure.engine.matching import NO_POST, SideReport, Sides, Solution
from dure.engine.matching.problem import cost_parts, travel_m
from dure.kernel.must import must
from dure.movement.matching.columns import DayInput, rows_of
from dure.movement.matching.day_sides import Held, nobody
from dure.movement.matching.models import Run
from dure.movement.matching.types import SideFacts

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
NOWHERE = 0  # of post ids


def side_json(today: DayInput, solution: Solution) -> dict[str, object] | None:
    """The report as it is kept, with the costs of the match that knew no sides, as the proof speaks about that."""
    if solution.side is None or solution.relaxed is None:
        return None
    report = asdict(solution.side)
    for name in ("lost_by_tier", "extra_by_tier"):
        report[name] = report[name].tolist()
    rows = np.flatnonzero(solution.relaxed != NO_POST)
    posts = solution.relaxed[rows].astype(np.int64)
    cost = cost_parts(today.problem, rows, posts, travel_m(today.problem, rows, posts)).total
    return report | {"relaxed_cost_units": int(cost.sum())}


def side_facts(kept: dict[str, object] | None) -> SideFacts | None:
    """What others may know of the sides of a run."""
    if kept is None:
        return None

    def whole(name: str) -> int:
        value = kept[name]
        must(isinstance(value, int), "a run keeps its side as whole numbers")
        return int(str(value))

    def by_tier(name: str) -> tuple[int, int, int]:
        value = kept[name]
        must(isinstance(value, list) and len(value) == len("123"), "a run keeps three numbers by tier")
        one, two, three = value if isinstance(value, list) else [0, 0, 0]
        return int(one), int(two), int(three)

    return SideFacts(
        value=whole("value"),
        bound=whole("bound"),
        lost_by_tier=by_tier("lost_by_tier"),
        groups_kept=whole("groups_kept"),
        groups_home=whole("groups_home"),
        groups_apart=whole("groups_apart"),
        crews_closed=whole("crews_closed"),
        crews_mended=whole("crews_mended"),
        ratios_mended=whole("ratios_mended"),
        adults_mended=whole("adults_mended"),
        extra_by_tier=by_tier("extra_by_tier"),
        relaxed_cost_units=whole("relaxed_cost_units"),
    )


def report_of(facts: SideFacts) -> SideReport:
    """As the engine's checker takes it."""
    return SideReport(
        value=facts.value,
        bound=facts.bound,
        lost_by_tier=np.array(facts.lost_by_tier, np.int64),
        groups_kept=facts.groups_kept,
        groups_home=facts.groups_home,
        groups_apart=facts.groups_apart,
        crews_closed=facts.crews_closed,
        crews_mended=facts.crews_mended,
        ratios_mended=facts.ratios_mended,
        adults_mended=facts.adults_mended,
        extra_by_tier=np.array(facts.extra_by_tier, np.int64),
    )


def held_bytes(sides: Sides | None) -> bytes:
    if sides is None or not sides.held.any():
        return b""
    return np.stack([sides.held, sides.held_adults]).astype("<i4").tobytes()


def held_of(run: Run, post_count: int) -> Held:
    """Who had each of the run's posts when it was solved."""
    kept = np.frombuffer(bytes(run.held), "<i4").astype(np.int32)
    if not len(kept):
        return nobody(post_count)
    people, adults = kept.reshape(2, post_count)
    return Held(people, adults)


def relaxed_bytes(today: DayInput, solution: Solution) -> bytes:
    """(person id, post id) of everybody whom the sides moved, as the match that knew none had them."""
    if solution.relaxed is None:
        return b""
    rows = np.flatnonzero(solution.relaxed != solution.post_of)
    post = solution.relaxed[rows]
    if not len(today.need_ids):
        return b""
    there = np.where(post == NO_POST, NOWHERE, today.need_ids[np.maximum(post, 0)])
    return np.stack([today.person_ids[rows], there]).astype("<i8").tobytes()


def relaxed_of(run: Run, today: DayInput, post_of: Int32s) -> Int32s:
    """(n,) the match that knew no sides, as far as it speaks of the people and posts of ``today``."""
    person, there = np.frombuffer(bytes(run.relaxed), "<i8").astype(np.int64).reshape(2, -1)
    row, person_here = rows_of(person, today.person_ids)
    post, post_here = rows_of(there, today.need_ids)
    relaxed = post_of.copy()
    relaxed[row[person_here]] = np.where(post_here, post, NO_POST)[person_here]
    return relaxed
