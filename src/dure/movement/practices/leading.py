"""Who clearly leads teams like them: pure arithmetic on a day's claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

# Fewer teams alike give no spread to compare with.
LIKE_COUNT_MIN = 5
# Funnel limits of 95 % (Spiegelhalter, "Funnel plots for comparing institutional performance", 2005). Of a hundred
# equal teams two or three still lie above by luck: a candidate is somebody to visit, not a winner.
FUNNEL_LIMIT = 1.96
LEAD_PERCENT_MIN = 10
MILLI = 1_000


@dataclass(frozen=True, slots=True)
class Work:
    """What a team claims for a day."""

    output_milli: int
    hours_milli: int

    @property
    def rate_milli_per_hour(self) -> int:
        return rate(self.output_milli, self.hours_milli)


@dataclass(frozen=True, slots=True)
class Lead:
    """A team's lead over ``like_count`` teams of its kind, itself left out of them."""

    team_id: int
    like_rate_milli_per_hour: int
    like_count: int
    lead_percent: int


def rate(output_milli: int, hours_milli: int) -> int:
    """Output an hour, rounded down."""
    return output_milli * MILLI // hours_milli


def leads(teams: Mapping[int, Work]) -> list[Lead]:
    """Teams outside the funnel of the others and at least 10 % above them, the furthest first. All have hours."""
    found = [lead for team_id in sorted(teams) if (lead := _lead(team_id, teams)) is not None]
    return sorted(found, key=lambda lead: (-lead.lead_percent, lead.team_id))


def _lead(team_id: int, teams: Mapping[int, Work]) -> Lead | None:
    own = teams[team_id]
    like = [work for other, work in teams.items() if other != team_id]
    if len(like) < LIKE_COUNT_MIN:
        return None
    like_rate = rate(sum(work.output_milli for work in like), sum(work.hours_milli for work in like))
    ahead = own.rate_milli_per_hour - like_rate
    if like_rate == 0 or ahead * 100 < like_rate * LEAD_PERCENT_MIN:
        return None
    # Variance of one hour's output, from how far the like teams scatter: the fewer hours, the wider.
    scatter = sum(work.hours_milli * (work.rate_milli_per_hour - like_rate) ** 2 for work in like)
    spread = sqrt(scatter / (len(like) - 1) / own.hours_milli)
    if ahead <= FUNNEL_LIMIT * spread:
        return None
    return Lead(team_id, like_rate, len(like), ahead * 100 // like_rate)
