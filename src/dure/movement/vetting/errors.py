"""What vetting refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class StepUnknown(Refusal):
    code = "step_unknown"
    says = "{step} is no step of the vetting. Name one of: {known}; or skill:CODE."
    status = 422


class SecondPersonWanted(Refusal):
    """A record check and a clearance for work with children are looked at by two people."""

    code = "second_person_wanted"
    says = "You looked at this yourself before. A second person has to look at it now."
    status = 409


class EvidenceEnded(Refusal):
    """What the first of two saw was good until a day that has passed since."""

    code = "evidence_ended"
    says = "What was seen first was good until {until}. Send it back and ask for one that is still good."


class CheckerUnnamed(Refusal):
    code = "checker_unnamed"
    says = "It isn't said who looked at it. Name the account of the one who did."
    status = 422


class StepNotDue(Refusal):
    """One answer for a step nobody asked for, one handed in already, and one that is through."""

    code = "step_not_due"
    says = "There is nothing to hand in for {step} at the moment. Look at your preparation again."


class SessionFull(Refusal):
    code = "session_full"
    says = "All {seats} seats of this session are taken. Choose another one."


class SessionOver(Refusal):
    code = "session_over"
    says = "This session was called off or has begun. Choose another one."


class SessionReused(Refusal):
    code = "session_reused"
    says = "The id {key} was used before for another session. Send the new one with a new id."


class PaperUnreadable(Refusal):
    code = "paper_unreadable"
    says = "This file can't be taken: {what}. Send a PDF, JPEG or PNG of at most {most_kb} kB."
    status = 422
