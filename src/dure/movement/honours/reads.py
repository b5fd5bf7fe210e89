"""Questions about honours."""

from __future__ import annotations

from dure.base.access import Actor
from dure.movement.honours.types import NominationFacts, Roll, ThanksFacts


def thanks_for(*, actor: Actor, person_id: int) -> list[ThanksFacts]:
    """A person's thanks, newest first; for nobody else (NotFound)."""
    raise AssertionError


def nominations_of(*, actor: Actor, person_id: int) -> list[NominationFacts]:
    """Nominations of a person, newest first; for nobody else (NotFound)."""
    raise AssertionError


def roll(*, campaign_id: int) -> Roll:
    """Those who agreed to be honoured, by name, for everybody."""
    raise AssertionError
