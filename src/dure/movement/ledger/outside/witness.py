"""A witness: looks at somebody else's log again and again, cosigns what only grew, keeps proof of what did not.

It comes by itself and reads tiles, so it needs no open port and the log needs none to reach it; logs that prefer to
hand in their checkpoints (c2sp.org/tlog-witness) find :mod:`door`. It signs c2sp.org/tlog-cosignature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dure.engine.log import resumed
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.cosignature import cosign
from dure.engine.log.fork import fork_hashes, roots_of_parts
from dure.engine.log.merkle import (
    Frontier,
    ReadHash,
    consistency_proof,
    verify_consistency,
)
from dure.engine.log.note import Note, add_signatures, key_id, parse_verifier_key, verifier_key
from dure.engine.log.tiles import hash_reader
from dure.movement.ledger.outside import memory
from dure.movement.ledger.outside.errors import (
    LogForked,
    LogKeyChanged,
    LogUnproved,
    LogUnreachable,
    LogWentBack,
)
from dure.movement.ledger.outside.evidence import Evidence, Kind
from dure.movement.ledger.outside.memory import Identity, Memory
from dure.movement.ledger.outside.published import OpenedLog, open_log
from dure.movement.ledger.outside.web import Web

_TAKEN = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """A log that was looked at and cosigned at ``size`` entries.

    ``is_first``: nothing was known of it before, so its past is taken as shown. ``taken``: what the log answered when
    it was handed the cosignature; empty when it took it. ``lost``: sentences about losses it owns up to.
    """

    origin: str
    size: int
    line: str
    is_first: bool
    taken: str
    lost: tuple[str, ...]


def visit(web: Web, url: str, *, verifier_keys: Sequence[str] = (), now: datetime) -> Visit:
    """Look at the log at ``url``: verify, remember, cosign, hand in, in this order.

    ``verifier_keys``: its key if known from elsewhere; else the one it shows at first sight is kept. Refuses with
    LogUnreachable, LogKeyChanged, CheckpointBad, StatementBad, with LogUnproved when its tiles do not give the root
    it signed, with LogForked (the evidence is kept), and with LogWentBack when it shows less than it signed before.
    """
    me = memory.identity()
    url = url.rstrip("/")
    known = _known(url)
    known_keys = [one.verifier_key for one in known]
    if known and verifier_keys and not set(known_keys) & set(verifier_keys):
        what = f"its key was {known[0].verifier_key} before"
        raise LogKeyChanged(url=url, origin=known[0].origin, what=what)
    log = open_log(web, url, [*verifier_keys, *known_keys])
    with memory.alone(log.checkpoint.origin):
        before = memory.memory_of(log.checkpoint.origin)
        if before is not None and before.verifier_key != _key_of(log):
            what = f"its key was {before.verifier_key} before"
            raise LogKeyChanged(url=url, origin=before.origin, what=what)
        read_hash = hash_reader(log.checkpoint.size, log.files(web).read_tile)
        shown = _root_shown(log.checkpoint.size, read_hash)
        if shown != log.checkpoint.root:
            raise LogUnproved(path=f"{log.prefix}/tile", what="the tiles do not give the signed root")
        _follow_losses(log, read_hash, me, now)
        if before is not None:
            _must_continue(web, log, before, read_hash, me, now)
        note, line = remember_and_cosign(
            checkpoint=log.checkpoint, note=log.note, key=_key_of(log), url=url, me=me, now=now
        )
    taken = _hand_in(web, log, note)
    return Visit(
        origin=log.checkpoint.origin,
        size=log.checkpoint.size,
        line=line,
        is_first=before is None and not log.losses,
        taken=taken,
        lost=tuple(_loss_in_words(one) for one in log.losses),
    )


def _known(url: str) -> list[Memory]:
    """What is remembered of the log at this address, the name it had first at the head: from there its losses are
    followed, from a later one where a log that was put back once more does not know the first of them any longer.
    """
    here = [one for one in memory.memories() if one.url.rstrip("/") == url]
    later = {one.next_origin for one in here}
    return sorted(here, key=lambda one: one.origin in later)


def _follow_losses(log: OpenedLog, read_hash: ReadHash, me: Identity, now: datetime) -> None:
    """Check every statement against what was seen before it, and keep it; the old states stay."""
    for position, (said, text) in enumerate(zip(log.losses, log.statements, strict=True)):
        # What a later loss took as well can't be held against this statement.
        here = log.still_here(position + 1)
        is_last = position + 1 == len(log.losses)
        for size, root in ((said.kept_size, said.kept_root), (said.base_size, said.base_root)):
            if size > here and not is_last:
                continue
            if size > here or _root_shown(size, read_hash) != root:
                where = f"{log.statement_prefix}/resumed/{said.number}"
                raise LogUnproved(
                    path=where, what=f"today's log does not hold the {size} entries it speaks of"
                )
        before = memory.memory_of(said.old_origin)
        if before is None:
            continue
        state = before.state
        if state.size > said.lost_end:
            _accuse("loss understated", log, before.note, text, (), me, now)
        if state.size <= log.still_here(position) and _root_shown(state.size, read_hash) != state.root:
            # The statement says these entries were kept; the root it signs for them shows other ones.
            raise LogUnproved(
                path=f"{log.statement_prefix}/resumed/{said.number}",
                what=f"the entries it kept are not the {state.size} that were cosigned",
            )
        memory.went_on(before, text, said.new_origin)


def _must_continue(
    web: Web, log: OpenedLog, before: Memory, read_hash: ReadHash, me: Identity, now: datetime
) -> None:
    old, new = before.state, log.checkpoint
    served = own_text(log.note, _key_of(log))
    if old.size == new.size and old.root != new.root:
        _accuse("same size", log, before.note, served, (), me, now)
    newest = memory.newest_after(before)
    if old.size > new.size or newest is not before:
        answer = web.post(f"{log.statement_prefix}/cosignature", newest.note.encode())
        if answer.status == _TAKEN:
            raise LogUnreachable(
                url=log.prefix, why="an older checkpoint came out of a cache; ask again soon"
            )
        state = newest.state
        raise LogWentBack(origin=new.origin, size=new.size, known_size=state.size, known_origin=state.origin)
    proof = consistency_proof(old.size, new.size, read_hash)
    if not verify_consistency(old.size, new.size, old.root, new.root, proof):
        hashes = tuple(fork_hashes(old.size, new.size, read_hash))
        roots = roots_of_parts(old.size, new.size, hashes)
        if roots is None or roots[1] != new.root:
            # Damaged files are no fork: nobody may be accused of what a bad disk does.
            what = f"the tiles between {old.size} and {new.size} entries do not fit the signed root"
            raise LogUnproved(path=f"{log.prefix}/tile", what=what)
        _accuse("not a continuation", log, before.note, served, hashes, me, now)


def _accuse(
    kind: Kind, log: OpenedLog, older: str, newer: str, hashes: tuple[bytes, ...], me: Identity, now: datetime
) -> None:
    """Keep the evidence and refuse with LogForked."""
    name = older.split("\n", 1)[0]
    evidence = Evidence(
        kind=kind,
        verifier_key=verifier_key(name, log.public_key),
        older=older,
        newer=newer,
        hashes=hashes,
        seen_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        seen_by=me.name,
    )
    path = memory.keep_evidence(evidence)
    old_size = int(older.split("\n", 2)[1])
    raise LogForked(origin=name, old_size=old_size, new_size=log.checkpoint.size, evidence=str(path))


def _key_of(log: OpenedLog) -> str:
    return verifier_key(log.checkpoint.origin, log.public_key)


def remember_and_cosign(
    *, checkpoint: Checkpoint, note: Note, key: str, url: str, me: Identity, now: datetime
) -> tuple[str, str]:
    """Keep a state that was found consistent, then give the note with our cosignature, and its line alone.

    On disk before it returns; for the holder of ``alone``.
    """
    at_s = int(now.timestamp())
    line = cosign(note.text, me.name, me.private_key, at_s)
    text = add_signatures(own_text(note, key), [line])
    seen = Memory(origin=checkpoint.origin, verifier_key=key, url=url, note=text, cosigned_at_s=at_s)
    memory.keep(seen)
    return text, line


def _hand_in(web: Web, log: OpenedLog, note: str) -> str:
    """Give the log our cosignature; what it says when it does not take it."""
    try:
        answer = web.post(f"{log.statement_prefix}/cosignature", note.encode())
    except LogUnreachable as away:
        return str(away)
    return "" if answer.status == _TAKEN else f"{answer.status}: {answer.says}"


def _root_shown(size: int, read_hash: ReadHash) -> bytes:
    """The root that the served tiles give for the first ``size`` entries."""
    return Frontier.read(size, read_hash).root()


def own_text(note: Note, key: str) -> str:
    """``note`` with the lines of its log's verifier key alone: nobody else's may swell what is kept, or make it new."""
    name, public_key = parse_verifier_key(key)
    own = (name, key_id(name, public_key))
    lines = [one.line for one in note.signatures if (one.key_name, one.key_id) == own]
    return f"{note.text}\n" + "".join(f"{line}\n" for line in lines)


def _loss_in_words(said: resumed.Resumed) -> str:
    return f"{said.old_origin} lost entries {said.kept_size} to {said.lost_end - 1} and went on as {said.new_origin}"
