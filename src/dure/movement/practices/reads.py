"""Questions about practices."""

from __future__ import annotations

from datetime import date

from dure.base.access import Actor
from dure.movement.practices.types import Candidate, PracticeFacts


def practices(*, campaign_id: int) -> list[PracticeFacts]:
    """All practices of a campaign, for everybody; the newest first."""
    raise AssertionError


def leading_practice_candidates(*, actor: Actor, campaign_id: int, day: date) -> list[Candidate]:
    """Teams whose claimed output an hour clearly leads that of like teams on a day, the furthest ahead first."""
    raise AssertionError
