"""Sealing a day: rows to files, files checked against the log and the sums, signed; only then may rows be dropped.

Killed anywhere, sealing again finishes: files under a temporary name are written anew, files without a stored seal
too, and rows are dropped only under a stored seal.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from dure.analytics.sealed.checking import Group, check_day, checked_groups, file_sha256
from dure.analytics.sealed.columns import GROUP_ROWS, DayWriter, fsync
from dure.analytics.sealed.errors import SealedFileBad
from dure.analytics.sealed.seal import ENTRIES_NAME, PROOF_NAME, SEAL_NAME, Seal
from dure.analytics.sealed.sums import digest, joined, rollups
from dure.base.jobs import SILENT, Progress
from dure.base.ordered import locked
from dure.engine.log.merkle import HASH_BYTES, Frontier
from dure.engine.log.note import sign_note
from dure.engine.log.ranges import extended
from dure.engine.log.tiles import TILE_WIDTH
from dure.movement.ledger import keys, signing, tree, witnesses
from dure.movement.ledger.errors import LogDamaged, SealImpossible
from dure.movement.ledger.models import SealedDay, Tile
from dure.movement.ledger.moments import milliseconds
from dure.movement.ledger.sealed import days, dropping, summed
from dure.movement.ledger.sealed.days import Span, State
from dure.movement.ledger.sealed.pointing import Stories
from dure.movement.ledger.sealed.rows import read_batch
from dure.movement.ledger.types import SealedFacts

# Measured: 120 bytes an entry; notes may be longer.
_BYTES_PER_ENTRY: Final = 250
_BYTES_SPARE: Final = 64_000_000
# What people look at is mostly of the last days.
DAYS_KEPT: Final = 3


def seal_day(
    *, day: date, now: datetime, keep_rows: bool = False, progress: Progress = SILENT
) -> SealedFacts:
    """Seal ``day`` (of entering the log, UTC) and drop its rows unless ``keep_rows``; doing it again finishes it.

    A checkpoint is signed first. Refuses with DayNotOver, DayEmpty, EarlierDayOpen, SealImpossible (disk),
    LogDamaged and LogRolledBack; then nothing is signed and no row is dropped. With SealedFileBad where rows are gone
    already, and the files are not what was sealed.
    """
    span = days.ended(day, now)
    days.must_follow(span)
    with days.alone(day):
        stored = SealedDay.objects.filter(day=day).first()
        if stored is not None and stored.state == State.SEALED and _wrong_places(span):
            # Every row still stands, so the files are made anew.
            stored.delete()
            stored = None
        if stored is None:
            _sign_checkpoint(now)
            stored = _seal_rows(span, progress)
        elif stored.state != State.SEALED:
            # Rows are gone: nobody is told that the day is sealed who could not have it back.
            must_be_sound(span)
        if not keep_rows and stored.state != State.DROPPED:
            dropping.drop_rows(span, progress)
        state = SealedDay.objects.values_list("state", flat=True).get(day=day)
    return SealedFacts(day, span.first, span.end, span.folder, state == State.SEALED, stored.note)


def days_due(*, now: datetime, keep_count: int = DAYS_KEPT) -> list[date]:
    """The days whose rows should go, oldest first: all that are over but the last ``keep_count``."""
    return [span.day for span in days.due(now, keep_count)]


def must_be_sound(span: Span) -> None:
    """Refuses with SealedFileBad files that are not what was sealed."""
    wrong = _wrong_places(span)
    if wrong:
        raise SealedFileBad(file=str(span.folder), what=wrong)


def _wrong_places(span: Span) -> str:
    """What is wrong with the files of a sealed day, in words; empty when they are sound."""
    problems = check_day(span.folder, keys.verifier_keys()).problems
    return "; ".join(f"{problem.where} {problem.what}" for problem in problems[:3])


def _sign_checkpoint(now: datetime) -> None:
    """Nothing is sealed over a log that could not be signed: damaged, or put back from an old backup."""
    heard = witnesses.heard()
    with locked(tree.LOG_NAME) as head:
        signing.sign(head, milliseconds(now), heard)


def _seal_rows(span: Span, progress: Progress) -> SealedDay:
    with _disk(span):
        draft = _new_folder(span)
        stories = Stories(span)
        _write(span, draft, stories, progress)
        seal = _checked(span, draft, stories, progress)
        note = sign_note(seal.body(), seal.origin, keys.private_key())
        (draft / SEAL_NAME).write_text(note, encoding="utf-8")
        fsync(draft / SEAL_NAME)
        fsync(draft)
        _put_in_place(draft, span.folder)
    return SealedDay.objects.create(
        day=span.day, first_index=span.first, end_index=span.end, state=State.SEALED, note=note
    )


@contextmanager
def _disk(span: Span) -> Iterator[None]:
    """What the disk refuses, in a sentence."""
    try:
        yield
    except OSError as broken:
        shutil.rmtree(_draft(span), ignore_errors=True)
        why = (broken.strerror or str(broken)).lower()
        raise SealImpossible(day=span.day.isoformat(), folder=str(days.sealed_folder()), why=why) from broken


def _draft(span: Span) -> Path:
    return days.sealed_folder() / f".{span.day.isoformat()}.new"


def _new_folder(span: Span) -> Path:
    """An empty folder for the draft, on a disk with room for it."""
    draft = _draft(span)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    needed = span.count * _BYTES_PER_ENTRY + _BYTES_SPARE
    free = shutil.disk_usage(draft).free
    if free < needed:
        why = f"it takes up to {needed // 1_000_000:,} MB and the disk has {free // 1_000_000:,} MB left"
        raise SealImpossible(day=span.day.isoformat(), folder=str(days.sealed_folder()), why=why)
    return draft


def _put_in_place(draft: Path, folder: Path) -> None:
    """Let the finished draft be the day's folder. What stood there is without a stored seal: all its rows stand."""
    if folder.exists():
        old = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        draft.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        draft.rename(folder)
    fsync(folder.parent)


def _write(span: Span, draft: Path, stories: Stories, progress: Progress) -> None:
    """The rows into files, by groups: one is read while the one before is written."""
    with DayWriter(draft) as writer, ThreadPoolExecutor(1) as pool:
        waiting = None
        for first in range(span.first, span.end, GROUP_ROWS):
            batch = read_batch(first, min(first + GROUP_ROWS, span.end), stories)
            if waiting is not None:
                waiting.result()
            waiting = pool.submit(writer.write, batch)
            progress.advance(first - span.first, span.count, "writing")
        if waiting is not None:
            waiting.result()


def _checked(span: Span, draft: Path, stories: Stories, progress: Progress) -> Seal:
    """The seal of the files in ``draft``, read back: leaves, tree and sums are those of the database.

    Refuses with LogDamaged where they are not.
    """
    edge, parts, sums = tree.edge_in_tiles(span.first), [], []
    for group in checked_groups(draft, span.first, span.end):
        if group.problems:
            problem = group.problems[0]
            raise LogDamaged(what=f"{problem.where} {problem.what}")
        _must_be_in_tiles(group)
        parts += group.parts
        sums.append(group.sums)
        progress.advance(group.first + group.batch.num_rows - span.first, span.count, "checking")
    after: Frontier = extended(edge, parts)
    if after != tree.edge_in_tiles(span.end):
        raise LogDamaged(what=f"the tiles over the entries of {span.day} disagree with each other")
    found = joined(sums)
    summed.must_equal(span, stories, rollups(found))
    return Seal(
        origin=keys.origin(),
        day=span.day,
        before=edge,
        end=span.end,
        root=after.root(),
        entries_sha256=file_sha256(draft / ENTRIES_NAME),
        proof_sha256=file_sha256(draft / PROOF_NAME),
        rollups_sha256=digest(found),
    )


def _must_be_in_tiles(group: Group) -> None:
    """Refuses with LogDamaged leaves that are not those of the stored tiles."""
    end = group.first + group.batch.num_rows
    numbers = (group.first // TILE_WIDTH, (end - 1) // TILE_WIDTH)
    stored = (
        Tile.objects.filter(level=0, number__range=numbers)
        .order_by("number")
        .values_list("hashes", flat=True)
    )
    held = b"".join(map(bytes, stored))
    start = (group.first - numbers[0] * TILE_WIDTH) * HASH_BYTES
    if held[start : start + group.leaves.size] != group.leaves.tobytes():
        raise LogDamaged(what=f"entries {group.first} to {end - 1} are not those in the tiles")
