"""`dure ledger verify --url`: what somebody who trusts nobody can find out about a log."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dure.engine.log import checkpoint as signed
from dure.engine.log.cosignature import Cosigner, cosignatures, parse_cosigner
from dure.engine.log.errors import CheckpointBad
from dure.engine.log.merkle import HASH_BYTES
from dure.engine.log.note import key_id
from dure.movement.ledger.outside.errors import EvidenceBad
from dure.movement.ledger.outside.published import OpenedLog, open_log
from dure.movement.ledger.outside.verifying import PublishedVerification, SignedLeaf, SignedRoot
from dure.movement.ledger.outside.web import Web
from dure.movement.ledger.types import Fault

FILE_BYTES_MAX = 64 * 1024 * 1024

Promised = tuple[str, SignedLeaf]
"""The name of a log, "" for whichever it is, and what a receipt says stands there."""


@dataclass(frozen=True, slots=True)
class Question:
    """What else to check besides the log itself: all of it optional.

    ``verifier_keys`` of the log as known from before, ``witness_keys`` of witnesses who must have cosigned,
    ``receipts`` (files) that must be in the log, ``earlier`` checkpoints (files) that it must continue.
    """

    verifier_keys: Sequence[str] = ()
    witness_keys: Sequence[str] = ()
    receipts: Sequence[Path] = ()
    earlier: Sequence[Path] = ()


@dataclass(slots=True)
class Verdict:
    """What was found. ``faults``: by path, none means sound. ``notes``: what is true but no fault, in sentences."""

    log: OpenedLog
    witnesses: list[tuple[str, datetime]] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(
    web: Web, url: str, question: Question, advance: Callable[[int, int], None] = lambda done, total: None
) -> Verdict:
    """Read the whole log at ``url`` again and reckon it again. At most about 5 MB of files are held at once.

    Refuses with LogUnreachable when something can't be read at all, CheckpointBad, VerifierKeyBad, StatementBad,
    LogKeyChanged when the log is not signed as it should be, and EvidenceBad for a receipt that is none.
    """
    promised = [leaf for path in question.receipts for leaf in _receipts(path)]
    witnesses = [parse_cosigner(one) for one in question.witness_keys]
    log = open_log(web, url, question.verifier_keys)
    verdict = Verdict(log)
    _read_cosignatures(verdict, witnesses)
    roots = [*_roots_of_losses(verdict), *_roots_of_earlier(verdict, question.earlier)]
    leaves = _leaves_to_find(verdict, promised)
    root = SignedRoot(log.checkpoint.size, log.checkpoint.root, "checkpoint")
    run = PublishedVerification(log.files(web), root, roots=roots, leaves=leaves, advance=advance)
    verdict.faults += run.run()
    for one in log.losses:
        verdict.notes.append(
            f"The log lost entries {one.kept_size} to {one.lost_end - 1} and says so: it went on as "
            f"{one.new_origin} on {datetime.fromtimestamp(one.at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC."
        )
    return verdict


def _read_cosignatures(verdict: Verdict, witnesses: Sequence[Cosigner]) -> None:
    note, log = verdict.log.note, verdict.log
    try:
        lines = cosignatures(note, witnesses)
    except CheckpointBad as broken:
        verdict.faults.append(Fault("checkpoint", str(broken.facts["what"])))
        lines = []
    verdict.witnesses = [(line.name, datetime.fromtimestamp(line.at_s, UTC)) for line in lines]
    shown = {line.name for line in lines}
    for witness in witnesses:
        if witness.name not in shown:
            verdict.faults.append(Fault("checkpoint", f"it is not cosigned by {witness.name}"))
    own = (log.checkpoint.origin, key_id(log.checkpoint.origin, log.public_key))
    names = {one.key_name for one in note.signatures if (one.key_name, one.key_id) != own}
    verdict.other_names = sorted(names - shown - {witness.name for witness in witnesses})


def _roots_of_losses(verdict: Verdict) -> list[SignedRoot]:
    """What the statements say of the entries that were kept must hold in today's log, but for what was lost later."""
    log = verdict.log
    found: list[SignedRoot] = []
    for position, one in enumerate(log.losses):
        where = f"statement of loss {one.number}"
        said = (
            SignedRoot(one.kept_size, one.kept_root, f"{where}, kept entries"),
            SignedRoot(one.base_size, one.base_root, f"{where}, beginning of the new log"),
        )
        here = log.still_here(position + 1)
        found += [root for root in said if root.size <= here]
        if one is log.losses[-1] and here < one.base_size:
            what = f"the log went on with {one.base_size} entries, but only {here} are served"
            verdict.faults.append(Fault(where, what))
    return found


def _roots_of_earlier(verdict: Verdict, files: Sequence[Path]) -> list[SignedRoot]:
    """Checkpoints somebody kept: the log must hold them, unless a statement tells that it lost them."""
    log = verdict.log
    found: list[SignedRoot] = []
    for path in files:
        note = _read(path)
        origin = note.split("\n", 1)[0]
        state = signed.verify(note, origin, log.public_key)
        names = _names(log)
        if origin not in names:
            raise EvidenceBad(
                file=str(path), what=f"it is about the log {origin}, not {log.checkpoint.origin}"
            )
        lost = log.losses[names.index(origin) :]
        kept = log.still_here(names.index(origin))
        if state.size <= kept:
            found.append(SignedRoot(state.size, state.root, str(path)))
        elif lost:
            gone = f"entries {kept} to {min(state.size, lost[0].lost_end) - 1}"
            verdict.notes.append(f"{path}: {gone} of that state are among those the log says it lost.")
            if state.size > lost[0].lost_end:
                what = f"{state.size} entries were signed, but the log only owns up to {lost[0].lost_end}"
                verdict.faults.append(Fault(str(path), what))
        else:
            what = f"{state.size} entries were signed, but only {log.checkpoint.size} are served"
            verdict.faults.append(Fault(str(path), what))
    return found


def _names(log: OpenedLog) -> list[str]:
    """The names that the log had, as far as its key was known, today's last."""
    return [*(one.old_origin for one in log.losses), log.checkpoint.origin]


def _leaves_to_find(verdict: Verdict, promised: Sequence[Promised]) -> list[SignedLeaf]:
    """The leaves that must stand in today's log; what is lost openly is noted, what can't be there is a fault."""
    log = verdict.log
    found: list[SignedLeaf] = []
    names = _names(log)
    for name, leaf in promised:
        position = names.index(name) if name in names else len(log.losses)
        lost = log.losses[position:]
        if lost and log.still_here(position) <= leaf.index < lost[0].lost_end:
            verdict.notes.append(
                f"{leaf.where}: entry {leaf.index} is among those the log says it lost. Keep the receipt: it is proof."
            )
        elif name and name not in names:
            verdict.faults.append(Fault(leaf.where, f"it is of the log {name}, not of this one"))
        elif leaf.index >= log.checkpoint.size:
            what = f"entry {leaf.index} is not in the log of {log.checkpoint.size} entries"
            verdict.faults.append(Fault(leaf.where, what))
        else:
            found.append(leaf)
    return found


def _receipts(path: Path) -> list[Promised]:
    """Receipts as Dure gives them: JSON with ``index`` and ``leaf_hash`` in hex, or a list of such as ``receipts``.

    Each with the name of the log it says it is of, "" when it doesn't say.
    """
    try:
        told = json.loads(_read(path))
        each = told.get("receipts", [told])
        found = [
            (
                str(one.get("log", "")),
                SignedLeaf(int(one["index"]), bytes.fromhex(one["leaf_hash"]), str(path)),
            )
            for one in each
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as odd:
        what = "a receipt is JSON with index and leaf_hash"
        raise EvidenceBad(file=str(path), what=what) from odd
    if any(len(leaf.leaf_hash) != HASH_BYTES or leaf.index < 0 for _, leaf in found):
        raise EvidenceBad(file=str(path), what="leaf_hash has 64 hexadecimal digits, and index is a count")
    return found


def _read(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            return opened.read(FILE_BYTES_MAX).decode()
    except OSError as missing:
        raise EvidenceBad(file=str(path), what=(missing.strerror or str(missing)).lower()) from missing
    except UnicodeDecodeError as odd:
        raise EvidenceBad(file=str(path), what="it is no text") from odd
