"""The plan arithmetic on what a source claims: a worked example in, the figures it has to come to out.

A *case* of an almanac holds ``claims`` by name, such as ``output_t`` and ``rated_capacity_t``; what is asked for is
named as well (``capacity_use_percent``). A unit is the last part of a name and must be the same in both. Everything
is a claim of its source, whatever the arithmetic does with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from dure.engine.plan.arithmetic import (
    Load,
    capacity_use,
    norm_share,
    per,
    productivity,
    rounded,
    share_of,
    speed_ratio,
)
from dure.kernel.refusals import Refusal

Claim: TypeAlias = int | float | str | bool | Sequence[int]
Figure: TypeAlias = int | float | bool
Claims: TypeAlias = Mapping[str, Claim]

# The mean year of the Julian calendar, in which astronomers count days.
DAYS_A_YEAR: Final = Fraction(1461, 4)
# Names that claims use for a number of people, in the order in which they are looked for.
HEADCOUNTS: Final = ("enlisted", "signed_up", "registered", "volunteers")
MILLI: Final = 1000
NOTHING_DONE: Final = -100  # percent over the plan of who did nothing


class FigureUnknown(Refusal):
    """One figure of a case can't be had from its claims."""

    code = "figure_unknown"
    says = "{name} can't be computed: {why}."
    status = 422


def figure(name: str, claims: Claims) -> Figure:
    """The figure ``name`` from ``claims``: percents, ratios and years with two decimals (productivity three).

    Refuses with FigureUnknown a name no rule computes, a claim that is missing or no number, nothing to divide by.
    """
    for fits, rule in _RULES:
        if (parts := fits(name)) is not None:
            return rule(_Case(name, claims), *parts)
    raise FigureUnknown(name=name, why="no rule of the plan arithmetic gives it")


class _Case:
    """The claims of one case, read for the figure ``name``."""

    def __init__(self, name: str, claims: Claims) -> None:
        self.name = name
        self.claims = claims

    def refuse(self, why: str) -> FigureUnknown:
        return FigureUnknown(name=self.name, why=why)

    def number(self, claim: str) -> Fraction:
        """A claim as an exact number: 2.5 is five halves, whatever a float makes of it."""
        number = self.signed(claim)
        if number < 0:
            raise self.refuse(f"the claim {claim} is below zero")
        return number

    def signed(self, claim: str, least: int | None = None) -> Fraction:
        """A claim that says by how much something differs: below zero it fell short (bad news keeps its size)."""
        value = self.claims.get(claim)
        if value is None:
            raise self.refuse(f"the claim {claim} is missing")
        number = self.exact(claim, value)
        if least is not None and number < least:
            raise self.refuse(f"the claim {claim} is below {least}")
        return number

    def exact(self, claim: str, value: object) -> Fraction:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(f"the claim {claim} is {value!r}, which is no number")
        try:
            return Fraction(Decimal(str(value)))
        except (ValueError, OverflowError):
            raise self.refuse(f"the claim {claim} is {value!r}, which is no number") from None

    def milli(self, claim: str) -> int:
        """A claim in milli-units, as the rest of the arithmetic takes it."""
        scaled = self.number(claim) * MILLI
        if scaled.denominator != 1:
            raise self.refuse(f"the claim {claim} has more than three decimals")
        return scaled.numerator

    def headcount(self) -> str:
        for claim in HEADCOUNTS:
            if claim in self.claims:
                return claim
        raise self.refuse(f"no claim says how many people there were ({', '.join(HEADCOUNTS)})")

    def days(self) -> list[Fraction]:
        """The lengths of campaigns that follow each other."""
        value = self.claims.get("days")
        if not isinstance(value, list | tuple) or not value:
            raise self.refuse("the claim days is no list of lengths in days")
        lengths = [self.exact("days", one) for one in value]
        if min(lengths) < 0:
            raise self.refuse("the claim days is below zero")
        return lengths

    def whole(self, value: Fraction) -> Figure:
        """Without decimals where there are none."""
        return int(value) if value.denominator == 1 else self.shown(value, 3)

    def divided(self, found: Fraction | None, by: str) -> Fraction:
        if found is None:
            raise self.refuse(f"the claim {by} is 0")
        return found

    def load(self, found: Load | None, of: str) -> Load:
        if found is None:
            raise self.refuse(f"the claim {of} is 0")
        return found

    def shown(self, value: Fraction, places: int = 2) -> float:
        return float(rounded(value, places))

    def ending(self, suffix: str) -> list[str]:
        return [claim for claim in self.claims if claim.endswith(suffix)]

    def beginning(self, prefix: str) -> list[str]:
        return [claim for claim in self.claims if claim.startswith(prefix)]


def _fulfilment(case: _Case) -> Figure:
    """100 % and what is claimed over it, or what was done by its plan."""
    over = case.ending("_over_plan_percent")
    if over:
        return case.shown(100 + case.signed(over[0], least=NOTHING_DONE))
    plan = next(iter(case.beginning("plan_")), "plan_…")
    done = plan.replace("plan_", "output_", 1)
    return case.shown(100 * case.divided(per(case.milli(done), case.milli(plan)), plan))


def _growth(case: _Case, unit: str) -> Figure:
    stated = case.ending(f"_growth_{unit}")
    if stated:
        return case.whole(case.signed(stated[0]))
    return case.whole(case.number(f"output_{unit}") - case.number(f"baseline_{unit}"))


def _per_day(case: _Case) -> Figure:
    days = case.number("days")
    if not days:
        raise case.refuse("the claim days is 0")
    return case.whole(case.number(case.headcount()) / days)


def _share(case: _Case, group: str) -> Figure:
    whole = case.headcount()
    share = share_of(case.milli(f"of_which_{group}"), case.milli(whole))
    return case.shown(100 * case.divided(None if share is None else share.exact, whole))


def _capacity(case: _Case) -> Load:
    rated = next(iter(case.beginning("rated_capacity_")), "rated_capacity_…")
    return case.load(
        capacity_use(case.milli(rated.replace("rated_capacity_", "output_", 1)), case.milli(rated)), rated
    )


def _norm(case: _Case) -> Load:
    if "norm_overfulfilled_by_percent" in case.claims:
        done = 100 + case.signed("norm_overfulfilled_by_percent", least=NOTHING_DONE)
        # As whole numbers of whatever part of a percent the claim is told in: 140.0001 % is above the limit.
        return case.load(norm_share(done.numerator, 100 * done.denominator), "norm")
    norm = next(iter(case.beginning("norm_")), "norm_…")
    return case.load(norm_share(case.milli(norm.replace("norm_", "output_", 1)), case.milli(norm)), norm)


def _opens_review(case: _Case) -> Figure:
    """Rated capacity and norms of work are limits of safety, whichever of them is claimed."""
    loads = [_capacity(case)] if case.beginning("rated_capacity_") else []
    loads += [_norm(case)] if case.beginning("norm_") else []
    if not loads:
        raise case.refuse("neither a rated capacity nor a norm of work is claimed")
    return any(load.opens_review for load in loads)


def _speed(case: _Case, bound: str) -> Figure:
    expected, taken = case.milli(f"days_expected{bound}"), case.milli("days_taken")
    return case.shown(case.divided(speed_ratio(expected, taken), "days_taken"))


def _productivity(case: _Case) -> Figure:
    found = productivity(case.milli("built"), case.milli("provided_for"))
    return case.shown(case.divided(None if found is None else found.ratio, "provided_for"), 3)


def _reserves(case: _Case) -> Figure:
    found = productivity(case.milli("built"), case.milli("provided_for"))
    beyond = None if found is None else Fraction(found.beyond_norm_milli, MILLI)
    return case.whole(case.divided(beyond, "provided_for"))


def _placed(case: _Case) -> Figure:
    """Everybody who is claimed to have worked on a day, of whatever kind."""
    kinds = case.ending("_per_day")
    if not kinds:
        raise case.refuse("no claim says how many worked in a day (…_per_day)")
    return case.whole(sum((case.number(kind) for kind in kinds), Fraction(0)))


def _ratio(case: _Case, part: str, whole: str) -> Figure:
    by = whole if whole in case.claims else f"{whole}s"
    return case.shown(case.divided(per(case.milli(part), case.milli(by)), by))


_Parts: TypeAlias = tuple[str, ...]


def _exactly(name: str) -> Callable[[str], _Parts | None]:
    return lambda asked: () if asked == name else None


def _around(before: str, after: str = "") -> Callable[[str], _Parts | None]:
    """Names of one free part between ``before`` and ``after``."""

    def fits(asked: str) -> _Parts | None:
        if asked.startswith(before) and asked.endswith(after) and len(asked) > len(before) + len(after):
            return (asked[len(before) : len(asked) - len(after)],)
        return None

    return fits


def _per_each(asked: str) -> _Parts | None:
    part, per_, whole = asked.partition("_per_")
    return (part, whole) if part and per_ and whole else None


_RULES: Final[tuple[tuple[Callable[[str], _Parts | None], Callable[..., Figure]], ...]] = (
    (_exactly("fulfilment_percent"), _fulfilment),
    (_around("growth_"), _growth),
    (_exactly("per_day"), _per_day),
    (_around("share_", "_percent"), _share),
    (_exactly("capacity_use_percent"), lambda case: case.shown(100 * _capacity(case).share.exact)),
    (_exactly("of_norm_percent"), lambda case: case.shown(100 * _norm(case).share.exact)),
    (_exactly("opens_review"), _opens_review),
    (_exactly("speed_ratio"), lambda case: _speed(case, "")),
    (_around("speed_ratio"), _speed),
    (_exactly("productivity_ratio"), _productivity),
    (_exactly("found_in_reserves"), _reserves),
    (_exactly("placed_per_day"), _placed),
    (_exactly("end_of_chain_days"), lambda case: case.whole(sum(case.days(), Fraction(0)))),
    (_exactly("years"), lambda case: case.shown(sum(case.days(), Fraction(0)) / DAYS_A_YEAR)),
    (_per_each, _ratio),
)
