"""Productivity against the norm in words, for pages and for the closing report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from dure.kernel.quantities import MILLI, show_milli
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.standings.productivity import Reckoned

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: as claimed, as recounts bear it out, and at least (95 %); empty where there is no such."""

    what: str
    claimed: str
    verified: str
    lower: str


@dataclass(frozen=True, slots=True)
class Productive:
    """``says``: the sum in one sentence, of what is claimed."""

    indicator: IndicatorFacts
    says: str
    lines: tuple[Line, ...]


def facts_of(found: Reckoned | None) -> dict[str, Any] | None:
    """As plain values, for a report that is sealed."""
    return None if found is None else {**asdict(found), "ratio": str(found.ratio)}


def productive(indicator: IndicatorFacts, found: Reckoned | None, unit: str) -> Productive | None:
    """For a page; None where nothing is reckoned."""
    facts = facts_of(found)
    return None if facts is None else Productive(indicator, says(facts, unit), lines(facts))


def says(found: Facts, unit: str) -> str:
    """The ratio, and what it is a ratio of."""
    words = ngettext(
        "%(ratio)s times as much as one day of work is meant for, at %(norm)s %(unit)s a person and day.",
        "%(ratio)s times as much as %(n)s days of work are meant for, at %(norm)s %(unit)s a person and day.",
        found["person_days"],
    )
    return words % {
        "ratio": found["ratio"],
        "n": f"{found['person_days']:,}",
        "norm": show_milli(found["norm_milli"]),
        "unit": unit,
    }


def lines(found: Facts) -> tuple[Line, ...]:
    """What was made, less what the days were meant for, is what was saved and what nothing explains."""
    return (
        Line(gettext("Made"), *(_amount(found[f"made{one}_milli"]) for one in ("", "_verified", "_lower"))),
        Line(gettext("What the days of work were meant for"), _amount(found["meant_milli"]), "", ""),
        Line(
            gettext("Beyond the norm"),
            _amount(found["beyond_milli"]),
            _amount(found["beyond_verified_milli"]),
            "",
        ),
        Line(
            gettext("Explained by booked savings"),
            *(_amount(found[f"booked{one}_milli"]) for one in ("", "_verified", "_lower")),
        ),
        Line(
            gettext("Explained by nothing"),
            _amount(found["unexplained_milli"]),
            _amount(found["unexplained_verified_milli"]),
            "",
        ),
    )


def note() -> str:
    """What the table is worth."""
    return gettext(
        "Savings are booked apart and never counted as output. What nothing explains earns nothing: "
        "the norm may be wrong, or the figures."
    )


def _amount(milli: int | None) -> str:
    if milli is None:
        return gettext("unknown")
    return f"{round(milli / MILLI):,}" if abs(milli) >= 100 * MILLI else show_milli(milli)
