"""Figures as pages show them: never without their grade of proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext

from dure.kernel.must import must
from dure.kernel.quantities import MILLI, show_milli
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.safety.types import Injuries
from dure.movement.standings.types import Figure as Shown
from dure.movement.standings.types import Verified, Withheld
from dure.web.words import UNITS

# A shorter one is a symbol, and a symbol has no plural: kg, h, km.
UNIT_WORD_LETTERS_MIN = 3

# Grades of proof, weakest first, with the kinds of figure that are no contribution: what this
# program counted itself ("counted"), what was proven ("verified" also covers a checked proof).
GRADES = frozenset({"claimed", "witnessed", "second_source", "recounted", "verified", "unknown", "counted"})

# Kinds of indicator whose every entry was made under two keepers: the ledger takes no other.
WITNESSED_KINDS = frozenset({"goods", "money"})


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


def unit_word(unit: str) -> str:
    """A unit by itself, in the language of the page where that has a word for it (UNITS)."""
    return unit if get_language() == "en" else str(UNITS.get(unit, unit))


def unit_for(unit: str, milli: int) -> str:
    """A unit as it stands behind a number: "30 sacks", "1 sack", "30 kg". Words that aren't English stay.

    English alone is given its plural here; a page in another language says units it knows (UNITS) in its own way.
    """
    if get_language() != "en":
        return unit_word(unit)
    word = unit.rpartition(" ")[2]
    is_word = len(word) >= UNIT_WORD_LETTERS_MIN and word.isascii() and word.isalpha() and word.islower()
    if not is_word or milli == MILLI or word.endswith("s"):
        return unit
    return unit + ("es" if word.endswith(("x", "ch", "sh")) else "s")


def amount(indicator: IndicatorFacts, milli: int) -> str:
    """A quantity as the public reads it: hours in whole hours, all else as it was written down."""
    return rough(milli) if indicator.kind == "hours" else show_milli(milli)


def amount_with_unit(indicator: IndicatorFacts, milli: int) -> str:
    return f"{amount(indicator, milli)} {unit_for(indicator.unit, milli)}"


def reported_grade(indicator: IndicatorFacts) -> str:
    """The grade of what is reported: goods and money have two keepers, so they are witnessed."""
    return "witnessed" if indicator.kind in WITNESSED_KINDS else "claimed"


def _reported(indicator: IndicatorFacts, milli: int) -> str:
    words = (
        gettext("%(claim)s, witnessed by two keepers")
        if indicator.kind in WITNESSED_KINDS
        else gettext("claimed %(claim)s")
    )
    return words % {"claim": amount_with_unit(indicator, milli)}


def _recounts(verified: Verified) -> str:
    if verified.checked_count is None or verified.eligible_count is None:
        return gettext("nothing recounted yet")
    return gettext("%(n)s of %(all)s entries recounted by lot") % {
        "n": f"{verified.checked_count:,}",
        "all": f"{verified.eligible_count:,}",
    }


def rough(milli: int) -> str:
    """In whole units: an estimate's decimals would be made up, and a large figure's are told beside it."""
    return f"{round(milli / MILLI):,}"


def withheld_words(reason: Withheld) -> str:
    if reason == "few_people":
        return gettext("not shown: fewer than 10 people stand behind it")
    if reason == "safety_review":
        return gettext("held: above what is safe, until a named person has looked at it")
    return gettext("held: over 105 % of the plan, until a named person stands by the plan")


def verified_figure(indicator: IndicatorFacts, shown: Shown) -> Figure:
    """What may be believed, with its lower bound; "unknown" without recounts, never the claim (F3)."""
    unit_word = unit_for(indicator.unit, 0)
    unit = gettext("%(unit)s verified · %(what)s") % {"unit": unit_word, "what": indicator.name}
    if shown.withheld:
        return Figure(gettext("not shown"), unit, "unknown", withheld_words(shown.withheld), is_word=True)
    verified = shown.verified
    if verified.estimate_milli is None:
        proof = gettext("verified: unknown (%(recounts)s)") % {"recounts": _recounts(verified)}
        return Figure(gettext("unknown"), unit, "unknown", proof, is_word=True)
    proof = gettext("verified, at least %(low)s %(unit)s at 95 %% · %(recounts)s") % {
        "low": rough(verified.lower_milli or 0),
        "unit": unit_for(indicator.unit, verified.lower_milli or 0),
        "recounts": _recounts(verified),
    }
    return Figure(rough(verified.estimate_milli), unit, "verified", proof)


def claimed_figure(indicator: IndicatorFacts, shown: Shown) -> Figure:
    """What was reported, as a share of the plan where there is one."""
    if shown.withheld or shown.claimed_milli is None:
        reason = withheld_words(shown.withheld) if shown.withheld else gettext("nothing reported yet")
        return Figure(gettext("not shown"), indicator.name, "unknown", reason, is_word=True)
    proof, grade = _reported(indicator, shown.claimed_milli), reported_grade(indicator)
    if shown.claimed_percent is None or shown.plan_milli is None:
        unit_word = unit_for(indicator.unit, shown.claimed_milli)
        return Figure(rough(shown.claimed_milli), f"{unit_word} · {indicator.name}", grade, proof)
    unit = gettext("%% of the plan of %(plan)s %(unit)s") % {
        "plan": amount(indicator, shown.plan_milli),
        "unit": unit_for(indicator.unit, shown.plan_milli),
    }
    bar = bar_of(
        says=proof,
        parts={"c": shown.claimed_milli, "v": shown.verified.estimate_milli or 0},
        whole=shown.plan_milli,
    )
    return Figure(_percent(shown.claimed_percent), unit, grade, proof, bar)


def counted_figure(count: int, unit: str, proof: str) -> Figure:
    """A count this program made itself, such as seats."""
    return Figure(f"{count:,}", unit, "counted", proof)


def share_figure(done: int, whole: int, unit: str, proof: str) -> Figure:
    """A count of ``done`` of ``whole`` with its bar."""
    says = gettext("%(done)s of %(whole)s") % {"done": f"{done:,}", "whole": f"{whole:,}"}
    return Figure(f"{done:,}", unit, "counted", proof, bar_of(says=says, parts={"v": done}, whole=whole))


def hurt_figure(found: Injuries) -> Figure:
    """Who was hurt, in the type of every other figure (F10): as reported, which nobody recounts."""
    reported = ngettext("%(n)s incident reported", "%(n)s incidents reported", found.incidents) % {
        "n": f"{found.incidents:,}"
    }
    still = gettext("%(n)s still looked after") % {"n": f"{found.still_open:,}"}
    proof = gettext("claimed: %(what)s") % {"what": f"{reported}, {still}" if found.still_open else reported}
    unit = ngettext("person hurt", "people hurt", found.people_hurt)
    return Figure(f"{found.people_hurt:,}", unit, "claimed", proof)
