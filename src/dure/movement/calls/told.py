"""What people were told since: every answer with its date, as it was given. For replays and checks of promises.

An answer that was superseded is among them, one of somebody who left is not: whoever asks often enough misses none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from dure.base.columns import Seconds, read_columns
from dure.movement.calls.models import Answer
from dure.movement.calls.types import ANSWER_KINDS

Ints = npt.NDArray[np.int64]
_KINDS: tuple[str, ...] = ANSWER_KINDS


@dataclass(frozen=True, eq=False)
class Told:
    """Answers by ascending id: to whom, of which kind (place in ANSWER_KINDS), by which day, when."""

    id: Ints
    person: Ints
    kind: npt.NDArray[np.int8]
    by_day: Ints  # proleptic ordinal, as date.toordinal
    given_s: Ints  # since the Unix epoch


def told_after(campaign_id: int, after_id: int) -> Told:
    """Every answer of a campaign that was written after the one with this id; 0 for all."""
    rows = Answer.objects.filter(campaign_id=campaign_id, pk__gt=after_id)
    read = read_columns(
        rows,
        ints={"id": "pk", "person": "person_id", "given_s": Seconds("given_at")},
        texts=("kind", "by_date"),
    )
    line = np.argsort(read.ints["id"])
    kinds, days = read.texts["kind"], read.texts["by_date"]
    kind_of = np.array([_KINDS.index(text) for text in kinds.distinct], np.int8)
    day_of = np.array([date.fromisoformat(text).toordinal() for text in days.distinct], np.int64)
    return Told(
        id=read.ints["id"][line],
        person=read.ints["person"][line],
        kind=kind_of[kinds.places[line]] if len(line) else np.zeros(0, np.int8),
        by_day=day_of[days.places[line]] if len(line) else np.zeros(0, np.int64),
        given_s=read.ints["given_s"][line],
    )
