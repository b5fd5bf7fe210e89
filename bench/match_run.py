"""One measured match in a process of its own, so that no other's memory or warm caches get in.

python -m bench.match_run '{"who": "dure", "people": 100000, …}'    (asked by bench.matching)
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from bench.during_day import during_day
from bench.next_day import next_morning
from bench.peers.greedy import greedy
from bench.peers.ortools import ortools_flow
from bench.side_columns import with_sides
from bench.synthetic_day import VOCABULARIES, synthetic_day
from dure.base.memory import peak_rss_gb
from dure.engine.matching import (
    NO_POST,
    PeopleFacts,
    PostFacts,
    Problem,
    Solution,
    build_problem,
    check,
    rematch,
    solve,
)
from dure.engine.matching.facts import Int32Array, IntArray
from dure.engine.matching.problem import cost_parts, travel_m
from dure.engine.matching.sides import SideReport, Sides

WARM_UP_PEOPLE = 2_000
OURS = "dure"
PEERS: dict[str, Callable[..., Int32Array]] = {
    "greedy": greedy,
    "ortools-16": partial(ortools_flow, nearest=16),
    "ortools-all": ortools_flow,
}


@dataclass(frozen=True)
class Asked:
    """What to measure: ``who`` is "dure" or a peer."""

    who: str
    people: int
    posts: int | None
    demand: float
    seed: int
    facts: str
    workers: int
    morning: bool
    during_day: bool
    sides: bool  # with groups, crews, leads, adults beside minors and further shifts
    prove: bool  # have the separate checker recount the answer, outside the measured time


class Laps:
    """Seconds step by step, from wherever it was made."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()
        self._step: str | None = None

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
        self._last = now

    def tell(self, step: str, done: int, total: int) -> None:
        """Progress of the solver: a step with nothing done yet begins where the one before it ends."""
        self.lap(self._step if self._step and not done else step)
        self._step = step

    def end(self) -> dict[str, float]:
        if self._step:
            self.lap(self._step)
        return {"total": sum(self.seconds.values()), **self.seconds}


Day = tuple[PeopleFacts, PostFacts]


def _solve(
    day: Day, workers: int, start_prices: IntArray | None = None, sides: Sides | None = None
) -> tuple[Problem, Solution, dict[str, float]]:
    """From columns in memory to the proven answer."""
    laps = Laps()
    problem = build_problem(*day)
    laps.lap("build")
    solution = solve(problem, start_prices=start_prices, tell=laps.tell, workers=workers, sides=sides)
    return problem, solution, laps.end()


def _peer(name: str, day: Day, workers: int) -> tuple[Problem, Int32Array, dict[str, float]]:
    laps = Laps()
    problem = build_problem(*day)
    laps.lap("build")
    post_of = PEERS[name](problem, workers=workers, tell=laps.lap)
    return problem, post_of, laps.end()


def _day(asked: Asked, people: int) -> Day:
    posts = asked.posts if people == asked.people else None
    words = VOCABULARIES[asked.facts]
    return synthetic_day(people, post_count=posts, demand=asked.demand, seed=asked.seed, words=words)


def outcome(problem: Problem, post_of: Int32Array) -> dict[str, object]:
    """What a placement is worth, the same way for everybody."""
    people = np.flatnonzero(post_of != NO_POST)
    posts = post_of[people].astype(np.int64)
    distance_m = travel_m(problem, people, posts)
    return {
        "placed_by_tier": np.bincount(problem.posts.tier[posts], minlength=4)[1:].tolist(),
        "travel_km_mean": round(float(distance_m.mean()) / 1000, 4) if len(people) else 0.0,
        "objective": int(cost_parts(problem, people, posts, distance_m).total.sum()),
    }


def side(report: SideReport | None) -> dict[str, object] | None:
    """What the sides cost; none were given: None."""
    if report is None:
        return None
    counts = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in asdict(report).items()
    }
    return {"gap": report.gap_units, "gap_share": report.gap_share, **counts}


def _during_day(asked: Asked, day: Day) -> dict[str, object]:
    """The re-match after no-shows and urgent posts; the morning's match is not part of the seconds."""
    _, morning, _ = _solve(day, asked.workers)
    changed = during_day(*day, morning, seed=asked.seed)
    laps = Laps()
    problem = build_problem(changed.people, changed.posts)
    laps.lap("build")
    again = rematch(
        problem,
        home=changed.home,
        fixed=np.zeros(len(changed.home), np.bool_),
        start_prices=changed.prices,
        tell=laps.tell,
        workers=asked.workers,
    )
    seconds = laps.end()
    solution = again.solution
    urgent = problem.posts.count - changed.urgent_posts
    answer = {
        "people": problem.people.count,
        "posts": problem.posts.count,
        "no_shows": changed.no_shows,
        "urgent_posts": changed.urgent_posts,
        "urgent_seats": int(problem.posts.seats[urgent:].sum()),
        "urgent_filled": int((solution.post_of >= urgent).sum()),
        "moved": len(again.moved),
        "seats_by_tier": solution.seats_by_tier.tolist(),
        "pairs": solution.pairs,
        "seconds": seconds,
        "peak_rss_gb": peak_rss_gb(),
        **outcome(problem, solution.post_of),
        "gap_units": solution.gap_units,
        "tier_unit": solution.tier_unit,
        "side": None,
    }
    if asked.prove:
        started = time.perf_counter()
        verdict = check(again.problem, solution)
        answer["tiers_proven"] = list(verdict.tiers_proven)
        answer["faults"] = list(verdict.faults)
        answer["check_seconds"] = round(time.perf_counter() - started, 2)
        laps = Laps()
        cold = solve(again.problem, tell=laps.tell, workers=asked.workers)
        answer["cold_seconds"] = laps.end()["total"]
        answer["cold_same_value"] = cold.value == solution.value
        anew = solve(problem, workers=asked.workers)
        held = changed.home != NO_POST
        answer["moved_without_stability"] = int((held & (anew.post_of != changed.home)).sum())
    return answer


def _ours(asked: Asked) -> dict[str, object]:
    if asked.during_day:
        return _during_day(asked, _day(asked, asked.people))
    day, prices = _day(asked, asked.people), None
    if asked.morning:
        _, yesterday, _ = _solve(day, asked.workers)
        words = VOCABULARIES[asked.facts]
        people, posts, prices = next_morning(
            *day, yesterday, demand=asked.demand, seed=asked.seed, words=words
        )
        day = (people, posts)
        del yesterday, people, posts
    sides: Sides | None = None
    if asked.sides:
        people, posts, sides = with_sides(*day, seed=asked.seed)
        day = (people, posts)
    problem, solution, seconds = _solve(day, asked.workers, prices, sides)
    answer = {
        "people": problem.people.count,
        "posts": problem.posts.count,
        "seats_by_tier": solution.seats_by_tier.tolist(),
        "pairs": solution.pairs,
        "bits": int(problem.bits.need.shape[1]) * 64,
        "seconds": seconds,
        "peak_rss_gb": peak_rss_gb(),
        **outcome(problem, solution.post_of),
        "gap_units": solution.gap_units,
        "tier_unit": solution.tier_unit,
        "side": side(solution.side),
    }
    if asked.prove:
        started = time.perf_counter()
        verdict = check(problem, solution, sides=sides)
        answer["tiers_proven"] = list(verdict.tiers_proven)
        answer["faults"] = list(verdict.faults)
        answer["check_seconds"] = round(time.perf_counter() - started, 2)
    if asked.morning:
        problem, solution, cold = _solve(day, asked.workers)
        answer["cold_seconds"] = cold["total"]
        answer |= {f"cold_{name}": value for name, value in outcome(problem, solution.post_of).items()}
    return answer


def run(asked: Asked) -> dict[str, object]:
    """Compile on a small day, then measure."""
    warm_up = _day(asked, min(WARM_UP_PEOPLE, asked.people))
    if asked.who == OURS:
        _solve(warm_up, asked.workers)
        if asked.during_day:
            _during_day(asked, warm_up)
        if asked.sides:
            people, posts, sides = with_sides(*warm_up)
            _solve((people, posts), asked.workers, sides=sides)
        return _ours(asked)
    _peer(asked.who, warm_up, asked.workers)
    del warm_up
    problem, post_of, seconds = _peer(asked.who, _day(asked, asked.people), asked.workers)
    return {"seconds": seconds, "peak_rss_gb": peak_rss_gb(), **outcome(problem, post_of)}


def command(asked: Asked) -> list[str]:
    """How to run it in a fresh process, which prints its answer as JSON."""
    return [sys.executable, "-m", "bench.match_run", json.dumps(asdict(asked))]


if __name__ == "__main__":
    print(json.dumps(run(Asked(**json.loads(sys.argv[1])))))
