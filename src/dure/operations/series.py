"""What a movement brought about over all its campaigns: 200 days in days, 2,000 in weeks, 20,000 in years.

Campaigns are joined only where the same thing is counted in the same way: a changed unit or definition begins a new
strand, and says so. Days are those on which the work was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns import succession
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.standings.shown import shown
from dure.movement.standings.types import Figure, PastDay
from dure.operations.following import last_day

Grain = Literal["day", "week", "year"]
# So many steps can be told apart on a screen; beyond them days become weeks, and weeks years.
STEPS_MAX: Final = 400
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done from ``first`` to ``last``, both included. ``verified_milli``: None where nothing was recounted."""

    first: date
    last: date
    claimed_milli: int
    verified_milli: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A campaign's part. ``note``: what was defined anew; ``is_joined``: it counts as the part before it does.

    ``steps`` is empty where the campaign's figure is withheld, or is no sum of days.
    """

    campaign: CampaignFacts
    indicator: IndicatorFacts
    total: Figure
    first: date
    last: date
    is_joined: bool
    note: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The parts in order of time, in steps of one length."""

    grain: Grain
    parts: tuple[Part, ...]

    @property
    def first(self) -> date:
        return self.parts[0].first

    @property
    def last(self) -> date:
        return self.parts[-1].last


def series(*, campaign: CampaignFacts, today: date) -> Series | None:
    """Through all campaigns of the line that ``campaign`` stands in, up to yesterday; None without an output in it."""
    line = [
        one for one in succession.whole_chain(campaign.id) if one.starts_on < today and one.state != "draft"
    ]
    counted = _counted(campaign, line)
    if not counted:
        return None
    first = counted[0][0].starts_on
    ends = [min(last_day(one), today - _DAY) for one, _ in counted]
    grain = grain_of((max(ends) - first).days + 1)
    parts: list[Part] = []
    for (one, indicator), last in zip(counted, ends, strict=True):
        before = parts[-1].indicator if parts else None
        parts.append(_part(one, indicator, before, last=last, today=today, grain=grain))
    return Series(grain, tuple(parts))


def grain_of(days: int) -> Grain:
    """How long a step is, so that all of them can be told apart.

    >>> [grain_of(days) for days in (200, 2_000, 20_000)]
    ['day', 'week', 'year']
    """
    if days <= STEPS_MAX:
        return "day"
    return "week" if days <= STEPS_MAX * 7 else "year"


def spans(first: date, last: date, grain: Grain) -> Iterator[tuple[date, date]]:
    """The steps from ``first`` to ``last``: calendar weeks (from Monday) and years, the first and the last cut off."""
    while first <= last:
        if grain == "day":
            end = first
        elif grain == "week":
            end = first + timedelta(days=6 - first.weekday())
        else:
            end = date(first.year, 12, 31)
        yield first, min(end, last)
        first = end + _DAY


def _counted(
    campaign: CampaignFacts, line: list[CampaignFacts]
) -> list[tuple[CampaignFacts, IndicatorFacts]]:
    """What each campaign of the line counts as the continuation of one thing: the first output of ``campaign``."""
    by_campaign = {one.id: campaigns.indicators(one.id) for one in line}
    outputs = [one for one in by_campaign.get(campaign.id, ()) if one.kind == "output"]
    if not outputs:
        return []
    at = [one.id for one in line].index(campaign.id)
    found = [(campaign, outputs[0])]
    for one in reversed(line[:at]):
        before = next((own for own in by_campaign[one.id] if own.id == found[0][1].continues_id), None)
        if before is None:
            break
        found.insert(0, (one, before))
    for one in line[at + 1 :]:
        after = next((own for own in by_campaign[one.id] if own.continues_id == found[-1][1].id), None)
        if after is None:
            break
        found.append((one, after))
    return found


def _part(
    campaign: CampaignFacts,
    indicator: IndicatorFacts,
    before: IndicatorFacts | None,
    *,
    last: date,
    today: date,
    grain: Grain,
) -> Part:
    standing = shown(campaign_id=campaign.id, today=today)
    total = next(one.total for one in standing.indicators if one.indicator.id == indicator.id)
    # As the pace chart: of sums alone, and nothing of a figure that is not shown (P9, F7).
    is_told = not total.withheld and indicator.aggregation in ("sum", "coverage")
    outlook = standing.outlook(indicator.id) if is_told else None
    past = [day for day in outlook.past if day.day <= last] if outlook else []
    return Part(
        campaign=campaign,
        indicator=indicator,
        total=total,
        first=campaign.starts_on,
        last=last,
        is_joined=before is not None
        and _definition(before) == _definition(indicator)
        and not indicator.changed_note,
        note=indicator.changed_note,
        steps=tuple(_steps(past, campaign.starts_on, last, grain)) if past else (),
    )


def _steps(past: Sequence[PastDay], first: date, last: date, grain: Grain) -> Iterator[Step]:
    """What each step added to what stood at the end of the one before."""
    at_end = {day.day: day for day in past}
    before, before_verified = 0, 0
    for start, end in spans(first, last, grain):
        day = at_end.get(end)
        if day is None:
            continue
        verified = None if day.verified_milli is None else day.verified_milli - before_verified
        yield Step(start, end, day.claimed_milli - before, verified)
        before, before_verified = day.claimed_milli, day.verified_milli or 0


def _definition(one: IndicatorFacts) -> tuple[str, ...]:
    return one.kind, one.unit, one.unit_note, one.aggregation
