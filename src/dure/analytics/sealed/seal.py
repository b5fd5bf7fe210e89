"""The seal of a day: a signed note that binds the day's files, its sums and its place in the log."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dure.analytics.sealed.errors import SealBad
from dure.engine.log.errors import CheckpointBad, LogHeadMalformed
from dure.engine.log.merkle import HASH_BYTES, Frontier
from dure.engine.log.note import from_base64, open_note, parse_verifier_key
from dure.kernel.must import must

FORMAT: Final = "dure/sealed-day/v1"
ENTRIES_NAME: Final = "entries.parquet"
PROOF_NAME: Final = "proof.parquet"
SEAL_NAME: Final = "seal.note"
_LINES: Final = ("day", "range", "edge", "root", ENTRIES_NAME, PROOF_NAME, "rollups")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_COUNT = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Seal:
    """Entries ``before.size`` to ``end`` (exclusive) of the log ``origin`` entered it on ``day`` (UTC).

    ``before``: the right edge of the tree before the day. ``root``: of the tree with ``end`` leaves. Digests are
    SHA-256 in hex: of the two files, and of :func:`dure.analytics.sealed.sums.text`.
    """

    origin: str
    day: date
    before: Frontier
    end: int
    root: bytes
    entries_sha256: str
    proof_sha256: str
    rollups_sha256: str

    @property
    def first(self) -> int:
        return self.before.size

    @property
    def count(self) -> int:
        return self.end - self.before.size

    def body(self) -> str:
        """The text that is signed."""
        values = (
            self.day.isoformat(),
            f"{self.first} {self.end}",
            base64.b64encode(self.before.to_bytes()).decode(),
            base64.b64encode(self.root).decode(),
            self.entries_sha256,
            self.proof_sha256,
            self.rollups_sha256,
        )
        told = [f"{name} {value}" for name, value in zip(_LINES, values, strict=True)]
        return "\n".join((FORMAT, self.origin, *told)) + "\n"


def open_seal(note: str, verifier_keys: Sequence[str]) -> Seal:
    """The seal in ``note``, if one of the keys (``name+hash+base64``) has signed it; refuses with SealBad."""
    must(len(verifier_keys) > 0, "a seal is checked with a key")
    said = ""
    for shown in verifier_keys:
        name, key = parse_verifier_key(shown)
        try:
            seal = parse_body(open_note(note, name, key))
        except CheckpointBad as broken:
            said = str(broken.facts.get("what", broken))
            continue
        if seal.origin != name:
            raise SealBad(what=f"it is about the log {seal.origin!r}, not {name!r}")
        return seal
    raise SealBad(what=said)


def parse_body(text: str) -> Seal:
    """The inverse of :meth:`Seal.body`, for a text whose signature the caller has verified."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != 2 + len(_LINES) or lines[0] != FORMAT:
        raise SealBad(what=f"it is not a text of the format {FORMAT}")
    values: list[str] = []
    for line, name in zip(lines[2:], _LINES, strict=True):
        if not line.startswith(f"{name} "):
            raise SealBad(what=f"a line should begin with {name!r}")
        values.append(line.removeprefix(f"{name} "))
    day, span, edge, root, entries, proof, rollups = values
    counts = span.split(" ")
    if len(counts) != 2 or not all(_COUNT.fullmatch(count) for count in counts):
        raise SealBad(what="its range is not two whole numbers")
    held, shown_root = from_base64(edge), from_base64(root)
    if held is None or shown_root is None or len(shown_root) != HASH_BYTES:
        raise SealBad(what="its edge or root is not base64")
    if not all(_DIGEST.fullmatch(digest) for digest in (entries, proof, rollups)):
        raise SealBad(what="a digest is not 64 hexadecimal digits")
    try:
        before, when = Frontier.from_bytes(held), date.fromisoformat(day)
    except (LogHeadMalformed, ValueError) as broken:
        raise SealBad(what=str(broken)) from broken
    if before.size != int(counts[0]) or before.size >= int(counts[1]):
        raise SealBad(what="its range and its edge do not belong together")
    return Seal(lines[1], when, before, int(counts[1]), shown_root, entries, proof, rollups)
