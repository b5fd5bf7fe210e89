"""What calls refuse. No refusal tells whether a contact was known."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class AppealReused(Refusal):
    code = "appeal_reused"
    says = "There is a call {appeal_code} already, and it says something else. Choose another code."


class AppealBad(Refusal):
    """``problems``: every one of them, as text."""

    code = "appeal_bad"
    says = "The call can't be opened. Problems: {count}. {first}."
    status = 422


class AppealOver(Refusal):
    code = "appeal_over"
    says = "This call is over. Thank you for wanting to help."


class AppealClosed(Refusal):
    code = "appeal_closed"
    says = "The call {appeal_code} is closed. Open a new one to call again."


class WaveRuns(Refusal):
    code = "wave_runs"
    says = "A wave of this call is running already, {per_minute} a minute. Stop it before you start another."


class WaveBad(Refusal):
    code = "wave_bad"
    says = "No wave can start: {what}. Expected: {wanted}."
    status = 422


class DriveBad(Refusal):
    """``problems``: every one of them, as :class:`dure.movement.calls.types.Problem`; ``first`` as text."""

    code = "drive_bad"
    says = "The proposal can't be taken yet. Problems: {count}. {first}."
    status = 422


class DriveOver(Refusal):
    code = "drive_over"
    says = "This proposal takes no more names: it was answered, or its time is over."


class DriveEarly(Refusal):
    code = "drive_early"
    says = "This proposal has no answer to give yet: its proposer has not confirmed it."


class DriveAnswered(Refusal):
    code = "drive_answered"
    says = "This proposal has its answer already."


class SupportGone(Refusal):
    code = "support_gone"
    says = "This link opens nothing any more: the name was taken back, or the proposal has ended."
    status = 410


class SignUpBad(Refusal):
    """``problems``: every one of them, as :class:`dure.movement.calls.types.Problem`; ``first`` as text."""

    code = "sign_up_bad"
    says = "The sign-up can't be taken yet. Problems: {count}. {first}."
    status = 422


class SignUpReused(Refusal):
    code = "sign_up_reused"
    says = "This sign-up was sent before with other details. Open the page again to send a new one."


class SignUpEnded(Refusal):
    """Sent again after its person has left: leaving isn't undone by a late repeat (P4)."""

    code = "sign_up_ended"
    says = "This sign-up has ended. Open the page again to sign up anew."


class AnswerBad(Refusal):
    code = "answer_bad"
    says = "This is no honest answer: {what}. Expected: {wanted}."
    status = 422
