"""One campaign after the other: the draft of the next, who is asked again, and what is carried on.

Nothing is carried over silently. Results become baselines with the grade of proof they have, and *unknown* stays
unknown (F3); plans are those of the campaign before for as many days, whatever was reached (F8); what is defined anew
is said; people are asked, and whoever says nothing has said no (P3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from dure.base.access import Actor
from dure.engine.plan.rest import rest_weeks
from dure.engine.plan.tree import next_target
from dure.kernel.must import must
from dure.movement.campaigns import actions as campaigns_actions
from dure.movement.campaigns import breaks, succession
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen, FollowingBad
from dure.movement.campaigns.types import (
    BreakFacts,
    CampaignFacts,
    IndicatorFacts,
    NewBreak,
    NewCampaign,
    NewIndicator,
    NewTarget,
    TargetFacts,
)
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.standings import reads as standings
from dure.movement.standings.types import Figure

# The next campaign is made when this one is closed, or in its last weeks: earlier there is no result to build on.
LAST_WEEKS_DAYS: Final = 56
REST_REASON: Final = "Rest week, planned in so that the pace can be kept."
_DAY: Final = timedelta(days=1)
_Cell = tuple[int, int, int | None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the next campaign is to be; empty or None: as the campaign before.

    ``rest_every_weeks``: every so many weeks one of rest; 0: none is planned.
    """

    slug: str = ""
    name: str = ""
    starts_on: date | None = None
    days: int | None = None
    rest_every_weeks: int = 8


@dataclass(frozen=True, slots=True)
class Followed:
    """The draft of the next campaign. Baselines by their grade: how many are verified, claimed, or not known.

    ``changes``: what is defined anew, by indicator's code.
    """

    campaign: CampaignFacts
    before: CampaignFacts
    target_count: int
    verified_count: int
    claimed_count: int
    unknown_count: int
    changes: Mapping[str, str]
    breaks: tuple[BreakFacts, ...]


def follow(
    *, actor: Actor, slug: str, now: datetime, wishes: Wishes | None = None, new: NewCampaign | None = None
) -> Followed:
    """Make the draft of the campaign that carries ``slug`` on; made before, it is given as it is by now.

    ``new``: the next campaign as a file states it; what it leaves out (baselines, which indicator continues which) is
    filled in from the campaign before. Without it the next one counts the same, in the same places.

    Refuses with NotFound, NotAllowed, FollowingBad (a draft, too early, followed already, days that overlap), and as
    ``campaigns.actions.create`` does: CampaignBad, CampaignReused.
    """
    must(now.tzinfo is not None, "now is aware")
    before = campaigns.campaign_for(actor, slug)
    actor.must_organise(before.area_path)
    wanted = wishes or Wishes()
    today = campaigns.local_day(before, now)
    _refuse_early(before, today)
    next_slug = new.slug if new else wanted.slug or _next_slug(before)
    for one in succession.followers(before.id):
        if one.slug != next_slug:
            raise FollowingBad(
                slug=slug, what=f"{one.slug} follows it already", wanted="that one, or no other"
            )
        return _followed(one, before)
    stated = _stated(new, before, today) if new else drafted(before, wanted, next_slug, today)
    if stated.starts_on <= last_day(before):
        what = f"{stated.starts_on} lies in the campaign before"
        raise FollowingBad(slug=slug, what=what, wanted=f"a first day after {last_day(before)}")
    return _followed(campaigns_actions.create(new=stated, now=now), before)


def last_day(campaign: CampaignFacts) -> date:
    """The last day of a campaign: the one that was planned, or the one on which it was closed before that."""
    if campaign.closed_at is None:
        return campaign.ends_on
    return min(campaign.ends_on, max(campaigns.local_day(campaign, campaign.closed_at), campaign.starts_on))


def days_of(campaign: CampaignFacts) -> int:
    """How many days it lasted, or is to last."""
    return (last_day(campaign) - campaign.starts_on).days + 1


def _refuse_early(before: CampaignFacts, today: date) -> None:
    if before.state == "draft":
        raise CampaignNotOpen(slug=before.slug, state=before.state)
    earliest = before.ends_on - timedelta(days=LAST_WEEKS_DAYS)
    if before.state == "open" and today < earliest:
        what = f"it runs until {before.ends_on}, so its result is far from known"
        raise FollowingBad(slug=before.slug, what=what, wanted=f"a closed campaign, or a day from {earliest}")


def _next_slug(before: CampaignFacts) -> str:
    """The slug of the first campaign of the line, and which one this is: harvest, harvest-2, harvest-3."""
    line = succession.chain(before.id)
    number = f"-{len(line) + 1}"
    return line[0].slug[: 50 - len(number)].rstrip("-_") + number


def drafted(before: CampaignFacts, wanted: Wishes, slug: str, today: date) -> NewCampaign:
    """The next campaign in the terms of the one before."""
    length = wanted.days or (before.ends_on - before.starts_on).days + 1
    starts_on = (
        wanted.starts_on
        or max(last_day(before), today if before.state == "closed" else before.ends_on) + _DAY
    )
    ends_on = starts_on + timedelta(days=length - 1)
    line = succession.chain(before.id)
    counted = campaigns.indicators(before.id)
    code_of = {one.id: one.code for one in counted}
    new = NewCampaign(
        movement=succession.movement_of(before.id),
        slug=slug,
        name=wanted.name or f"{line[0].name[:150]} {len(line) + 1}",
        summary=before.summary,
        area=places.area(before.area_id).code,
        timezone=before.timezone,
        starts_on=starts_on,
        ends_on=ends_on,
        indicators=tuple(_continued(one, code_of) for one in counted),
        synthetic_label=before.synthetic_label,
        follows=before.slug,
        two_persons=before.two_persons,
        rotation=before.rotation,
    )
    if wanted.rest_every_weeks:
        spans = rest_weeks(starts_on, ends_on, every_weeks=wanted.rest_every_weeks)
        new = replace(new, breaks=tuple(NewBreak(first, last, REST_REASON) for first, last in spans))
    return replace(new, targets=_targets(before, new, today))


def _continued(one: IndicatorFacts, code_of: Mapping[int, str]) -> NewIndicator:
    return NewIndicator(
        code=one.code,
        kind=one.kind,
        name=one.name,
        unit=one.unit,
        unit_note=one.unit_note,
        aggregation=one.aggregation,
        daily_norm_milli=one.daily_norm_milli,
        continues=one.code,
        saves=code_of[one.saves_id] if one.saves_id is not None else "",
    )


def _targets(before: CampaignFacts, new: NewCampaign, today: date) -> tuple[NewTarget, ...]:
    """What each place and team had to reach, for as many days as the next campaign has, with its baseline."""
    found = Results.of(before, today)
    planned = (before.ends_on - before.starts_on).days + 1
    days = (new.ends_on - new.starts_on).days + 1
    areas = places.areas({area_id for _, area_id, _ in found.targets})
    teams = people.teams({team_id for _, _, team_id in found.targets if team_id is not None})
    source = f"As planned in {before.name[:90]} ({planned} days), for {days} days; without this one's excess"
    targets = []
    for (indicator_id, area_id, team_id), rows in found.targets.items():
        indicator = found.indicators[indicator_id]
        is_sum = indicator.aggregation == "sum"
        plan_milli, rated_milli = _whole_plan(rows, is_sum=is_sum)
        spans = {"days": planned, "days_next": days} if is_sum else {"days": 1, "days_next": 1}
        rated_next = None
        if rated_milli is not None:
            rated_next = max(1, round(Fraction(rated_milli * spans["days_next"], spans["days"])))
        grade, baseline_milli, lower_milli = found.baseline((indicator_id, area_id, team_id), days)
        targets.append(
            NewTarget(
                indicator=indicator.code,
                area=areas[area_id].code,
                plan_milli=next_target(plan_milli, rated_capacity_milli=rated_milli, **spans),
                deadline=new.ends_on,
                source=source,
                source_date=today,
                baseline_milli=baseline_milli,
                rated_capacity_milli=rated_next,
                team=teams[team_id].name if team_id is not None else "",
                baseline_grade=grade,
                baseline_lower_milli=lower_milli,
            )
        )
    return tuple(targets)


def _whole_plan(rows: Sequence[TargetFacts], *, is_sum: bool) -> tuple[int, int | None]:
    """Plan and rated capacity over all periods: amounts add up, of a level the newest one counts."""
    if not is_sum:
        newest = max(rows, key=lambda one: one.deadline)
        return newest.plan_milli, newest.rated_capacity_milli
    rated = [one.rated_capacity_milli for one in rows]
    known = [one for one in rated if one is not None]
    return sum(one.plan_milli for one in rows), sum(known) if len(known) == len(rated) else None


@dataclass(frozen=True, slots=True)
class Results:
    """What the campaign before reached, by cell (indicator, place, team or None), as everybody may know it."""

    before: CampaignFacts
    indicators: Mapping[int, IndicatorFacts]
    targets: Mapping[_Cell, Sequence[TargetFacts]]
    figures: Mapping[_Cell, Figure]
    area_ids: Mapping[str, int]  # by code

    @classmethod
    def of(cls, before: CampaignFacts, today: date) -> Results:
        """Only what is published: a baseline is public, and so never tells what was withheld (P9, F7)."""
        targets: dict[_Cell, list[TargetFacts]] = {}
        for target in campaigns.targets(before.id):
            targets.setdefault((target.indicator_id, target.area_id, target.team_id), []).append(target)
        standing = standings.standing(campaign_id=before.id, today=min(today, before.ends_on))
        figures: dict[_Cell, Figure] = {}
        area_ids: dict[str, int] = {}
        for one in standing.indicators:
            for place in one.places:
                area_ids[place.area.code] = place.area.id
                figures[one.indicator.id, place.area.id, None] = place.figure
            for team in one.teams:
                figures[one.indicator.id, team.team.area_id, team.team.id] = team.figure
        indicators = {one.indicator.id: one.indicator for one in standing.indicators}
        return cls(before, indicators, targets, figures, area_ids)

    def baseline(self, cell: _Cell, days: int) -> tuple[str, int | None, int | None]:
        """Grade, amount and lower bound to grow from; of a sum for as many ``days`` as it is compared with."""
        figure = self.figures.get(cell)
        if figure is None or figure.claimed_milli is None:
            return "claimed", None, None
        factor = Fraction(1)
        if self.indicators[cell[0]].aggregation == "sum":
            factor = Fraction(days, days_of(self.before))
        verified = figure.verified
        if verified.estimate_milli is None:
            return "claimed", round(figure.claimed_milli * factor), None
        lower = None if verified.lower_milli is None else int(verified.lower_milli * factor)
        return "verified", round(verified.estimate_milli * factor), lower


def _stated(new: NewCampaign, before: CampaignFacts, today: date) -> NewCampaign:
    """The next campaign as a file states it, with what it left out: which indicators continue, and the baselines."""
    found = Results.of(before, today)
    known = {one.code: one for one in found.indicators.values()}
    indicators = tuple(
        replace(one, continues=one.code) if not one.continues and one.code in known else one
        for one in new.indicators
    )
    same = {
        one.code: known[one.continues].id
        for one in indicators
        if one.continues in known and _is_comparable(one, known[one.continues])
    }
    days = (new.ends_on - new.starts_on).days + 1
    targets = []
    for target in new.targets:
        cell = (same.get(target.indicator, 0), found.area_ids.get(target.area, 0), None)
        if target.baseline_milli is None and not target.team and cell in found.figures:
            grade, baseline_milli, lower_milli = found.baseline(cell, days)
            target = replace(
                target, baseline_milli=baseline_milli, baseline_grade=grade, baseline_lower_milli=lower_milli
            )
        targets.append(target)
    return replace(new, follows=before.slug, indicators=indicators, targets=tuple(targets))


def _is_comparable(new: NewIndicator, before: IndicatorFacts) -> bool:
    """Sacks are no kilograms: what is counted otherwise has no baseline in what was counted before."""
    mine = (new.kind, new.unit, new.unit_note, new.aggregation)
    return mine == (before.kind, before.unit, before.unit_note, before.aggregation)


def _followed(made: CampaignFacts, before: CampaignFacts) -> Followed:
    targets = campaigns.targets(made.id)
    known = [one for one in targets if one.baseline_milli is not None]
    verified = [one for one in known if one.baseline_grade == "verified"]
    return Followed(
        campaign=made,
        before=before,
        target_count=len(targets),
        verified_count=len(verified),
        claimed_count=len(known) - len(verified),
        unknown_count=len(targets) - len(known),
        changes={one.code: one.changed_note for one in campaigns.indicators(made.id) if one.changed_note},
        breaks=breaks.of(made.id),
    )
