"""How the two sides of a challenge stand, and what came of it as far as their days carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from dure.engine.grading import Contender, Outcome, Span, compare_changes, compare_levels
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
_NO_DAYS = Span(0, 0, 0.0)
_NOT_DEDUCTED = Deduction(0, is_short=False)


@dataclass(frozen=True, slots=True)
class Side:
    """A team in the days agreed on, as claimed. ``expected_milli``: its part of the plan by the season's rules, of
    these days; None without a plan. ``before_milli``: in as many days before. All None where it is withheld."""

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


def outcome(
    challenge: ChallengeFacts, campaign: CampaignFacts, shown: Shown, today: date
) -> ChallengeOutcome:
    """Of an agreed challenge. A team with a withheld figure has no side to show, and nothing is told."""
    last = min(challenge.last_day, today, challenge.ended_on or today)
    ids = [challenge.first_team.id, challenge.second_team.id]
    lately = _spans(challenge, challenge.first_day, last, ids)
    length = (challenge.last_day - challenge.first_day).days + 1
    before = _spans(
        challenge, challenge.first_day - timedelta(days=length), challenge.first_day - timedelta(days=1), ids
    )
    standings = {team_id: shown.team(challenge.indicator.id, team_id) for team_id in ids}
    deductions = audit.deductions(challenge.indicator.id)
    sides: list[Side] = []
    contenders: list[Contender] = []
    for team in (challenge.first_team, challenge.second_team):
        standing = standings[team.id]
        expected_milli = _expected(standing, campaign, (last - challenge.first_day).days + 1)
        sides.append(_side(team, standing, expected_milli, lately[team.id], before[team.id]))
        deducted = deductions.get(team.id, _NOT_DEDUCTED)
        off_milli = _part_of(deducted, lately[team.id], standing)
        contenders.append(
            Contender(lately[team.id], expected_milli, off_milli, deducted.is_short, before[team.id])
        )
    first, second = contenders
    found = (compare_levels if challenge.compares == "level" else compare_changes)(first, second)
    is_withheld = any(one is not None and one.figure.withheld for one in standings.values())
    return ChallengeOutcome(sides[0], sides[1], _told(challenge, found, today, is_withheld=is_withheld))


def _told(challenge: ChallengeFacts, found: Outcome, today: date, *, is_withheld: bool) -> Told:
    if challenge.ended_on is not None:
        return "ended"
    if today <= challenge.last_day:
        return "open"
    return "withheld" if is_withheld else found.value


def _spans(challenge: ChallengeFacts, first: date, last: date, team_ids: list[int]) -> dict[int, Span]:
    found = ledger.spans(challenge.campaign_id, challenge.indicator.id, first, last, team_ids)
    return {
        team_id: Span(one.days, one.quantity_milli, one.squares)
        if (one := found.get(team_id)) is not None
        else _NO_DAYS
        for team_id in team_ids
    }


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
        percent=percent_of(lately.done_milli, expected_milli),
        before_milli=before.done_milli,
        before_days=before.days,
    )
