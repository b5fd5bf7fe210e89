"""Shares of plan, capacity and norm. Integers of milli-units in, exact fractions out, rounded only to be shown.

A missing or zero denominator gives ``None``, which pages show as "no plan", "no baseline" and so on: a share
of nothing is not 0 % and not 100 %. A negative denominator is a caller's bug.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dure.kernel.must import must

# Promise F7: above the first the denominator is printed beside the figure, above the second nothing is
# published until a named person has confirmed the denominator.
DENOMINATOR_SHOWN_ABOVE = Fraction(1)
HELD_ABOVE = Fraction(105, 100)
# Limits of safety: what a machine is rated for and what a person can be asked for.
CAPACITY_REVIEW_ABOVE = Fraction(1)
NORM_REVIEW_ABOVE = Fraction(140, 100)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; ``exact`` is 1 for the whole of it."""

    exact: Fraction

    @property
    def shown_percent(self) -> Decimal:
        """Percent with one decimal, halves to the even digit."""
        return self.percent(1)

    def percent(self, places: int) -> Decimal:
        """Percent with ``places`` decimals, halves to the even digit."""
        return rounded(self.exact * 100, places)


@dataclass(frozen=True, slots=True)
class Growth:
    """What was added to the baseline; ``share`` is ``None`` when the baseline was nothing."""

    added_milli: int
    share: Share | None


@dataclass(frozen=True, slots=True)
class Load:
    """Use of something with a limit of safety; ``opens_review`` stops publication until a person has looked."""

    share: Share
    opens_review: bool


@dataclass(frozen=True, slots=True)
class Productivity:
    """Output against what the given resources were meant for; ``beyond_norm_milli`` is to be explained by savings."""

    ratio: Fraction
    beyond_norm_milli: int

    def unexplained_milli(self, booked_milli: int) -> int:
        """What no booked saving explains of it; below 0: more was booked than was made beyond the norm."""
        return self.beyond_norm_milli - booked_milli


@dataclass(frozen=True, slots=True)
class Hold:
    """What promise F7 asks of one figure before it may be published."""

    share: Share | None
    shows_denominator: bool
    held: bool


def rounded(value: Fraction, places: int) -> Decimal:
    """``value`` with ``places`` decimals, halves to the even digit, without passing through a float.

    >>> rounded(Fraction(1, 8), 2)
    Decimal('0.12')
    """
    return Decimal(round(value * 10**places)).scaleb(-places)


def share_of(part_milli: int, whole_milli: int | None) -> Share | None:
    """``part_milli`` as a share of ``whole_milli``; ``None`` when there is no whole."""
    exact = per(part_milli, whole_milli)
    return None if exact is None else Share(exact)


def per(amount: int, divisor: int | None) -> Fraction | None:
    """``amount`` for each one of ``divisor`` (an amount per day, staff per supervisor); ``None`` for none."""
    if not divisor:
        return None
    must(divisor > 0, "a denominator is never negative")
    return Fraction(amount, divisor)


def fulfilment(done_milli: int, plan_milli: int | None) -> Share | None:
    """The done share of the plan; ``None`` when there is no plan. Above 1 is over-fulfilment.

    >>> fulfilment(3_279_000, 3_200_000).shown_percent
    Decimal('102.5')
    """
    return share_of(done_milli, plan_milli)


def growth(done_milli: int, baseline_milli: int | None) -> Growth | None:
    """Growth on the baseline; ``None`` when no baseline was taken (a baseline of 0 was taken)."""
    if baseline_milli is None:
        return None
    added_milli = done_milli - baseline_milli
    return Growth(added_milli, share_of(added_milli, baseline_milli))


def capacity_use(output_milli: int, rated_milli: int | None) -> Load | None:
    """Use of the rated capacity; anything above 100 % opens a safety review."""
    share = share_of(output_milli, rated_milli)
    return None if share is None else Load(share, share.exact > CAPACITY_REVIEW_ABOVE)


def norm_share(done_milli: int, norm_milli: int | None) -> Load | None:
    """Share of the daily norm of work; above 140 % opens a review: people may be overworked or figures wrong."""
    share = share_of(done_milli, norm_milli)
    return None if share is None else Load(share, share.exact > NORM_REVIEW_ABOVE)


def speed_ratio(days_expected: int, days_taken: int) -> Fraction | None:
    """How many times faster than expected; ``None`` when no day has been taken yet."""
    return per(days_expected, days_taken)


def productivity(produced_milli: int, provided_for_milli: int | None) -> Productivity | None:
    """Output for each unit of output that the resource norm provided for."""
    ratio = per(produced_milli, provided_for_milli)
    if ratio is None or provided_for_milli is None:
        return None
    return Productivity(ratio, produced_milli - provided_for_milli)


def hold(done_milli: int, denominator_milli: int | None, *, confirmed: bool = False) -> Hold:
    """Ring the bell of promise F7 over one figure.

    ``confirmed`` says that a named person has confirmed the denominator; it lifts the hold and leaves the
    denominator printed.
    """
    share = share_of(done_milli, denominator_milli)
    if share is None:
        return Hold(None, shows_denominator=False, held=False)
    return Hold(
        share,
        shows_denominator=share.exact > DENOMINATOR_SHOWN_ABOVE,
        held=share.exact > HELD_ABOVE and not confirmed,
    )
