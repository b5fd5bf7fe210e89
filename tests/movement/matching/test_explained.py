"""Reasons come from a part of the day and say what the whole day would; a day begins with yesterday's prices."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from dure.base.access import SYSTEM
from dure.engine.matching import Problem, Solution, Unfilled, Why, solve, why_this_post, why_unfilled
from dure.kernel.refusals import NotFound
from dure.movement.matching import actions, reads
from dure.movement.matching.actions import days
from dure.movement.matching.errors import NoLongerFits, RunNotReady
from dure.movement.matching.models import Run
from dure.movement.matching.stored import explained, start_prices
from dure.movement.needs import reads as needs
from dure.movement.people import actions as people
from dure.movement.people.models import Person
from dure.movement.people.types import SKILL, NewCredential
from tests.movement.matching.farm import BRIEFED, DAY, INSURED, Farm, at, made

PEOPLE, POSTS = 60, 14
NEXT = DAY + timedelta(days=1)


def scattered(farm: Farm) -> Farm:
    """People and posts all over three degrees, some of whom worked yesterday; half of the posts want a skill."""
    dice = random.Random(3)  # noqa: S311  a cast, no secrets
    for number in range(PEOPLE):
        skill = (NewCredential(SKILL, "tractor", "shown"),) if number % 3 else ()
        farm.person(
            f"Person {number}",
            home_lat=round(34.5 + 3 * dice.random(), 2),
            home_lon=round(126.0 + 3 * dice.random(), 2),
            travel_limit_m=dice.choice([10_000, 40_000, 90_000, 300_000]),
            credentials=(INSURED, BRIEFED, *skill),
            languages=dice.choice([("ko",), ("en", "ko"), ("en",)]),
            prefers=dice.choice([(), ("harvest",), ("kitchen",)]),
            waiting_since=at(0) - timedelta(days=dice.randrange(30)),
        )
    for day in (DAY, NEXT):
        for number in range(POSTS):
            farm.post(
                f"Post {number} of {day}" if number % 4 else "The same everywhere",
                team="Pickers" if number % 4 else ("Cooks", "Drivers", "Pickers", "Drivers")[number // 4],
                day=day,
                key=made("post", number, day),
                lat=34.5 + 3 * dice.random(),
                lon=126.0 + 3 * dice.random(),
                seats=3 + number % 3,
                tier=1 + number % 3,
                skills=("tractor",) if number % 2 else (),
                languages=("ko",) if number % 5 == 0 else (),
                cause="harvest" if number % 2 else "kitchen",
            )
    farm.match(DAY)
    for name in list(farm.people)[::2]:
        if any(offer.day == DAY for offer in farm.offers(name)):
            farm.work(name, DAY)
    farm.match(NEXT)
    return farm


def in_ids(why: Why, ids: list[int], skill_of: dict[int, str]) -> Why:
    """Post ids for rows, and no numbers of skills, which differ from one vocabulary to the other."""
    return replace(
        why,
        post=ids[why.post],
        alternatives=tuple(replace(other, post=ids[other.post]) for other in why.alternatives),
        changes=tuple(
            replace(
                change,
                post=ids[change.post],
                amount=0 if change.name == "another_skill" else change.amount,
                name=skill_of[change.amount] if change.name == "another_skill" else change.name,
            )
            for change in why.changes
        ),
    )


def in_names(reasons: Unfilled, skill_of: dict[int, str]) -> Unfilled:
    return replace(
        reasons,
        levers=tuple(
            replace(lever, amount=0, name=skill_of[lever.amount]) if lever.name == "without_skill" else lever
            for lever in reasons.levers
        ),
    )


def test_reasons_from_a_part_of_the_day_are_those_of_the_whole_day(farm: Farm) -> None:
    scattered(farm)
    run = Run.objects.get(day=NEXT)
    whole_day = needs.columns_of_day(farm.campaign.id, NEXT)
    posts = needs.posts_of_day(farm.campaign.id, NEXT)
    today, solution = explained(run, whole_day, posts)
    names = {code: name for name, code in today.skill_of.items()}
    ids = [post.id for post in posts]
    asked = 0

    for name, person_id in farm.people.items():
        for offer in farm.offers(name):
            if offer.day == NEXT:
                found = reads.why_this(farm.me(name), offer.id)
                row = int(np.searchsorted(today.person_ids, person_id))
                wanted = in_ids(why_this_post(today.problem, solution, row), ids, names)
                of_row = {row: post.id for row, post in found.others.items()} | {
                    found.why.post: found.post.id
                }
                near = [of_row.get(row, -1) for row in range(max(of_row) + 1)]
                assert in_ids(found.why, near, dict(found.skill_names)) == wanted
                asked += 1
    for row, post_id in enumerate(ids):
        said = reads.why_unfilled_post(SYSTEM, post_id)
        expected = in_names(why_unfilled(today.problem, solution, row), names)
        assert in_names(said.reasons, dict(said.skill_names)) == expected
    assert asked > PEOPLE / 3


@pytest.mark.parametrize("asked_as", ["oneself", "a helper at the telephone"])
@pytest.mark.parametrize(
    ("changed", "why"),
    [("home", "farther away"), ("hours", "outside the hours")],
)
def test_a_post_that_no_longer_fits_is_told_so_and_not_explained(
    farm: Farm, changed: str, why: str, asked_as: str
) -> None:
    farm.cast("Minji")
    farm.post()
    farm.post("Nearby", lat=35.3)
    farm.match()
    offer, minji = farm.offer("Minji"), farm.people["Minji"]

    if changed == "home":
        people.move_home(
            actor=farm.me("Minji"),
            person_id=minji,
            area_id=farm.areas["Naju"],
            home_lat=35.6,
            home_lon=126.72,
        )
    else:
        people.set_free_hours(
            actor=farm.me("Minji"),
            person_id=minji,
            day_start=at(0),
            day_end=at(0, day=NEXT),
            spans=((at(20), at(22)),),
        )

    with pytest.raises(NoLongerFits, match=why):
        if asked_as == "oneself":
            reads.why_this(farm.me("Minji"), offer.id)
        else:
            reads.why_person(SYSTEM, farm.campaign, DAY, minji)


def test_of_posts_with_very_many_people_a_why_page_reads_the_count_alone(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.cast(*(f"Near {number}" for number in range(12)))
    farm.post("Full", seats=12, tier=1)
    farm.cast("Minji", home_lat=35.1)
    farm.post("Rest", lat=35.1, tier=3)
    farm.match()
    minji = farm.offer("Minji")
    full = reads.why_this(farm.me("Minji"), minji.id).why.alternatives
    asked: list[int] = []

    def listening(*wished: Any, person_ids: Any, **more: Any) -> Any:
        asked.append(len(set(person_ids)))
        return explained(*wished, person_ids=person_ids, **more)

    monkeypatch.setattr(reads, "explained", listening)
    monkeypatch.setattr(reads, "FEW_PEOPLE", 12)  # oneself and eleven others

    counted = reads.why_this(farm.me("Minji"), minji.id).why.alternatives

    assert asked == [1, 1]
    assert [other.full_of for other in full] == [("nearer",)]
    assert counted == (replace(full[0], full_of=()),)
    assert counted[0].reason == "full"


def test_a_stored_run_is_the_day_as_it_was_solved(farm: Farm) -> None:
    scattered(farm)
    run = reads.run_of(farm.campaign.id, NEXT)
    assert run is not None

    stored = reads.stored_run(run.id)

    assert stored.today.digest == run.input_digest == stored.run.input_digest
    assert int((stored.solution.post_of >= 0).sum()) == run.placed_count
    begin = start_prices(farm.campaign.id, NEXT, needs.columns_of_day(farm.campaign.id, NEXT))
    again = solve(stored.today.problem, standing=stored.today.standing, start_prices=begin)
    assert again.post_of.tolist() == stored.solution.post_of.tolist()
    assert again.prices.tolist() == stored.solution.prices.tolist()
    assert again.closed.tolist() == stored.solution.closed.tolist()
    assert (again.bound_scaled, again.value) == (stored.solution.bound_scaled, stored.solution.value)
    farm.cast("Somebody new", languages=("ar",))
    assert reads.stored_run(run.id).today.digest == run.input_digest
    Person.objects.filter(pk=int(stored.today.person_ids[0])).update(travel_limit_m=1)
    assert reads.stored_run(run.id).today.digest != run.input_digest


def test_a_stored_run_of_a_second_round_leaves_out_whom_the_first_asked(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=3)
    farm.match()
    farm.accept("Minji")
    farm.cast("Chul")
    second = farm.match(round_number=2, now=at(6))

    stored = reads.stored_run(second.id)

    assert stored.today.digest == second.input_digest
    assert stored.today.person_ids.tolist() == [farm.people["Chul"]]
    assert stored.today.problem.posts.seats.tolist() == [1]


def test_a_run_that_is_not_there_or_settled_is_not_gathered_again(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    run = farm.match()
    with pytest.raises(NotFound):
        reads.stored_run(run.id + 1)
    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))
    with pytest.raises(RunNotReady, match="settled"):
        reads.stored_run(run.id)


def test_tomorrow_begins_with_todays_prices_of_the_same_teams_posts(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul", "Dami")
    farm.post("Dear", seats=1)
    farm.post("Dear", team="Cooks", seats=1)
    farm.post("Open", seats=9, lat=35.05)
    run = farm.match()
    stored = Run.objects.get(pk=run.id)
    scale = 16
    prices = np.array([50 * scale, 70 * scale + 15, 0], np.int64)
    Run.objects.filter(pk=run.id).update(prices=prices.astype("<i8").tobytes(), price_scale=scale)
    for name, team in (("New", "Pickers"), ("Dear", "Cooks"), ("Dear", "Pickers"), ("Dear", "Drivers")):
        farm.post(name, team=team, day=NEXT)

    begin = start_prices(farm.campaign.id, NEXT, needs.columns_of_day(farm.campaign.id, NEXT))

    assert stored.posts_count == 3
    assert begin.tolist() == [0, 70, 50, 0]
    assert start_prices(farm.campaign.id, DAY, needs.columns_of_day(farm.campaign.id, DAY)).tolist() == [
        0,
        0,
        0,
    ]


def test_the_engine_is_told_yesterdays_prices_and_says_what_it_will_take(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.cast("Minji")
    farm.post()
    farm.match()
    farm.post(day=NEXT)
    heard: list[dict[str, object]] = []

    def listening(problem: Problem, **wished: Any) -> Solution:
        heard.append(wished)
        return solve(problem, **wished)

    monkeypatch.setattr(days, "solve", listening)
    steps: list[str] = []
    bytes_told: list[int] = []

    class Watch:
        def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
            steps.append(step)
            bytes_told.extend([bytes_needed] if bytes_needed else [])

    actions.run(campaign_id=farm.campaign.id, day=NEXT, now=at(4, day=NEXT), progress=Watch())

    assert list(dict.fromkeys(steps)) == ["reading", "memory", "pairs", "auction", "proof", "writing"]
    assert len(bytes_told) == 1
    first = Run.objects.get(day=DAY)
    price = int(np.frombuffer(bytes(first.prices), "<i8")[0])
    assert np.asarray(heard[0]["start_prices"]).tolist() == [price // first.price_scale]
