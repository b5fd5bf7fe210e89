"""Refusals of the base."""

from dure.kernel.refusals import Refusal


class SettingBad(Refusal):
    code = "setting_bad"
    says = "The setting {name} can't be {value!r}. Expected: {wanted}."
    status = 500


class GrantUnreachable(Refusal):
    code = "grant_unreachable"
    says = "A {role} needs {wanted}."
    status = 422


class GrantBeyond(Refusal):
    code = "grant_beyond"
    says = "You can't give this: {why}. Ask somebody above you, or give less."
    status = 403


class GrantToOneself(Refusal):
    code = "grant_to_oneself"
    says = "Nobody gives a role to themselves. Give it to somebody else, or let another organiser give it to you."
    status = 403


class UndoOver(Refusal):
    code = "undo_over"
    says = "It can no longer be undone: {why}. What was done stands."


class UndoneAlready(Refusal):
    code = "undone_already"
    says = "This was undone already, at {at}. Nothing more is to be done."


class ApprovalOwn(Refusal):
    code = "approval_own"
    says = "You asked for this yourself. Somebody else who organises here has to look at it."
    status = 403


class ApprovalOver(Refusal):
    code = "approval_over"
    says = "This no longer waits: it is {state}. Ask for it anew where it is still wanted."


class AccountKnown(Refusal):
    code = "account_known"
    says = "There is an account for {email} already."


class AccountUnknown(Refusal):
    code = "account_unknown"
    says = "There is no account {account_id}."
    status = 404


class TooManyTries(Refusal):
    code = "too_many_tries"
    says = "Too many tries. Wait {minutes} minutes, then try again."
    status = 429


class CommandReused(Refusal):
    code = "command_reused"
    says = "The id {command_id} was used before for something else. Send the new command with a new id."


class Stopped(Refusal):
    code = "stopped"
    says = "Stopped as asked, after {done} of {total}. What was done stays; start again to go on."


class JobRunning(Refusal):
    code = "job_running"
    says = "{who} started this at {at} and it is still running (step: {step}). Wait for it, or stop it first."


class WriterBusy(Refusal):
    code = "writer_busy"
    says = "More is coming in than can be stored at the moment. Send it again in {retry_s} s: it is counted once."
    status = 503
