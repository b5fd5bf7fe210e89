"""Standings as tables for spreadsheets and other programs: no contribution without its grade of proof (F2).

A withheld figure's cells are empty and the last column says why (P9, F7). With tags in the second row the table is an
HXL dataset (Humanitarian Exchange Language 1.1, hxlstandard.org).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dure.kernel.cells import as_cell
from dure.kernel.quantities import MILLI
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.standings.shown import Shown
from dure.movement.standings.types import Figure, PlaceStanding, TeamStanding
from dure.web.figures import reported_grade

What = Literal["places", "teams"]
Cell = str | int | float
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: its heading, its HXL tag, and its cell."""

    heading: str
    tag: str
    cell: Callable[[IndicatorFacts, Figure], object]


def _milli(value: int | None) -> object:
    """A decimal number; whole ones without a point."""
    if value is None:
        return None
    return value // MILLI if value % MILLI == 0 else value / MILLI


def _verified_grade(figure: Figure) -> str:
    return "verified" if figure.verified.is_known else "unknown"


def _claimed_grade(indicator: IndicatorFacts, figure: Figure) -> str:
    return "" if figure.claimed_milli is None else reported_grade(indicator)


def _baseline_grade(indicator: IndicatorFacts, figure: Figure) -> str:
    return "" if figure.baseline_milli is None else figure.baseline_grade or "claimed"


FIGURES: tuple[Column, ...] = (
    Column("plan", "#targeted+plan+num", lambda _, one: _milli(one.plan_milli)),
    Column("reported", "#reached+reported+num", lambda _, one: _milli(one.claimed_milli)),
    Column("reported_grade", "#meta+grade+reported", _claimed_grade),
    Column("reported_percent", "#indicator+reported+pct", lambda _, one: one.claimed_percent),
    Column("verified", "#reached+verified+num", lambda _, one: _milli(one.verified.estimate_milli)),
    Column("verified_at_least", "#reached+verified+min", lambda _, one: _milli(one.verified.lower_milli)),
    Column("verified_grade", "#meta+grade+verified", lambda _, one: _verified_grade(one)),
    Column("recounted_in_campaign", "#meta+recounted+num", lambda _, one: one.verified.checked_count),
    Column("entries_in_campaign", "#meta+entries+num", lambda _, one: one.verified.eligible_count),
    Column("expected_by_now", "#targeted+now+num", lambda _, one: _milli(one.expected_milli)),
    Column("days_ahead", "#indicator+days_ahead+num", lambda _, one: one.days_ahead),
    Column("baseline", "#indicator+baseline+num", lambda _, one: _milli(one.baseline_milli)),
    Column("baseline_grade", "#meta+grade+baseline", _baseline_grade),
    Column("capacity_percent", "#indicator+capacity+pct", lambda _, one: one.capacity_percent),
    Column("plan_source", "#meta+source", lambda _, one: one.denominator and one.denominator.source),
    Column("plan_source_date", "#meta+date", lambda _, one: one.denominator and one.denominator.source_date),
    Column("withheld", "#meta+withheld", lambda _, one: one.withheld),
)
_ABOUT = (("indicator", "#indicator+code"), ("unit", "#indicator+unit"))
_PLACE = (
    ("place", "#adm+code"),
    ("place_name", "#adm+name"),
    ("place_kind", "#adm+type"),
    ("lat", "#geo+lat"),
    ("lon", "#geo+lon"),
)
_TEAM = (
    ("team", "#org+id"),
    ("team_name", "#org+name"),
    ("home", "#adm+path"),
    ("grade", "#status+grade"),
    ("grade_reason", "#status+reason"),
    ("probably_from_percent", "#indicator+reported+pct+low"),
    ("probably_to_percent", "#indicator+reported+pct+high"),
    ("expected_of_team", "#targeted+adjusted+num"),
    ("change_percent", "#indicator+change+pct"),
    ("help_given", "#reached+help+num"),
    ("comparison_grade", "#meta+grade+comparison"),
)


def header(what: What) -> Row:
    """The headings of the columns."""
    return (*(name for name, _ in _keys(what)), *(column.heading for column in FIGURES))


def tags(what: What) -> Row:
    """The HXL tags of the columns."""
    return (*(tag for _, tag in _keys(what)), *(column.tag for column in FIGURES))


def row_count(standing: Shown, what: What) -> int:
    """How many rows the table has under its headings."""
    return sum(one.place_count if what == "places" else one.team_count for one in standing.indicators)


def rows(standing: Shown, what: What) -> Iterator[Row]:
    """Every place or team of every indicator, a few of them in memory at a time."""
    for one in standing.indicators:
        about = (one.indicator.code, one.indicator.unit)
        if what == "places":
            for place in standing.each_place(one.indicator.id):
                yield (*_texts(about), *_place_cells(place), *_figure_cells(one.indicator, place.figure))
        else:
            for team in standing.each_team(one.indicator.id):
                yield (
                    *_texts(about),
                    *_team_cells(one.indicator, team),
                    *_figure_cells(one.indicator, team.figure),
                )


def _keys(what: What) -> tuple[tuple[str, str], ...]:
    return (*_ABOUT, *(_PLACE if what == "places" else _TEAM))


def _place_cells(place: PlaceStanding) -> Row:
    area = place.area
    return (*_texts((area.code, area.name, area.kind)), area.lat, area.lon)


def _team_cells(indicator: IndicatorFacts, team: TeamStanding) -> Row:
    facts = team.team
    change = team.change.percent if team.change else None
    help_milli = team.help.milli if team.help else None
    compared = (team.low_percent, team.high_percent, change, help_milli)
    grade = "" if all(one is None for one in compared) else reported_grade(indicator)
    return (
        facts.id,
        *_texts((facts.name, facts.area_path, team.grade, team.reason)),
        _cell(team.low_percent),
        _cell(team.high_percent),
        _cell(_milli(team.expected_milli)),
        _cell(change),
        _cell(_milli(help_milli)),
        grade,
    )


def _figure_cells(indicator: IndicatorFacts, figure: Figure) -> Row:
    return tuple(_cell(column.cell(indicator, figure)) for column in FIGURES)


def _texts(texts: tuple[str, ...]) -> Row:
    return tuple(map(as_cell, texts))


def _cell(value: object) -> Cell:
    """A number as it is, a text that no spreadsheet takes for a formula, nothing for what isn't known."""
    if value is None or value == "":
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return as_cell(value)
    return str(value)
