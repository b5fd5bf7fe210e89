"""What supervision refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class FollowUpOpen(Refusal):
    code = "follow_up_open"
    says = "{owner} follows this up already, by {due_on}. Hand it over, or close it first."


class FollowUpNone(Refusal):
    code = "follow_up_none"
    says = "Nobody follows this up at the moment. Say who does, and by when."


class TeamAnswersFirst(Refusal):
    code = "team_answers_first"
    says = (
        "A warning is no verdict: the team may answer until {answer_by}. Wait until then, or for its answer."
    )


class SupervisorOutside(Refusal):
    code = "supervisor_outside"
    says = "{name} doesn't organise the place of {team}. Choose who does, or let them organise there first."
    status = 422
