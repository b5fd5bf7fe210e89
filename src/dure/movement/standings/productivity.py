"""Productivity against the norm of work: what was made, what the days were meant for, and what explains the rest.

    made - days of work x daily norm = booked savings + the rest that nothing explains

Of published figures alone, so it tells nobody more than they do (P9). It earns nothing: no grade, plan or baseline is
reckoned from it, and a rest that nothing explains is a question, to the norm as much as to the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dure.engine.plan import productivity
from dure.engine.plan.arithmetic import rounded
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.standings.types import Figure

RATIO_PLACES = 2


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One output against the norm, in milli-units of it. Each is None where it isn't known or not told.

    ``person_days``: days of work that were claimed, each meant for ``norm_milli``; ``meant_milli`` together. ``ratio``:
    made for each one meant. What is ``verified``: an estimate from recounts; ``lower``: its lower bound.
    """

    person_days: int
    norm_milli: int
    made_milli: int
    meant_milli: int
    ratio: Decimal
    beyond_milli: int
    booked_milli: int | None
    unexplained_milli: int | None
    made_verified_milli: int | None
    made_lower_milli: int | None
    beyond_verified_milli: int | None
    booked_verified_milli: int | None
    booked_lower_milli: int | None
    unexplained_verified_milli: int | None


def reckoned(output: IndicatorFacts, figures: Iterable[tuple[IndicatorFacts, Figure]]) -> Reckoned | None:
    """An output of a place, a team or the whole, from all ``figures`` of it; None without a norm, where it is not told
    how much was made or on how many days, and where nobody worked yet."""
    known = {one.id: (one, figure) for one, figure in figures}
    hours = next((it for one, it in known.values() if (one.kind, one.aggregation) == ("hours", "sum")), None)
    made = known[output.id][1] if output.id in known else None
    norm_milli = output.daily_norm_milli
    if norm_milli is None or made is None or made.claimed_milli is None or hours is None:
        return None
    # A contribution of hours is a day of somebody's work, as it is for the norm as a limit of safety.
    days = hours.n_entries or 0
    meant_milli = days * norm_milli
    against = productivity(made.claimed_milli, meant_milli)
    if against is None or made.withheld or hours.withheld:
        return None
    savings = [figure for one, figure in known.values() if one.saves_id == output.id]
    # What nobody booked is nothing, and needs no recount to be that.
    is_told = not any(figure.withheld for figure in savings)
    booked_milli = sum(figure.claimed_milli or 0 for figure in savings) if is_told else None
    booked_verified = _verified(savings, lower=False) if is_told else None
    beyond_verified = made.verified.estimate_milli
    if beyond_verified is not None:
        beyond_verified -= meant_milli
    return Reckoned(
        person_days=days,
        norm_milli=norm_milli,
        made_milli=made.claimed_milli,
        meant_milli=meant_milli,
        ratio=rounded(against.ratio, RATIO_PLACES),
        beyond_milli=against.beyond_norm_milli,
        booked_milli=booked_milli,
        unexplained_milli=None if booked_milli is None else against.unexplained_milli(booked_milli),
        made_verified_milli=made.verified.estimate_milli,
        made_lower_milli=made.verified.lower_milli,
        beyond_verified_milli=beyond_verified,
        booked_verified_milli=booked_verified,
        booked_lower_milli=_verified(savings, lower=True) if is_told else None,
        unexplained_verified_milli=(
            None if beyond_verified is None or booked_verified is None else beyond_verified - booked_verified
        ),
    )


def _verified(savings: Iterable[Figure], *, lower: bool) -> int | None:
    """What recounts leave of savings together; None while some were never recounted."""
    found = [
        0 if not one.claimed_milli else one.verified.lower_milli if lower else one.verified.estimate_milli
        for one in savings
    ]
    return None if None in found else sum(amount for amount in found if amount is not None)
