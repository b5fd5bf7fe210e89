"""Public lots: what is recounted and who recounts it; estimates from recounts."""

from dure.engine.lots.checkers import Assignment, NoCheckerFromElsewhere, Origin, assign_checkers
from dure.engine.lots.deduction import SURCHARGE, Deduction, Recounted, deduction
from dure.engine.lots.draw import CHANCE_FLOOR, Draw, commitment_opens, draw, seed_commitment
from dure.engine.lots.estimate import Factor, Recount, Verified, factor, verified

__all__ = [
    "CHANCE_FLOOR",
    "SURCHARGE",
    "Assignment",
    "Deduction",
    "Draw",
    "Factor",
    "NoCheckerFromElsewhere",
    "Origin",
    "Recount",
    "Recounted",
    "Verified",
    "assign_checkers",
    "commitment_opens",
    "deduction",
    "draw",
    "factor",
    "seed_commitment",
    "verified",
]
