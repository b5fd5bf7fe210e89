"""What a campaign must fulfil, wherever its values come from. Pure: values in, problems out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.movement.campaigns.types import NewCampaign, NewTarget, Problem, TargetRow

KINDS = ("hours", "output", "goods", "money")
# Somebody has to read a standing: more than this is a second campaign.
INDICATORS_MAX = 50
TARGETS_MAX = 100_000
CHARTER_CHARS_MAX = 10_000
# A twenty-thousand-day campaign is the longest a movement has planned for (DESIGN.md section 1).
DAYS_MAX = 20_000
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
    return [*_texts(new), *_dates(new), *_indicators(new), *_targets(new)]


def _texts(new: NewCampaign) -> Iterator[Problem]:
    yield from _slug("movement.slug", new.movement.slug)
    yield from _text("movement.name", new.movement.name, 120)
    yield from _text("movement.charter", new.movement.charter, CHARTER_CHARS_MAX)
    yield from _slug("campaign.slug", new.slug)
    yield from _text("campaign.name", new.name, 160)
    yield from _text("campaign.summary", new.summary, 500)
    yield from _text("campaign.area", new.area, 40)
    yield from _text("campaign.synthetic_label", new.synthetic_label, 160, least=0)
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


def _indicators(new: NewCampaign) -> Iterator[Problem]:
    if len(new.indicators) > INDICATORS_MAX:
        what = f"there are {len(new.indicators)} indicators"
        yield Problem("indicators", what, f"at most {INDICATORS_MAX}")
    if not any(indicator.kind in {"hours", "output"} for indicator in new.indicators):
        # Goods alone have no people in them: nothing could be matched, recorded or thanked.
        what = "none counts hours or output"
        yield Problem("indicators", what, 'at least one of kind "hours" or "output"', ("indicators",))
    seen: dict[str, int] = {}
    for place, indicator in enumerate(new.indicators):
        key = f"indicators[{place}]"
        yield from _slug(f"{key}.code", indicator.code)
        yield from _text(f"{key}.name", indicator.name, 120)
        yield from _text(f"{key}.unit", indicator.unit, 20)
        yield from _text(f"{key}.unit_note", indicator.unit_note, 200, least=0)
        if indicator.kind not in KINDS:
            what = f"{indicator.kind!r} is no kind of indicator"
            yield Problem(f"{key}.kind", what, '"hours", "output", "goods" or "money"')
        elif indicator.kind == "money" and not _CURRENCY.fullmatch(indicator.unit):
            what = f"{indicator.unit!r} is no currency code"
            yield Problem(f"{key}.unit", what, 'three capital letters, such as "KRW" or "EUR"')
        if (first := seen.setdefault(indicator.code, place)) != place:
            what = f"{indicator.code!r} is the code of indicators[{first}] too"
            touches = (f"indicators[{first}].code",)
            yield Problem(f"{key}.code", what, "a code of its own", touches)


def _targets(new: NewCampaign) -> Iterator[Problem]:
    if len(new.targets) > TARGETS_MAX:
        yield Problem("targets", f"there are {len(new.targets)} targets", f"at most {TARGETS_MAX}")
        return
    codes = {indicator.code for indicator in new.indicators}
    seen: dict[tuple[str, str], int] = {}
    for place, target in enumerate(new.targets):
        key = f"targets[{place}]"
        yield from _text(f"{key}.area", target.area, 40)
        yield from figure_problems(key, target, new.starts_on, new.ends_on)
        if target.indicator not in codes:
            what = f"{target.indicator!r} is no indicator of this campaign"
            wanted = "one of " + ", ".join(sorted(codes)) if codes else "the code of an indicator"
            yield Problem(f"{key}.indicator", what, wanted, ("indicators",))
        if (first := seen.setdefault((target.indicator, target.area), place)) != place:
            what = f"targets[{first}] is for the same indicator and area"
            touches = (f"targets[{first}]", f"{key}.indicator")
            yield Problem(f"{key}.area", what, "one target an indicator and area", touches)


def figure_problems(
    key: str, target: NewTarget | TargetRow, starts_on: date, ends_on: date
) -> Iterator[Problem]:
    """Problems of a target's figures, date and source in a campaign from ``starts_on`` to ``ends_on``."""
    yield from _quantity(f"{key}.plan", target.plan_milli, least=1)
    yield from _quantity(f"{key}.baseline", target.baseline_milli, least=0)
    yield from _quantity(f"{key}.rated_capacity", target.rated_capacity_milli, least=1)
    yield from _text(f"{key}.source", target.source, 200)
    if not starts_on <= target.deadline <= ends_on:
        what = f"{target.deadline} lies outside the campaign"
        wanted = f"a day from {starts_on} to {ends_on}"
        touches = ("campaign.starts_on", "campaign.ends_on")
        yield Problem(f"{key}.deadline", what, wanted, touches)


def row_problems(rows: Sequence[TargetRow], starts_on: date, ends_on: date) -> list[Problem]:
    """Every problem of target rows that one call sets together."""
    found: list[Problem] = []
    seen: dict[int, int] = {}
    for place, row in enumerate(rows):
        key = f"targets[{place}]"
        found.extend(figure_problems(key, row, starts_on, ends_on))
        if (first := seen.setdefault(row.area_id, place)) != place:
            what = f"targets[{first}] is for the same area"
            found.append(Problem(f"{key}.area", what, "one target an area"))
    return found


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
