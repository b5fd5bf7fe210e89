"""How many tasks people have had, and who has one before them: for the order of the line.

Made of placements alone. Offers are in none of it, so who declined and who was never asked stand alike (P3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from django.db.models import F, Q

from dure.base.columns import Flag, Seconds, read_columns
from dure.movement.matching.gather import NO_SHIFT
from dure.movement.matching.models import Placement

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Turns:
    """``had[k]``: tasks ``person[k]`` (ascending ids) had in a campaign before the day, but for one missed.

    ``taken_s[k]``: second of the Unix epoch at which they said yes to the last of them; ``ahead[k]``: ordinal of the
    day of the next one that is theirs, from the day on; 0: none.
    """

    person: Ints
    had: Ints
    taken_s: Ints
    ahead: Ints


def turns(*, campaign_id: int, day: date) -> Turns:
    """The turns of everybody who has or had a place in a campaign, as ``day`` begins. One query.

    A place given back and a post called off are no turn. The first shift that was missed is none either: people fall
    ill, and who has had no task has had none. After that a shift missed is a turn, so that others get theirs.
    """
    rows = Placement.objects.filter(post__campaign_id=campaign_id, person_id__isnull=False)
    rows = rows.exclude(state=Placement.State.WITHDRAWN).exclude(NO_SHIFT)
    over = Q(state__in=(Placement.State.DONE, Placement.State.NO_SHOW)) | Q(day__lt=day)
    ints = {
        "person": F("person_id"),
        "over": Flag(over),
        "missed": Flag(Q(state=Placement.State.NO_SHOW)),
        "taken_s": Seconds("accepted_at"),
    }
    read = read_columns(
        rows,
        ints=ints,
        texts=("day",),
    )
    days = read.texts["day"]
    ordinal = np.array([date.fromisoformat(text).toordinal() for text in days.distinct] or [0], np.int64)
    person, row = np.unique(read.ints["person"], return_inverse=True)
    over_rows = read.ints["over"] == 1
    missed = np.bincount(row[read.ints["missed"] == 1], minlength=len(person))
    had = np.bincount(row[over_rows], minlength=len(person)).astype(np.int64) - np.minimum(missed, 1)
    taken_s = np.zeros(len(person), np.int64)
    np.maximum.at(taken_s, row[over_rows], read.ints["taken_s"][over_rows])
    never = np.iinfo(np.int64).max
    ahead = np.full(len(person), never, np.int64)
    np.minimum.at(ahead, row[~over_rows], ordinal[days.places][~over_rows])
    return Turns(person=person, had=had, taken_s=taken_s, ahead=np.where(ahead == never, 0, ahead))


def have_one_ahead(*, campaign_id: int, day: date) -> Ints:
    """Ids of whoever has a task before them, as :attr:`Turns.ahead` says it, in no stated order; only the days from
    ``day`` on are read."""
    theirs = (Placement.State.ACCEPTED, Placement.State.PRESENT)
    rows = Placement.objects.filter(
        post__campaign_id=campaign_id, post__day__gte=day, person_id__isnull=False, state__in=theirs
    )
    return read_columns(rows.exclude(NO_SHIFT), ints=("person_id",)).ints["person_id"]


def said_yes(campaign_id: int) -> tuple[Ints, Ints]:
    """(person id, second of the Unix epoch) of every post of a campaign that somebody said yes to and did not give
    back, in no stated order; whoever has left is in none."""
    rows = Placement.objects.filter(post__campaign_id=campaign_id, person_id__isnull=False)
    kept = rows.exclude(state=Placement.State.WITHDRAWN)
    read = read_columns(kept, ints={"person": F("person_id"), "at_s": Seconds("accepted_at")}).ints
    return read["person"], read["at_s"]
