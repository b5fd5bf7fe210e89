"""The daily match: who goes where, exactly, with a proof and reasons.

Facts (:class:`PeopleFacts`, :class:`PostFacts`) become a :class:`Problem` by :func:`build_problem`, which
refuses bad columns whole. :func:`solve` answers it, :func:`check` believes nothing and recounts,
:func:`why_unfilled` and :func:`why_this_post` give reasons. Pure: equal input gives equal bytes.
"""

from dure.engine.matching.changes import Change
from dure.engine.matching.check import Verdict, check
from dure.engine.matching.explain import (
    Alternative,
    Cost,
    Lever,
    Stop,
    Unfilled,
    Why,
    hindrances,
    why_this_post,
    why_unfilled,
)
from dure.engine.matching.facts import NO_POST, PeopleFacts, PostFacts, ProblemRefused
from dure.engine.matching.problem import Problem, build_problem, feasible
from dure.engine.matching.rematch import Rematch, rematch
from dure.engine.matching.rules import RULES, Rule
from dure.engine.matching.sides import SideReport, Sides, build_sides
from dure.engine.matching.solution import Solution
from dure.engine.matching.solve import solve

__all__ = [
    "NO_POST",
    "RULES",
    "Alternative",
    "Change",
    "Cost",
    "Lever",
    "PeopleFacts",
    "PostFacts",
    "Problem",
    "ProblemRefused",
    "Rematch",
    "Rule",
    "SideReport",
    "Sides",
    "Solution",
    "Stop",
    "Unfilled",
    "Verdict",
    "Why",
    "build_problem",
    "build_sides",
    "check",
    "feasible",
    "hindrances",
    "rematch",
    "solve",
    "why_this_post",
    "why_unfilled",
]
