"""Seconds and memory of the daily match on a synthetic day, with a greedy peer in the same run.

python -m bench.matching --people 100000 [--demand 1.0] [--seed 1] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.memory import peak_rss_gb
from dure.engine.matching import (
    Candidates,
    PeopleFacts,
    PostFacts,
    Problem,
    build_problem,
    candidates,
    check,
    solve,
    why_this_post,
    why_unfilled,
)
from dure.engine.matching.facts import FloatArray, Int32Array, IntArray

DAY_MIN = 29_000_000  # some midnight, in minutes since the epoch
PEOPLE_PER_POST = 25
# (from, to) hours of a day, and how common they are
FREE_HOURS = ((6, 22), (8, 18), (6, 12), (12, 18), (16, 22), (8, 14), (10, 16), (6, 18), (12, 22))
FREE_SHARE = (0.22, 0.16, 0.11, 0.12, 0.14, 0.07, 0.06, 0.06, 0.06)
SHIFT_HOURS = ((8, 12), (12, 16), (16, 20), (8, 16), (10, 14), (18, 22), (6, 10))
SHIFT_SHARE = (0.26, 0.22, 0.14, 0.12, 0.12, 0.07, 0.07)
LIMITS_M = (3_000, 5_000, 10_000, 15_000, 25_000, 40_000, 60_000)
LIMIT_SHARE = (0.12, 0.25, 0.28, 0.17, 0.10, 0.05, 0.03)
CAUSE_COUNT = 7
SKILL_COUNT = 40


@dataclass(frozen=True, eq=False)
class _Land:
    """Towns on a map whose area grows with the people, so that density stays the same."""

    lat: FloatArray
    lon: FloatArray
    share: FloatArray

    def places(
        self, count: int, spread_km: float, dice: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        town = dice.choice(len(self.lat), count, p=self.share)
        radius_deg = spread_km / 111.2 * (0.35 + 4 * self.share[town] ** 0.42)
        lat = self.lat[town] + dice.normal(0, 1, count) * radius_deg
        lon = self.lon[town] + dice.normal(0, 1, count) * radius_deg / np.cos(np.radians(lat))
        return lat, lon


def _land(people_count: int, dice: np.random.Generator) -> _Land:
    size_deg = 2.35 * np.sqrt(min(1.0, people_count / 1_200_000))
    towns = max(12, people_count // 300)
    share = 1.0 / (np.arange(towns) + 3.0)
    return _Land(
        lat=52.0 + dice.uniform(-0.5, 0.5, towns) * size_deg,
        lon=-1.5 + dice.uniform(-0.7, 0.7, towns) * size_deg,
        share=share / share.sum(),
    )


def _lists(count: int, mean: float, codes: int, dice: np.random.Generator) -> tuple[Int32Array, Int32Array]:
    owner = np.repeat(np.arange(count, dtype=np.int32), np.minimum(dice.poisson(mean, count), 4))
    weight = 1.0 / (np.arange(codes) + 2.0)
    return owner, dice.choice(codes, len(owner), p=weight / weight.sum()).astype(np.int32)


def synthetic_people(count: int, land: _Land, dice: np.random.Generator) -> PeopleFacts:
    """People in and around towns; nearly all insured and briefed."""
    lat, lon = land.places(count, 7.0, dice)
    hours = np.array(FREE_HOURS)[dice.choice(len(FREE_HOURS), count, p=FREE_SHARE)] * 60 + DAY_MIN
    every = np.arange(count, dtype=np.int32)
    skill_person, skill = _lists(count, 0.7, SKILL_COUNT, dice)
    refuses_person, refuses = _lists(count, 0.5, CAUSE_COUNT, dice)
    prefers_person, prefers = _lists(count, 1.0, CAUSE_COUNT, dice)
    second = every[dice.random(count) < 0.3]
    return PeopleFacts(
        person=np.arange(count, dtype=np.int64) * 7 + 11,
        lat=lat,
        lon=lon,
        travel_limit_m=dice.choice(LIMITS_M, count, p=LIMIT_SHARE).astype(np.int32),
        age=dice.integers(16, 76, count).astype(np.int16),
        days_waited=np.minimum(dice.geometric(0.12, count) - 1, 60).astype(np.int32),
        physical_max=dice.choice(4, count, p=[0.05, 0.15, 0.3, 0.5]).astype(np.int8),
        covered=dice.random(count) < 0.99,
        briefed=dice.random(count) < 0.97,
        cleared=dice.random(count) < 0.3,
        guardian_agreed=dice.random(count) < 0.7,
        free_person=every,
        free_from_min=hours[:, 0].astype(np.int64),
        free_to_min=hours[:, 1].astype(np.int64),
        skill_person=skill_person,
        skill=skill,
        language_person=np.concatenate([every, second]),
        language=np.concatenate([np.zeros(count), dice.integers(1, 20, len(second))]).astype(np.int32),
        refuses_person=refuses_person,
        refuses=refuses,
        prefers_person=prefers_person,
        prefers=prefers,
        rested_from_min=DAY_MIN + 60 * dice.choice([0, 9], count, p=[0.93, 0.07]).astype(np.int64),
        minutes_left_week=dice.choice([240, 480, 2880], count, p=[0.05, 0.1, 0.85]).astype(np.int32),
        shift_max_min=dice.choice([480, 600], count, p=[0.9, 0.1]).astype(np.int32),
        yesterday_post=np.full(count, -1, np.int32),
    )


def synthetic_posts(count: int, seat_count: int, land: _Land, dice: np.random.Generator) -> PostFacts:
    """Posts in and around the same towns, with about ``seat_count`` seats together."""
    lat, lon = land.places(count, 8.0, dice)
    hours = np.array(SHIFT_HOURS)[dice.choice(len(SHIFT_HOURS), count, p=SHIFT_SHARE)] * 60 + DAY_MIN
    size = np.exp(dice.normal(0, 0.9, count))
    skill_post, skill = _lists(count, 0.5, SKILL_COUNT, dice)
    asks_language = np.flatnonzero(dice.random(count) < 0.5).astype(np.int32)
    return PostFacts(
        post=np.arange(count, dtype=np.int64) * 3 + 5,
        lat=lat,
        lon=lon,
        starts_min=hours[:, 0].astype(np.int64),
        ends_min=hours[:, 1].astype(np.int64),
        seats=np.maximum(1, np.round(size * seat_count / size.sum())).astype(np.int32),
        tier=dice.choice([1, 2, 3], count, p=[0.2, 0.33, 0.47]).astype(np.int8),
        cause=dice.integers(0, CAUSE_COUNT, count).astype(np.int32),
        skill_post=skill_post,
        skill=skill,
        language_post=asks_language,
        language=np.zeros(len(asks_language), np.int32),
        min_age=dice.choice([0, 16, 18, 21], count, p=[0.4, 0.3, 0.28, 0.02]).astype(np.int16),
        hazardous=dice.random(count) < 0.1,
        night=dice.random(count) < 0.05,
        lone=dice.random(count) < 0.03,
        physical=dice.choice(4, count, p=[0.3, 0.4, 0.2, 0.1]).astype(np.int8),
        with_children=dice.random(count) < 0.05,
    )


def synthetic_problem(people_count: int, *, demand: float = 1.0, seed: int = 1) -> Problem:
    """A day with ``people_count`` people and ``demand`` times as many seats; equal arguments, equal day."""
    dice = np.random.default_rng(seed)
    land = _land(people_count, dice)
    people = synthetic_people(people_count, land, dice)
    post_count = max(4, people_count // PEOPLE_PER_POST)
    return build_problem(people, synthetic_posts(post_count, round(people_count * demand), land, dice))


def greedy(problem: Problem, pairs: Candidates) -> IntArray:
    """What a coordinator does by hand: tier by tier, who waited longest first, the nearest open post.

    Returns (n,) post rows or -1. It has no proof and is here to be compared with.
    """
    posts = pairs.posts(0, problem.posts.count)
    by_person = np.lexsort((pairs.cost, problem.posts.tier[posts], pairs.person))
    starts = np.searchsorted(pairs.person[by_person], np.arange(problem.people.count + 1))
    choices, tiers = posts[by_person], problem.posts.tier.tolist()
    left = problem.posts.seats.tolist()
    placed = np.full(problem.people.count, -1, np.int64)
    longest_first = np.argsort(-problem.people.days_waited, kind="stable").tolist()
    for tier in (1, 2, 3):
        for person in longest_first:
            if placed[person] >= 0:
                continue
            for post in choices[starts[person] : starts[person + 1]].tolist():
                if tiers[post] == tier and left[post] > 0:
                    placed[person] = post
                    left[post] -= 1
                    break
    return placed


def run(people_count: int, *, demand: float, seed: int, peer: bool) -> dict[str, object]:
    """One measured day; see the module for what is printed."""
    clock, seconds = time.perf_counter, {}
    start = clock()
    problem = synthetic_problem(people_count, demand=demand, seed=seed)
    seconds["build"] = clock() - start
    start = clock()
    pairs = candidates(problem)
    seconds["candidates"] = clock() - start
    pair_count = pairs.count
    del pairs  # the solve finds its own, and memory is part of the measure
    start = clock()
    solution = solve(problem)
    seconds["solve_with_candidates"] = clock() - start
    solve_rss_gb = peak_rss_gb()
    start = clock()
    verdict = check(problem, solution)
    seconds["check"] = clock() - start
    start = clock()
    taken = np.bincount(solution.post_of[solution.post_of >= 0], minlength=problem.posts.count)
    why_unfilled(problem, solution, int(np.argmin(taken - problem.posts.seats)))
    seconds["why_unfilled"] = clock() - start
    start = clock()
    why_this_post(problem, solution, 0)
    seconds["why_this_post"] = clock() - start
    answer: dict[str, object] = {
        "people": people_count,
        "posts": problem.posts.count,
        "seats": int(problem.posts.seats.sum()),
        "pairs": pair_count,
        "words": problem.bits.need.shape[1],
        "placed": int((solution.post_of >= 0).sum()),
        "filled_by_tier": solution.filled_by_tier.tolist(),
        "seats_by_tier": solution.seats_by_tier.tolist(),
        "travel_mean_m": round(solution.travel_mean_m, 1),
        "objective": solution.cost_total,
        "gap_units": solution.gap_units,
        "holds": verdict.holds,
        "tiers_proven": list(verdict.tiers_proven),
    }
    if peer:
        start = clock()
        by_hand = greedy(problem, candidates(problem))
        seconds["greedy"] = clock() - start
        tiers = problem.posts.tier[by_hand[by_hand >= 0]]
        answer["greedy"] = {
            "filled_by_tier": [int((tiers == tier).sum()) for tier in (1, 2, 3)],
            "lost": int((solution.post_of >= 0).sum() - len(tiers)),
        }
    answer["seconds"] = {step: round(value, 2) for step, value in seconds.items()}
    answer["peak_rss_gb"] = solve_rss_gb
    answer["peak_rss_gb_all"] = peak_rss_gb()
    return answer


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--demand", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", choices=["none", "greedy"], default="greedy")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args(arguments)
    answer = run(wanted.people, demand=wanted.demand, seed=wanted.seed, peer=wanted.peers == "greedy")
    text = json.dumps(answer, indent=2)
    print(text)
    if wanted.json:
        wanted.json.write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
