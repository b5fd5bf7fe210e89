"""A file of the desk, from looking at it to taking it back: tried, read in, put in line, undone while untouched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from dure.base import jobs, outbox, undoing
from dure.base.access import Actor
from dure.base.jobs import SILENT, JobFacts, Progress
from dure.kernel.ids import client_id
from dure.kernel.must import must
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import persons as ledger_persons
from dure.movement.ledger.errors import EntryWithdrawn
from dure.movement.matching import placed
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as posts
from dure.movement.needs import taking_back
from dure.movement.people import confirming
from dure.movement.people import reads as people
from dure.movement.places import own_places
from dure.operations import match_job
from dure.operations.imports import batches
from dure.operations.imports.batches import Batch
from dure.operations.imports.errors import ImportNotUndoable, ImportOver
from dure.operations.imports.needs import import_needs
from dure.operations.imports.people import answered_rows, import_people
from dure.operations.imports.places import import_places
from dure.operations.imports.types import Imported, Terms
from dure.operations.imports.work import import_work

JOB: Final = "import"
UNDO_JOB: Final = "import-undo"
UNDO_KIND: Final = "import"
# As many rows as can be judged while somebody waits for the page.
TRIED_MAX: Final = 5_000
# A larger table is read by a process of its own, so that the page comes at once.
BYTES_AT_ONCE_MAX: Final = 400_000
# So many rows are taken back while somebody waits for the page: about a millisecond each.
TAKEN_BACK_AT_ONCE_MAX: Final = 3_000
PROBLEMS_SHOWN_MAX: Final = 200
_CHUNK: Final = 500
# A small table takes seconds: whoever has not read it by then was switched off.
DEAD_AFTER: Final = timedelta(minutes=5)
_UNDOING: Final = b"dure import undone"


def about(campaign_id: int, batch_id: UUID) -> str:
    """What the job of an import is about."""
    return f"{campaign_id}:{batch_id}"


def try_out(batch: Batch, *, now: datetime) -> Imported:
    """Read the first TRIED_MAX rows as they would be imported, and write nothing."""
    return _import(batch, Terms(batch.within, _slug(batch), is_trial=True, rows_max=TRIED_MAX), now, SILENT)


def start(batch: Batch, *, within: tuple[str, ...], now: datetime) -> Batch:
    """Read a file in: a small one at once, a large one by ``dure import`` in a process of its own.

    ``within``: paths of the places that whoever presses the button organises now; a right may have ended since the
    columns were said. Refuses with ImportOver (read already, or being read), and what the import itself refuses.
    """
    if batch.state != "new":
        raise ImportOver(state="read")
    must(batch.table.exists(), "a table is mapped before it is read")
    batch.claim()
    # Begun again it keeps its first moment: by it what came in the first time is known as its own.
    begun = replace(batch, state="running", within=within, started_at=batch.started_at or now)
    if batch.table.stat().st_size <= BYTES_AT_ONCE_MAX:
        batches.save(begun)
        return _or_unread(begun, lambda: carry_out(begun))
    return _or_unread(begun, lambda: _launch(begun, now))


def _launch(batch: Batch, now: datetime) -> Batch:
    job_id = jobs.start(
        kind=JOB, now=now, about=about(batch.campaign_id, batch.id), asked_by=batch.account_id
    )
    batches.save(batch)
    match_job.launch(["import", "--batch", str(batch.id), "--job", str(job_id)], job_id)
    return batch


def _or_unread(batch: Batch, do: Callable[[], Batch]) -> Batch:
    """What is refused as a whole, or stopped, leaves the batch to be mapped and read anew."""
    try:
        return do()
    except BaseException:
        _unread(batch)
        raise


def _unread(batch: Batch) -> Batch:
    unread = replace(batch, state="new")
    batches.save(unread)
    batch.release()
    return unread


def as_it_stands(batch: Batch, *, now: datetime) -> Batch:
    """The batch; one whose reading died with its process may be read again: what came in is known then."""
    if batch.state not in ("running", "undoing"):
        return batch
    job = job_of(batch)
    died = not job.is_running if job else now - (batch.started_at or batch.at) > DEAD_AFTER
    newest = batches.read(batch.id)
    if not died or newest.state != batch.state:
        return newest
    if batch.state == "running":
        return _unread(newest)
    standing = replace(newest, state="done")
    batches.save(standing)
    return standing


def job_of(batch: Batch) -> JobFacts | None:
    """How far the reading or taking back of a large list is; None where it was done at once."""
    kind = UNDO_JOB if batch.state == "undoing" else JOB
    return jobs.latest(kind=kind, about=about(batch.campaign_id, batch.id))


def carry_on(batch_id: UUID, *, job_id: UUID, progress: Progress = SILENT) -> Batch:
    """What ``dure import --batch`` does: read the file of a batch as a job that pages watch and may stop."""
    batch = batches.read(batch_id)
    must(batch.started_at is not None, "a batch that is carried on was started")
    with jobs.beating(job_id):
        try:
            with jobs.job(
                kind=JOB,
                now=batch.started_at or batch.at,
                about=about(batch.campaign_id, batch.id),
                job_id=job_id,
            ) as told:
                return carry_out(batch, progress=jobs.Told(told, progress))
        except BaseException:
            # What came in stands, and comes in as known when it is started again.
            _unread(batch)
            raise


def carry_out(batch: Batch, *, progress: Progress = SILENT) -> Batch:
    """Read a batch that was started; what came in is written down as it comes, so that it can be taken back by whoever
    handed it in, whoever pressed the button."""
    now = batch.started_at
    if now is None or batch.state != "running":
        raise ImportOver(state="read")
    # Of a reading that did not come to its end something may stand that this one finds known.
    came_in_before = bool(batch.came_in())
    with batch.keeping() as keeper:
        terms = Terms(batch.within, _slug(batch), took=keeper.took)
        imported = _import(batch, terms, now, progress)
    act_id = None
    if imported.new or came_in_before:
        act_id = undoing.note(
            kind=UNDO_KIND,
            account_id=batch.account_id,
            campaign_id=batch.campaign_id,
            facts={"batch": str(batch.id), "what": batch.kind, "count": imported.new},
            about=batch.file,
            now=now,
            until=None,
        )
    done = replace(batch, state="done", act_id=act_id, rows=(), result=_result(imported))
    batches.save(done)
    done.source.unlink(missing_ok=True)
    done.table.unlink(missing_ok=True)
    done.release()
    return done


def _import(batch: Batch, terms: Terms, now: datetime, progress: Progress) -> Imported:
    if batch.kind == "places":
        return import_places(path=batch.table, rejected=batch.rejected, progress=progress, terms=terms)
    if batch.kind == "needs":
        return import_needs(path=batch.table, rejected=batch.rejected, progress=progress, terms=terms)
    if batch.kind == "work":
        return import_work(path=batch.table, now=now, rejected=batch.rejected, progress=progress, terms=terms)
    campaign = campaigns.campaign_by_id(batch.campaign_id)
    # People may be of any place the importer organises, in the campaign or not; rows name no campaign.
    return import_people(
        path=batch.table,
        now=now,
        campaign=campaign,
        call=_call(batch, campaign, now),
        rejected=batch.rejected,
        progress=progress,
        terms=terms,
    )


def _slug(batch: Batch) -> str:
    """Of the only campaign its rows may name; "" for places, which name none."""
    is_of_none = batch.campaign_id == batches.NO_CAMPAIGN
    return "" if is_of_none else campaigns.campaign_by_id(batch.campaign_id).slug


def _call(batch: Batch, campaign: CampaignFacts, now: datetime) -> str:
    """The call that its people count as having answered; "" before one is open: they answer when it opens."""
    if not batch.answered or campaign.state != "open":
        return ""
    open_one = calls_reads.open_appeal_of(campaign.id, now)
    return open_one.code if open_one else ""


def _result(imported: Imported) -> dict[str, object]:
    return {
        "rows": imported.rows,
        "new": imported.new,
        "known": imported.known,
        "rejected": imported.rejected,
        "teams_formed": imported.teams_formed,
        "repeated": imported.repeated,
        "problem_count": imported.problem_count,
        "problems": [
            [one.row, one.column, one.what, one.wanted] for one in imported.problems[:PROBLEMS_SHOWN_MAX]
        ],
    }


def stand_in_line(campaign: CampaignFacts, *, appeal_code: str, now: datetime) -> int:
    """People imported while the campaign was a draft answer its call now that there is one, once each; how many."""
    count = 0
    for batch in batches.of_campaign(campaign, account_id=None):
        if batch.kind != "people" or not batch.answered or batch.state != "done":
            continue
        ids = people.ids_by_key(batch.came_in())
        rows = answered_rows(appeal_code, ids)
        count += len(calls.sign_up_many(appeal_code=appeal_code, rows=rows, now=now).written_ids)
    return count


def start_taking_back(batch: Batch, *, actor: Actor, now: datetime) -> Batch:
    """Take a list back: a short one at once, a long one by ``dure import`` in a process of its own."""
    if batch.state != "done":
        raise ImportNotUndoable(why="it was never read to its end, or it is undone already")
    if len(batch.came_in()) <= TAKEN_BACK_AT_ONCE_MAX:
        take_back(batch.id, now=now)
        return batches.read(batch.id)
    what = about(batch.campaign_id, batch.id)
    job_id = jobs.start(kind=UNDO_JOB, now=now, about=what, asked_by=actor.account_id)
    begun = replace(batch, state="undoing")
    batches.save(begun)
    match_job.launch(["import", "--batch", str(batch.id), "--undo", "--job", str(job_id)], job_id)
    return begun


def carry_back(batch_id: UUID, *, job_id: UUID, now: datetime, progress: Progress = SILENT) -> None:
    """What ``dure import --batch … --undo`` does: take a list back as a job that pages watch."""
    batch = batches.read(batch_id)
    with (
        jobs.beating(job_id),
        jobs.job(kind=UNDO_JOB, now=now, about=about(batch.campaign_id, batch.id), job_id=job_id) as told,
    ):
        take_back(batch_id, now=now, progress=jobs.Told(told, progress))


def take_back(batch_id: UUID, *, now: datetime, progress: Progress = SILENT) -> Mapping[str, int]:
    """Undo an import as far as nobody built on it: what was taken back, and what stays since it is in use.

    People: nobody who was offered or given a post, or has work on record. Posts: none of a day that was matched. Work:
    an entry of the log is never deleted, so each is withdrawn by another one. Places: none
    where anybody or anything is.

    Refuses with ImportNotThere, ImportNotUndoable.
    """
    batch = batches.read(batch_id)
    if batch.state not in ("done", "undoing"):
        raise ImportNotUndoable(why="it was never read to its end, or it is undone already")
    undo = {
        "people": _erase_people,
        "needs": _delete_posts,
        "work": _withdraw_entries,
        "places": _drop_places,
    }[batch.kind]
    taken_back, left = undo(batch, now, progress)
    counts = {"taken_back": taken_back, "left": left}
    batches.save(replace(batch, state="undone", undone=counts))
    batch.rejected.unlink(missing_ok=True)
    return counts


def _erase_people(batch: Batch, now: datetime, progress: Progress) -> tuple[int, int]:
    must(batch.started_at is not None, "a batch that was read was started")
    ids = sorted(people.ids_by_key(batch.came_in()).values())
    # A key of the file may be of somebody who was here before it.
    ours = sorted(people.registered_at(ids, batch.started_at or now))
    gone = 0
    for start in range(0, len(ours), _CHUNK):
        part = ours[start : start + _CHUNK]
        with transaction.atomic():
            in_use = placed.people_with_posts(part) | ledger_persons.on_record(part)
            free = [one for one in part if one not in in_use]
            outbox.drop_for_people(person_ids=free)
            calls.forget_people(person_ids=free)
            gone += confirming.erase_lapsed(person_ids=free)
        progress.advance(start + len(part), len(ours))
    return gone, len(ours) - gone


def _delete_posts(batch: Batch, now: datetime, progress: Progress) -> tuple[int, int]:
    standing = posts.posts_by_key(batch.came_in())
    days = {one.day for one in standing.values()}
    matched = {day for day in days if matching.rounds(batch.campaign_id, day)}
    free = [one.id for one in standing.values() if one.day not in matched and not one.seats_taken]
    gone = taking_back.take_back(free)
    return gone, len(standing) - gone


def _drop_places(batch: Batch, now: datetime, progress: Progress) -> tuple[int, int]:
    ids = sorted({key.int for key in batch.came_in()})
    gone = own_places.take_back(ids)
    return gone, len(ids) - gone


def _withdraw_entries(batch: Batch, now: datetime, progress: Progress) -> tuple[int, int]:
    # One that was read twice names some twice.
    places: Sequence[int] = sorted({key.int for key in batch.came_in()})
    gone = 0
    for done, index in enumerate(places):
        progress.advance(done, len(places))
        try:
            own = client_id(_UNDOING, str(batch.id), str(index))
            ledger.withdraw(index=index, client_id=own, now=now, note="import undone")
        except EntryWithdrawn:
            continue
        gone += 1
    return gone, len(places) - gone
