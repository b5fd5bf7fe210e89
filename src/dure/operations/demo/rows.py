"""Synthetic columns become rows for the rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

import numpy as np
import numpy.typing as npt

from dure.kernel.ids import client_id
from dure.movement.needs.types import NewPost
from dure.movement.people.types import (
    BRIEFING,
    CLEARANCE,
    COVER,
    MATCHING,
    MESSAGES,
    SKILL,
    NewCredential,
    NewPerson,
    NewTeam,
)
from dure.movement.places.types import CountryRow, RegionRow, TownRow
from dure.simulation.customs import MINUTES_PER_DAY
from dure.simulation.needs import SyntheticNeeds
from dure.simulation.pairs import Pairs
from dure.simulation.people import SyntheticPeople
from dure.simulation.towns import Country
from dure.simulation.vocabulary import CAUSES, LANGUAGES, SKILLS

EVIDENCE = "synthetic"
WORDING = "demo-1"
# Registrations are made and written in blocks, so that rows of 100,000 people never stand in memory at once.
BLOCK_PEOPLE = 10_000


def area_rows(country: Country) -> tuple[CountryRow, list[RegionRow], list[TownRow]]:
    """A country of the simulation as rows for places."""
    names = {region.code: region.name for region in country.regions}
    towns = [
        TownRow(
            code=str(town.geoname_id),
            name=town.name,
            name_local=town.name_ko,
            region_code=town.region_code,
            region_name=names[town.region_code],
            lat=town.lat,
            lon=town.lon,
            population=town.population,
        )
        for town in country.towns
    ]
    regions = [RegionRow(code=r.code, name=r.name, name_local=r.name_ko) for r in country.regions]
    return CountryRow(code=country.code, name=country.name), regions, towns


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def _by_row(pairs: Pairs, names: tuple[str, ...]) -> dict[int, tuple[str, ...]]:
    rows = zip(pairs.row.tolist(), pairs.code.tolist(), strict=True)
    return {
        row: tuple(names[code] for _, code in same) for row, same in groupby(rows, key=lambda pair: pair[0])
    }


def _spans_by_row(folk: SyntheticPeople) -> dict[int, tuple[tuple[datetime, datetime], ...]]:
    """Hours offered on the demo's day, and the same on the day after it."""
    free = folk.free
    rows = zip(free.row.tolist(), free.starts_min.tolist(), free.ends_min.tolist(), strict=True)
    return {
        row: tuple(
            (_moment(start + shift), _moment(end + shift))
            for _, start, end in same
            for shift in (0, MINUTES_PER_DAY)
        )
        for row, same in groupby(rows, key=lambda span: span[0])
    }


def _credentials(folk: SyntheticPeople, row: int, skills: tuple[str, ...]) -> tuple[NewCredential, ...]:
    held = [NewCredential(SKILL, code, EVIDENCE) for code in skills]
    for kind, has in ((COVER, folk.covered), (BRIEFING, folk.briefed), (CLEARANCE, folk.cleared)):
        if has[row]:
            held.append(NewCredential(kind, kind, EVIDENCE))
    return tuple(held)


def person_key(seed: bytes, row: int) -> UUID:
    return client_id(seed, "person", row)


def people_blocks(
    folk: SyntheticPeople, *, seed: bytes, area_of_town: list[int], morning: datetime
) -> Iterator[list[NewPerson]]:
    """The people as registrations, BLOCK_PEOPLE at a time."""
    skills, languages = _by_row(folk.skills, SKILLS), _by_row(folk.languages, LANGUAGES)
    refuses, prefers = _by_row(folk.causes_refused, CAUSES), _by_row(folk.causes_preferred, CAUSES)
    spans = _spans_by_row(folk)
    for start in range(0, folk.count, BLOCK_PEOPLE):
        yield [
            NewPerson(
                key=person_key(seed, row),
                given_name=folk.display_name(row),
                birth_year=int(folk.birth_year[row]),
                area_id=area_of_town[int(folk.town[row])],
                home_lat=float(folk.home_lat[row]),
                home_lon=float(folk.home_lon[row]),
                travel_limit_m=int(folk.travel_limit_m[row]),
                email=f"s{row}@example.invalid",
                guardian_email=f"g{row}@example.invalid"
                if morning.year - int(folk.birth_year[row]) <= 18
                else "",
                guardian_agreed_at=morning if folk.guardian_agreed[row] else None,
                consents=(MATCHING, MESSAGES),
                wording=WORDING,
                languages=languages.get(row, ()),
                refuses=refuses.get(row, ()),
                prefers=prefers.get(row, ()),
                credentials=_credentials(folk, row, skills.get(row, ())),
                free_spans=spans.get(row, ()),
                physical_max=int(folk.physical_max[row]),
                group_key=client_id(seed, "group", int(folk.group[row])) if folk.group[row] >= 0 else None,
                waiting_since=morning - timedelta(days=int(folk.days_waited[row])),
                synthetic=True,
            )
            for row in range(start, min(start + BLOCK_PEOPLE, folk.count))
        ]


def team_rows(wanted: SyntheticNeeds, *, seed: bytes, area_of_town: list[int]) -> list[NewTeam]:
    """The teams, each with the cause it works for as its kind."""
    teams = wanted.teams
    return [
        NewTeam(
            key=client_id(seed, "team", row),
            name=name,
            area_id=area_of_town[int(teams.town[row])],
            kind=CAUSES[int(teams.cause[row])],
        )
        for row, name in enumerate(teams.name)
    ]


def post_rows(
    wanted: SyntheticNeeds,
    *,
    seed: bytes,
    campaign_id: int,
    day: date,
    days_later: int,
    team_ids: Mapping[UUID, int],
    area_of_town: list[int],
) -> list[NewPost]:
    """The posts of ``day``, or the same work some days later, in the order of the columns."""
    shift_min = days_later * MINUTES_PER_DAY
    shown_day = day + timedelta(days=days_later)
    posts, teams = wanted.posts, wanted.teams
    skills, languages = _by_row(posts.skills, SKILLS), _by_row(posts.languages, LANGUAGES)
    flags: dict[str, npt.NDArray[np.bool_]] = {
        "hazardous": posts.hazardous,
        "night": posts.night,
        "lone": posts.lone,
        "with_children": posts.with_children,
    }
    return [
        NewPost(
            key=client_id(seed, "post", shown_day, row),
            campaign_id=campaign_id,
            team_id=team_ids[client_id(seed, "team", int(posts.team[row]))],
            area_id=area_of_town[int(teams.town[posts.team[row]])],
            day=shown_day,
            title=posts.title[row],
            lat=float(posts.lat[row]),
            lon=float(posts.lon[row]),
            starts_at=_moment(int(posts.starts_min[row]) + shift_min),
            ends_at=_moment(int(posts.ends_min[row]) + shift_min),
            seats=int(posts.seats[row]),
            tier=int(posts.tier[row]),
            cause=CAUSES[int(posts.cause[row])],
            skills=skills.get(row, ()),
            languages=languages.get(row, ()),
            min_age=int(posts.min_age[row]),
            physical=int(posts.physical[row]),
            bring=posts.bring[row],
            least_crew=int(posts.least_crew[row]),
            lead_key=client_id(seed, "post", shown_day, int(posts.lead[row]))
            if posts.lead[row] >= 0
            else None,
            people_per_lead=int(posts.people_per_lead[row]),
            **{name: bool(column[row]) for name, column in flags.items()},
        )
        for row in range(posts.count)
    ]
