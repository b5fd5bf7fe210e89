"""Synthetic teams, posts and targets of one harvest day: need follows the fields, not the people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from dure.simulation.customs import day_start_minutes
from dure.simulation.errors import SimulationTooLarge
from dure.simulation.pairs import Bools, Bytes, Floats, Ints, Longs, Pairs, Shorts, apportion, shares
from dure.simulation.people import COUNT_MAX, COUNT_MIN
from dure.simulation.towns import KM_PER_DEGREE, Country
from dure.simulation.vocabulary import (
    CAUSE_SHARES,
    CAUSE_TEAM_NAMES,
    CAUSES,
    LANGUAGES,
    SKILLS,
    cause,
    language,
    skill,
)

PEOPLE_PER_POST: Final = 25
# With few people posts get smaller rather than rarer, or nobody would have one within reach.
POSTS_PER_TOWN_LEAST: Final = 6
PEOPLE_PER_POST_LEAST: Final = 5
SEATS_PER_PERSON: Final = 0.85
# Need by town: population to this power, and a metropolis' share of it. Chosen so that most seats can be
# filled and some cannot.
NEED_POWER: Final = 0.88
METROPOLIS_SHARE: Final = 0.8
POSTS_PER_TEAM: Final = 8
TIER_SHARES: Final = (0.15, 0.35, 0.50)
# Local (start hour, end hour) of shifts, with shares, by cause.
SHIFTS: Final[dict[str, tuple[tuple[int, int, float], ...]]] = {
    "harvest": ((6, 10, 0.20), (7, 12, 0.30), (8, 16, 0.20), (13, 18, 0.30)),
    "transport": ((8, 12, 0.35), (13, 18, 0.45), (18, 22, 0.20)),
    "kitchen": ((8, 13, 0.50), (15, 20, 0.35), (18, 22, 0.15)),
    "care": ((8, 14, 0.50), (13, 18, 0.50)),
    "office": ((9, 13, 0.50), (14, 18, 0.50)),
}
# Young people are kept off shifts that end after this local hour, two hours before the usual night.
EVENING_ENDS: Final = 20
PHYSICAL_NEEDED: Final[dict[str, tuple[float, float, float, float]]] = {
    "harvest": (0.0, 0.15, 0.50, 0.35),
    "transport": (0.0, 0.10, 0.45, 0.45),
    "kitchen": (0.0, 0.70, 0.30, 0.0),
    "care": (0.1, 0.80, 0.10, 0.0),
    "office": (0.9, 0.10, 0.0, 0.0),
}
# (cause, title, skills it takes, share of that cause's posts). The rest of a cause asks for no skill.
SKILLED: Final[tuple[tuple[str, str, tuple[str, ...], float], ...]] = (
    ("harvest", "Tractor and trailer", ("tractor",), 0.05),
    ("harvest", "Clear fallen trees", ("chainsaw",), 0.02),
    ("harvest", "Mend the irrigation", ("plumbing",), 0.02),
    ("transport", "Drive crates to the depot", ("driving-van",), 0.50),
    ("transport", "Stack the depot", ("forklift",), 0.10),
    ("kitchen", "Cook for the crews", ("cooking",), 0.55),
    ("kitchen", "Wire the field kitchen", ("electrics",), 0.04),
    ("care", "First-aid tent", ("first-aid",), 0.35),
    ("care", "Nurse on call", ("nursing", "first-aid"), 0.10),
    ("care", "Children's tent", ("child-care",), 0.30),
    ("office", "Weigh and record", ("record-keeping",), 0.55),
    ("office", "Interpret at the desk", ("interpreting",), 0.15),
)
UNSKILLED: Final[dict[str, str]] = {
    "harvest": "harvest",
    "transport": "Load and unload",
    "kitchen": "Serve and wash up",
    "care": "Water and shade round",
    "office": "Welcome desk",
}
HAZARDOUS: Final = frozenset({"Tractor and trailer", "Clear fallen trees", "Stack the depot"})
ADULTS_ONLY: Final = frozenset({"Drive crates to the depot", "Children's tent", "Nurse on call"})
WITH_CHILDREN: Final = "Children's tent"
BRING: Final[dict[str, str]] = {
    "harvest": "Work gloves, hat, water, clothes that may get dirty",
    "transport": "Sturdy shoes, driving licence if you drive, water",
    "kitchen": "Apron, hair tie, closed shoes",
    "care": "Comfortable shoes, sun protection, water",
    "office": "Charged phone, pen, reading glasses if you need them",
}
MILLI: Final = 1000
# A town without a harvest post still has fields: its target is one crew-less shift of eight hours.
SEAT_MINUTES_LEAST: Final = 8 * 60
STREAM: Final = 2
CREWS_STREAM: Final = 1
# Nobody fells a tree or drives a trailer with nobody beside them.
NEVER_ALONE: Final = frozenset({"Clear fallen trees", "Tractor and trailer", "Children's tent"})
# A third of the larger posts are no use with less than a third of their people.
CREW_SEATS_LEAST: Final = 6
CREW_SHARE: Final = 0.3
CREW_OF_SEATS: Final = 0.34
LEADING, LED = "Nurse on call", "First-aid tent"
PEOPLE_PER_NURSE: Final = 10


@dataclass(frozen=True)
class SyntheticTeams:
    """Teams as columns: unique ``name``, ``town`` in ``country.towns``, ``cause`` in ``CAUSES``."""

    name: tuple[str, ...]
    town: Ints
    cause: Ints


@dataclass(frozen=True)
class SyntheticPosts:
    """Posts as columns of length ``count``; ``Pairs`` point into them by row.

    ``team``: row in the teams. ``lat``, ``lon``: degrees, in the fields around the town. ``starts_min``,
    ``ends_min``: minutes since 1970-01-01 UTC. ``tier``: 1 critical, 2 important, 3 useful. ``physical``:
    0 to 3. ``night``: ends after 20:00 local. A post asks for all its skills, and for at most one language.
    ``least_crew``: with fewer people the shift is no use (1: with any number). ``lead``: row of the post whose people
    lead this one, each of them ``people_per_lead`` people; -1 and 0: nobody leads.
    """

    count: int
    team: Ints
    title: tuple[str, ...]
    bring: tuple[str, ...]
    lat: Floats
    lon: Floats
    starts_min: Longs
    ends_min: Longs
    seats: Ints
    tier: Bytes
    cause: Ints
    skills: Pairs
    languages: Pairs
    min_age: Shorts
    hazardous: Bools
    night: Bools
    lone: Bools
    with_children: Bools
    physical: Bytes
    least_crew: Ints
    lead: Ints
    people_per_lead: Ints


@dataclass(frozen=True)
class _Frame:
    """Posts before they are filled in: team, town and cause of each, its weight when seats are shared out."""

    team: Ints
    town: Ints
    kind: Ints
    weight: Floats
    seat_count: int


@dataclass(frozen=True)
class SyntheticTargets:
    """One row a town, in the order of ``country.towns``: kilograms of harvest of the day, in milli-units.

    ``rated_milli``: what the harvest seats of the town's teams bring in when all are filled for the whole
    shift at ``harvest_kg_per_hour``; ``plan_milli`` lies a little below it, ``baseline_milli`` (last year)
    below the plan.
    """

    plan_milli: Longs
    baseline_milli: Longs
    rated_milli: Longs


@dataclass(frozen=True)
class SyntheticNeeds:
    """A day's teams, posts and targets."""

    teams: SyntheticTeams
    posts: SyntheticPosts
    targets: SyntheticTargets


def needs(country: Country, people_count: int, seed: int, day: date) -> SyntheticNeeds:
    """The needs of a day to which ``people_count`` people signed up; equal arguments give equal bytes.

    One post for about 25 people (with few people: more and smaller posts), 0.85 seats a person. Seats follow
    the harvest, people follow the population: so country towns keep unfilled seats and cities keep people
    without a post, as on a real harvest day. Every town gets a harvest post once there are six posts a town.

    Refuses with SimulationTooLarge.
    """
    if not COUNT_MIN <= people_count <= COUNT_MAX:
        raise SimulationTooLarge(count=people_count, count_min=COUNT_MIN, count_max=COUNT_MAX)
    dice = np.random.default_rng([seed, STREAM])
    fewest = min(POSTS_PER_TOWN_LEAST * len(country.towns), people_count // PEOPLE_PER_POST_LEAST)
    count = max(1, fewest, round(people_count / PEOPLE_PER_POST))
    need = _need(dice, country)
    town, kind = _where_and_what(dice, need, count)
    teams, team = _teams(country, town, kind)
    per_post = (need / np.maximum(1, np.bincount(town, minlength=len(need))))[town]
    seat_count = max(count, round(people_count * SEATS_PER_PERSON))
    posts = _posts(dice, country, _Frame(team, town, kind, per_post, seat_count), day)
    # Dice of their own, so that everything else is what it was before posts had crews.
    posts = _with_crews(np.random.default_rng([seed, STREAM, CREWS_STREAM]), posts)
    return SyntheticNeeds(teams, posts, _targets(dice, country, town, posts))


def _need(dice: np.random.Generator, country: Country) -> Floats:
    """Weight of every town's need for hands: grows slower than its population, less in a metropolis."""
    metropolitan = country.customs.metropolitan_regions
    population = np.array([t.population for t in country.towns], np.float64)
    paved = np.array([t.region_code in metropolitan for t in country.towns])
    season = np.exp(dice.normal(0, 0.35, len(population)))
    need: Floats = population**NEED_POWER * np.where(paved, METROPOLIS_SHARE, 1.0) * season
    return need


def _where_and_what(dice: np.random.Generator, need: Floats, count: int) -> tuple[Ints, Ints]:
    """Town and cause of every post, ordered by town, then cause."""
    towns = np.arange(len(need))
    sure = towns if count >= POSTS_PER_TOWN_LEAST * len(towns) else towns[:0]
    town = np.concatenate([sure, dice.choice(towns, count - len(sure), p=shares(need))])
    kind = dice.choice(len(CAUSES), count, p=shares(CAUSE_SHARES))
    kind[: len(sure)] = cause("harvest")
    order = np.lexsort((kind, town))
    return town[order].astype(np.int32), kind[order].astype(np.int32)


def _teams(country: Country, town: Ints, kind: Ints) -> tuple[SyntheticTeams, Ints]:
    """Teams of one town and cause, each behind at most eight posts; and every post's team."""
    names: list[str] = []
    places: list[int] = []
    kinds: list[int] = []
    team = np.empty(len(town), np.int32)
    cells, first, post_count = np.unique(town * len(CAUSES) + kind, return_index=True, return_counts=True)
    for cell, start, length in zip(cells.tolist(), first.tolist(), post_count.tolist(), strict=True):
        place, what = divmod(cell, len(CAUSES))
        parts = -(-length // POSTS_PER_TEAM)
        team[start : start + length] = len(names) + np.arange(length) % parts
        for number in range(1, parts + 1):
            names.append(f"{country.towns[place].name} {CAUSE_TEAM_NAMES[what]} {number}")
            places.append(place)
            kinds.append(what)
    return SyntheticTeams(tuple(names), np.array(places, np.int32), np.array(kinds, np.int32)), team


def _posts(dice: np.random.Generator, country: Country, frame: _Frame, day: date) -> SyntheticPosts:
    town, kind, count = frame.town, frame.kind, len(frame.town)
    title, skill_table = _work(dice, country, kind)
    start_hour, end_hour = _shifts(dice, kind)
    midnight = day_start_minutes(country.code, day)
    lat, lon = _fields(dice, country, town)
    hazardous = np.array([text in HAZARDOUS for text in title])
    grown = hazardous | np.array([text in ADULTS_ONLY for text in title])
    skilled = skill_table.any(axis=1)
    # A specialist's post is small, a field takes many hands.
    size = frame.weight * np.exp(dice.normal(0, 0.6, count)) * np.where(skilled, 0.35, 1.0)
    return SyntheticPosts(
        count=count,
        team=frame.team,
        title=tuple(title),
        bring=tuple(BRING[CAUSES[what]] for what in kind.tolist()),
        lat=lat,
        lon=lon,
        starts_min=start_hour * 60 + midnight,
        ends_min=end_hour * 60 + midnight,
        seats=apportion(frame.seat_count, size, least=1).astype(np.int32),
        tier=dice.choice(np.array([1, 2, 3], np.int8), count, p=shares(TIER_SHARES)),
        cause=kind,
        skills=Pairs.from_table(skill_table),
        languages=Pairs.from_table(_spoken(dice, country, kind, title)),
        min_age=np.where(grown, 18, 16).astype(np.int16),
        hazardous=hazardous,
        night=end_hour > EVENING_ENDS,
        lone=dice.random(count) < np.where(kind == cause("transport"), 0.08, 0.01),
        with_children=np.array([text == WITH_CHILDREN for text in title]),
        physical=_physical(dice, kind),
        least_crew=np.ones(count, np.int32),
        lead=np.full(count, -1, np.int32),
        people_per_lead=np.zeros(count, np.int32),
    )


def _with_crews(dice: np.random.Generator, posts: SyntheticPosts) -> SyntheticPosts:
    """Least crews where work needs several hands, and nurses who lead the first-aid tents of their team."""
    titles = np.array(posts.title)
    least = np.where(np.isin(titles, tuple(NEVER_ALONE)), 2, 1)
    large = (posts.seats >= CREW_SEATS_LEAST) & (dice.random(posts.count) < CREW_SHARE)
    least = np.where(large, np.maximum(least, np.rint(posts.seats * CREW_OF_SEATS)), least)
    lead = np.full(posts.count, -1, np.int32)
    nurses: dict[int, list[int]] = {}
    for row in np.flatnonzero(titles == LEADING).tolist():
        nurses.setdefault(int(posts.team[row]), []).append(row)
    for row in np.flatnonzero(titles == LED).tolist():
        for nurse in nurses.get(int(posts.team[row]), ()):
            if (
                posts.starts_min[nurse] < posts.ends_min[row]
                and posts.starts_min[row] < posts.ends_min[nurse]
            ):
                lead[row] = nurse
                break
    return replace(
        posts,
        least_crew=np.minimum(least, posts.seats).astype(np.int32),
        lead=lead,
        people_per_lead=np.where(lead >= 0, PEOPLE_PER_NURSE, 0).astype(np.int32),
    )


def _work(dice: np.random.Generator, country: Country, kind: Ints) -> tuple[list[str], Bools]:
    """Titles, and a table of the skills they take."""
    table = np.zeros((len(kind), len(SKILLS)), np.bool_)
    title = [UNSKILLED[CAUSES[what]] for what in kind.tolist()]
    draw = dice.random(len(kind))
    used = dict.fromkeys(CAUSES, 0.0)
    for name, text, skills, share in SKILLED:
        rows = np.flatnonzero((kind == cause(name)) & (draw >= used[name]) & (draw < used[name] + share))
        used[name] += share
        for wanted in skills:
            table[rows, skill(wanted)] = True
        for row in rows.tolist():
            title[row] = text
    crop = dice.integers(len(country.customs.crops), size=len(kind)).tolist()
    titles = [
        f"{country.customs.crops[crop[row]]} harvest" if text == "harvest" else text
        for row, text in enumerate(title)
    ]
    return titles, table


def _shifts(dice: np.random.Generator, kind: Ints) -> tuple[Longs, Longs]:
    hours = np.zeros((2, len(kind)), np.int64)
    for name, shifts in SHIFTS.items():
        rows = np.flatnonzero(kind == cause(name))
        drawn = dice.choice(len(shifts), len(rows), p=shares([share for _, _, share in shifts]))
        hours[:, rows] = np.array([(start, end) for start, end, _ in shifts], np.int64)[drawn].T
    return hours[0], hours[1]


def _fields(dice: np.random.Generator, country: Country, town: Ints) -> tuple[Floats, Floats]:
    """Places 1 to 6 km outside the centre, further out around large towns, to about 10 m."""
    population = np.array([t.population for t in country.towns], np.float64)[town]
    out_km = 1 + dice.uniform(0, 5, len(town)) + 0.1 * np.sqrt(population / 1000)
    angle = dice.uniform(0, 2 * np.pi, len(town))
    centre_lat = np.array([t.lat for t in country.towns])[town]
    centre_lon = np.array([t.lon for t in country.towns])[town]
    south, west, north, east = country.customs.box
    lat = np.clip(centre_lat + out_km * np.sin(angle) / KM_PER_DEGREE, south, north)
    stretch = KM_PER_DEGREE * np.cos(np.radians(centre_lat))
    lon = np.clip(centre_lon + out_km * np.cos(angle) / stretch, west, east)
    return np.round(lat, 4), np.round(lon, 4)


def _spoken(dice: np.random.Generator, country: Country, kind: Ints, title: list[str]) -> Bools:
    """At most one language a post: the campaign's own mostly at desks and in care, others to interpret."""
    table = np.zeros((len(kind), len(LANGUAGES)), np.bool_)
    codes = [language(code) for code, _ in country.customs.languages]
    desk = (kind == cause("office")) | (kind == cause("care"))
    asks = dice.random(len(kind)) < np.where(desk, 0.9, 0.25)
    interprets = np.array([text == "Interpret at the desk" for text in title])
    table[asks & ~interprets, codes[0]] = True
    rows = np.flatnonzero(interprets)
    table[rows, np.array(codes[1:])[dice.integers(len(codes) - 1, size=len(rows))]] = True
    return table


def _physical(dice: np.random.Generator, kind: Ints) -> Bytes:
    needed = np.zeros(len(kind), np.int8)
    for name, weights in PHYSICAL_NEEDED.items():
        rows = np.flatnonzero(kind == cause(name))
        needed[rows] = dice.choice(4, len(rows), p=shares(weights))
    return needed


def _targets(
    dice: np.random.Generator, country: Country, town: Ints, posts: SyntheticPosts
) -> SyntheticTargets:
    """Rated capacity from the harvest seats; plan 85 to 98 % of it, baseline 70 to 95 % of the plan."""
    field = posts.cause == cause("harvest")
    seat_minutes = np.zeros(len(country.towns), np.int64)
    np.add.at(seat_minutes, town[field], (posts.seats * (posts.ends_min - posts.starts_min))[field])
    seat_minutes = np.maximum(seat_minutes, SEAT_MINUTES_LEAST)
    rated_milli = seat_minutes * country.customs.harvest_kg_per_hour * MILLI // 60
    step = 10 * MILLI
    plan_milli = (rated_milli * dice.uniform(0.85, 0.98, len(rated_milli))).astype(np.int64) // step * step
    baseline_milli = (plan_milli * dice.uniform(0.70, 0.95, len(rated_milli))).astype(np.int64) // step * step
    return SyntheticTargets(plan_milli, baseline_milli, rated_milli)
