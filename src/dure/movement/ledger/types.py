"""What crosses the ledger's door. Quantities are milli-units of the indicator's unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dure.engine.log.entry import Grade, Kind
from dure.kernel.refusals import Refusal

__all__ = [
    "COUNTED_KINDS",
    "OUTGOING_KINDS",
    "CheckpointFacts",
    "Claim",
    "Fault",
    "Grade",
    "Kind",
    "LedgerEntry",
    "NewEntry",
    "PeopleCounts",
    "Proof",
    "Receipt",
    "Recorded",
    "Report",
    "RollupRow",
    "RowRefused",
    "TotalRow",
]

# Contributions: what they say is added to the claimed totals.
COUNTED_KINDS = frozenset(
    {Kind.HOURS, Kind.OUTPUT, Kind.GOODS_IN, Kind.MONEY_IN, Kind.SAVING, Kind.HELP},
)
# What leaves again: kept beside the totals, never taken off them. A gift given on was still given.
OUTGOING_KINDS = frozenset({Kind.GOODS_OUT, Kind.MONEY_OUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A contribution to record, or something to say about an earlier one.

    ``client_id`` is made by whoever records, and kept until an answer is heard. ``quantity_milli`` is
    positive; a correction carries the difference (below or above zero), a confirmation what was found
    (zero or more), a withdrawal zero, since it takes back whatever is left. Those three name the entry in
    ``points_at`` (its index), repeat its campaign, indicator, team, area and day, and have neither post nor person.
    ``note``: at most 500 bytes; it must not name a person, since it outlives an erasure.
    """

    client_id: UUID
    kind: Kind
    campaign_id: int
    indicator_id: int
    team_id: int
    area_id: int
    work_day: date
    quantity_milli: int
    post_id: int | None = None
    person_id: int | None = None
    note: str = ""
    points_at: int | None = None
    grade: Grade = Grade.CLAIMED


@dataclass(frozen=True, slots=True)
class Receipt:
    """``index`` is the entry's place in the log, from 0; ``checkpoint_size`` the newest signed state that holds it."""

    index: int
    client_id: UUID
    leaf_hash: bytes
    checkpoint_size: int | None = None


@dataclass(frozen=True, slots=True)
class RowRefused:
    """Row ``row`` (from 0) of what was handed in was refused; the others were not."""

    row: int
    client_id: UUID
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Recorded:
    """``receipts`` of the rows that stand, in the order handed in; ``known_count`` of them stood there before."""

    receipts: tuple[Receipt, ...]
    known_count: int
    refused: tuple[RowRefused, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """A signed state of the log; ``note`` is what outsiders verify."""

    size: int
    root: bytes
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """That ``leaf_hash`` stands at ``index`` of the log whose ``checkpoint`` is signed (RFC 6962, 2.1.1)."""

    index: int
    leaf_hash: bytes
    path: tuple[bytes, ...]
    checkpoint: CheckpointFacts


@dataclass(frozen=True, slots=True)
class RollupRow:
    """Sums of a team, area, indicator and day of work.

    ``n`` contributions stand and claim ``quantity_milli`` together; ``out_milli`` left again (goods, money).
    ``n_recounted`` of them were recounted: the checkers found ``recounted_milli`` where
    ``recounted_claim_milli`` was claimed at that time.
    """

    campaign_id: int
    team_id: int
    area_id: int
    indicator_id: int
    work_day: date
    n: int
    quantity_milli: int
    out_milli: int
    n_recounted: int
    recounted_milli: int
    recounted_claim_milli: int


@dataclass(frozen=True, slots=True)
class TotalRow:
    """Rollups of an indicator, area and team over ``days`` days; ``best_day_milli`` was claimed on the best of them."""

    indicator_id: int
    area_id: int
    team_id: int
    n: int
    quantity_milli: int
    n_recounted: int
    days: int
    best_day_milli: int


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """Distinct people behind an indicator's contributions: by (indicator, area with all below it) and by
    (indicator, team)."""

    by_area: Mapping[tuple[int, int], int]
    by_team: Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An entry as those may see it who may. It names no person.

    ``quantity_milli`` is what the entry itself says, ``standing_milli`` what is left of it after corrections
    and withdrawal (for an entry about another one: 0); ``proved`` the best grade any confirmation gave it.
    """

    index: int
    client_id: UUID
    kind: Kind
    grade: Grade
    proved: Grade
    campaign_id: int
    indicator_id: int
    team_id: int
    area_id: int
    post_id: int | None
    work_day: date
    quantity_milli: int
    standing_milli: int
    is_withdrawn: bool
    points_at: int | None
    recorded_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What an entry claims at a signed state of the log, whatever was said about it later."""

    index: int
    team_id: int
    area_id: int
    work_day: date
    leaf_hash: bytes
    claimed_milli: int


@dataclass(frozen=True, slots=True)
class Report:
    """A figure as it was recorded first, whatever was said about it later."""

    indicator_id: int
    team_id: int
    area_id: int
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something stored that does not fit: where it stands, and what is wrong with it."""

    where: str
    what: str
