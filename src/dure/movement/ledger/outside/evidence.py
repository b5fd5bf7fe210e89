"""Evidence that a log signed what it must not have: a file that convinces people who trust neither side.

JSON with the log's key, two notes it signed and, where their sizes differ, the hashes that tie them together
(``engine.log.fork``). Whoever knows the key can check it with any SHA-256 and Ed25519: docs/howto/verify-us.md.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dure.engine.log import checkpoint as signed
from dure.engine.log import resumed
from dure.engine.log.fork import roots_of_parts
from dure.engine.log.note import from_base64, parse_verifier_key
from dure.kernel.refusals import Refusal

FORMAT = "dure/fork-evidence/v1"
Kind = Literal["same size", "not a continuation", "loss understated"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """``older`` and ``newer``: whole signed notes. ``hashes``: those of ``fork.parts_of`` their two sizes.

    *same size*: two roots for one size. *not a continuation*: the newer root holds, for the older size, another root
    than the one signed. *loss understated*: ``newer`` is a statement after a loss that owns up to fewer entries than
    ``older`` shows to have been signed.
    """

    kind: Kind
    verifier_key: str
    older: str
    newer: str
    hashes: tuple[bytes, ...] = ()
    seen_at: str = ""
    seen_by: str = ""

    def to_json(self) -> str:
        told = {
            "format": FORMAT,
            "kind": self.kind,
            "verifier_key": self.verifier_key,
            "older": self.older,
            "newer": self.newer,
            "hashes": [base64.b64encode(one).decode() for one in self.hashes],
            "seen_at": self.seen_at,
            "seen_by": self.seen_by,
        }
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


class ProvesNothing(Exception):
    """The text says why."""


def read_evidence(text: str) -> Evidence:
    """The evidence in a file; raises ProvesNothing for what is none."""
    try:
        told = json.loads(text)
        hashes = [from_base64(one) for one in told["hashes"]]
        texts = [told[name] for name in ("verifier_key", "older", "newer", "seen_at", "seen_by")]
        if told["format"] != FORMAT or None in hashes or not all(isinstance(one, str) for one in texts):
            raise ProvesNothing(f"it is no {FORMAT}")
    except (ValueError, KeyError, TypeError, AttributeError) as odd:
        raise ProvesNothing(f"it is no {FORMAT}") from odd
    key, older, newer, seen_at, seen_by = texts
    known = tuple(one for one in hashes if one is not None)
    if told["kind"] not in ("same size", "not a continuation", "loss understated"):
        raise ProvesNothing(f"it is of the unknown kind {told['kind']!r}")
    return Evidence(told["kind"], key, older, newer, known, seen_at, seen_by)


def what_it_proves(evidence: Evidence) -> str:
    """What the log did, in a sentence, once everything is checked; raises ProvesNothing.

    The key is the file's own: whoever reads it compares it with the one they know.
    """
    try:
        name, public_key = parse_verifier_key(evidence.verifier_key)
        older = signed.verify(evidence.older, name, public_key)
        if evidence.kind == "loss understated":
            said = resumed.verify(evidence.newer, name, public_key)
            if older.size <= said.lost_end:
                raise ProvesNothing("the statement owns up to all that was signed")
            return f"{name} signed {older.size} entries, and says it lost no more than up to {said.lost_end}."
        newer = signed.verify(evidence.newer, name, public_key)
    except Refusal as broken:
        raise ProvesNothing(str(broken)) from broken
    if evidence.kind == "same size":
        if older.size != newer.size or older.root == newer.root:
            raise ProvesNothing("the two notes do not contradict each other")
        return f"{name} signed two different states of {older.size} entries."
    if older.size > newer.size:
        raise ProvesNothing("the older note is the larger one")
    _must_contradict(older, newer, evidence.hashes)
    return (
        f"{name} signed {older.size} entries, and then {newer.size} that do not begin with them: "
        "the log was rewritten, or shown differently to different people."
    )


def _must_contradict(older: signed.Checkpoint, newer: signed.Checkpoint, hashes: Sequence[bytes]) -> None:
    roots = roots_of_parts(older.size, newer.size, hashes)
    if roots is None or roots[1] != newer.root:
        raise ProvesNothing("its hashes do not give the newer root")
    if roots[0] == older.root:
        raise ProvesNothing("the newer state continues the older one")
