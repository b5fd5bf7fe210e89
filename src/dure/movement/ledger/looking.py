"""Single entries, for those who may look at them: with what was said about them, and opened where a lot drew them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dure.analytics.sealed.reading import Wanted
from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.models import Role
from dure.engine.log.entry import POINTING_KINDS, EntryFacts, encode
from dure.engine.log.merkle import inclusion_proof
from dure.engine.log.tiles import hash_reader
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger.models import PersonKey, Rollup
from dure.movement.ledger.moments import EPOCH, moment_of
from dure.movement.ledger.sealed import source
from dure.movement.ledger.snapshot import snapshot
from dure.movement.ledger.store import EntryRow, StoredTiles, said_of
from dure.movement.ledger.types import (
    Grade,
    Kind,
    LedgerEntry,
    Opening,
    Outcome,
    PutRight,
    Receipt,
)
from dure.movement.places import reads as places

OUTCOMES_MAX = 5_000


def entry(actor: Actor, campaign_id: int, index: int) -> LedgerEntry:
    """One entry of a campaign, where the actor organises or audits, or of a team they captain.

    Refuses with NotFound, also for an entry that is there and not for them.
    """
    wanted, either = seen_by(actor, campaign_id)
    with snapshot():
        found = entries_of(source.entries(wanted, either=either, after=index - 1, before=index + 1))
    if not found:
        raise NotFound(what="entry")
    return found[0]


def about(actor: Actor, campaign_id: int, index: int) -> list[LedgerEntry]:
    """What was said about contribution ``index``, in the order of the log. It stands where the contribution does."""
    wanted, either = seen_by(actor, campaign_id)
    with snapshot():
        return entries_of(source.entries({**wanted, "points_at": [index]}, either=either, after=index))


def corrections(
    actor: Actor, campaign_id: int, *, after_index: int = -1, count_max: int
) -> list[LedgerEntry]:
    """What was corrected and withdrawn, in the order of the log, where the actor organises or audits, or of a team they
    captain. Nobody else gets any."""
    wanted, either = seen_by(actor, campaign_id)
    kinds = [int(Kind.CORRECTION), int(Kind.WITHDRAWAL)]
    with snapshot():
        rows = source.entries(
            {**wanted, "kind": kinds}, either=either, after=after_index, count_max=count_max
        )
        return entries_of(rows)


def opening(index: int) -> Opening:
    """What opens entry ``index``: facts, salt and person commitment, from which its leaf is reckoned.

    For rooms, which decide who may see it (``audit.reads.opening``). Refuses with NotFound.
    """
    row = source.either_at([index]).get(index)
    if row is None:
        raise NotFound(what="entry")
    facts = EntryFacts(
        kind=Kind(row.kind),
        client_id=row.client_id,
        campaign=row.campaign_id,
        indicator=row.indicator_id,
        team=row.team_id,
        area=row.area_id,
        work_day=(row.work_day - EPOCH.date()).days,
        quantity_milli=row.quantity_milli,
        recorded_at_ms=row.recorded_at_ms,
        grade=Grade(row.grade),
        post=row.post_id or 0,
        points_at=0 if row.points_at is None else row.points_at + 1,
        note=row.note,
    )
    return Opening(index, encode(facts), row.entry_salt, row.person_commitment, row.leaf_hash)


def receipts_of_person(actor: Actor, person_id: int) -> list[Receipt]:
    """Place and leaf of every entry of a person, to keep: for themselves and their guardian.

    Refuses with NotFound anybody else.
    """
    if not (actor.is_person(person_id) or actor.guards(person_id)):
        raise NotFound(what="person")
    return _receipts({"person_key": person_keys(person_id)}, {})


_KEYS = Asked(lambda person_id: PersonKey.objects.filter(person_id=person_id).values_list("key"), int)


def person_keys(person_id: int) -> list[UUID]:
    """The keys of a person, one a campaign; none once the person is forgotten."""
    return [key for (key,) in _KEYS(person_id)]


def receipts(actor: Actor, campaign_id: int, indices: Sequence[int]) -> list[Receipt]:
    """Place and leaf of entries the actor may see (as in :func:`entry`), in the order of the log."""
    wanted, either = seen_by(actor, campaign_id)
    if not indices:
        return []
    asked = {**wanted, "log_index": list(indices)}
    return _receipts(asked, either, after=min(indices) - 1, before=max(indices) + 1)


def _receipts(wanted: Wanted, either: Wanted, *, after: int = -1, before: int | None = None) -> list[Receipt]:
    names = ("log_index", "client_id", "leaf_hash")
    with snapshot():
        found = source.each(wanted, names, either=either, after=after, before=before)
        return [Receipt(*values) for values in found]


def outcomes(campaign_id: int, size: int, after_index: int = -1) -> list[Outcome]:
    """What teams brought about, as everybody may see it, of the first ``size`` entries: OUTCOMES_MAX at a time.

    Left out is what would tell of people (P9): hours and help, whatever an entry with a person says, and what was
    said about such entries. An outcome has neither note nor time of recording.
    """
    # Not by the kind of entry alone: what is said about an entry has its indicator.
    indicator_ids = [one.id for one in campaigns.indicators(campaign_id) if one.kind != "hours"]
    wanted: Wanted = {
        "campaign": [campaign_id],
        "indicator": indicator_ids,
        "person_key": [None],
        "kind": sorted(int(kind) for kind in Kind if kind != Kind.HELP),
    }
    with snapshot():
        found = source.entries(wanted, after=after_index, before=size, count_max=OUTCOMES_MAX)
        kinds = source.kinds_at({row.points_at for row in found if row.points_at is not None})
    return [
        Outcome(
            row.index,
            Kind(row.kind),
            Grade(row.grade),
            *(row.indicator_id, row.team_id, row.area_id, row.work_day, row.quantity_milli, row.points_at),
            row.leaf_hash,
            is_public=row.points_at is None or kinds.get(row.points_at) != Kind.HELP,
        )
        for row in found
    ]


def put_right(campaign_id: int, size: int) -> dict[int, PutRight]:
    """What was corrected and withdrawn by the first ``size`` entries, by indicator, of what :func:`outcomes` shows.

    A page at a time, of corrections and withdrawals alone: of many millions of entries these are few.
    """
    wanted: Wanted = {
        "campaign": [campaign_id],
        "indicator": [one.id for one in campaigns.indicators(campaign_id) if one.kind != "hours"],
        "person_key": [None],
        "kind": [int(Kind.CORRECTION), int(Kind.WITHDRAWAL)],
    }
    found: dict[int, PutRight] = {}
    after = -1
    while True:
        with snapshot():
            rows = source.entries(wanted, after=after, before=size, count_max=OUTCOMES_MAX)
        for row in rows:
            held = found.get(row.indicator_id, PutRight(0, 0, 0, 0))
            found[row.indicator_id] = held.and_one(
                is_withdrawal=row.kind == Kind.WITHDRAWAL, milli=row.quantity_milli
            )
            after = row.index
        if len(rows) < OUTCOMES_MAX:
            return found


def seen_by(actor: Actor, campaign_id: int) -> tuple[Wanted, Wanted]:
    """Which entries of a campaign ``actor`` may look at, as ``wanted`` and ``either`` of the source of entries."""
    wanted = {"campaign": [campaign_id]}
    if actor.is_system:
        return wanted, {}
    path = campaigns.campaign_by_id(campaign_id).area_path
    recorded, mine = _areas(actor, campaign_id)
    if recorded == len(mine) and (actor.organises(path) or actor.audits(path)):
        return wanted, {}  # who looks after all of it needs no list of its places
    return wanted, {"area": mine, "team": sorted(actor.team_ids())}


def _areas(actor: Actor, campaign_id: int) -> tuple[int, list[int]]:
    """How many areas have entries, 0 where nobody asked; and those of them in which the actor organises or audits."""
    if not (actor.area_paths(Role.ORGANISER) or actor.area_paths(Role.AUDITOR)):
        return 0, []
    area_ids = Rollup.objects.filter(campaign_id=campaign_id).values_list("area_id", flat=True).distinct()
    known = places.areas(list(area_ids))
    mine = [pk for pk, area in known.items() if actor.organises(area.path) or actor.audits(area.path)]
    return len(known), mine


def entries_of(rows: Sequence[EntryRow]) -> list[LedgerEntry]:
    """``rows`` as they may be seen, each with how it stands after all that was said about it."""
    said = said_of([row.index for row in rows if row.kind not in POINTING_KINDS])
    shown: list[LedgerEntry] = []
    for row in rows:
        is_alone = row.kind not in POINTING_KINDS
        standing, is_withdrawn, grades = said.get(
            row.index, (row.quantity_milli if is_alone else 0, False, 0)
        )
        shown.append(
            LedgerEntry(
                index=row.index,
                client_id=row.client_id,
                kind=Kind(row.kind),
                grade=Grade(row.grade),
                # The highest bit is the best grade that any confirmation gave.
                proved=Grade(max(row.grade, grades.bit_length() - 1)),
                campaign_id=row.campaign_id,
                indicator_id=row.indicator_id,
                team_id=row.team_id,
                area_id=row.area_id,
                post_id=row.post_id,
                work_day=row.work_day,
                quantity_milli=row.quantity_milli,
                standing_milli=standing,
                is_withdrawn=is_withdrawn,
                points_at=row.points_at,
                recorded_at=moment_of(row.recorded_at_ms),
                note=row.note,
            )
        )
    return shown


def paths(indices: Sequence[int], size: int) -> list[tuple[bytes, ...]]:
    """For each of ``indices`` the hashes that lead from its leaf to the root of the log at ``size`` entries.

    One reading of the tiles for all: tens of thousands a second. ``size`` is a signed one, above every index.
    """
    read_hash = hash_reader(size, StoredTiles(size))
    return [tuple(inclusion_proof(index, size, read_hash)) for index in indices]
