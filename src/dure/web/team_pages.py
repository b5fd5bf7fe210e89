"""What the public page of a team and its captain's have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.practices import reads as practices
from dure.movement.standings import challenges, team_view
from dure.movement.standings.challenge_outcome import ChallengeOutcome, Side, outcomes
from dure.movement.standings.challenges import ChallengeFacts, State
from dure.movement.standings.shown import Shown
from dure.movement.standings.team_view import TeamView
from dure.operations.next_steps import next_step
from dure.web.standing_words import outcome_says, step_says


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """An agreed challenge with what can be told of it."""

    challenge: ChallengeFacts
    outcome: ChallengeOutcome
    state: State
    says: str

    @property
    def sides(self) -> tuple[Side, Side]:
        return (self.outcome.first, self.outcome.second)


def challenge_rows(
    found: list[ChallengeFacts], campaign: CampaignFacts, shown: Shown, today: date
) -> list[ChallengeRow]:
    rows = []
    for one, told in zip(found, outcomes(found, campaign, shown, today), strict=True):
        says = outcome_says(told.told, one.first_team.name, one.second_team.name)
        rows.append(ChallengeRow(one, told, one.state(today), says))
    return rows


def team_page(campaign: CampaignFacts, shown: Shown, team_id: int, today: date) -> dict[str, object]:
    """Of a team in a campaign. Refuses with NotFound."""
    view: TeamView = team_view.team(campaign=campaign, shown=shown, team_id=team_id)
    agreed = challenges.agreed(campaign_id=campaign.id, team_id=team_id)
    open_with = [one.other(team_id).id for one in agreed if one.state(today) in ("agreed", "running")]
    step = next_step(campaign=campaign, view=view, challenged=open_with)
    written = practices.practices(campaign_id=campaign.id)
    return {
        "campaign": campaign,
        "made_at": shown.made_at,
        "team": view.team,
        "view": view,
        "step": step,
        "step_says": step_says(step),
        "rows": challenge_rows(agreed, campaign, shown, today),
        "own_practices": [one for one in written if one.team.id == team_id],
        "adopted": [one for one in written if any(team.id == team_id for team in one.adopted_by)],
    }
