"""Use cases of honours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from dure.base.access import Actor
from dure.movement.honours.types import NewNomination, NominationFacts, WorkedFacts


def thank_day(*, campaign_id: int, day: date, worked: Sequence[WorkedFacts], now: datetime) -> int:
    """Thank everybody who worked on a day, each once, with one notice; the count of new thanks."""
    raise AssertionError


def nominate(*, actor: Actor, new: NewNomination, now: datetime) -> NominationFacts:
    """Put somebody forward. Refuses with SelfNomination, NotFound, NotAllowed, BadInput, NominationReused."""
    raise AssertionError


def consent(*, actor: Actor, nomination_id: int, now: datetime) -> NominationFacts:
    """The nominee agrees to stand on the roll. Refuses with NotFound for all others, NominationAnswered."""
    raise AssertionError


def decline(*, actor: Actor, nomination_id: int, now: datetime) -> NominationFacts:
    """The nominee would rather not. Refuses with NotFound for all others, NominationAnswered."""
    raise AssertionError
