"""Use cases of practices."""

from __future__ import annotations

from datetime import date, datetime

from dure.base.access import Actor
from dure.movement.practices.types import NewPractice, PracticeFacts


def write_up(*, actor: Actor, new: NewPractice, now: datetime) -> PracticeFacts:
    """Write up what a team does differently. Refuses with NotFound, NotAllowed, BadInput, PracticeReused."""
    raise AssertionError


def adopt(*, actor: Actor, practice_id: int, team_id: int, since: date) -> PracticeFacts:
    """A team takes a practice up, said by its captain or its organiser; twice is once, the first day stays."""
    raise AssertionError
