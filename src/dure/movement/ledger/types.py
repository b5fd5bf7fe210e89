"""What crosses the ledger's door. Quantities are milli-units of the indicator's unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from dure.analytics.types import EntryRow
from dure.base.columns import Ints
from dure.engine.log.entry import MOVE_KINDS, NOTE_BYTES_MAX, OUTGOING_KINDS, Grade, Kind
from dure.kernel.refusals import Refusal

__all__ = [
    "MOVE_KINDS",
    "NOTE_BYTES_MAX",
    "OUTGOING_KINDS",
    "CheckpointFacts",
    "Claim",
    "CosignatureFacts",
    "EntrySources",
    "Fault",
    "Grade",
    "Kind",
    "LedgerEntry",
    "NewEntry",
    "Opening",
    "Outcome",
    "PeopleCounts",
    "Proof",
    "PublishedCheckpoint",
    "PutRight",
    "Receipt",
    "Recorded",
    "Report",
    "ResumedFacts",
    "RollupRow",
    "RowRefused",
    "SealedFacts",
    "StockFacts",
    "TeamDays",
    "TotalRow",
    "WitnessFacts",
]


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
    """``receipts`` of the rows that stand, in the order handed in; ``known_rows`` stood there before."""

    receipts: tuple[Receipt, ...]
    known_count: int
    refused: tuple[RowRefused, ...] = ()
    known_rows: frozenset[int] = frozenset()


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
class StockFacts:
    """Goods or money of an indicator at a place: received = issued + lost + in stock, always (F6)."""

    indicator_id: int
    area_id: int
    received_milli: int
    issued_milli: int
    lost_milli: int

    @property
    def stock_milli(self) -> int:
        return self.received_milli - self.issued_milli - self.lost_milli


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


@dataclass(frozen=True, eq=False)
class TeamDays:
    """Rollups as columns of one length, in no stated order. ``day`` 0 is the first day that was asked for."""

    team: Ints
    area: Ints
    indicator: Ints
    day: Ints
    n: Ints
    quantity_milli: Ints


@dataclass(frozen=True, slots=True, eq=False)
class PlaceDays:
    """Claims of an indicator by place and day of work, as columns of one length, in no stated order.

    ``area``: the place it was recorded for, not those that it lies in. ``day``: the day's ordinal (``date.toordinal``).
    """

    area: Ints
    day: Ints
    quantity_milli: Ints


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
class Opening:
    """What opens an entry to an auditor (docs/reference/entry-format.md): SHA-256 over these gives its leaf.

    ``facts``: the packed bytes; ``person_commitment``: 32 bytes that fit nobody once the person is forgotten.
    """

    index: int
    facts: bytes
    entry_salt: bytes
    person_commitment: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a team brought about, as everybody may see it. It names nobody and holds no remark.

    ``is_public``: False for what was said about help, which is left out as help is.
    """

    index: int
    kind: Kind
    grade: Grade
    indicator_id: int
    team_id: int
    area_id: int
    work_day: date
    quantity_milli: int
    points_at: int | None
    leaf_hash: bytes
    is_public: bool


@dataclass(frozen=True, slots=True)
class PutRight:
    """How many outcomes were corrected and withdrawn, and by how much in all (below 0: less was left)."""

    corrected_count: int
    corrected_milli: int
    withdrawn_count: int
    withdrawn_milli: int

    def and_one(self, *, is_withdrawal: bool, milli: int) -> PutRight:
        """With one more."""
        corrected, withdrawn = (0, 1) if is_withdrawal else (1, 0)
        return PutRight(
            self.corrected_count + corrected,
            self.corrected_milli + milli * corrected,
            self.withdrawn_count + withdrawn,
            self.withdrawn_milli + milli * withdrawn,
        )


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
class EntrySources:
    """All entries of a campaign, each in one place: ``files`` of the days whose rows were dropped (Parquet, columns of
    ``dure.analytics.entries.SCHEMA``, all campaigns), and ``rows`` of the others, in the order of the log."""

    files: tuple[Path, ...]
    rows: Iterator[EntryRow]


@dataclass(frozen=True, slots=True)
class SealedFacts:
    """A sealed day. ``rows_kept``: they still stand in the database as well."""

    day: date
    first: int
    end: int
    folder: Path
    rows_kept: bool
    note: str


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


@dataclass(frozen=True, slots=True)
class WitnessFacts:
    """Somebody elsewhere whose cosignatures this log shows; ``url`` is empty when it can't be asked."""

    name: str
    verifier_key: str
    url: str


@dataclass(frozen=True, slots=True)
class CosignatureFacts:
    """That a witness had seen the log grow consistently up to a checkpoint; ``line`` shows it."""

    witness: str
    cosigned_at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class PublishedCheckpoint:
    """A signed state as it is shown to outsiders: ``note`` carries the witnesses' lines too."""

    checkpoint: CheckpointFacts
    note: str
    cosignatures: tuple[CosignatureFacts, ...]


@dataclass(frozen=True, slots=True)
class ResumedFacts:
    """A loss after which the log went on under ``origin``; entries ``kept_size`` up to ``lost_end`` are missing.

    ``statement`` is the signed note that says so.
    """

    number: int
    old_origin: str
    origin: str
    statement: str
    kept_size: int
    lost_end: int
    base_size: int
    started_at: datetime

    @property
    def lost_count(self) -> int:
        return self.lost_end - self.kept_size

    @property
    def last_lost(self) -> int:
        """The place of the last entry that is missing."""
        return self.lost_end - 1
