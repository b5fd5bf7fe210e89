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
