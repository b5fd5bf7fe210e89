"""What recounts take off a team before it is compared with others: lying brings nothing, correcting costs nothing.

Whoever claims x more than was done raises the claim by x, always. Of an entry that is drawn with chance p the recount
finds what is missing with chance p. Taking the missing part divided by p off (the estimator of all that is missing by
Horvitz and Thompson, "A generalization of sampling without replacement", 1952) makes up for it on average, whatever x
and p are. SURCHARGE on what is missing turns "no gain" into a loss.

What a team takes back itself is off its claim already and costs nothing more. Taken back after the draw it still counts
as missing, or everybody would wait to see what is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.kernel.must import must

SURCHARGE = Fraction(5, 4)
# What people miscount honestly; a team whose recounts miss more cannot lead.
SHORT_FROM = Fraction(5, 100)


@dataclass(frozen=True, slots=True)
class Recounted:
    """A drawn entry that was recounted: what it claimed when it was drawn, what was found, what it claims now."""

    claimed_milli: int
    found_milli: int
    standing_milli: int
    chance: Fraction


@dataclass(frozen=True, slots=True)
class Deduction:
    """``milli`` comes off the claims that stand now (below zero where more was found); ``is_short``: B at best."""

    milli: int
    is_short: bool


def deduction(recounts: Sequence[Recounted]) -> Deduction:
    """What the recounts of one team take off before it is graded.

    Honest slips on both sides cancel out but for the surcharge. A chance outside (0, 1] is a caller's bug.
    """
    off, missing_milli, claimed_milli = Fraction(0), 0, 0
    for one in recounts:
        must(0 < one.chance <= 1, "what was drawn had a chance")
        missing = one.claimed_milli - one.found_milli
        missing_milli += missing
        claimed_milli += one.claimed_milli
        # What was taken back since the draw is off the claim already.
        off += missing * (SURCHARGE if missing > 0 else 1) / one.chance - (
            one.claimed_milli - one.standing_milli
        )
    return Deduction(round(off), missing_milli > SHORT_FROM * claimed_milli)
