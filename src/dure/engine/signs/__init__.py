"""Signs of falsification: they raise the chance of a visit, never a verdict."""

from dure.engine.signs.repeats import Sign, TeamReports, repeated_figures, visit_weight

__all__ = ["Sign", "TeamReports", "repeated_figures", "visit_weight"]
