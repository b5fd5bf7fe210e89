"""Use cases of standings."""

from __future__ import annotations

from datetime import datetime

from dure.base.access import Actor
from dure.movement.standings.types import Confirmation


def confirm_denominator(*, actor: Actor, target_id: int, now: datetime) -> Confirmation:
    """A named organiser of the target's area stands by its plan; from then on figures over 105 % are shown (F7).

    A changed plan makes an old confirmation void. Confirming twice keeps the first name and time.
    Refuses with NotFound, NotAllowed, ConfirmationNeedsName.
    """
    raise AssertionError
