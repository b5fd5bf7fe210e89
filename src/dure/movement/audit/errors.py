"""What audit refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class LotTooLate(Refusal):
    code = "lot_too_late"
    says = "The day {day} is over: a lot's seed is committed before that, or it proves nothing."


class LotCommittedBefore(Refusal):
    code = "lot_committed_before"
    says = "A lot for this day was committed already. Its seed and count stay as they are."


class LotNotOutput(Refusal):
    code = "lot_not_output"
    says = "Indicator {indicator_id} counts no output of this campaign; only output is drawn and recounted."
    status = 422


class DayNotOver(Refusal):
    code = "day_not_over"
    says = "The day {day} is not over: its lots are drawn and it is settled after its last shift."


class RecountByOwn(Refusal):
    code = "recount_by_own"
    says = "You lead the team of this entry or organise its area. Somebody from elsewhere recounts it."
    status = 403


class LotUnsigned(Refusal):
    code = "lot_unsigned"
    says = "The log has not been signed since the lot was committed. Sign a checkpoint, then draw."


class RecountedBefore(Refusal):
    code = "recounted_before"
    says = "This entry was recounted already. The first finding stands."
