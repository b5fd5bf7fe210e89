"""A campaign's places as a table and on a map: each with its plan, what is claimed and what is verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.places.types import AreaFacts
from dure.movement.standings.shown import Shown
from dure.movement.standings.types import PlaceStanding
from dure.operations.place_names import place_name
from dure.web import maps
from dure.web.figures import amount, reported_grade, rough, withheld_words
from dure.web.words import PROOF_GRADES, word

# More towns than these would lie over one another; then the map shows what they lie in.
SPOTS_MAX = 400
# Two towns without an outline around them are no map.
SPOTS_MIN = 3


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place as one line of a table, in words: a region has hundreds, and templates are slow at working things out.

    ``percent`` is empty without a plan, ``claimed`` where it isn't known, ``lower`` while nothing was recounted.
    """

    area: AreaFacts
    withheld: str
    percent: str
    permille: int
    says: str
    claimed: str
    lower: str


def place_lines(shown: Sequence[PlaceStanding], indicator: IndicatorFacts) -> list[PlaceLine]:
    """The places in the order given."""
    grade = word(PROOF_GRADES, reported_grade(indicator))
    return [_line(place, indicator, grade) for place in shown]


def _line(place: PlaceStanding, indicator: IndicatorFacts, grade: str) -> PlaceLine:
    figure = place.figure
    if figure.withheld:
        return PlaceLine(place.area, withheld_words(figure.withheld), "", 0, "", "", "")
    percent = "" if figure.claimed_percent is None else f"{figure.claimed_percent:.0f}"
    done, whole = figure.claimed_milli or 0, figure.plan_milli or 0
    says = gettext("%(share)s percent, %(grade)s") % {"share": percent, "grade": grade} if percent else ""
    return PlaceLine(
        area=place.area,
        withheld="",
        percent=percent,
        permille=min(1000, max(0, 1000 * done // whole)) if whole else 0,
        says=says,
        claimed="" if figure.claimed_milli is None else amount(indicator, figure.claimed_milli),
        lower=rough(figure.verified.lower_milli or 0) if figure.verified.is_known else "",
    )


def spots_of(standing: Shown, indicator_id: int) -> tuple[PlaceStanding, ...]:
    """What the campaign's map shows: its regions, else the towns that lie directly in its area."""
    if regions := standing.regions(indicator_id):
        return regions
    tops = standing.top_places(indicator_id)
    return standing.place(indicator_id, tops[0].area)[1] or tops if tops else ()


def place_map(
    campaign: CampaignFacts,
    indicator: IndicatorFacts,
    shown: Sequence[PlaceStanding],
    within: AreaFacts | None = None,
) -> maps.Picture | None:
    """The places that have a plan; ``within``: drawn alone, without its country.

    None where there is nothing to draw.
    """
    planned = [place for place in shown if place.figure.plan_milli]
    is_whole = within is None or within.kind == "country"
    least = 1 if is_whole else SPOTS_MIN
    if not least <= len(planned) <= SPOTS_MAX:
        return None
    spots = [spot for place in planned for spot in _spots(indicator, place)]
    return maps.draw(campaign.area_path.strip("/").split("/")[0] if is_whole else "", spots)


def place_says(indicator: IndicatorFacts, place: PlaceStanding) -> str:
    """The place and how far it is, with the grade of proof of each figure."""
    figure = place.figure
    if figure.withheld:
        return f"{place_name(place.area)}: {withheld_words(figure.withheld)}"
    return gettext("%(place)s: %(share)s %% of its plan, %(grade)s; verified: %(verified)s") % {
        "place": place_name(place.area),
        "share": f"{figure.claimed_percent or 0:.0f}",
        "grade": word(PROOF_GRADES, reported_grade(indicator)),
        "verified": gettext("unknown")
        if figure.verified_percent is None
        else f"{figure.verified_percent:.0f} %",
    }


def _spots(indicator: IndicatorFacts, place: PlaceStanding) -> list[maps.Spot]:
    """The plan as a ring, in it what is claimed, in that what is verified: areas are amounts."""
    figure, says = place.figure, place_says(indicator, place)

    def spot(milli: int, kind: str) -> maps.Spot:
        return maps.Spot(
            name=place_name(place.area),
            lat=place.area.lat,
            lon=place.area.lon,
            amount=milli,
            kind=kind,
            says=says,
            is_named=kind in ("plan-ring", "hidden-ring"),
        )

    ring = spot(max(figure.plan_milli or 0, figure.claimed_milli or 0), "plan-ring")
    if figure.withheld:
        return [spot(figure.plan_milli or 0, "hidden-ring")]
    parts = [ring]
    if figure.claimed_milli and figure.claimed_milli > 0:
        parts.append(spot(figure.claimed_milli, "claimed-disc"))
    if figure.verified.estimate_milli and figure.verified.estimate_milli > 0:
        parts.append(spot(figure.verified.estimate_milli, "verified-disc"))
    return parts
