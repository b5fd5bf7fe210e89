"""Values of vetting: the steps, what stands of them, how long the queue is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt

from dure.movement.people.types import BRIEFING, CLEARANCE, COVER

# Who somebody is, seen on a paper; and that no record speaks against work with those who need protection.
IDENTITY: Final = "identity"
RECORD_CHECK: Final = "record_check"
# A skill that is trained or shown is the step "skill:" and its code.
SKILL_PREFIX: Final = "skill:"
STEPS: Final = (IDENTITY, RECORD_CHECK, COVER, BRIEFING, CLEARANCE)

# What the person does first: choose a session, send or bring a paper, or say that something is so.
OwnPart = Literal["book", "paper", "attest"]
# measured: on days with a queue from morning to night; stated: by the crew; seen: what was done when nobody waited.
Basis = Literal["measured", "stated", "seen", "unknown"]
StepState = Literal["invited", "handed_in", "seen", "passed", "renewed"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Invited:
    """``invited_count`` new steps; ``standing_count``: of people who were invited to that step already, or hold it."""

    invited_count: int
    standing_count: int


@dataclass(frozen=True, slots=True)
class Checked:
    """How a look at a step went: ``passed_ids`` are through, ``second_count`` wait for a second person,
    ``passed_over_count`` had not handed in, lack an earlier step, or are not the asker's."""

    passed_ids: tuple[int, ...]
    second_count: int
    passed_over_count: int


@dataclass(frozen=True, eq=False)
class Missing:
    """What people lack: ``lacks[step][k]`` speaks of ``person[k]``. What is missing or past its day is lacked."""

    person: Ints
    lacks: Mapping[str, Bools]

    @property
    def any_step(self) -> Bools:
        """Who lacks any of the steps."""
        found = np.zeros(len(self.person), np.bool_)
        for lacked in self.lacks.values():
            found |= lacked
        return found


@dataclass(frozen=True, eq=False)
class Standing:
    """Steps under way, as columns: ``person[k]`` is at ``steps[step[k]]``; ``with_us[k]``: their part is done."""

    person: Ints
    step: Int32s
    steps: tuple[str, ...]
    with_us: Bools


@dataclass(frozen=True, slots=True)
class Throughput:
    """A step as a queue. ``invited_count`` have their own part to do; ``queue_count`` wait for us, ``second_count`` of
    them for a second person.

    ``per_day``: people a day, on the ``basis`` given. ``days_ahead``: days until somebody who hands in now is through;
    None where nobody can say (nothing measured, nothing stated).
    """

    step: str
    invited_count: int
    queue_count: int
    second_count: int
    per_day: float
    basis: Basis
    days_ahead: int | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to hold; ``key`` is made by whoever plans it. ``starts_at``: aware. ``place``: where, or the link."""

    key: UUID
    campaign_id: int
    area_id: int
    step: str
    starts_at: datetime
    place: str
    seats: int


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session as people see it."""

    id: int
    campaign_id: int
    area_id: int
    step: str
    starts_at: datetime
    place: str
    seats: int
    seats_free: int
    called_off_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step as its person sees it. ``own_part``: what is theirs to do; ``needs_two``: two people look at it."""

    step: str
    campaign_id: int
    state: StepState
    own_part: OwnPart
    needs_two: bool
    invited_at: datetime
    own_words: str
    has_paper: bool
    session_id: int | None
    handed_in_at: datetime | None
    sent_back_why: str
    passed_at: datetime | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """Something handed in, for who looks at it: the first name, the place and the step, no contact.

    ``mine``: the asker looked at it before, so the second look is somebody else's.
    """

    person_id: int
    given_name: str
    area_id: int
    step: str
    state: StepState
    own_words: str
    has_paper: bool
    session_id: int | None
    handed_in_at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What somebody uploaded, opened."""

    media_type: str
    content: bytes
