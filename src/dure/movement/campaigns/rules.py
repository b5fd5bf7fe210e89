"""What a campaign must fulfil, wherever its values come from. Pure: values in, problems out."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from dure.engine.plan.periods import overlapping
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.movement.campaigns.types import (
    TWO_PERSON_ACTS,
    NewCampaign,
    NewIndicator,
    NewTarget,
    Problem,
    TargetRow,
)

KINDS = ("hours", "output", "goods", "money", "saving")
# What each kind may be counted by. Stock has books of its own (F6), so goods and money are only ever added up. The
# people behind the hours are counted from the hours, never recorded a second time.
AGGREGATIONS = {
    "hours": ("sum", "people"),
    "output": ("sum", "last", "coverage"),
    "goods": ("sum",),
    "money": ("sum",),
    "saving": ("sum",),
}
# Somebody has to read a standing: more than this is a second campaign.
INDICATORS_MAX = 50
TARGETS_MAX = 100_000
CHARTER_CHARS_MAX = 10_000
# A twenty-thousand-day campaign is the longest a movement has planned for (DESIGN.md section 1).
DAYS_MAX = 20_000
# Two: week on, week off. More than a quarter of a year between two weeks of rest is none that anybody plans with.
ROTATION_MIN, ROTATION_MAX = 2, 12
# ISO 4217.
_CURRENCY = re.compile(r"[A-Z]{3}")
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
SLUG_CHARS_MAX = 50
SLUG_WANTED = "small letters a-z, digits, single - or _ between them, at most 50 characters"


def is_timezone(name: str) -> bool:
    """Whether this machine's timezone data knows ``name``."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, not a name, a folder of names
        return False
    return True


def problems_of(new: NewCampaign) -> list[Problem]:
    """Every problem of the values themselves; whether the places exist is asked of the database later."""
    return [*_texts(new), *_dates(new), *_breaks(new), *_indicators(new), *_targets(new)]


def _texts(new: NewCampaign) -> Iterator[Problem]:
    yield from _slug("movement.slug", new.movement.slug)
    yield from _text("movement.name", new.movement.name, 120)
    yield from _text("movement.charter", new.movement.charter, CHARTER_CHARS_MAX)
    yield from _slug("campaign.slug", new.slug)
    yield from _text("campaign.name", new.name, 160)
    yield from _text("campaign.summary", new.summary, 500)
    yield from _text("campaign.area", new.area, 40)
    yield from _text("campaign.synthetic_label", new.synthetic_label, 160, least=0)
    if new.follows:
        yield from _slug("campaign.follows", new.follows)
    for act in new.two_persons:
        if act not in TWO_PERSON_ACTS:
            wanted = "one of " + ", ".join(TWO_PERSON_ACTS)
            yield Problem("campaign.two_persons", f"{act!r} is no act that two are asked for", wanted)
    if new.rotation and not ROTATION_MIN <= new.rotation <= ROTATION_MAX:
        what = "people can't rest in so many parts"
        wanted = f"a whole number from {ROTATION_MIN} to {ROTATION_MAX}, or none"
        yield Problem("campaign.rotation", what, wanted)
    if not is_timezone(new.timezone):
        yield Problem(
            "campaign.timezone", f"{new.timezone!r} is no known timezone", 'an IANA name such as "Asia/Seoul"'
        )


def _dates(new: NewCampaign) -> Iterator[Problem]:
    both = ("campaign.starts_on", "campaign.ends_on")
    if new.ends_on < new.starts_on:
        what = f"{new.ends_on} is before starts_on ({new.starts_on})"
        yield Problem("campaign.ends_on", what, "a day on or after starts_on", both)
    elif (new.ends_on - new.starts_on).days >= DAYS_MAX:
        what = f"the campaign lasts {(new.ends_on - new.starts_on).days + 1} days"
        yield Problem("campaign.ends_on", what, f"at most {DAYS_MAX} days", both)


def _breaks(new: NewCampaign) -> Iterator[Problem]:
    for place, one in enumerate(new.breaks):
        key = f"breaks[{place}]"
        yield from _text(f"{key}.reason", one.reason, 500)
        if one.kind not in ("rest", "pause"):
            yield Problem(f"{key}.kind", f"{one.kind!r} is no kind of break", '"rest" or "pause"')
        yield from _span(key, "first_day", one.first_day, "last_day", one.last_day, new)
    for kind in ("rest", "pause"):
        # A pause may lie over planned rest: nobody knows how long it lasts.
        places = [place for place, one in enumerate(new.breaks) if one.kind == kind]
        spans = [(new.breaks[place].first_day, new.breaks[place].last_day) for place in places]
        if all(first <= last for first, last in spans) and (both := overlapping(spans)):
            first, second = sorted(places[one] for one in both)
            touches = (f"breaks[{first}]", f"breaks[{second}]")
            yield Problem(
                f"breaks[{second}]", f"it shares a day with breaks[{first}]", "different days", touches
            )


def _span(
    key: str, first_name: str, first: date, last_name: str, last: date, new: NewCampaign
) -> Iterator[Problem]:
    """Both days lie within the campaign, in order."""
    touches = ("campaign.starts_on", "campaign.ends_on")
    for name, day in ((first_name, first), (last_name, last)):
        if not new.starts_on <= day <= new.ends_on:
            wanted = f"a day from {new.starts_on} to {new.ends_on}"
            yield Problem(f"{key}.{name}", f"{day} lies outside the campaign", wanted, touches)
    if last < first:
        what = f"{last} is before {first_name} ({first})"
        yield Problem(f"{key}.{last_name}", what, f"a day on or after {first_name}", (f"{key}.{first_name}",))


def _indicators(new: NewCampaign) -> Iterator[Problem]:
    if len(new.indicators) > INDICATORS_MAX:
        what = f"there are {len(new.indicators)} indicators"
        yield Problem("indicators", what, f"at most {INDICATORS_MAX}")
    if not any(indicator.kind in {"hours", "output"} for indicator in new.indicators):
        # Goods alone have no people in them: nothing could be matched, recorded or thanked.
        what = "none counts hours or output"
        yield Problem("indicators", what, 'at least one of kind "hours" or "output"', ("indicators",))
    is_summed = [one.kind == "hours" and one.aggregation == "sum" for one in new.indicators]
    seen: dict[str, int] = {}
    for place, indicator in enumerate(new.indicators):
        key = f"indicators[{place}]"
        yield from _slug(f"{key}.code", indicator.code)
        yield from _text(f"{key}.name", indicator.name, 120)
        yield from _text(f"{key}.unit", indicator.unit, 20)
        yield from _text(f"{key}.unit_note", indicator.unit_note, 200, least=0)
        if indicator.kind not in KINDS:
            what = f"{indicator.kind!r} is no kind of indicator"
            yield Problem(f"{key}.kind", what, '"hours", "output", "goods", "money" or "saving"')
        elif indicator.kind == "money" and not _CURRENCY.fullmatch(indicator.unit):
            what = f"{indicator.unit!r} is no currency code"
            yield Problem(f"{key}.unit", what, 'three capital letters, such as "KRW" or "EUR"')
        yield from _counting(key, indicator, new.follows)
        yield from _saving(key, indicator, new.indicators)
        if indicator.aggregation == "people" and indicator.kind == "hours" and is_summed.count(True) != 1:
            what = "it counts the people behind the hours, and not exactly one indicator adds hours up"
            yield Problem(f"{key}.aggregation", what, 'one indicator of kind "hours" with aggregation "sum"')
        if (first := seen.setdefault(indicator.code, place)) != place:
            what = f"{indicator.code!r} is the code of indicators[{first}] too"
            touches = (f"indicators[{first}].code",)
            yield Problem(f"{key}.code", what, "a code of its own", touches)


def _counting(key: str, indicator: NewIndicator, follows: str) -> Iterator[Problem]:
    """How its values make one, the norm of work, and what it continues."""
    allowed = AGGREGATIONS.get(indicator.kind, ())
    if allowed and indicator.aggregation not in allowed:
        what = f"{indicator.aggregation!r} is no way to count {indicator.kind}"
        wanted = " or ".join(f'"{one}"' for one in allowed)
        yield Problem(f"{key}.aggregation", what, wanted, (f"{key}.kind",))
    yield from _quantity(f"{key}.daily_norm", indicator.daily_norm_milli, least=1)
    if indicator.daily_norm_milli is not None and (
        indicator.kind != "output" or indicator.aggregation == "last"
    ):
        what = "a norm of work is stated for what is no work added up"
        wanted = 'none, or kind "output" with aggregation "sum" or "coverage"'
        yield Problem(f"{key}.daily_norm", what, wanted, (f"{key}.kind", f"{key}.aggregation"))
    yield from _text(f"{key}.changed_note", indicator.changed_note, 300, least=0)
    if indicator.continues and not follows:
        what = "it continues an indicator, but the campaign follows none"
        yield Problem(f"{key}.continues", what, "campaign.follows beside it", ("campaign.follows",))


def _saving(key: str, indicator: NewIndicator, beside: Sequence[NewIndicator]) -> Iterator[Problem]:
    """A saving names the output that it is reckoned in; nothing else does."""
    if indicator.kind != "saving":
        if indicator.saves:
            yield Problem(f"{key}.saves", "it is no saving", 'none, or kind "saving"', (f"{key}.kind",))
        return
    saved = next((one for one in beside if one.code == indicator.saves), None)
    if saved is None or saved.kind != "output" or saved.aggregation == "last":
        what = f"{indicator.saves!r} is no output that is added up"
        yield Problem(f"{key}.saves", what, "the code of an output of this campaign", ("indicators",))
    elif saved.unit != indicator.unit:
        # What was saved is told as the output it is enough for, or the two could not be reckoned up.
        what = f"{indicator.saves!r} is counted in {saved.unit}"
        yield Problem(f"{key}.unit", what, "the same unit", (f"{key}.saves",))


def _targets(new: NewCampaign) -> Iterator[Problem]:
    if len(new.targets) > TARGETS_MAX:
        yield Problem("targets", f"there are {len(new.targets)} targets", f"at most {TARGETS_MAX}")
        return
    codes = {indicator.code for indicator in new.indicators}
    savings = {indicator.code for indicator in new.indicators if indicator.kind == "saving"}
    for place, target in enumerate(new.targets):
        key = f"targets[{place}]"
        yield from _text(f"{key}.area", target.area, 40)
        yield from _text(f"{key}.team", target.team, 120, least=0)
        yield from figure_problems(key, target, new.starts_on, new.ends_on)
        if target.indicator not in codes:
            what = f"{target.indicator!r} is no indicator of this campaign"
            wanted = "one of " + ", ".join(sorted(codes)) if codes else "the code of an indicator"
            yield Problem(f"{key}.indicator", what, wanted, ("indicators",))
        if target.indicator in savings:
            # A plan for savings would be met by claiming some.
            what = f"{target.indicator!r} counts savings: they are booked, never planned"
            yield Problem(f"{key}.indicator", what, "an indicator of another kind", ("indicators",))
    cells = [(target.indicator, target.area, target.team) for target in new.targets]
    yield from period_problems(cells, new.targets, new.starts_on, "indicator and area")
    yield from level_problems(
        cells, new.targets, {one.code for one in new.indicators if one.aggregation in LEVELS}, new.starts_on
    )


# Of these a later period wants a level, not more of it.
LEVELS = ("last", "people")


def period_problems(
    cells: Sequence[Hashable], targets: Sequence[NewTarget | TargetRow], starts_on: date, of_what: str
) -> Iterator[Problem]:
    """Targets of one cell (indicator, place, team) whose periods share a day."""
    by_cell: dict[Hashable, list[int]] = {}
    for place, cell in enumerate(cells):
        by_cell.setdefault(cell, []).append(place)
    for places in by_cell.values():
        spans = [(targets[place].starts_on or starts_on, targets[place].deadline) for place in places]
        if len(places) > 1 and (both := overlapping(spans)):
            first, second = sorted(places[one] for one in both)
            what = f"targets[{first}] is for the same {of_what}, and their days overlap"
            touches = (f"targets[{first}]", f"targets[{second}]")
            yield Problem(f"targets[{second}].area", what, "one target at a time", touches)


def level_problems(
    cells: Sequence[tuple[Hashable, ...]],
    targets: Sequence[NewTarget | TargetRow],
    level_indicators: Collection[Hashable],
    starts_on: date,
) -> Iterator[Problem]:
    """Levels that a later period wants lower than an earlier one. ``cells`` begin with the indicator."""
    newest: dict[tuple[Hashable, ...], int] = {}
    order = sorted(range(len(targets)), key=lambda place: targets[place].starts_on or starts_on)
    for place in order:
        cell = cells[place]
        if cell[0] not in level_indicators:
            continue
        before = newest.get(cell)
        if before is not None and targets[place].plan_milli < targets[before].plan_milli:
            what = f"it is lower than targets[{before}], though it counts a level of a later time"
            yield Problem(f"targets[{place}].plan", what, "as much or more", (f"targets[{before}]",))
        newest[cell] = place


def figure_problems(
    key: str, target: NewTarget | TargetRow, starts_on: date, ends_on: date
) -> Iterator[Problem]:
    """Problems of a target's figures, date and source in a campaign from ``starts_on`` to ``ends_on``."""
    yield from _quantity(f"{key}.plan", target.plan_milli, least=1)
    yield from _quantity(f"{key}.baseline", target.baseline_milli, least=0)
    yield from _quantity(f"{key}.rated_capacity", target.rated_capacity_milli, least=1)
    yield from _text(f"{key}.source", target.source, 200)
    yield from _baseline(key, target)
    touches = ("campaign.starts_on", "campaign.ends_on")
    first = target.starts_on or starts_on
    for name, day in (("starts_on", first), ("deadline", target.deadline)):
        is_stated = name == "deadline" or target.starts_on is not None
        if is_stated and not starts_on <= day <= ends_on:
            what = f"{day} lies outside the campaign"
            yield Problem(f"{key}.{name}", what, f"a day from {starts_on} to {ends_on}", touches)
    if starts_on <= target.deadline < first <= ends_on:
        what = f"{target.deadline} is before starts_on ({first})"
        yield Problem(f"{key}.deadline", what, "a day on or after starts_on", (f"{key}.starts_on",))


def _baseline(key: str, target: NewTarget | TargetRow) -> Iterator[Problem]:
    """A baseline keeps its grade of proof (F3); only a verified one has a lower bound."""
    lower, grade = target.baseline_lower_milli, target.baseline_grade
    if grade not in ("claimed", "verified"):
        yield Problem(
            f"{key}.baseline_grade", f"{grade!r} is no grade of a baseline", '"claimed" or "verified"'
        )
    elif grade == "verified" and (target.baseline_milli is None or lower is None):
        what = "it is verified, but baseline or baseline_lower is missing"
        yield Problem(f"{key}.baseline_grade", what, "both of them beside it", (f"{key}.baseline",))
    elif lower is not None and (grade != "verified" or lower > (target.baseline_milli or 0) or lower < 0):
        what = "it is no lower bound of a verified baseline"
        yield Problem(
            f"{key}.baseline_lower", what, "0 to baseline, where that is verified", (f"{key}.baseline",)
        )


def row_problems(rows: Sequence[TargetRow], starts_on: date, ends_on: date) -> list[Problem]:
    """Every problem of target rows that one call sets together."""
    found: list[Problem] = []
    for place, row in enumerate(rows):
        found.extend(figure_problems(f"targets[{place}]", row, starts_on, ends_on))
    cells = [(row.area_id, row.team_id) for row in rows]
    return [*found, *period_problems(cells, rows, starts_on, "area")]


def _slug(key: str, value: str) -> Iterator[Problem]:
    if len(value) > SLUG_CHARS_MAX or not _SLUG.fullmatch(value):
        yield Problem(key, f"{value[:60]!r} is no slug", SLUG_WANTED)


def _text(key: str, value: str, chars_max: int, least: int = 1) -> Iterator[Problem]:
    if len(value.strip()) < least:
        yield Problem(key, "is empty", "a text")
    elif len(value) > chars_max:
        yield Problem(key, f"has {len(value)} characters", f"at most {chars_max}")
    elif "\x00" in value:
        # PostgreSQL stores no NUL, SQLite cuts at it.
        yield Problem(key, "holds a NUL character", "plain text")


def _quantity(key: str, milli: int | None, least: int) -> Iterator[Problem]:
    if milli is not None and not least <= milli <= QUANTITY_MILLI_MAX:
        what = "is zero" if milli == 0 else "is negative" if milli < 0 else "is too large"
        wanted = "a quantity above zero" if least else "zero or more"
        yield Problem(key, what, wanted if milli <= 0 else "at most 1,000,000,000,000")
