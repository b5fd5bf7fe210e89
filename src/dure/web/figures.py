"""Figures as pages show them: never without their grade of proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from dure.kernel.must import must
from dure.kernel.quantities import MILLI, show_milli
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.standings.types import Figure as Shown
from dure.movement.standings.types import Verified, Withheld

# Grades of proof, weakest first, with the kinds of figure that are no contribution: what this
# program counted itself ("counted"), what was proven ("verified" also covers a checked proof).
GRADES = frozenset({"claimed", "witnessed", "second_source", "recounted", "verified", "unknown", "counted"})


@dataclass(frozen=True, slots=True)
class BarPart:
    kind: str
    permille: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Parts are drawn over one another, longest first; ``says`` is read aloud instead."""

    says: str
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` and ``unit`` as text; ``grade`` one of GRADES; ``proof`` says what the grade rests on."""

    value: str
    unit: str
    grade: str
    proof: str
    bar: Bar | None = None
    is_word: bool = False

    def __post_init__(self) -> None:
        must(self.grade in GRADES, f"{self.grade} is no grade of proof")
        must(bool(self.proof), "a figure says what it rests on")


def bar_of(*, says: str, parts: Mapping[str, int], whole: int) -> Bar:
    """A bar of ``whole`` with ``parts`` (kind: amount), cut off at full."""
    scaled = [
        BarPart(kind=kind, permille=min(1000, max(0, 1000 * part // whole)) if whole > 0 else 0)
        for kind, part in parts.items()
    ]
    return Bar(says=says, parts=tuple(sorted(scaled, key=lambda part: -part.permille)))


def _percent(value: Decimal) -> str:
    return f"{value:.0f}" if abs(value) >= 10 else f"{value.normalize():f}"


def _recounts(verified: Verified) -> str:
    return gettext("%(n)s of %(all)s entries recounted by lot") % {
        "n": f"{verified.checked_count:,}",
        "all": f"{verified.eligible_count:,}",
    }


def _rough(milli: int) -> str:
    """In whole units: an estimate's decimals would be made up, and a large figure's are told beside it."""
    return f"{round(milli / MILLI):,}"


def withheld_words(reason: Withheld) -> str:
    if reason == "few_people":
        return gettext("not shown: fewer than 10 people stand behind it")
    return gettext("held: over 105 % of the plan, until a named person stands by the plan")


def verified_figure(indicator: IndicatorFacts, shown: Shown) -> Figure:
    """What may be believed, with its lower bound; "unknown" without recounts, never the claim (F3)."""
    unit = gettext("%(unit)s verified · %(what)s") % {"unit": indicator.unit, "what": indicator.name}
    if shown.withheld:
        return Figure(gettext("not shown"), unit, "unknown", withheld_words(shown.withheld), is_word=True)
    verified = shown.verified
    if verified.estimate_milli is None:
        proof = gettext("verified: unknown (%(recounts)s)") % {"recounts": _recounts(verified)}
        return Figure(gettext("unknown"), unit, "unknown", proof, is_word=True)
    proof = gettext("verified, at least %(low)s %(unit)s at 95 %% · %(recounts)s") % {
        "low": _rough(verified.lower_milli or 0),
        "unit": indicator.unit,
        "recounts": _recounts(verified),
    }
    return Figure(_rough(verified.estimate_milli), unit, "verified", proof)


def claimed_figure(indicator: IndicatorFacts, shown: Shown) -> Figure:
    """What was reported, as a share of the plan where there is one."""
    if shown.withheld or shown.claimed_milli is None:
        reason = withheld_words(shown.withheld) if shown.withheld else gettext("nothing reported yet")
        return Figure(gettext("not shown"), indicator.name, "unknown", reason, is_word=True)
    claim = f"{show_milli(shown.claimed_milli)} {indicator.unit}"
    if shown.claimed_percent is None or shown.plan_milli is None:
        return Figure(
            _rough(shown.claimed_milli),
            f"{indicator.unit} · {indicator.name}",
            "claimed",
            gettext("claimed %(claim)s") % {"claim": claim},
        )
    unit = gettext("%% of the plan of %(plan)s %(unit)s") % {
        "plan": show_milli(shown.plan_milli),
        "unit": indicator.unit,
    }
    bar = bar_of(
        says=gettext("%(claim)s claimed") % {"claim": claim},
        parts={"c": shown.claimed_milli, "v": shown.verified.estimate_milli or 0},
        whole=shown.plan_milli,
    )
    return Figure(
        _percent(shown.claimed_percent), unit, "claimed", gettext("claimed %(claim)s") % {"claim": claim}, bar
    )


def counted_figure(count: int, unit: str, proof: str) -> Figure:
    """A count this program made itself, such as seats."""
    return Figure(f"{count:,}", unit, "counted", proof)


def share_figure(done: int, whole: int, unit: str, proof: str, grade: str = "counted") -> Figure:
    """``done`` of ``whole`` with its bar."""
    says = gettext("%(done)s of %(whole)s") % {"done": f"{done:,}", "whole": f"{whole:,}"}
    return Figure(f"{done:,}", unit, grade, proof, bar_of(says=says, parts={"v": done}, whole=whole))
