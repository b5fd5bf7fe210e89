"""A standing cut into the pages it is shown by, each of which is read alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np

from dure.engine.lots import Factor
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.needs.types import PostFacts
from dure.movement.standings.types import (
    Ahead,
    Figure,
    Grade,
    HeldTarget,
    IndicatorStanding,
    Outlook,
    PlaceAhead,
    PlaceStanding,
    Standing,
    TeamStanding,
)

TEAMS_A_PAGE = 100
_INT = np.dtype("<i8")
GRADES: tuple[Grade, ...] = ("A", "B", "C", "unknown")

# (kind, indicator id, number): "place" and "ahead" by area id, 0 for the top of the tree; "teams" by page from 1;
# "index", "outlook" and "factor" of an indicator; "held" and "wanted" of the campaign.
PartKey = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A page of the teams of one grade, in the order of their names: a grade is no order.

    ``number`` counts from 1 over all grades; ``first_name`` to ``last_name`` stand on it.
    """

    number: int
    grade: Grade
    first_name: str
    last_name: str
    team_count: int


@dataclass(frozen=True, slots=True)
class IndicatorShown:
    """One indicator without its places and teams: its total, and how many of them there are."""

    indicator: IndicatorFacts
    total: Figure
    place_count: int
    team_count: int
    team_pages: tuple[TeamPage, ...]
    few_people_count: int

    def count(self, grade: Grade) -> int:
        """How many teams have the grade."""
        return sum(page.team_count for page in self.team_pages if page.grade == grade)

    def pages(self, grade: Grade) -> tuple[TeamPage, ...]:
        """The pages of a grade."""
        return tuple(page for page in self.team_pages if page.grade == grade)


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of a campaign starts with. ``held_count``: figures that wait for a named person (F7), and
    ``has_waiting``: whether any does, told to everybody or not."""

    campaign_id: int
    today: date
    indicators: tuple[IndicatorShown, ...]
    held_count: int
    has_waiting: bool


@dataclass(frozen=True, slots=True)
class TeamIndex:
    """Where each team stands: columns of equal length by ascending team id, packed as little-endian 64-bit integers,
    and the names, one a line. Packed, since a page that shows one town's teams reads all of it."""

    team_ids: bytes
    area_ids: bytes
    pages: bytes
    names: str

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, str]]) -> TeamIndex:
        """From (team id, home area id, page number, name)."""
        ordered = sorted(rows)
        numbers = np.array([row[:3] for row in ordered], dtype=_INT).reshape(-1, 3)
        ids, areas, pages = (numbers[:, place].tobytes() for place in range(3))
        return cls(ids, areas, pages, names="\n".join(" ".join(row[3].split()) for row in ordered))

    def pages_of(self, team_ids: Sequence[int]) -> list[int]:
        """The pages on which these teams stand, ascending; of unknown teams none."""
        known, wanted = np.frombuffer(self.team_ids, _INT), np.array(team_ids, dtype=_INT)
        if not known.size:
            return []
        places = np.minimum(np.searchsorted(known, wanted), known.size - 1)
        pages = np.frombuffer(self.pages, _INT)[places[known[places] == wanted]]
        return sorted(set(pages.tolist()))

    def at(self, area_id: int) -> list[int]:
        """The teams whose home is there."""
        here = np.frombuffer(self.area_ids, _INT) == area_id
        return [int(team) for team in np.frombuffer(self.team_ids, _INT)[here]]

    def named(self, words: str) -> list[int]:
        """The teams whose name holds ``words``, whatever its case, by name."""
        wanted = " ".join(words.split()).casefold()
        if not wanted or not self.names:
            return []
        lines = self.names.split("\n")
        folded = self.names.casefold().split("\n")
        found = sorted((lines[place], place) for place, name in enumerate(folded) if wanted in name)
        ids = np.frombuffer(self.team_ids, _INT)
        return [int(ids[place]) for _, place in found]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted on the next day with posts: seats still open, and the posts that miss most people."""

    day: date
    seats_open: int
    posts: tuple[PostFacts, ...]


Part = (
    tuple[PlaceStanding, ...]
    | tuple[PlaceAhead, ...]
    | tuple[TeamStanding, ...]
    | tuple[HeldTarget, ...]
    | TeamIndex
    | Wanted
    | Outlook
    | Factor
    | None
)
_FORMS: dict[str, Any] = {
    "head": Head,
    "place": tuple[PlaceStanding, ...],
    "ahead": tuple[PlaceAhead, ...],
    "teams": tuple[TeamStanding, ...],
    "held": tuple[HeldTarget, ...],
    "index": TeamIndex,
    "wanted": Wanted | None,
    "outlook": Outlook | None,
    "factor": Factor | None,
}


def packed(part: Head | Part) -> bytes:
    """A part as it is kept."""
    return msgspec.msgpack.encode(part, enc_hook=str)


@cache
def _reader(kind: str) -> msgspec.msgpack.Decoder[Any]:
    return _decoder(_FORMS[kind])


def _decoder(form: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(form, dec_hook=lambda wanted, told: wanted(told))


def unpacked(kind: str, body: bytes) -> Any:
    """A kept part again; ``kind`` is the first of its PartKey, or "head"."""
    return _reader(kind).decode(body)


class _Id(msgspec.Struct):
    id: int


class _Whose(msgspec.Struct):
    team: _Id


_WHOSE = msgspec.msgpack.Decoder(list[_Whose])
_EACH = msgspec.msgpack.Decoder(list[msgspec.Raw])
_TEAM = _decoder(TeamStanding)


@dataclass(frozen=True, slots=True)
class PackedTeams:
    """A kept page of teams. Most looks want one or two of its hundred: only these are unpacked."""

    body: bytes

    def all(self) -> tuple[TeamStanding, ...]:
        every: tuple[TeamStanding, ...] = unpacked("teams", self.body)
        return every

    def some(self, team_ids: Container[int]) -> list[TeamStanding]:
        """Those of these teams that stand on the page."""
        pairs = zip(_WHOSE.decode(self.body), _EACH.decode(self.body), strict=True)
        return [_TEAM.decode(raw) for whose, raw in pairs if whose.team.id in team_ids]


@cache
def form() -> str:
    """Changes with every field of what is kept, so that nothing kept in another form is read."""
    _, told = msgspec.json.schema_components(
        _FORMS.values(), schema_hook=lambda kind: {"type": "string", "title": kind.__name__}
    )
    return sha256(msgspec.json.encode(told) + str(TEAMS_A_PAGE).encode()).hexdigest()[:16]


def head_of(standing: Standing) -> Head:
    """The first thing to be read of a standing."""
    return Head(
        campaign_id=standing.campaign.id,
        today=standing.today,
        indicators=tuple(_shown(one) for one in standing.indicators),
        held_count=len(standing.held),
        has_waiting=standing.has_waiting,
    )


def parts_of(standing: Standing) -> Iterator[tuple[PartKey, Part]]:
    """Everything of a standing but its head and its outlooks."""
    yield ("held", 0, 0), standing.held
    for one in standing.indicators:
        indicator_id = one.indicator.id
        for number, places in _places(one).items():
            yield ("place", indicator_id, number), tuple(places)
        for page, teams in _team_pages(one):
            yield ("teams", indicator_id, page.number), teams
        yield ("index", indicator_id, 0), _index(one)


def ahead_parts(one: IndicatorStanding, ahead: Ahead | None) -> Iterator[tuple[PartKey, Part]]:
    """What lies ahead of the places of one indicator, cut as its places are; of the whole campaign, first under 0."""
    if ahead is None:
        return
    known = {place.area_id: place for place in ahead.places}
    for number, places in _places(one).items():
        told = [known[place.area.id] for place in places if place.area.id in known]
        if not number and ahead.total:
            told.insert(0, ahead.total)
        if told:
            yield ("ahead", one.indicator.id, number), tuple(told)


def _shown(one: IndicatorStanding) -> IndicatorShown:
    return IndicatorShown(
        indicator=one.indicator,
        total=one.total,
        place_count=len(one.places),
        team_count=len(one.teams),
        team_pages=tuple(page for page, _ in _team_pages(one)),
        few_people_count=sum(place.figure.withheld == "few_people" for place in one.places),
    )


def _places(one: IndicatorStanding) -> dict[int, list[PlaceStanding]]:
    """By area: the place itself, then what lies directly in it, by name; what lies in nothing, under 0."""
    known = {place.area.id for place in one.places}
    parts: dict[int, list[PlaceStanding]] = defaultdict(list)
    counts = Counter(place.area.parent_id for place in one.places)
    for place in one.places:  # in the order of the tree: what lies in a place comes after it
        area = place.area
        above = area.parent_id if place.depth and area.parent_id in known else 0
        parts[above or 0].append(place)
        if counts[area.id]:
            parts[area.id].insert(0, place)
    return parts


def _team_pages(one: IndicatorStanding) -> Iterator[tuple[TeamPage, tuple[TeamStanding, ...]]]:
    number = 0
    by_grade: dict[Grade, list[TeamStanding]] = defaultdict(list)
    for team in one.teams:
        by_grade[team.grade].append(team)
    for grade in GRADES:
        teams = by_grade[grade]
        for start in range(0, len(teams), TEAMS_A_PAGE):
            number += 1
            some = tuple(teams[start : start + TEAMS_A_PAGE])
            names = some[0].team.name, some[-1].team.name
            yield TeamPage(number, grade, *names, len(some)), some


def _index(one: IndicatorStanding) -> TeamIndex:
    return TeamIndex.of(
        [
            (team.team.id, team.team.area_id, page.number, team.team.name)
            for page, teams in _team_pages(one)
            for team in teams
        ]
    )
