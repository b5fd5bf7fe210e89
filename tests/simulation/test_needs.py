"""Synthetic needs: teams, posts and targets that fit each other and leave something to explain."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from dure.simulation.customs import CountryCode, day_start_minutes
from dure.simulation.errors import SimulationTooLarge
from dure.simulation.needs import SyntheticNeeds, SyntheticPosts, needs
from dure.simulation.people import SyntheticPeople, people
from dure.simulation.towns import country
from dure.simulation.vocabulary import CAUSE_TEAM_NAMES, CAUSES, LANGUAGES, SKILLS, cause, language

DAY = date(2026, 10, 10)
PEOPLE = 20_000


def posts_open_to(
    person: int, people: SyntheticPeople, posts: SyntheticPosts, day: date
) -> NDArray[np.bool_]:
    """The hard rules once more, slowly and separately: which posts one person may take, of shape (posts,)."""
    age = day.year - int(people.birth_year[person])
    grown = age >= 18
    north_m = (posts.lat - people.home_lat[person]) * 111_200
    east_m = (posts.lon - people.home_lon[person]) * 111_200 * np.cos(np.radians(people.home_lat[person]))
    free = np.zeros(posts.count, np.bool_)
    for span in np.flatnonzero(people.free.row == person):
        free |= (people.free.starts_min[span] <= posts.starts_min) & (
            posts.ends_min <= people.free.ends_min[span]
        )
    skills = posts.skills.table(posts.count, len(SKILLS))
    skills[:, list(people.skills.of(person))] = False
    languages = posts.languages.table(posts.count, len(LANGUAGES))
    languages[:, list(people.languages.of(person))] = False
    willing = np.ones(len(CAUSES), np.bool_)
    willing[list(people.causes_refused.of(person))] = False
    fit = bool(
        people.covered[person] and people.briefed[person] and (grown or people.guardian_agreed[person])
    )
    may = (
        fit
        & (np.hypot(north_m, east_m) <= people.travel_limit_m[person])
        & free
        & ~skills.any(axis=1)
        & ~languages.any(axis=1)
        & willing[posts.cause]
        & (posts.min_age <= age)
        & (posts.physical <= people.physical_max[person])
        & (grown | ~(posts.hazardous | posts.night | posts.lone))
        & (bool(people.cleared[person]) | ~posts.with_children)
    )
    return np.asarray(may, np.bool_)


def everything(wanted: SyntheticNeeds) -> bytes:
    """All columns of all three tables as bytes."""
    columns = []
    for table in vars(wanted).values():
        for value in vars(table).values():
            parts = vars(value).values() if hasattr(value, "row") else [value]
            columns += [
                part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode() for part in parts
            ]
    return b"|".join(columns)


@pytest.fixture(scope="module", params=["KR", "GB", "KE"])
def code(request: pytest.FixtureRequest) -> CountryCode:
    chosen: CountryCode = request.param
    return chosen


@pytest.fixture(scope="module")
def wanted(code: CountryCode) -> SyntheticNeeds:
    return needs(country(code), PEOPLE, seed=7, day=DAY)


def test_equal_seeds_give_equal_bytes_and_others_do_not(code: CountryCode, wanted: SyntheticNeeds) -> None:
    assert everything(needs(country(code), PEOPLE, seed=7, day=DAY)) == everything(wanted)
    assert everything(needs(country(code), PEOPLE, seed=8, day=DAY)) != everything(wanted)


def test_seats_are_fewer_than_people_and_tiers_have_their_shares(wanted: SyntheticNeeds) -> None:
    assert wanted.posts.seats.sum() == round(0.85 * PEOPLE)
    assert wanted.posts.seats.min() >= 1
    shares = np.bincount(wanted.posts.tier, minlength=4) / wanted.posts.count
    assert shares[1:] == pytest.approx([0.15, 0.35, 0.5], abs=0.06)


def test_every_post_belongs_to_a_team_of_its_own_town_and_cause(
    code: CountryCode, wanted: SyntheticNeeds
) -> None:
    teams, posts, towns = wanted.teams, wanted.posts, country(code).towns
    assert len(set(teams.name)) == len(teams.name)
    assert set(posts.team.tolist()) == set(range(len(teams.name)))
    assert (teams.cause[posts.team] == posts.cause).all()
    for name, town, what in zip(teams.name, teams.town, teams.cause, strict=True):
        assert name.startswith(f"{towns[town].name} {CAUSE_TEAM_NAMES[what]} ")
    town_lat = np.array([town.lat for town in towns])[teams.town[posts.team]]
    assert np.abs(town_lat - posts.lat).max() < 0.2


def test_every_town_has_a_harvest_post_when_there_are_enough(
    code: CountryCode, wanted: SyntheticNeeds
) -> None:
    harvest = wanted.posts.cause == cause("harvest")
    assert set(wanted.teams.town[wanted.posts.team[harvest]].tolist()) == set(range(len(country(code).towns)))


def test_shifts_stay_in_the_day_and_no_longer_than_eight_hours(
    code: CountryCode, wanted: SyntheticNeeds
) -> None:
    posts, midnight = wanted.posts, day_start_minutes(code, DAY)
    assert posts.starts_min.min() >= midnight + 6 * 60
    assert posts.ends_min.max() <= midnight + 22 * 60
    length = posts.ends_min - posts.starts_min
    assert length.min() >= 4 * 60
    assert length.max() <= 8 * 60
    assert (posts.night == (posts.ends_min > midnight + 20 * 60)).all()
    assert 0 < posts.night.mean() < 0.1


def test_dangerous_work_and_work_with_children_is_for_adults(wanted: SyntheticNeeds) -> None:
    posts = wanted.posts
    assert posts.hazardous.any()
    assert posts.with_children.any()
    assert (posts.min_age[posts.hazardous | posts.with_children] == 18).all()
    assert posts.min_age.min() == 16


def test_posts_ask_only_for_what_somebody_has(code: CountryCode, wanted: SyntheticNeeds) -> None:
    crowd = people(country(code), PEOPLE, seed=7, day=DAY)
    posts = wanted.posts
    assert set(posts.skills.code.tolist()) <= set(crowd.skills.code.tolist())
    assert set(posts.languages.code.tolist()) <= {
        language(spoken) for spoken, _ in country(code).customs.languages
    }
    assert set(posts.cause.tolist()) == set(range(len(CAUSES)))
    assert posts.skills.code.max() < len(SKILLS)
    assert posts.languages.code.max() < len(LANGUAGES)
    assert all(posts.title)
    assert all(posts.bring)


def test_capacity_is_what_the_harvest_seats_bring_in(code: CountryCode, wanted: SyntheticNeeds) -> None:
    posts, targets = wanted.posts, wanted.targets
    field = posts.cause == cause("harvest")
    seat_minutes = (posts.seats * (posts.ends_min - posts.starts_min))[field].sum()
    assert targets.rated_milli.sum() == pytest.approx(
        seat_minutes / 60 * country(code).customs.harvest_kg_per_hour * 1000, rel=0.01
    )
    assert len(targets.plan_milli) == len(country(code).towns)
    assert (targets.rated_milli >= targets.plan_milli).all()
    assert (targets.plan_milli > targets.baseline_milli).all()
    assert (targets.baseline_milli > 0).all()


@pytest.mark.parametrize("count", [1, 2, 30, 500])
def test_a_small_movement_still_has_needs_and_targets(count: int) -> None:
    wanted = needs(country("KR"), count, seed=1, day=DAY)
    assert wanted.posts.seats.sum() >= 1
    assert (wanted.targets.plan_milli > 0).all()


def test_an_impossible_number_of_people_is_refused() -> None:
    with pytest.raises(SimulationTooLarge):
        needs(country("KR"), 0, seed=1, day=DAY)


def test_some_people_and_some_posts_cannot_be_matched_and_most_can(
    code: CountryCode, wanted: SyntheticNeeds
) -> None:
    crowd = people(country(code), PEOPLE, seed=7, day=DAY)
    choices = np.array([posts_open_to(who, crowd, wanted.posts, DAY).sum() for who in range(0, PEOPLE, 50)])
    assert 0.08 < (choices == 0).mean() < 0.35
    assert choices.mean() > 3


def test_a_country_town_wants_more_hands_than_it_has_and_a_metropolis_fewer(
    code: CountryCode, wanted: SyntheticNeeds
) -> None:
    town = wanted.teams.town[wanted.posts.team]
    seats = np.bincount(town, weights=wanted.posts.seats)
    population = np.array([place.population for place in country(code).towns])
    # Towns come largest first.
    assert 1.2 * seats[0] / population[0] < seats[-50:].sum() / population[-50:].sum()


def test_a_hundred_thousand_koreans_have_pairs_that_fit_the_exact_solver() -> None:
    count = 100_000
    crowd = people(country("KR"), count, seed=1, day=DAY)
    posts = needs(country("KR"), count, seed=1, day=DAY).posts
    sample = np.random.default_rng(5).choice(count, 500, replace=False)
    pairs_each = np.mean([posts_open_to(int(who), crowd, posts, DAY).sum() for who in sample])
    assert 50 < pairs_each < 120
