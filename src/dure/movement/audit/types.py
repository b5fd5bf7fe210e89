"""What crosses the door of audit. Quantities are milli-units of the indicator's unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from dure.engine.lots import Deduction, Factor

__all__ = [
    "DRAWN_KINDS",
    "Checker",
    "Deduction",
    "DrawFacts",
    "Factor",
    "LotFacts",
    "LotPublic",
    "PublicDraw",
    "PublicEntry",
    "RecountFacts",
    "VisitReason",
]

# Of which lots are drawn: what nobody else witnesses, work done and what is said to have been saved.
DRAWN_KINDS: Final = ("output", "saving")


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot as pages show it. ``seed`` is None until the draw; ``checked_count`` of ``drawn_count`` are recounted.

    It drew from the entries ``from_size`` (inclusive) to ``log_size`` (exclusive) of the log, both None before.
    """

    id: int
    campaign_id: int
    indicator_id: int
    day: date
    wanted_count: int
    commitment: str
    committed_at: datetime
    seed: bytes | None
    from_size: int | None
    log_size: int | None
    log_root: bytes | None
    eligible_count: int | None
    drawn_at: datetime | None
    drawn_count: int
    checked_count: int


@dataclass(frozen=True, slots=True)
class DrawFacts:
    """A drawn entry as its checkers see it. ``day``: of the work; ``found_milli``: None until somebody has counted."""

    id: int
    lot_id: int
    indicator_id: int
    day: date
    entry_index: int
    team_id: int
    area_id: int
    claimed_milli: int
    chance: Fraction
    checker_team_id: int
    found_milli: int | None


@dataclass(frozen=True, slots=True)
class RecountFacts:
    """What was found, and the place of the finding in the ledger. ``counted_by_id``: None for an import."""

    draw_id: int
    found_milli: int
    counted_by_id: int | None
    counted_at: datetime
    confirmation_index: int


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """An entry the lot could draw. ``leaf_hash`` ties it to the signed log without showing it."""

    index: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Checker:
    """A team that could be asked to recount; ``region_path`` goes from the country to its region."""

    team_id: int
    region_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """A drawn entry, where it was made, its known chance and the team that recounts it."""

    entry_index: int
    team_id: int
    area_path: tuple[str, ...]
    chance: Fraction
    checker_team_id: int


@dataclass(frozen=True, slots=True)
class LotPublic:
    """All that is needed to run the draw again, and what it gave.

    With ``seed``, ``log_root``, the indices of ``eligible`` and ``wanted_count``, ``dure.engine.lots.draw`` gives
    the indices and chances of ``draws``; with ``checkers`` and where the drawn were made, ``assign_checkers``
    gives their teams. ``commitment`` was published before, ``checkpoint_note`` is the signed log; the lot before
    ended at ``from_size``, so that no entry is left out between two lots.
    """

    lot: LotFacts
    checkpoint_note: str
    eligible: tuple[PublicEntry, ...]
    checkers: tuple[Checker, ...]
    draws: tuple[PublicDraw, ...]


@dataclass(frozen=True, slots=True)
class VisitReason:
    """Why a team's figures of a day are worth a visit, in words. No verdict: chance is one of the reasons.

    ``p``: how often figures that nobody copied repeat as much (``dure.engine.signs``).
    """

    team_id: int
    indicator_id: int
    day: date
    p: float
    reasons: tuple[str, ...]
