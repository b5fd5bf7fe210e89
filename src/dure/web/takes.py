"""What it would take, in words: for a whole campaign or a place, and as a table of what lies in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.places.types import AreaFacts
from dure.movement.standings.types import PlaceAhead, PlaceStanding
from dure.web.figures import amount_with_unit, unit_for
from dure.web.pace import about


@dataclass(frozen=True, slots=True)
class TakesRow:
    """One place: what is missing, where its pace leads, and what it would take."""

    area: AreaFacts
    missing: str
    leads: str
    takes: str


@dataclass(frozen=True, slots=True)
class Takes:
    """``says``: of the place itself. ``rows``: of what lies in it, in the order it is listed elsewhere."""

    indicator: IndicatorFacts
    says: str
    rows: tuple[TakesRow, ...]


def takes(
    indicator: IndicatorFacts,
    own: PlaceAhead | None,
    inside: Sequence[PlaceStanding],
    ahead: Mapping[int, PlaceAhead],
) -> Takes | None:
    """Of a place and what lies in it; None where nothing is told of it."""
    if own is None:
        return None
    rows = [row_of(indicator, place.area, ahead[place.area.id]) for place in inside if place.area.id in ahead]
    return Takes(indicator, _sentence(indicator, own), tuple(rows))


def row_of(indicator: IndicatorFacts, area: AreaFacts, ahead: PlaceAhead) -> TakesRow:
    """A line of the table."""
    missing = amount_with_unit(indicator, ahead.rest_milli)
    if ahead.is_partial:
        missing = gettext("%(amount)s, and what is not shown") % {"amount": missing}
    return TakesRow(area, missing, _leads(ahead), _wanted(ahead))


def _sentence(indicator: IndicatorFacts, ahead: PlaceAhead) -> str:
    if not ahead.rest_milli and not ahead.is_partial:
        return gettext("The plan is met, by what is claimed.")
    missing = amount_with_unit(indicator, ahead.rest_milli)
    words = (
        gettext("%(missing)s are still missing of the plans of its places, by what is claimed.")
        if ahead.is_sum
        else gettext("%(missing)s are still missing of the plan, by what is claimed.")
    )
    said = [words % {"missing": missing}]
    if ahead.a_day_milli:
        a_day = {"amount": f"{about(ahead.a_day_milli)} {unit_for(indicator.unit, ahead.a_day_milli)}"}
        said.append(gettext("An average day brings %(amount)s.") % a_day)
    if words := _wanted(ahead):
        said.append(gettext("It would take %(what)s.") % {"what": words})
    return " ".join(said)


def _leads(ahead: PlaceAhead) -> str:
    """Where the work leads as it goes on now, bad news in the same words as good."""
    earliest, likely, latest = ahead.finish
    if not ahead.rest_milli and not ahead.is_partial:
        return gettext("met, by what is claimed")
    if not ahead.days_left:
        return gettext("its last day has passed")
    if ahead.a_day_milli is None:
        return gettext("not known yet")
    if likely is not None:
        when = {"likely": date_format(likely, "j M"), "late": date_format(latest, "j M") if latest else ""}
        if latest is not None:
            return gettext("met on %(likely)s, by %(late)s at the latest (95 %%)") % when
        return gettext("met on %(likely)s, or missed") % when
    if earliest is not None:
        return gettext("probably missed")
    return gettext("missed")


def _wanted(ahead: PlaceAhead) -> str:
    """People or days still wanted; empty where neither is known."""
    if not ahead.rest_milli:
        return ""
    if ahead.person_days == 0:
        return gettext("nothing beyond what is done already")
    said = []
    if ahead.person_days is not None and ahead.people_a_day is not None:
        people = ngettext(
            "%(n)s more person a day until %(day)s",
            "%(n)s more people a day until %(day)s",
            ahead.people_a_day,
        ) % {"n": f"{ahead.people_a_day:,}", "day": date_format(ahead.due, "j M")}
        said.append(people if ahead.has_all_people else gettext("at least %(people)s") % {"people": people})
    if ahead.days_short:
        days = ngettext("one more day of work", "%(n)s more days of work", ahead.days_short)
        said.append(days % {"n": f"{ahead.days_short:,}"})
    return gettext(" or ").join(said)
