"""A run checked anew: by the separate checker while its input is there, by its own figures afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from dure.engine.matching import Verdict, check
from dure.engine.matching.solution import TIERS
from dure.movement.matching import reads as matching
from dure.movement.matching.types import RunFacts, RunProof
from dure.movement.needs import reads as needs

INPUT_CHANGED = "the input is not what it was when the run was solved"


@dataclass(frozen=True)
class Verified:
    """What was found. Without a ``verdict`` only the figures could be held against each other."""

    run: RunFacts
    faults: tuple[str, ...]
    verdict: Verdict | None = None
    # Why no more than the figures: settled (the input is gone), changed (another one), torn (figures are missing).
    less: str = ""

    @property
    def holds(self) -> bool:
        return not self.faults


def verify_run(run_id: int) -> Verified:
    """Gather the day again, recompute everything the run says, and say what does not hold.

    Where the input changed since, that is the fault, and nothing is recomputed that would answer another question. Once
    the day is settled its personal input is deleted (P3); then only :func:`faults_of_figures` is left.
    Refuses with NotFound.
    """
    proof = matching.run_proof(run_id)
    if len(proof.seats) != len(proof.post_ids) or len(proof.prices) != len(proof.post_ids):
        return Verified(
            proof.run, ("there is not one price and one number of seats for each post",), less="torn"
        )
    faults = faults_of_figures(proof)
    if proof.run.settled_at is not None:
        return Verified(proof.run, faults, less="settled")
    stored = matching.stored_run(run_id)
    if stored.today.digest != proof.run.input_digest:
        return Verified(proof.run, (INPUT_CHANGED, *faults), less="changed")
    today = stored.today
    verdict = check(today.problem, stored.solution, agreed=today.standing, sides=today.sides)
    return Verified(proof.run, (*faults, *verdict.faults), verdict)


def faults_of_figures(proof: RunProof) -> tuple[str, ...]:
    """What does not hold together among the figures that a run keeps for ever.

    They say which posts there were, how many seats each had and what it was worth. That is enough to see that the
    proof is one for these seats, and not enough to see who could have sat there.
    """
    run, scale = proof.run, proof.price_scale
    posts = needs.posts(proof.post_ids.tolist())
    tiers = [posts[post_id].tier for post_id in proof.post_ids.tolist()]
    seats, prices = proof.seats.tolist(), proof.prices.tolist()
    by_tier = [0] * TIERS
    for tier, count in zip(tiers, seats, strict=True):
        by_tier[tier - 1] += count
    rent_scaled = sum(
        min(count, run.people_count) * price for count, price in zip(seats, prices, strict=True)
    )
    # The proof is about the match that knew people one by one: what sides cost comes on top.
    proven = _proven_fills(run)
    worth = sum((TIERS - row) * proof.tier_unit * filled for row, filled in enumerate(proven))
    cost_units = run.side.relaxed_cost_units if run.side else run.cost_units
    gap_scaled = proof.bound_scaled - run.value * scale
    found = {
        "the posts are not as many as were solved": len(prices) != run.posts_count,
        "a price is below zero": min(prices, default=0) < 0,
        "the seats of the posts are not the seats of the tiers": by_tier != list(run.seats_by_tier),
        "more seats are filled than there are": any(
            filled > there for filled, there in zip(run.filled_by_tier, run.seats_by_tier, strict=True)
        ),
        "the placed are not the filled seats": run.placed_count != sum(run.filled_by_tier),
        # With placements agreed before, value and bound speak about the other people and seats alone.
        "value is not what the filled seats are worth less their costs": (
            run.standing_count == 0 and run.value != worth - cost_units
        ),
        "the bound is below what the seats alone are worth": (
            run.standing_count == 0 and proof.bound_scaled < rent_scaled
        ),
        "the value is above the bound": gap_scaled < 0,
        "the bound is a unit or more above the value: not proven best": gap_scaled >= scale,
        **_tier_faults(proof, tiers, seats),
        **_side_faults(run),
    }
    return tuple(what for what, wrong in found.items() if wrong)


def _proven_fills(run: RunFacts) -> tuple[int, ...]:
    """Seats by tier that the proof is about: those that are filled, and those that groups, crews and minors cost."""
    lost = run.side.lost_by_tier if run.side else (0,) * TIERS
    return tuple(filled + gone for filled, gone in zip(run.filled_by_tier, lost, strict=True))


def _side_faults(run: RunFacts) -> dict[str, bool]:
    if run.side is None:
        return {}
    fills = zip(
        _proven_fills(run), run.side.extra_by_tier, run.filled_by_tier, run.seats_by_tier, strict=True
    )
    return {
        "side.value is above side.bound": run.side.gap_units < 0,
        "the seats lost for the sides, or filled by further shifts, do not fit the seats there are": any(
            not 0 <= proven <= there or more < 0 or filled + more > there
            for proven, more, filled, there in fills
        ),
    }


def _tier_faults(proof: RunProof, tiers: list[int], seats: list[int]) -> dict[str, bool]:
    """Posts of a prefix of tiers outside its closed set are full: at least so many seats are filled."""
    faults: dict[str, bool] = {}
    for row in range(TIERS):
        inside = [tier <= row + 1 for tier in tiers]
        closed = proof.closed[row].tolist()
        full = sum(
            count for count, ours, shut in zip(seats, inside, closed, strict=True) if ours and not shut
        )
        filled = sum(_proven_fills(proof.run)[: row + 1])
        strays = any(shut and not ours for ours, shut in zip(inside, closed, strict=True))
        faults[f"the proof of tiers 1 to {row + 1} holds a post of a lower tier"] = strays
        faults[f"the proof of tiers 1 to {row + 1} says that more seats are full than are filled"] = (
            full > filled
        )
    return faults
