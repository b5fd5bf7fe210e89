"""Questions about the ledger. Proofs, hashes and checkpoints are public; entries are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from dure.base.access import Actor
from dure.base.ordered import head
from dure.engine.log import note
from dure.engine.log.entry import POINTING_KINDS
from dure.engine.log.merkle import inclusion_proof
from dure.engine.log.tiles import hash_reader
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.ledger import keys
from dure.movement.ledger.append import EPOCH
from dure.movement.ledger.errors import LogUnsigned
from dure.movement.ledger.models import Checkpoint, Entry, PersonKey, Rollup, Tile
from dure.movement.ledger.store import StoredTiles, entries_with
from dure.movement.ledger.tree import LOG_NAME, checkpoint_facts
from dure.movement.ledger.types import (
    CheckpointFacts,
    Claim,
    Fault,
    Grade,
    Kind,
    LedgerEntry,
    PeopleCounts,
    Proof,
    Receipt,
    Report,
    RollupRow,
    TotalRow,
)
from dure.movement.ledger.verifying import verify
from dure.movement.places import reads as places

__all__ = [
    "Fault",
    "Place",
    "checkpoint_at",
    "claimed_by_day",
    "claims",
    "entries",
    "entries_of_person",
    "known",
    "latest_checkpoint",
    "people_counts",
    "place_of",
    "proof",
    "public_key",
    "receipt",
    "reports",
    "rollups",
    "size",
    "team_ids",
    "tile",
    "totals",
    "verify",
]

# A page of entries; whoever wants more asks again with the last index seen.
ENTRIES_MAX = 500
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contribution is booked."""

    campaign_id: int
    indicator_id: int
    team_id: int
    area_id: int
    work_day: date


def place_of(index: int) -> Place | None:
    """Where contribution ``index`` is booked, for rooms that say something about it; None if there is none."""
    row = (
        Entry.objects.filter(index=index)
        .exclude(kind__in=POINTING_KINDS)
        .values_list("campaign_id", "indicator_id", "team_id", "area_id", "work_day")
        .first()
    )
    return Place(*row) if row else None


def known(client_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these ids stand in the log. For imports."""
    return frozenset(entries_with(client_ids))


def size() -> int:
    """How many entries the log has."""
    return head(LOG_NAME)[0]


def receipt(index: int) -> Receipt:
    """The receipt of entry ``index``, with the newest checkpoint over it. Refuses with NotFound."""
    row = Entry.objects.filter(index=index).values_list("client_id", "leaf_hash").first()
    if row is None:
        raise NotFound(what="entry")
    newest = latest_checkpoint()
    covered = newest is not None and newest.size > index
    return Receipt(index, row[0], bytes(row[1]), newest.size if newest and covered else None)


def proof(index: int, size: int | None = None) -> Proof:
    """That entry ``index`` stands in the log as signed at ``size`` entries (default: last).

    Refuses with NotFound an index or a size that is not there, with LogUnsigned an entry that is newer.
    """
    leaf = Entry.objects.filter(index=index).values_list("leaf_hash", flat=True).first()
    if leaf is None:
        raise NotFound(what="entry")
    checkpoint = latest_checkpoint() if size is None else checkpoint_at(size)
    if checkpoint is None or checkpoint.size <= index:
        raise LogUnsigned(index=index)
    read_hash = hash_reader(checkpoint.size, StoredTiles(checkpoint.size))
    path = inclusion_proof(index, checkpoint.size, read_hash)
    return Proof(index, bytes(leaf), tuple(path), checkpoint)


def latest_checkpoint() -> CheckpointFacts | None:
    """The newest signed state, None before the first."""
    row = Checkpoint.objects.order_by("-size").first()
    return checkpoint_facts(row) if row else None


def checkpoint_at(size: int) -> CheckpointFacts:
    """The state signed at ``size`` entries. Refuses with NotFound."""
    row = Checkpoint.objects.filter(size=size).first()
    if row is None:
        raise NotFound(what="checkpoint")
    return checkpoint_facts(row)


def tile(level: int, number: int, width: int) -> bytes:
    """The first ``width`` hashes of a tile, 32 bytes each. Refuses with NotFound what is not there."""
    hashes = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    if hashes is None or not 1 <= width <= len(hashes) // 32:
        raise NotFound(what="tile")
    return bytes(hashes)[: width * 32]


def public_key() -> str:
    """The verifier key of the log: ``name+hash+base64`` (C2SP signed notes)."""
    return note.verifier_key(keys.origin(), keys.public_key())


def rollups(campaign_id: int) -> list[RollupRow]:
    """Sums by team, area, indicator and day of work, in that order; for standings, not for pages (P9)."""
    columns = (
        *("campaign_id", "team_id", "area_id", "indicator_id", "work_day", "n", "quantity_milli"),
        *("out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli"),
    )
    rows = Rollup.objects.filter(campaign_id=campaign_id).order_by(
        "team_id", "area_id", "indicator_id", "work_day"
    )
    return [RollupRow(*row) for row in rows.values_list(*columns)]


def claimed_by_day(indicator_id: int) -> dict[date, int]:
    """What is claimed of each day of work, over all teams; for standings, not for pages (P9)."""
    rows = Rollup.objects.filter(indicator_id=indicator_id).order_by().values("work_day")
    summed = rows.annotate(claimed=Sum("quantity_milli")).values_list("work_day", "claimed")
    # PostgreSQL sums bigints into numerics.
    return {day: int(claimed) for day, claimed in summed}


def totals(campaign_id: int, until: date) -> list[TotalRow]:
    """Rollups up to a day of work, summed over days; for standings, not for pages (P9)."""
    rows = Rollup.objects.filter(campaign_id=campaign_id, work_day__lte=until).order_by()
    summed = rows.values("indicator_id", "area_id", "team_id").annotate(
        sum_n=Sum("n"),
        sum_milli=Sum("quantity_milli"),
        sum_recounted=Sum("n_recounted"),
        days=Count("work_day", distinct=True),
        best=Max("quantity_milli"),
    )
    columns = ("indicator_id", "area_id", "team_id", "sum_n", "sum_milli", "sum_recounted", "days", "best")
    # PostgreSQL sums bigints into numerics.
    return [TotalRow(*map(int, row)) for row in summed.values_list(*columns)]


def people_counts(campaign_id: int) -> PeopleCounts:
    """Distinct people by area and by team, so that nothing is published that stands on too few (P9).

    Counted in the database. Whose contribution was withdrawn still counts while another of theirs stands.
    """
    withdrawn = Entry.objects.filter(campaign_id=campaign_id, kind=Kind.WITHDRAWAL).values("points_at")
    rows = (
        Entry.objects.filter(campaign_id=campaign_id, person_key__isnull=False)
        .exclude(kind__in=POINTING_KINDS)
        .exclude(index__in=withdrawn)
        .order_by()
    )
    by_area: dict[tuple[int, int], int] = {}
    # An area and what lies in it: towns, regions, country. Where both are recorded for, the larger count is sure.
    for level in ("area_id", "area__parent_id", "area__parent__parent_id"):
        for indicator_id, area_id, count in _heads(rows, level):
            if area_id is not None:
                cell = (indicator_id, area_id)
                by_area[cell] = max(count, by_area.get(cell, 0))
    by_team = {(indicator, team or 0): count for indicator, team, count in _heads(rows, "team_id")}
    return PeopleCounts(by_area, by_team)


def _heads(rows: QuerySet[Entry], what: str) -> list[tuple[int, int | None, int]]:
    counted = rows.values("indicator_id", what).annotate(heads=Count("person_key", distinct=True))
    return [(row[0], row[1], row[2]) for row in counted.values_list("indicator_id", what, "heads")]


def entries_of_person(actor: Actor, person_id: int) -> list[LedgerEntry]:
    """What a person contributed and what was said about it, oldest first: for themselves and their guardian.

    Refuses with NotFound anybody else, and nobody can ask once the person is forgotten.
    """
    if not (actor.is_person(person_id) or actor.guards(person_id)):
        raise NotFound(what="person")
    person_keys = PersonKey.objects.filter(person_id=person_id).values_list("key", flat=True)
    return _entries(Entry.objects.filter(person_key__in=list(person_keys)).order_by("index"))


def entries(
    actor: Actor,
    campaign_id: int,
    *,
    team_id: int | None = None,
    indicator_id: int | None = None,
    work_day: date | None = None,
    after_index: int = -1,
    count_max: int = ENTRIES_MAX,
) -> list[LedgerEntry]:
    """Entries of a campaign, oldest first, after ``after_index``: where the actor organises or audits, or
    of a team they captain. Nobody else gets any: an empty list looks like a campaign without entries.
    """
    must(1 <= count_max <= ENTRIES_MAX, f"a page has 1 to {ENTRIES_MAX} entries")
    rows = Entry.objects.filter(campaign_id=campaign_id, index__gt=after_index)
    if not actor.is_system:
        rows = rows.filter(Q(area_id__in=_open_areas(actor, campaign_id)) | Q(team_id__in=actor.team_ids()))
    if team_id is not None:
        rows = rows.filter(team_id=team_id)
    if indicator_id is not None:
        rows = rows.filter(indicator_id=indicator_id)
    if work_day is not None:
        rows = rows.filter(work_day=work_day)
    return _entries(rows.order_by("index")[:count_max])


def claims(indicator_id: int, first: int, size: int, kind: Kind = Kind.OUTPUT) -> list[Claim]:
    """Entries ``first`` to ``size`` (exclusive) that claimed something when the log had ``size`` entries, by index."""
    must(0 <= first <= size, "a range of the log runs forward from 0")
    span = Entry.objects.filter(indicator_id=indicator_id, index__gte=first, index__lt=size)
    changes = span.filter(kind__in=[Kind.CORRECTION, Kind.WITHDRAWAL]).order_by()
    changed = dict(changes.values_list("points_at").annotate(sum=Sum("quantity_milli")))
    rows = span.filter(kind=kind).order_by("index")
    found = [
        # PostgreSQL sums bigints into numerics.
        Claim(index, team_id, area_id, day, bytes(leaf), quantity + int(changed.get(index, 0)))
        for index, team_id, area_id, day, leaf, quantity in rows.values_list(
            "index", "team_id", "area_id", "work_day", "leaf_hash", "quantity_milli"
        )
    ]
    return [claim for claim in found if claim.claimed_milli > 0]


def reports(campaign_id: int, work_day: date, kind: Kind = Kind.OUTPUT) -> list[Report]:
    """What was reported of a day's work, uncorrected and in the order of the log; for audit, not for pages."""
    rows = Entry.objects.filter(campaign_id=campaign_id, work_day=work_day, kind=kind).order_by("index")
    return [Report(*row) for row in rows.values_list("indicator_id", "team_id", "area_id", "quantity_milli")]


def team_ids(campaign_id: int, size: int) -> list[int]:
    """The teams that stand in the first ``size`` entries of a campaign, in order."""
    rows = Entry.objects.filter(campaign_id=campaign_id, index__lt=size)
    return sorted(rows.order_by().values_list("team_id", flat=True).distinct())


def _open_areas(actor: Actor, campaign_id: int) -> list[int]:
    """Areas with entries in which the actor organises or audits."""
    area_ids = Rollup.objects.filter(campaign_id=campaign_id).values_list("area_id", flat=True).distinct()
    return [
        area_id
        for area_id, area in places.areas(list(area_ids)).items()
        if actor.organises(area.path) or actor.audits(area.path)
    ]


def _entries(rows: QuerySet[Entry]) -> list[LedgerEntry]:
    found = list(rows)
    said = _said_about([row.index for row in found if row.kind not in POINTING_KINDS])
    shown: list[LedgerEntry] = []
    for row in found:
        about = said.get(row.index, [])
        is_alone = row.kind not in POINTING_KINDS
        difference = sum(quantity for kind, _, quantity in about if kind != Kind.CONFIRMATION)
        shown.append(
            LedgerEntry(
                index=row.index,
                client_id=row.client_id,
                kind=Kind(row.kind),
                grade=Grade(row.grade),
                proved=Grade(max([row.grade, *(g for kind, g, _ in about if kind == Kind.CONFIRMATION)])),
                campaign_id=row.campaign_id,
                indicator_id=row.indicator_id,
                team_id=row.team_id,
                area_id=row.area_id,
                post_id=row.post_id,
                work_day=row.work_day,
                quantity_milli=row.quantity_milli,
                standing_milli=row.quantity_milli + difference if is_alone else 0,
                is_withdrawn=any(kind == Kind.WITHDRAWAL for kind, _, _ in about),
                points_at=row.points_at,
                recorded_at=EPOCH + row.recorded_at_ms * _MILLISECOND,
                note=row.note,
            )
        )
    return shown


def _said_about(indices: Iterable[int]) -> dict[int, Sequence[tuple[int, int, int]]]:
    """(kind, grade, quantity) of every entry that points at one of ``indices``."""
    said: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = Entry.objects.filter(points_at__in=list(indices)).order_by("index")
    for points_at, kind, grade, quantity in rows.values_list("points_at", "kind", "grade", "quantity_milli"):
        said[points_at or 0].append((kind, grade, quantity))
    return dict(said)
