"""What practices refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class PracticeReused(Refusal):
    code = "practice_reused"
    says = "The id {client_id} stands for another write-up. Send the new one with a new id."


class PracticeUnknown(Refusal):
    code = "practice_unknown"
    says = "There is no such practice here."
    status = 404


class PracticeOwn(Refusal):
    code = "practice_own"
    says = "Team {team_id} is the one it was learned from."
