"""The people of a replay as columns: who has signed up, confirmed, handed in, left, and will come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

from dure.simulation.people import SyntheticPeople
from dure.simulation.surge_folk import Folk

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

NOBODY = -1
NEVER = np.inf


@dataclass(eq=False)
class Crowd:
    """By row, in the order of signing up; moments in seconds of the Unix epoch, ``NEVER`` until they come.

    ``like``: row of the traits, which whoever comes back has again. ``person``: id while they are in.
    """

    people: SyntheticPeople
    folk: Folk
    arrives_s: Floats
    like: Ints
    person: Ints = field(init=False)
    signed_s: Floats = field(init=False)
    confirms_s: Floats = field(init=False)
    confirmed_s: Floats = field(init=False)
    hands_in_s: Floats = field(init=False)
    handed_in_s: Floats = field(init=False)
    ready_s: Floats = field(init=False)
    left_s: Floats = field(init=False)
    _ids: Ints = field(init=False)
    _rows: Ints = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.arrives_s)
        self.person = np.full(count, NOBODY, np.int64)
        for one in fields(self):
            if one.name.endswith("_s") and one.init is False:
                setattr(self, one.name, np.full(count, NEVER))
        self._ids = self._rows = np.zeros(0, np.int64)

    @property
    def count(self) -> int:
        return len(self.person)

    def came_in(self, rows: Ints, ids: Sequence[int]) -> None:
        """These rows are people now; ids ascend from one call to the next."""
        self.person[rows] = ids
        line = np.argsort(np.asarray(ids, np.int64))
        self._ids = np.concatenate([self._ids, np.asarray(ids, np.int64)[line]])
        self._rows = np.concatenate([self._rows, rows[line]])

    def rows_of(self, ids: Ints) -> Ints:
        """Rows of people by id, who all came in once; also of those who have left since."""
        if not len(ids):
            return np.zeros(0, np.int64)
        return self._rows[np.searchsorted(self._ids, ids)]

    def gone(self, rows: Ints, at_s: float) -> None:
        """These people have left, or lapsed."""
        self.person[rows] = NOBODY
        self.left_s[rows] = at_s

    def come_back(self, rows: Ints, at_s: Floats) -> None:
        """These will sign up again as somebody new: nothing that was known of them is left."""
        more = Crowd(self.people, self.folk, at_s, self.like[rows])
        for one in fields(self):
            if one.name not in ("people", "folk", "_ids", "_rows"):
                setattr(self, one.name, np.concatenate([getattr(self, one.name), getattr(more, one.name)]))
