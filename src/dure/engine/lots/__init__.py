"""Public lots: what is recounted and who recounts it; estimates from recounts."""

from dure.engine.lots.checkers import Assignment, NoCheckerFromElsewhere, Origin, assign_checkers
from dure.engine.lots.draw import CHANCE_FLOOR, Draw, commitment_opens, draw, seed_commitment
from dure.engine.lots.estimate import Factor, Recount, Verified, factor, verified

__all__ = [
    "CHANCE_FLOOR",
    "Assignment",
    "Draw",
    "Factor",
    "NoCheckerFromElsewhere",
    "Origin",
    "Recount",
    "Verified",
    "assign_checkers",
    "commitment_opens",
    "draw",
    "factor",
    "seed_commitment",
    "verified",
]
