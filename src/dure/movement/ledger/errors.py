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


class EntryTooMuch(Refusal):
    code = "entry_too_much"
    says = "{quantity} {unit} in one entry can't be: at most {most} fit. Check the figure and its unit."
    status = 422


class EntryNoteTooLong(Refusal):
    code = "entry_note_too_long"
    says = "The note has {bytes} bytes, at most {most} fit. Keep the reason; a report belongs elsewhere."
    status = 422


class EntryDayToCome(Refusal):
    code = "entry_day_to_come"
    says = "{work_day} is still to come. Work is recorded once it is done; check the date."
    status = 422


class EntryDayOutside(Refusal):
    code = "entry_day_outside"
    says = "{work_day} is no day of campaign {slug}, which takes work from {first} to {last}. Check the date."
    status = 422


class EntryOutsideCampaign(Refusal):
    code = "entry_outside_campaign"
    says = "The {what} {id} does not belong to campaign {slug}. Name one in its area."
    status = 422


class EntryBeforeOpening(Refusal):
    code = "entry_before_opening"
    says = "Campaign {slug} has not been opened yet, so nothing can be recorded for it. Open it first."


class EntryAfterClosing(Refusal):
    code = "entry_after_closing"
    says = (
        "Campaign {slug} was closed on {closed_on} and took late entries until {until}. "
        "Show the work to its organisers; entries that stand can still be corrected."
    )


class EntryUnitWrong(Refusal):
    code = "entry_unit_wrong"
    says = "{indicator} is counted in {unit}, not in {given}. Convert the quantity, or leave the unit out."
    status = 422


class EntryUnwitnessed(Refusal):
    code = "entry_unwitnessed"
    says = "Goods and money move under the eyes of two keepers: record and correct them as gifts, with both."
    status = 422


class StockShort(Refusal):
    code = "stock_short"
    says = "{stock_milli} thousandths are in stock at this place; {wanted_milli} can't leave it, or be taken back."


class LogUnsigned(Refusal):
    code = "log_unsigned"
    says = "Entry {index} is not under a signed checkpoint yet. Ask again after the next signing."


class LogDamaged(Refusal):
    """Nothing is signed over a log whose head does not fit its tiles."""

    code = "log_damaged"
    says = "The log is damaged and is not signed: {what}. Run the ledger's verification."
    status = 500


class LogMisnamed(Refusal):
    """Signed under another name without a word, the log would be two logs to everybody who knows its key."""

    code = "log_misnamed"
    says = (
        "The log was signed as {known} so far, but DURE_LOG_ORIGIN now makes it {wanted}. Nothing was signed: set "
        "DURE_LOG_ORIGIN as it was, for every program that signs."
    )


class LogRolledBack(Refusal):
    """More was signed than is here: the database, or the whole data folder, was put back from an old backup."""

    code = "log_rolled_back"
    says = (
        "The log was put back to an older state and is not signed: {origin} was signed at {signed_size} entries "
        "(known from {where}), but {here}. Put back the newer database; only if it is lost for good, since it can't "
        "be put back after that, go on openly with: dure ledger resume --after-loss."
    )


class LogNotLost(Refusal):
    code = "log_not_lost"
    says = (
        "Nothing that was signed is missing here, as far as is known from {where}, so there is no loss to "
        "go on after."
    )


class LogContradicted(Refusal):
    """Two signed states of one size: no restored backup explains that, so no statement about a loss may either."""

    code = "log_contradicted"
    says = (
        "Two different states of {origin} were signed at or below {size} entries, and both are kept. That is no lost "
        "backup: keep this database and the notes for whoever examines it."
    )


class WitnessUntrusted(Refusal):
    code = "witness_untrusted"
    says = (
        "No witness that this log trusts has signed this. Its operator can add one with: dure ledger trust."
    )
    status = 403


class CosignatureForeign(Refusal):
    code = "cosignature_foreign"
    says = "This checkpoint is not one of this log: {what}."
    status = 422


class DayNotOver(Refusal):
    code = "seal_too_early"
    says = "{day} is not over yet (UTC); a day is sealed from the next day on."


class DayEmpty(Refusal):
    code = "day_empty"
    says = "Nothing entered the log on {day}, so there is nothing to seal."
    status = 404


class DayAhead(Refusal):
    """Some program's clock was ahead. No bound could have told: a log may sleep for years, and wake rightly."""

    code = "day_ahead"
    says = (
        "{day} can't be sealed: the log's newest day is {newest}, so a clock was ahead when something was recorded. "
        "What enters the log until then belongs to that day and is sealed after it; nothing is lost. "
        "Set the clock right."
    )


class DayNotSealed(Refusal):
    code = "day_not_sealed"
    says = "{day} is not sealed, so there is nothing to restore."
    status = 404


class EarlierDayOpen(Refusal):
    code = "earlier_day_open"
    says = "{day} can't be sealed before {earlier}, which entered the log earlier. Seal that day first."


class SealImpossible(Refusal):
    """The disk did not take the files; nothing was changed."""

    code = "seal_impossible"
    says = (
        "{day} was not sealed: the files can't be written to {folder}: {why}. All its rows stand as before."
    )
    status = 500
