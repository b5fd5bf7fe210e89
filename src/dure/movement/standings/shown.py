"""The standing as pages show it: a constant number of queries, however large the campaign.

A small campaign is worked out anew at every look. A large one is shown as a chore last worked it out (``keeping``), and
says when that was: working out 50,000 teams takes seconds, reading one page of them milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dure.base.asked import Asked
from dure.base.briefly import BRIEFLY
from dure.base.one_look import through_a_long_look
from dure.engine.lots import Factor
from dure.kernel.must import must
from dure.movement.audit import reads as audit
from dure.movement.places.types import AreaFacts
from dure.movement.standings import reads
from dure.movement.standings.kept import newest
from dure.movement.standings.models import ShownPart
from dure.movement.standings.parts import (
    Head,
    IndicatorShown,
    PackedTeams,
    Part,
    PartKey,
    TeamIndex,
    Wanted,
    ahead_parts,
    head_of,
    parts_of,
    unpacked,
)
from dure.movement.standings.types import (
    HeldTarget,
    Outlook,
    PlaceAhead,
    PlaceStanding,
    Standing,
    TeamStanding,
)

__all__ = ["FOUND_MAX", "Found", "Shown", "shown"]

# A search that finds more is to be narrowed down.
FOUND_MAX = 50
# What a long look over a nation's pages remembers; each holds some fifty teams or a region's places.
PARTS_MAX = 4_000
_PARTS = Asked(
    lambda standing_id, kind, indicator_id, numbers: ShownPart.objects.filter(
        standing_id=standing_id, kind=kind, indicator_id=indicator_id, number__in=numbers
    ).values_list("number", "body"),
    *(int, str, int, tuple),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Teams whose name holds what was searched for, by name; ``count`` of them in all."""

    teams: tuple[TeamStanding, ...]
    count: int


@dataclass(slots=True)
class Shown:
    """A campaign's standing, read page by page. ``made_at``: when it was worked out; None: for this look.

    Ask it within one request: the chore replaces it.
    """

    head: Head
    made_at: datetime | None
    state: str
    _standing: Standing | None = None
    _row_id: int | None = None
    _parts: dict[PartKey, Part | PackedTeams] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.head.today

    @property
    def indicators(self) -> tuple[IndicatorShown, ...]:
        return self.head.indicators

    def indicator(self, indicator_id: int) -> IndicatorShown | None:
        """One of the indicators; None if it isn't among them."""
        return next((one for one in self.indicators if one.indicator.id == indicator_id), None)

    @property
    def main(self) -> IndicatorShown | None:
        """What the campaign is about: its first output, else the first thing it counts."""
        outputs = [one for one in self.indicators if one.indicator.kind == "output"]
        return next(iter([*outputs, *self.indicators]), None)

    def held(self) -> tuple[HeldTarget, ...]:
        """What waits for a named person (F7)."""
        return self._part(("held", 0, 0)) or ()

    def top_places(self, indicator_id: int) -> tuple[PlaceStanding, ...]:
        """The campaign's own area, and what was recorded outside of it."""
        return self._part(("place", indicator_id, 0)) or ()

    def place(
        self, indicator_id: int, area: AreaFacts
    ) -> tuple[PlaceStanding | None, tuple[PlaceStanding, ...]]:
        """A place, None where nothing is known of it, and what lies directly in it, by name."""
        inside: tuple[PlaceStanding, ...] = self._part(("place", indicator_id, area.id)) or ()
        if inside:
            return inside[0], inside[1:]
        beside = (self._part(("place", indicator_id, number)) or () for number in (area.parent_id or 0, 0))
        return next((one for some in beside for one in some if one.area.id == area.id), None), ()

    def regions(self, indicator_id: int) -> tuple[PlaceStanding, ...]:
        """What lies directly in the campaign's area, where it is a country, by name."""
        tops = self.top_places(indicator_id)
        if not tops:
            return ()
        below: tuple[PlaceStanding, ...] = self._part(("place", indicator_id, tops[0].area.id)) or ()
        return tuple(place for place in (*below[1:], *tops) if place.area.kind == "region")

    def teams(self, indicator_id: int, page: int) -> tuple[TeamStanding, ...]:
        """A page of the teams of a grade, by name; ``page`` is a ``TeamPage.number``. Empty if there is none."""
        told = self._part(("teams", indicator_id, page)) or ()
        return told.all() if isinstance(told, PackedTeams) else told

    def team(self, indicator_id: int, team_id: int) -> TeamStanding | None:
        """One team; None where it neither was asked for nor recorded anything."""
        return next(iter(self._teams(indicator_id, [team_id])), None)

    def teams_of(self, indicator_id: int, team_ids: Sequence[int]) -> tuple[TeamStanding, ...]:
        """These teams, by name; those that have no standing are left out."""
        return self._teams(indicator_id, team_ids) if team_ids else ()

    def teams_at(self, indicator_id: int, area_id: int) -> tuple[TeamStanding, ...]:
        """The teams whose home is a town, by name."""
        return self._teams(indicator_id, self._index(indicator_id).at(area_id))

    def each_place(self, indicator_id: int) -> Iterator[PlaceStanding]:
        """Every place, what lies in one after another; for exports."""
        yield from self.top_places(indicator_id)
        for number in self._numbers("place", indicator_id):
            if number:
                yield from self._alone(("place", indicator_id, number))[1:]

    def each_team(self, indicator_id: int) -> Iterator[TeamStanding]:
        """Every team, by grade and in it by name; for exports."""
        for number in self._numbers("teams", indicator_id):
            page = self._alone(("teams", indicator_id, number))
            yield from page.all() if isinstance(page, PackedTeams) else page

    def find(self, indicator_id: int, words: str) -> Found:
        """Teams whose name holds ``words``, whatever its case; at most FOUND_MAX of them, by name."""
        ids = self._index(indicator_id).named(words)
        return Found(self._teams(indicator_id, ids[:FOUND_MAX]), len(ids))

    def outlook(self, indicator_id: int) -> Outlook | None:
        """The past by the day and what lies ahead; None where its figure is withheld."""
        self._look_ahead(indicator_id)
        known: Outlook | None = self._part(("outlook", indicator_id, 0))
        return known

    def ahead(self, indicator_id: int) -> PlaceAhead | None:
        """What it would take to meet the whole plan; None where it isn't told."""
        self._look_ahead(indicator_id)
        tops: tuple[PlaceAhead, ...] = self._part(("ahead", indicator_id, 0)) or ()
        return next((one for one in tops if one.area_id is None), None)

    def places_ahead(self, indicator_id: int, area: AreaFacts) -> dict[int, PlaceAhead]:
        """What it would take for a place and for what lies directly in it, by area id; of those that it is told of."""
        self._look_ahead(indicator_id)
        inside: tuple[PlaceAhead, ...] = self._part(("ahead", indicator_id, area.id)) or ()
        if inside:
            return {one.area_id: one for one in inside if one.area_id is not None}
        beside = (self._part(("ahead", indicator_id, number)) or () for number in (area.parent_id or 0, 0))
        each = (one for some in beside for one in some)
        return {one.area_id: one for one in each if one.area_id is not None and one.area_id == area.id}

    def lowest_ahead(self, indicator_id: int) -> Iterator[tuple[PlaceStanding, PlaceAhead]]:
        """Every place with a plan and none below it that has one, with what it would take; in no stated order."""
        self._look_ahead(indicator_id)
        numbers = self._numbers("ahead", indicator_id)
        above = set(numbers)
        for number in numbers:
            told = {one.area_id: one for one in self._alone(("ahead", indicator_id, number))}
            for place in self._alone(("place", indicator_id, number)):
                if place.area.id in told and place.area.id not in above:
                    yield place, told[place.area.id]

    def factor(self, indicator_id: int) -> Factor | None:
        """What recounts found of it; None before the first draw."""
        if self._standing is not None:
            return BRIEFLY.get(("factor", indicator_id), lambda: audit.factor(indicator_id))
        kept: Factor | None = self._part(("factor", indicator_id, 0))
        return kept

    def wanted(self) -> Wanted | None:
        """What was wanted on the next day with posts when this was kept; None where nothing is kept."""
        kept: Wanted | None = self._part(("wanted", 0, 0))
        return kept

    def _index(self, indicator_id: int) -> TeamIndex:
        return self._part(("index", indicator_id, 0)) or TeamIndex.of([])

    def _teams(self, indicator_id: int, team_ids: Sequence[int]) -> tuple[TeamStanding, ...]:
        pages = self._index(indicator_id).pages_of(team_ids)
        self._read([("teams", indicator_id, page) for page in pages])
        wanted = set(team_ids)
        found = [team for page in pages for team in self._among(indicator_id, page, wanted)]
        return tuple(sorted(found, key=lambda team: (team.team.name, team.team.id)))

    def _among(self, indicator_id: int, page: int, wanted: set[int]) -> list[TeamStanding]:
        told = self._part(("teams", indicator_id, page)) or ()
        if isinstance(told, PackedTeams):
            return told.some(wanted)
        return [team for team in told if team.team.id in wanted]

    def _look_ahead(self, indicator_id: int) -> None:
        """Work out the forecast of one that isn't kept; once a look, as it asks for every day."""
        standing = self._standing
        if standing is None or ("outlook", indicator_id, 0) in self._parts:
            return
        one = next((one for one in standing.indicators if one.indicator.id == indicator_id), None)
        if one is None:
            return
        told = reads.ahead(campaign=standing.campaign, standing=one, hours=standing.hours, today=self.today)
        self._parts["outlook", indicator_id, 0] = told.outlook if told else None
        self._parts |= dict(ahead_parts(one, told))

    def _numbers(self, kind: str, indicator_id: int) -> list[int]:
        if self._row_id is None:
            return sorted(key[2] for key in self._parts if key[:2] == (kind, indicator_id))
        rows = ShownPart.objects.filter(standing_id=self._row_id, kind=kind, indicator_id=indicator_id)
        return list(rows.order_by("number").values_list("number", flat=True))

    def _alone(self, key: PartKey) -> Any:
        """A part that is not remembered once it is kept: an export reads all of them."""
        part = self._part(key) or ()
        if self._row_id is not None:
            del self._parts[key]
        return part

    def _part(self, key: PartKey) -> Any:
        if key not in self._parts:
            self._read([key])
        return self._parts.get(key)

    def _read(self, keys: Iterable[PartKey]) -> None:
        """Read several parts of one kind and indicator at once."""
        wanted = [key for key in keys if key not in self._parts]
        if not wanted or self._row_id is None:
            return
        if len(self._parts) > PARTS_MAX:
            self._parts.clear()
        kind, indicator_id, _ = wanted[0]
        must(all(key[:2] == (kind, indicator_id) for key in wanted), "parts of one kind are read at once")
        self._parts |= dict.fromkeys(wanted)
        numbers = tuple(number for _, _, number in wanted)
        for number, body in _PARTS(self._row_id, kind, indicator_id, numbers):
            told: Part | PackedTeams
            told = PackedTeams(bytes(body)) if kind == "teams" else unpacked(kind, bytes(body))
            self._parts[kind, indicator_id, number] = told


def shown(*, campaign_id: int, today: date) -> Shown:
    """A campaign's standing for everybody: as it was last worked out, or worked out now where none is kept.

    Refuses with NotFound.
    """
    return through_a_long_look(("a long look's", campaign_id, today), lambda: _shown(campaign_id, today))


def _shown(campaign_id: int, today: date) -> Shown:
    kept = newest(campaign_id)
    if kept is None:
        return BRIEFLY.get(("shown", campaign_id, today), lambda: _now(campaign_id, today))
    return Shown(kept.head, kept.made_at, f"{kept.row_id}-{kept.state}", _row_id=kept.row_id)


def _now(campaign_id: int, today: date) -> Shown:
    standing = reads.standing(campaign_id=campaign_id, today=today)
    return Shown(head_of(standing), None, "", _standing=standing, _parts=dict(parts_of(standing)))
