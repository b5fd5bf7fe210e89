"""Quantities: integers of milli-units, never floats."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from dure.kernel.refusals import BadInput

MILLI = 1000
# 9.2e15 units still fit a signed 64-bit integer of milli-units; a single figure stays far below.
QUANTITY_MILLI_MAX = 10**15
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_ONE_GROUP: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?(?:\d+,\d{1,2}|0,\d{3})")


def parse_milli(text: str, *, where: str) -> int:
    """Milli-units of a decimal number written with a dot: ``"7.25"`` gives 7250.

    Refuses with BadInput what is no number, has more than three decimals or is out of range.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise BadInput(where=where, what=f"{text!r} is not a number", wanted="a number such as 7.25")
    # Compared before it is multiplied out, so that 1e999999 costs nothing; abs() would overflow.
    if value.copy_abs() > QUANTITY_MILLI_MAX // MILLI:
        raise BadInput(where=where, what=f"{text!r} is too large", wanted="at most 1,000,000,000,000")
    milli = value * MILLI
    if milli != milli.to_integral_value():
        raise BadInput(where=where, what=f"{text!r} has too many decimals", wanted="at most three decimals")
    return int(milli)


def parse_typed_milli(text: str, *, where: str) -> int:
    """What a person types: as ``parse_milli``, and ``"1,200,000"``, ``"1 200"`` and ``"7,25"`` besides.

    ``"1,200"`` is twelve hundred in one country and hardly more than one in another: it is refused, and both are named.
    """
    written = "".join(text.split())
    if _ONE_GROUP.fullmatch(written):
        thousands, rather = written.replace(",", ""), written.replace(",", ".")
        raise BadInput(
            where=where, what=f"{text!r} may be {thousands} or {rather}", wanted="one of these two"
        )
    if _GROUPED.fullmatch(written):
        written = written.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(written):
        written = written.replace(",", ".")
    return parse_milli(written, where=where)


def show_milli(milli: int) -> str:
    """The shortest exact decimal text: 7250 gives ``"7.25"``, 1000000 gives ``"1,000"``."""
    sign = "-" if milli < 0 else ""
    whole, rest = divmod(abs(milli), MILLI)
    text = f"{sign}{whole:,}"
    return f"{text}.{rest:03d}".rstrip("0") if rest else text
