"""Filters and tags of the pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from dure.kernel.quantities import MILLI, show_milli
from dure.movement.calls.types import AnswerFacts
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.ledger.types import Grade, Kind
from dure.movement.matching.errors import UNFIT
from dure.movement.matching.types import Stop
from dure.movement.people.types import NewCredential
from dure.movement.standings.productivity import Reckoned
from dure.movement.standings.types import Figure as Shown
from dure.movement.standings.types import PlaceStanding, Withheld
from dure.operations import productivity_words
from dure.operations.answer_words import CONFIRMED, OVER
from dure.web.figures import (
    Bar,
    Figure,
    amount,
    bar_of,
    claimed_figure,
    reported_grade,
    unit_for,
    unit_word,
    verified_figure,
    withheld_words,
)
from dure.web.place_maps import PlaceLine, place_lines
from dure.web.words import (
    ALTERNATIVE_REASONS,
    BRINGS,
    CAUSES,
    CHANNEL_WORDS,
    ENTRY_KINDS,
    FULL_OF,
    LANGUAGES,
    LATE_REASONS,
    NOMINATION_KINDS,
    OWN_PART_OF_SKILL,
    OWN_PARTS,
    PACE_BASES,
    PHYSICAL,
    PLACEMENT_STATES,
    PROOF_GRADES,
    PURPOSES,
    SKILLS,
    STEP_STATES,
    paper_words,
    step_words,
    word,
)

register = template.Library()

# What each lever would change (dure.engine.matching.explain.Lever).
LEVERS = {
    "starts_later": gettext_lazy("start %(amount)s later"),
    "starts_earlier": gettext_lazy("start %(amount)s earlier"),
    "ends_earlier": gettext_lazy("end %(amount)s earlier"),
    "any_language": gettext_lazy("take people who speak another language"),
    "travel_farther": gettext_lazy("if people travelled %(amount)s farther"),
}
# What a person could change (dure.engine.matching.changes.Change).
CHANGES = {
    "travel_farther": gettext_lazy("if you travelled %(amount)s farther"),
    "free_earlier": gettext_lazy("if you were free %(amount)s earlier"),
    "free_later": gettext_lazy("if you were free %(amount)s later"),
}
TIERS = {
    1: pgettext_lazy("tier of a need", "critical"),
    2: pgettext_lazy("tier of a need", "important"),
    3: pgettext_lazy("tier of a need", "useful"),
}


class LeverShown(Protocol):
    """A change to a post or to a person, as the matching room names it."""

    @property
    def name(self) -> str: ...
    @property
    def amount(self) -> int: ...


@register.filter
def days_to(first: date, last: date) -> str:
    """From a day to another, or one day alone: the year once, where the page's language has it."""
    whole, short = "j M Y", "j M"
    if first == last:
        return date_format(first, whole)
    if first.year != last.year:
        short = whole
    formats = (whole, short) if get_format(whole).startswith("Y") else (short, whole)
    return " – ".join(map(date_format, (first, last), formats))


@register.filter
def milli(value: int) -> str:
    """Milli-units as a decimal number."""
    return show_milli(value)


@register.filter
def public_amount(milli_units: int, indicator: IndicatorFacts) -> str:
    """A quantity as everybody reads it: hours in whole hours."""
    return amount(indicator, milli_units)


@register.filter
def units(indicator: IndicatorFacts) -> str:
    """An indicator's unit above a column or behind many."""
    return unit_for(indicator.unit, 0)


@register.filter("unit_word")
def unit_word_of(unit: str) -> str:
    """A unit by itself, in the language of the page."""
    return unit_word(unit)


@register.filter
def reported(indicator: IndicatorFacts) -> str:
    """The grade of proof of what is reported of an indicator."""
    return reported_grade(indicator)


@register.filter
def proof_word(grade: str) -> str:
    return word(PROOF_GRADES, grade)


@register.filter
def step_word(step: str) -> str:
    """A step of the vetting by name."""
    return step_words(step)


@register.filter
def own_part_words(step: str) -> str:
    """What somebody does first for a step."""
    return str(OWN_PARTS.get(step, OWN_PART_OF_SKILL))


@register.filter
def step_state_word(state: str) -> str:
    return word(STEP_STATES, state)


@register.filter
def pace_word(basis: str) -> str:
    """Where a pace comes from."""
    return word(PACE_BASES, basis)


@register.filter
def late_word(reason: str) -> str:
    """Why a seat is there for somebody who comes late."""
    return word(LATE_REASONS, reason)


@register.filter
def whole(value: int) -> str:
    """A count with separators."""
    return f"{value:,}"


@register.filter
def km(metres: int) -> str:
    """Metres as people say them: "800 m", "6.2 km", "41 km"."""
    if metres < 950:
        return gettext("%(n)s m") % {"n": round(metres, -1)}
    return gettext("%(n)s km") % {"n": f"{metres / 1000:.1f}" if metres < 19_950 else f"{metres / 1000:.0f}"}


@register.filter
def duration(minutes: int) -> str:
    """Minutes as hours and minutes: "7 h", "7 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = [gettext("%(n)s h") % {"n": hours}] if hours else []
    if rest or not hours:
        parts.append(gettext("%(n)s min") % {"n": rest})
    return " ".join(parts)


@register.filter
def clock(at: datetime, zone: str) -> str:
    """The time of day in a time zone: "08:30"."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


@register.filter
def moment(at: datetime, zone: str) -> str:
    """Day and time in a time zone: "6 Nov, 18:00"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'j M')}, {local:%H:%M}"


@register.filter
def channel_word(channel: str) -> str:
    """A channel of messages; "" is that of notices whose channel is not chosen yet."""
    return word(CHANNEL_WORDS, channel)


@register.filter
def tier_name(tier: int) -> str:
    return str(TIERS[tier])


@register.filter
def item(mapping: Mapping[object, object], key: object) -> object:
    """``mapping[key]``, or "" where there is none."""
    return mapping.get(key, "")


@register.inclusion_tag("public/_productive.html")
def productive(indicator: IndicatorFacts, found: Reckoned) -> dict[str, object]:
    """Output against the norm of work, with what no booked saving explains."""
    shown = productivity_words.productive(indicator, found, unit_for(indicator.unit, found.norm_milli))
    return {"found": shown, "note": productivity_words.note()}


@register.inclusion_tag("web/_figure.html")
def figure(one: Figure) -> dict[str, object]:
    """The only way a page shows a figure: with its grade of proof."""
    return {"figure": one}


@register.inclusion_tag("web/_bar.html")
def bar(done: int, whole: int, says: str, kind: str = "v") -> dict[str, object]:
    """A bar filled to ``done`` of ``whole``; ``says`` is its sentence for those who don't see it."""
    one: Bar = bar_of(says=says, parts={kind: done}, whole=whole)
    return {"bar": one}


@register.simple_tag
def new_id() -> str:
    """An id for a command, made with the form, so that sending the form twice does the thing once."""
    return str(uuid.uuid4())


@register.filter
def skill_word(code: str) -> str:
    return word(SKILLS, code)


@register.filter
def paper_word(paper: NewCredential) -> str:
    return paper_words(paper.kind, paper.code)


@register.filter
def purpose_word(code: str) -> str:
    return word(PURPOSES, code)


@register.filter
def is_last_word(answer: AnswerFacts) -> bool:
    """The campaign is over: nothing more follows by any day."""
    return answer.reason == OVER.reason


@register.filter
def waits_for_us(answer: AnswerFacts) -> bool:
    """Nothing is missing that the person could do: their answer is being worked out."""
    return answer.reason == CONFIRMED.reason


@register.filter
def cause_word(code: str) -> str:
    return word(CAUSES, code)


@register.filter
def language_word(code: str) -> str:
    return word(LANGUAGES, code)


@register.filter
def placement_word(state: str) -> str:
    return word(PLACEMENT_STATES, state)


@register.filter
def nomination_word(kind: str) -> str:
    return word(NOMINATION_KINDS, kind)


@register.filter
def physical_word(level: int) -> str:
    return str(PHYSICAL[level])


@register.filter
def rough(milli_units: int) -> str:
    """An estimate in whole units."""
    return f"{round(milli_units / MILLI):,}"


@register.filter
def percent(share: Fraction) -> str:
    """A share as a percentage with one decimal."""
    return f"{float(share) * 100:.1f} %"


@register.filter
def withheld(reason: Withheld) -> str:
    return withheld_words(reason)


@register.filter
def verified(shown: Shown, indicator: IndicatorFacts) -> Figure:
    return verified_figure(indicator, shown)


@register.filter
def claimed(shown: Shown, indicator: IndicatorFacts) -> Figure:
    return claimed_figure(indicator, shown)


@register.filter
def alternative_word(reason: str) -> str:
    return word(ALTERNATIVE_REASONS, reason)


@register.filter
def stop_word(stop: Stop) -> str:
    """A hard rule, said to the one whom it kept from a post."""
    return str(UNFIT.get(stop.rule, stop.reason))


@register.filter
def full_of_word(name: str) -> str:
    return word(FULL_OF, name)


@register.filter
def brings_word(name: str) -> str:
    return word(BRINGS, name)


@register.filter
def grade_word(grade: Grade) -> str:
    return word(PROOF_GRADES, grade.name.lower())


@register.simple_tag
def lever_words(lever: LeverShown, skill_names: Mapping[int, str]) -> str:
    """What a lever would change, in words."""
    if lever.name == "without_skill":
        skill = word(SKILLS, skill_names.get(lever.amount, str(lever.amount)))
        return gettext("do without: %(skill)s") % {"skill": skill}
    words = str(LEVERS[lever.name])
    amount = km(lever.amount) if lever.name == "travel_farther" else duration(abs(lever.amount))
    return words % {"amount": amount}


@register.simple_tag
def change_words(change: LeverShown, skill_names: Mapping[int, str]) -> str:
    """What a person could change, in words."""
    if change.name == "another_skill":
        skill = word(SKILLS, skill_names.get(change.amount, str(change.amount)))
        return gettext("if you could show this skill: %(skill)s") % {"skill": skill}
    amount = km(change.amount) if change.name == "travel_farther" else duration(change.amount)
    return str(CHANGES[change.name]) % {"amount": amount}


@register.filter
def kind_word(kind: Kind) -> str:
    return word(ENTRY_KINDS, kind.name.lower())


def _says_something(place: PlaceStanding) -> bool:
    """Places without a plan from which nothing was reported, or nothing that may be shown, fill no table."""
    return place.figure.plan_milli is not None or bool(place.figure.claimed_milli)


@register.filter("place_lines")
def place_lines_of(shown: Sequence[PlaceStanding], indicator: IndicatorFacts) -> list[PlaceLine]:
    return place_lines(shown, indicator)


@register.filter
def above_towns(places: Sequence[PlaceStanding]) -> list[PlaceStanding]:
    return [place for place in places if place.area.kind != "town" and _says_something(place)]


@register.filter
def towns(places: Sequence[PlaceStanding]) -> list[PlaceStanding]:
    return [place for place in places if place.area.kind == "town" and _says_something(place)]


@register.filter
def few_people(places: Sequence[PlaceStanding]) -> int:
    """How many places are in no table because fewer than 10 people stand behind them (P9)."""
    return sum(place.figure.withheld == "few_people" and not _says_something(place) for place in places)
