"""What people were really told and really had: collected while it happens, since those who leave take it along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dure.movement.calls.told import told_after

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Events:
    """Columns of one length: whose (row), when (seconds of the epoch)."""

    row: Ints
    at_s: Floats


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers in the order in which they were given: ``kind`` as place in ANSWER_KINDS, ``by_day`` as ordinal."""

    row: Ints
    at_s: Floats
    kind: Ints
    by_day: Ints


@dataclass(eq=False)
class Record:
    """Grows during the replay: answers, offers, tasks that began for whoever had said yes, and who came."""

    last_id: int = 0
    _answers: list[tuple[Ints, ...]] = field(default_factory=list)
    _offers: list[tuple[Ints, Floats]] = field(default_factory=list)
    _given: list[tuple[Ints, Floats]] = field(default_factory=list)
    _tasks: list[tuple[Ints, Floats]] = field(default_factory=list)

    def read_answers(self, campaign_id: int) -> tuple[Ints, Ints]:
        """Take in the answers given since the last look; ids of persons and kinds."""
        told = told_after(campaign_id, self.last_id)
        if len(told.id):
            self.last_id = int(told.id[-1])
            self._answers.append((told.person, told.given_s, told.kind.astype(np.int64), told.by_day))
        return told.person, told.kind.astype(np.int64)

    def offered(self, persons: Sequence[int], at_s: float) -> None:
        self._offers.append((np.array(persons, np.int64), np.full(len(persons), at_s)))

    def given(self, persons: Sequence[int], at_s: Sequence[float]) -> None:
        self._given.append((np.array(persons, np.int64), np.array(at_s, np.float64)))

    def began(self, persons: Sequence[int], at_s: Sequence[float]) -> None:
        self._tasks.append((np.array(persons, np.int64), np.array(at_s, np.float64)))

    def answers(self) -> tuple[Ints, ...]:
        """Persons, moments, kinds, days; as they were given."""
        return _joined(self._answers, 4)

    def offers(self) -> tuple[Ints, ...]:
        """Persons and moments of the offers they saw."""
        return _joined(self._offers, 2)

    def tasks_given(self) -> tuple[Ints, ...]:
        """Persons and beginnings of the tasks they had said yes to."""
        return _joined(self._given, 2)

    def tasks(self) -> tuple[Ints, ...]:
        """Persons and beginnings of the tasks they came to."""
        return _joined(self._tasks, 2)


def _joined(parts: Sequence[tuple[Ints | Floats, ...]], columns: int) -> tuple[Ints, ...]:
    if not parts:
        return tuple(np.zeros(0, np.int64) for _ in range(columns))
    return tuple(np.concatenate([part[column] for part in parts]) for column in range(columns))
