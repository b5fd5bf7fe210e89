"""What the ledger refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class EntryReused(Refusal):
    code = "entry_reused"
    says = "The id {client_id} stands in the ledger with other facts. Send the new entry with a new id."


class EntrySignWrong(Refusal):
    code = "entry_sign_wrong"
    says = "{kind} of {quantity_milli} thousandths can't be: expected {wanted}."
    status = 422


class EntryUnknown(Refusal):
    code = "entry_unknown"
    says = "There is no contribution {index} in the ledger that could be corrected, confirmed or withdrawn."
    status = 404


class EntryElsewhere(Refusal):
    code = "entry_elsewhere"
    says = "Entry {index} has another {field}; what is said about it must repeat its own."
    status = 422


class EntryWithdrawn(Refusal):
    code = "entry_withdrawn"
    says = "Entry {index} was withdrawn. Record the contribution anew if it stands after all."


class EntryBelowZero(Refusal):
    code = "entry_below_zero"
    says = "Entry {index} stands at {standing_milli} thousandths; the correction would bring it below zero."


class EntryConfirmedBefore(Refusal):
    code = "entry_confirmed_before"
    says = "Entry {index} has this grade of proof already. The first finding stands."


class EntryNamesNothing(Refusal):
    code = "entry_names_nothing"
    says = "Entry {client_id} names a {what} that does not exist here."
    status = 422


class IndicatorUnfit(Refusal):
    code = "indicator_unfit"
    says = "Indicator {indicator_id} does not count {kind} in this campaign."
    status = 422


class LogUnsigned(Refusal):
    code = "log_unsigned"
    says = "Entry {index} is not under a signed checkpoint yet. Ask again after the next signing."


class LogDamaged(Refusal):
    """Nothing is signed over a log whose head does not fit its tiles."""

    code = "log_damaged"
    says = "The log is damaged and is not signed: {what}. Run the ledger's verification."
    status = 500
