"""One useful next step for a team: what it could do on Monday, and with whom. Never a verdict, never about a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people.types import TeamFacts
from dure.movement.practices import reads as practices
from dure.movement.practices.types import PracticeFacts
from dure.movement.standings.team_view import TeamView
from dure.movement.standings.types import TeamStanding

__all__ = ["NextStep", "choose", "next_step"]

# report: nothing is recorded yet. held: a figure waits for a named person. correct: recounts found less.
# practice: take up what a team like it does. ask_help, offer_help: with `other`. ask_organiser: nobody like it leads.
# write_up: tell the others how. challenge: with `other`, on terms both sign. keep_on: there is nothing to add.
Code = Literal[
    "report",
    "held",
    "correct",
    "practice",
    "ask_help",
    "ask_organiser",
    "offer_help",
    "write_up",
    "challenge",
    "keep_on",
]


@dataclass(frozen=True, slots=True)
class NextStep:
    """``other``: the team it is done with; ``practice``: what to read."""

    code: Code
    other: TeamFacts | None = None
    practice: PracticeFacts | None = None


def next_step(*, campaign: CampaignFacts, view: TeamView, challenged: Collection[int]) -> NextStep:
    """Of a team's main output. ``challenged``: teams it has a challenge with already."""
    main = view.main
    if main is None:
        return NextStep("report")
    written = practices.practices(campaign_id=campaign.id)
    return choose(main.standing, main.like, written, challenged)


def choose(
    own: TeamStanding,
    like: Sequence[TeamStanding],
    written: Sequence[PracticeFacts],
    challenged: Collection[int] = (),
) -> NextStep:
    """The first that fits. Among teams that fit alike the first by name is taken: a grade is no order."""
    if own.figure.withheld:
        return NextStep("held")
    if not own.figure.claimed_milli:
        return NextStep("report")
    if own.reason == "recounts_short":
        return NextStep("correct")
    if own.grade == "C" or _falls_behind(own):
        return _catch_up(own, like, written)
    if own.grade == "A":
        if (behind := _first(like, "C")) is not None:
            return NextStep("offer_help", other=behind)
        if not any(one.team.id == own.team.id for one in written):
            return NextStep("write_up")
    fresh = [one for one in like if one.team.id not in challenged]
    return NextStep("challenge", other=fresh[0].team) if fresh else NextStep("keep_on")


def _falls_behind(own: TeamStanding) -> bool:
    return own.change is not None and own.change.trend == "less" and (own.figure.days_ahead or 0) < 0


def _catch_up(own: TeamStanding, like: Sequence[TeamStanding], written: Sequence[PracticeFacts]) -> NextStep:
    """What a team of its kind does differently, else whom to ask."""
    open_to_it = [
        one
        for one in written
        if one.team.kind == own.team.kind
        and one.team.id != own.team.id
        and all(team.id != own.team.id for team in one.adopted_by)
    ]
    near = {one.team.id for one in like}
    if open_to_it:
        return NextStep("practice", practice=min(open_to_it, key=lambda one: one.team.id not in near))
    ahead = _first(like, "A")
    return NextStep("ask_help", other=ahead) if ahead else NextStep("ask_organiser")


def _first(teams: Sequence[TeamStanding], grade: str) -> TeamFacts | None:
    return next((one.team for one in teams if one.grade == grade), None)
