"""Signing the log's state, and which signed states there are.

After a loss the log goes on under a new name (``loss``). A stored checkpoint of size c belongs to the newest name
that began below c; the checkpoint with which a name began is kept with the name.
"""

from __future__ import annotations

from collections.abc import Sequence

from dure.base.ordered import Head
from dure.engine.log import checkpoint as signed
from dure.engine.log.errors import CheckpointBad
from dure.movement.ledger import keys, tree
from dure.movement.ledger.errors import LogDamaged, LogMisnamed, LogRolledBack
from dure.movement.ledger.models import Checkpoint, LogOrigin
from dure.movement.ledger.moments import milliseconds, moment_of
from dure.movement.ledger.remembered import HERE, Signed, remember, remembered
from dure.movement.ledger.types import CheckpointFacts


def sign(head: Head, signed_at_ms: int, heard: Sequence[Signed] = ()) -> CheckpointFacts:
    """Sign the state of the locked log; a state that was signed before keeps its note.

    ``heard``: notes of this log that others remember. Refuses with LogDamaged when the tiles don't give the head's
    root, or no longer hold what the last checkpoint signed, with LogMisnamed when our key signed that under a name
    this log never had, and with LogRolledBack when more was signed than is here: nothing is ever signed that an
    earlier signature contradicts. The note is on disk outside the database before the caller's transaction ends,
    and so before anybody can be shown it.
    """
    edge = tree.frontier_of(head.frontier)
    if tree.edge_in_tiles(head.size) != edge:
        raise LogDamaged(what="the head and the tiles disagree")
    last = Checkpoint.objects.order_by("-size").first()
    if last is not None:
        if last.size > head.size:
            raise LogDamaged(what=f"{last.size} entries were signed, only {head.size} are here")
        if tree.edge_in_tiles(last.size).root() != bytes(last.root):
            raise LogDamaged(what=f"the tiles no longer hold what was signed at {last.size} entries")
        _must_be_named_as(last.note)
    must_stand(head.size, [*remembered(), *heard])
    newest = latest()
    if newest is not None and newest.size == head.size:
        remember([Signed(newest.note, HERE, milliseconds(newest.signed_at))])
        return newest
    state = signed.Checkpoint(keys.origin(), head.size, edge.root())
    note = signed.sign(state, keys.origin(), keys.private_key())
    row = Checkpoint.objects.create(
        size=state.size,
        root=state.root,
        note=note,
        signed_at_ms=signed_at_ms,
        time_signature=keys.sign_time(note, signed_at_ms),
    )
    remember([Signed(note, HERE, signed_at_ms)])
    return checkpoint_facts(row)


def _must_be_named_as(note: str) -> None:
    name = note.split("\n", 1)[0]
    if keys.number_of(name) is not None:
        return
    try:
        signed.verify(note, name, keys.public_key())
    except CheckpointBad:
        return  # of another key: for the verification, which names it
    raise LogMisnamed(known=name, wanted=keys.origin())


def known_notes() -> tuple[list[Signed], str]:
    """What the data folder remembers, and what is wrong with it if it can't be read. For the verification."""
    try:
        return remembered(), ""
    except LogDamaged as broken:
        return [], str(broken.facts["what"])


def must_stand(size: int, known: Sequence[Signed]) -> None:
    """Refuse with LogRolledBack unless the ``size`` entries here hold all that ``known`` notes sign.

    The newest that they don't is named. Notes of names that were given up openly, after a loss, bind nobody any more.
    """
    for one in sorted(known, key=age, reverse=True):
        missing = what_is_missing(size, one)
        if missing is not None:
            state = one.state
            raise LogRolledBack(origin=state.origin, signed_size=state.size, where=one.where, here=missing)


def age(known: Signed) -> tuple[int, int]:
    """Orders notes by name and size, oldest first."""
    return keys.number_of(known.state.origin) or 0, known.state.size


def what_is_missing(size: int, known: Signed) -> str | None:
    """How the ``size`` entries here fall short of a note this log signed, in words; None if they hold it."""
    state = known.state
    today = keys.number_of(keys.origin()) or 0
    number = keys.number_of(state.origin) or 0
    if number < today:
        return None
    if number > today:
        return f"this database knows nothing of the name {state.origin}"
    if state.size > size:
        return f"only {size} are here, {state.size - size} are missing"
    if tree.edge_in_tiles(state.size).root() != state.root:
        return f"the first {state.size} entries here are others than those that were signed"
    return None


def latest() -> CheckpointFacts | None:
    """The newest signed state, None before the first."""
    row = Checkpoint.objects.order_by("-size").first()
    name = LogOrigin.objects.order_by("-number").first()
    if name is not None and (row is None or row.size <= name.base_size):
        return _first_of(name)
    return checkpoint_facts(row) if row else None


def at(size: int) -> CheckpointFacts | None:
    """The state signed at ``size`` entries, under the name of that time; None if none was."""
    row = Checkpoint.objects.filter(size=size).first()
    if row is not None:
        return checkpoint_facts(row)
    name = LogOrigin.objects.filter(base_size=size).order_by("-number").first()
    return _first_of(name) if name else None


def under(origin: str, size: int) -> CheckpointFacts | None:
    """The state signed at ``size`` entries under the name ``origin``; None if none was."""
    name = LogOrigin.objects.filter(origin=origin, base_size=size).first()
    if name is not None:
        return _first_of(name)
    row = Checkpoint.objects.filter(size=size).first()
    return checkpoint_facts(row) if row is not None and origin_of(size) == origin else None


def origin_of(size: int) -> str:
    """The name under which a stored checkpoint of ``size`` entries was signed."""
    name = LogOrigin.objects.filter(base_size__lt=size).order_by("-number").first()
    return name.origin if name else keys.first_origin()


def checkpoint_facts(row: Checkpoint) -> CheckpointFacts:
    signed_at = moment_of(row.signed_at_ms)
    return CheckpointFacts(size=row.size, root=bytes(row.root), note=row.note, signed_at=signed_at)


def _first_of(name: LogOrigin) -> CheckpointFacts:
    signed_at = moment_of(name.started_at_ms)
    return CheckpointFacts(
        size=name.base_size, root=bytes(name.base_root), note=name.first_note, signed_at=signed_at
    )
