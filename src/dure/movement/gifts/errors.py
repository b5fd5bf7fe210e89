"""What gifts refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class OneKeeper(Refusal):
    code = "one_keeper"
    says = "Goods and money move under the eyes of two keepers; one person can't be both."
    status = 422


class NotInStock(Refusal):
    code = "not_in_stock"
    says = "Of {item} there are {stock_milli} thousandths in stock, {wanted_milli} were asked for."


class GiftReused(Refusal):
    code = "gift_reused"
    says = "The id {client_id} was used before for another gift. Send the new one with a new id."


class NotGoods(Refusal):
    code = "not_goods"
    says = "Indicator {indicator_id} counts neither goods nor money in this campaign."
    status = 422


class MoveNotCorrectable(Refusal):
    code = "move_not_correctable"
    says = "Move {move_id} is a correction itself. Correct the move it speaks about."


class MoveBelowZero(Refusal):
    code = "move_below_zero"
    says = "Move {move_id} stands at {standing_milli} thousandths; the correction would bring it below zero."


class ReceiptGiven(Refusal):
    code = "receipt_given"
    says = "You said already what came of this, on {at}. If it was wrong, tell your organiser: they correct the move."
