"""Questions about the ledger. Proofs, hashes and checkpoints are public; entries are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Subquery, Sum

from dure.analytics.sealed.reading import Wanted
from dure.analytics.sealed.seal import ENTRIES_NAME
from dure.analytics.types import EntryRow
from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.columns import Seconds, read_columns
from dure.base.ordered import head
from dure.engine.log.entry import POINTING_KINDS
from dure.engine.log.merkle import inclusion_proof
from dure.engine.log.tiles import hash_reader
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.ledger import keys, signing
from dure.movement.ledger.audited import claims, reports, team_ids
from dure.movement.ledger.balance import stocks
from dure.movement.ledger.bounds import must_be_unit
from dure.movement.ledger.errors import LogUnsigned
from dure.movement.ledger.heads import Rows
from dure.movement.ledger.looking import (
    about,
    corrections,
    entries_of,
    entry,
    opening,
    outcomes,
    paths,
    person_keys,
    put_right,
    receipts,
    receipts_of_person,
    seen_by,
)
from dure.movement.ledger.loss import loss, losses
from dure.movement.ledger.models import Rollup, Said
from dure.movement.ledger.publishing import bundle, newest_number, served_size, tile
from dure.movement.ledger.sealed import source
from dure.movement.ledger.sealed.days import filed
from dure.movement.ledger.snapshot import snapshot
from dure.movement.ledger.spans import TeamSpan, spans, worked_days
from dure.movement.ledger.store import StoredTiles, rows_with
from dure.movement.ledger.tree import LOG_NAME
from dure.movement.ledger.types import (
    CheckpointFacts,
    EntrySources,
    Fault,
    LedgerEntry,
    PeopleCounts,
    PlaceDays,
    Proof,
    Receipt,
    RollupRow,
    TeamDays,
    TotalRow,
)
from dure.movement.ledger.verifying import verify
from dure.movement.ledger.witnesses import published as published_checkpoint
from dure.movement.ledger.witnesses import trusted as witnesses

__all__ = [
    "Fault",
    "Place",
    "TeamSpan",
    "about",
    "bundle",
    "checkpoint_at",
    "claimed_by_place",
    "claims",
    "corrections",
    "days_of_teams",
    "entries",
    "entries_of_person",
    "entry",
    "entry_sources",
    "known",
    "latest_checkpoint",
    "loss",
    "losses",
    "must_be_unit",
    "newest",
    "newest_number",
    "opening",
    "outcomes",
    "paths",
    "people_counts",
    "place_of",
    "proof",
    "public_key",
    "public_keys",
    "published_checkpoint",
    "put_right",
    "receipt",
    "receipts",
    "receipts_of_person",
    "reports",
    "rollups",
    "rollups_by_day",
    "served_size",
    "size",
    "spans",
    "standing_of",
    "state",
    "stocks",
    "team_ids",
    "tile",
    "totals",
    "verify",
    "witnesses",
    "worked_days",
]

_ROLLUP_COLUMNS = (
    *("campaign_id", "team_id", "area_id", "indicator_id", "work_day", "n", "quantity_milli"),
    *("out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli"),
)
DAY_S = 86_400
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# A page of entries; whoever wants more asks again with the last index seen.
ENTRIES_MAX = 500
# So many rows of the log are read for each that is shown, before what is shown is looked for by an index.
WALKED_A_ROW_MAX = 20


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
    row = source.either_at([index]).get(index)
    if row is None or row.kind in POINTING_KINDS:
        return None
    return Place(row.campaign_id, row.indicator_id, row.team_id, row.area_id, row.work_day)


def known(client_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these ids stand in the log. For imports."""
    asked = [client_id.bytes for client_id in client_ids]
    # In this order: what is dropped in between is found in the second place.
    return frozenset(rows_with(asked)) | frozenset(source.indices_of(asked))


def size() -> int:
    """How many entries the log has."""
    return head(LOG_NAME)[0]


def state() -> str:
    """A short name for what the log holds: as many entries, all the same, give the same name."""
    size, frontier = head(LOG_NAME)
    return f"{size:012}-{sha256(frontier).hexdigest()[:16]}"


def receipt(index: int) -> Receipt:
    """The receipt of entry ``index``, with the newest checkpoint over it. Refuses with NotFound."""
    row = source.either_at([index]).get(index)
    if row is None:
        raise NotFound(what="entry")
    newest = latest_checkpoint()
    covered = newest is not None and newest.size > index
    return Receipt(index, row.client_id, row.leaf_hash, newest.size if newest and covered else None)


def proof(index: int, size: int | None = None) -> Proof:
    """That entry ``index`` stands in the log as signed at ``size`` entries (default: last).

    Refuses with NotFound an index or a size that is not there, with LogUnsigned an entry that is newer.
    """
    row = source.either_at([index]).get(index)
    if row is None:
        raise NotFound(what="entry")
    checkpoint = latest_checkpoint() if size is None else checkpoint_at(size)
    if checkpoint is None or checkpoint.size <= index:
        raise LogUnsigned(index=index)
    read_hash = hash_reader(checkpoint.size, StoredTiles(checkpoint.size))
    path = inclusion_proof(index, checkpoint.size, read_hash)
    return Proof(index, row.leaf_hash, tuple(path), checkpoint)


def latest_checkpoint() -> CheckpointFacts | None:
    """The newest signed state, None before the first."""
    return signing.latest()


def checkpoint_at(size: int) -> CheckpointFacts:
    """The state signed at ``size`` entries. Refuses with NotFound."""
    found = signing.at(size)
    if found is None:
        raise NotFound(what="checkpoint")
    return found


def public_key() -> str:
    """The verifier key of the log: ``name+hash+base64`` (C2SP signed notes)."""
    return keys.verifier_keys()[-1]


def public_keys() -> list[str]:
    """The verifier keys under all names of the log, today's first."""
    return keys.verifier_keys()[::-1]


_OF_TEAM = Asked(
    lambda campaign_id, team_id: (
        Rollup.objects.filter(campaign_id=campaign_id, team_id=team_id)
        .order_by("area_id", "indicator_id", "work_day")
        .values_list(*_ROLLUP_COLUMNS)
    ),
    int,
    int,
)


def rollups(
    campaign_id: int, *, indicator_id: int | None = None, team_id: int | None = None
) -> list[RollupRow]:
    """Sums by team, area, indicator and day of work, in that order, perhaps of one indicator or team; for
    standings and auditors, not for pages (P9)."""
    if team_id is not None:
        found = (RollupRow(*row) for row in _OF_TEAM(campaign_id, team_id))
        return [row for row in found if indicator_id in (None, row.indicator_id)]
    rows = Rollup.objects.filter(campaign_id=campaign_id).order_by(
        "team_id", "area_id", "indicator_id", "work_day"
    )
    if indicator_id is not None:
        rows = rows.filter(indicator_id=indicator_id)
    return [RollupRow(*row) for row in rows.values_list(*_ROLLUP_COLUMNS)]


def rollups_by_day(campaign_id: int) -> Iterator[RollupRow]:
    """All sums of a campaign by day of work, few of them in memory at a time; for big questions."""
    rows = Rollup.objects.filter(campaign_id=campaign_id).order_by(
        "work_day", "team_id", "area_id", "indicator_id"
    )
    return (RollupRow(*row) for row in rows.values_list(*_ROLLUP_COLUMNS).iterator(chunk_size=2_000))


def days_of_teams(campaign_id: int, first_day: date, last_day: date) -> TeamDays:
    """Sums by team, area, indicator and day of work between two days, both included; one query, as columns. For
    standings and supervision, not for pages (P9)."""
    rows = Rollup.objects.filter(campaign_id=campaign_id, work_day__gte=first_day, work_day__lte=last_day)
    names = ("team_id", "area_id", "indicator_id", "n", "quantity_milli")
    read = read_columns(rows, ints={**{name: F(name) for name in names}, "day_s": Seconds("work_day")}).ints
    return TeamDays(
        team=read["team_id"],
        area=read["area_id"],
        indicator=read["indicator_id"],
        day=read["day_s"] // DAY_S + _EPOCH_ORDINAL - first_day.toordinal(),
        n=read["n"],
        quantity_milli=read["quantity_milli"],
    )


def standing_of(indices: Sequence[int]) -> dict[int, int]:
    """What is left of those contributions among ``indices`` that something was said about; the others stand whole."""
    rows = Said.objects.filter(index__in=list(indices)).values_list("index", "standing_milli")
    return dict(rows)


def claimed_by_place(campaign_id: int, indicator_id: int) -> PlaceDays:
    """What is claimed of each day of work at each place, over its teams; for standings, not for pages (P9)."""
    rows = Rollup.objects.filter(campaign_id=campaign_id, indicator_id=indicator_id).order_by()
    summed = rows.values("area_id", "work_day").annotate(claimed=Sum("quantity_milli"))
    columns = {"area": F("area_id"), "day": Seconds("work_day"), "claimed": F("claimed")}
    read = read_columns(summed, ints=columns).ints
    return PlaceDays(read["area"], read["day"] // DAY_S + _EPOCH_ORDINAL, read["claimed"])


def totals(campaign_id: int, until: date, *, indicator_id: int | None = None) -> list[TotalRow]:
    """Rollups up to a day of work, summed over days, perhaps of one indicator; for standings and auditors, not for
    pages (P9)."""
    rows = Rollup.objects.filter(campaign_id=campaign_id, work_day__lte=until).order_by()
    if indicator_id is not None:
        rows = rows.filter(indicator_id=indicator_id)
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


def people_counts(campaign_id: int, until: date = date.max) -> PeopleCounts:
    """Distinct people by area and by team, so that nothing is published that stands on too few (P9).

    ``until``: the last day of work that counts. Whose only work is of tomorrow (a phone's clock may be ahead) stands
    behind no figure of today.
    Over open rows and the people of dropped ones together. Whose contribution was
    withdrawn still counts while another of theirs stands.
    """
    rows = Rows.read(campaign_id, until)
    return PeopleCounts(rows.area_heads(), rows.heads(rows.team))


def entries_of_person(actor: Actor, person_id: int) -> list[LedgerEntry]:
    """What a person contributed and what was said about it, oldest first: for themselves and their guardian.

    Refuses with NotFound anybody else, and nobody can ask once the person is forgotten.
    """
    if not (actor.is_person(person_id) or actor.guards(person_id)):
        raise NotFound(what="person")
    keys = person_keys(person_id)
    if not keys:
        return []
    with snapshot():
        return entries_of(source.entries({"person_key": keys}))


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
    wanted: Wanted = {"campaign": [campaign_id]}
    either: Wanted = {}
    if team_id is None or not actor.captains(team_id):
        wanted, either = seen_by(actor, campaign_id)
    asked = {"team": team_id, "indicator": indicator_id, "work_day": work_day}
    wanted = {**wanted, **{name: [value] for name, value in asked.items() if value is not None}}
    walks = team_id is None and work_day is None and _fills_the_log(campaign_id)
    with snapshot():
        rows = source.entries(wanted, either=either, after=after_index, count_max=count_max, walks=walks)
        return entries_of(rows)


def has_entries(campaign_id: int) -> bool:
    """Whether anything of a campaign is on record."""
    return Rollup.objects.filter(campaign_id=campaign_id).exists()


def _fills_the_log(campaign_id: int) -> bool:
    """Whether so much of the log is the campaign's that a page of it is found by reading on from where it begins."""
    held = Rollup.objects.filter(campaign_id=campaign_id).aggregate(n=Sum("n"))["n"] or 0
    return held * WALKED_A_ROW_MAX >= size()


@contextmanager
def entry_sources(campaign_id: int) -> Iterator[EntrySources]:
    """All entries of a campaign at one moment, for questions that read them all: each in a file or in a row."""
    with snapshot():
        files = tuple(span.folder / ENTRIES_NAME for span in filed())
        rows = source.open_each({"campaign": [campaign_id]}, EntryRow._fields)
        yield EntrySources(files, (EntryRow(*row) for row in rows))


def newest(campaign_id: int, indicator_id: int, until: date) -> list[TotalRow]:
    """What each team recorded on its newest day of work up to ``until``, by area: for what is a level, not a sum.

    A day whose entries were all withdrawn doesn't count. For standings, not for pages (P9).
    """
    rows = Rollup.objects.filter(
        campaign_id=campaign_id, indicator_id=indicator_id, work_day__lte=until, n__gt=0
    )
    newest_day = rows.filter(team_id=OuterRef("team_id")).order_by("-work_day").values("work_day")[:1]
    columns = ("indicator_id", "area_id", "team_id", "n", "quantity_milli", "n_recounted")
    found = rows.filter(work_day=Subquery(newest_day)).order_by("area_id", "team_id").values_list(*columns)
    return [TotalRow(*map(int, (*row, 1, row[4]))) for row in found]
