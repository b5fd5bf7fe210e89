"""Questions about standings."""

from __future__ import annotations

from datetime import date

from dure.base.access import Actor
from dure.movement.standings.types import HeldTarget, Standing


def standing(*, campaign_id: int, today: date) -> Standing:
    """The campaign on a day, for everybody: total, places and teams of every indicator, and what is held.

    Work of days after ``today`` is left out. Refuses with NotFound.
    """
    raise AssertionError


def held_for(*, actor: Actor, campaign_id: int, today: date) -> tuple[HeldTarget, ...]:
    """Held targets with their figures, of the areas the actor organises. Refuses with NotFound."""
    raise AssertionError
