"""How the two sides of a challenge stand, and what came of it as far as their days carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from dure.engine.grading import Contender, Outcome, Span, compare_changes, compare_levels
from dure.engine.plan import hold
from dure.movement.audit import reads as audit
from dure.movement.audit.types import Deduction
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import reads as ledger
from dure.movement.people.types import TeamFacts
from dure.movement.standings.challenges import ChallengeFacts
from dure.movement.standings.measures import percent_of
from dure.movement.standings.shown import Shown
from dure.movement.standings.types import TeamStanding

# ahead: the first or the second, told at 95 %; open: it runs still; ended: a side ended it; withheld: a figure is.
Told = Literal["first", "second", "not_told_apart", "unknown", "open", "ended", "withheld"]
# By indicator and team: each day of work with what is claimed of it.
Days = dict[tuple[int, int], list[tuple[date, int]]]
# Challenges told by one round of queries: their teams stand on at most twice as many pages.
AT_ONCE_MAX = 200
_DAY = timedelta(days=1)
_NOT_DEDUCTED = Deduction(0, is_short=False)


@dataclass(frozen=True, slots=True)
class Side:
    """A team in the days agreed on, as claimed. ``expected_milli``: its part of the plan by the season's rules, of
    these days; None without a plan. ``percent``: of it, None above 105 % too (F7). ``before_milli``: in as many days
    before. All None where it is withheld."""

    team: TeamFacts
    claimed_milli: int | None
    days: int | None
    expected_milli: int | None
    percent: Decimal | None
    before_milli: int | None
    before_days: int | None


@dataclass(frozen=True, slots=True)
class ChallengeOutcome:
    """``told`` may change while reports come in late, with corrections and with recounts."""

    first: Side
    second: Side
    told: Told


def outcomes(
    found: Sequence[ChallengeFacts], campaign: CampaignFacts, shown: Shown, today: date
) -> list[ChallengeOutcome]:
    """Of agreed challenges of one campaign, as many queries for a hundred as for one. A team with a withheld figure
    has no side to show, and nothing is told."""
    told: list[ChallengeOutcome] = []
    for start in range(0, len(found), AT_ONCE_MAX):
        some = found[start : start + AT_ONCE_MAX]
        indicators = {one.indicator.id for one in some}
        deductions = {indicator: audit.deductions(indicator) for indicator in indicators}
        standings = {
            (indicator, standing.team.id): standing
            for indicator in indicators
            for standing in shown.teams_of(
                indicator,
                sorted({team for one in some if one.indicator.id == indicator for team in _ids(one)}),
            )
        }
        days = _days(some, campaign.id, today)
        for one in some:
            sides = [
                _contender(one, team, campaign, days, standings, deductions[one.indicator.id], today)
                for team in (one.first_team, one.second_team)
            ]
            told.append(_outcome(one, sides, today))
    return told


def _contender(
    challenge: ChallengeFacts,
    team: TeamFacts,
    campaign: CampaignFacts,
    days: Days,
    standings: Mapping[tuple[int, int], TeamStanding],
    deductions: Mapping[int, Deduction],
    today: date,
) -> tuple[Side, Contender]:
    key = challenge.indicator.id, team.id
    standing, worked = standings.get(key), days.get(key, [])
    last = _last_day(challenge, today)
    lately = _span(worked, challenge.first_day, last)
    before = _span(worked, _first_before(challenge), challenge.first_day - _DAY)
    expected_milli = _expected(standing, campaign, (last - challenge.first_day).days + 1)
    deducted = deductions.get(team.id, _NOT_DEDUCTED)
    off_milli = _part_of(deducted, lately, standing)
    contender = Contender(lately, expected_milli, off_milli, deducted.is_short, before)
    return _side(team, standing, expected_milli, lately, before), contender


def _outcome(
    challenge: ChallengeFacts, sides: Sequence[tuple[Side, Contender]], today: date
) -> ChallengeOutcome:
    (first, one), (second, other) = sides
    found = (compare_levels if challenge.compares == "level" else compare_changes)(one, other)
    is_withheld = any(side.claimed_milli is None for side in (first, second))
    return ChallengeOutcome(first, second, _told(challenge, found, today, is_withheld=is_withheld))


def _told(challenge: ChallengeFacts, found: Outcome, today: date, *, is_withheld: bool) -> Told:
    if challenge.ended_on is not None:
        return "ended"
    if today <= challenge.last_day:
        return "open"
    return "withheld" if is_withheld else found.value


def _ids(challenge: ChallengeFacts) -> tuple[int, int]:
    return challenge.first_team.id, challenge.second_team.id


def _last_day(challenge: ChallengeFacts, today: date) -> date:
    return min(challenge.last_day, today, challenge.ended_on or today)


def _first_before(challenge: ChallengeFacts) -> date:
    """The first of as many days before it."""
    return challenge.first_day - (challenge.last_day - challenge.first_day) - _DAY


def _days(some: Sequence[ChallengeFacts], campaign_id: int, today: date) -> Days:
    found: Days = defaultdict(list)
    teams = {team for one in some for team in _ids(one)}
    first = min(_first_before(one) for one in some)
    last = max(_last_day(one, today) for one in some)
    for indicator, team, day, milli in ledger.worked_days(campaign_id, first, last, teams):
        found[indicator, team].append((day, milli))
    return found


def _span(days: Sequence[tuple[date, int]], first: date, last: date) -> Span:
    worked = [milli for day, milli in days if first <= day <= last]
    return Span(len(worked), sum(worked), sum(float(milli) ** 2 for milli in worked))


def _expected(standing: TeamStanding | None, campaign: CampaignFacts, days: int) -> int | None:
    """The part of what is expected over the campaign that falls on ``days``, as an even plan has it."""
    if standing is None or standing.expected_milli is None or days < 1:
        return None
    length = (campaign.ends_on - campaign.starts_on).days + 1
    return max(1, standing.expected_milli * days // length)


def _part_of(deducted: Deduction, span: Span, standing: TeamStanding | None) -> int:
    """What recounts take off over the whole campaign, by the part of the claims that falls on these days."""
    claimed_milli = standing.figure.claimed_milli if standing else None
    if not claimed_milli or claimed_milli <= 0:
        return 0
    return deducted.milli * min(span.done_milli, claimed_milli) // claimed_milli


def _percent(done_milli: int, expected_milli: int | None) -> Decimal | None:
    """Of what an even plan expects of these days; None above 105 %, for nobody can stand by that (F7)."""
    return None if hold(done_milli, expected_milli).held else percent_of(done_milli, expected_milli)


def _side(
    team: TeamFacts, standing: TeamStanding | None, expected_milli: int | None, lately: Span, before: Span
) -> Side:
    if standing is not None and standing.figure.withheld:
        return Side(team, None, None, None, None, None, None)
    return Side(
        team,
        claimed_milli=lately.done_milli,
        days=lately.days,
        expected_milli=expected_milli,
        percent=_percent(lately.done_milli, expected_milli),
        before_milli=before.done_milli,
        before_days=before.days,
    )
