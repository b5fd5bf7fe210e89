"""Who rests in turn on a day, as columns. It asks, it doesn't forbid (P5): nobody is offered a post in their week of
rest, and whoever takes one of their own accord has it."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from dure.engine.plan.rotation import resting_part
from dure.movement.people.types import ALONE

Ints = npt.NDArray[np.int64]


def resting(person: Ints, group: Ints, *, rotation: int, day: date) -> npt.NDArray[np.bool_]:
    """(n,) of people and the groups they come with; nobody where no rotation was stated."""
    if not rotation:
        return np.zeros(len(person), np.bool_)
    # As people.rotation.rotation_numbers says it of a few.
    number = np.where(group == ALONE, person, group)
    rests: npt.NDArray[np.bool_] = number % rotation == resting_part(day, rotation)
    return rests
