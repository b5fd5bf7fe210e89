"""The signed statement of a log's size and root: C2SP checkpoints (c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.engine.log.errors import CheckpointBad
from dure.engine.log.merkle import HASH_BYTES
from dure.engine.log.note import from_base64, open_note, sign_note
from dure.kernel.must import must

_SIZE = re.compile(r"0|[1-9][0-9]{0,19}")
_SIZE_MAX = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first ``size`` entries of the log ``origin`` have the 32-byte ``root``.

    ``origin`` should look like a URL without scheme, such as ``dure.example.org/log``, and be the name of the
    signing key as well. ``extensions`` are further lines, signed too; leave them empty unless there is
    something that must travel with this very checkpoint.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        must(
            all(line and min(line) >= " " for line in lines),
            "lines are not empty and hold no control characters",
        )
        must(0 <= self.size <= _SIZE_MAX, "a tree size is an unsigned 64-bit number")
        must(len(self.root) == HASH_BYTES, "a root has 32 bytes")

    def body(self) -> str:
        """The text that is signed: origin, size in decimal, root in base64, extensions; a line each."""
        shown = base64.b64encode(self.root).decode()
        return "\n".join((self.origin, str(self.size), shown, *self.extensions)) + "\n"


def sign(checkpoint: Checkpoint, key_name: str, private_key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note. Ed25519 is deterministic: equal input gives an equal note.

    Whether an earlier checkpoint contradicts this one is for the caller to know.
    """
    return sign_note(checkpoint.body(), key_name, private_key)


def verify(
    note: str, key_name: str, public_key: Ed25519PublicKey, *, origin: str | None = None
) -> Checkpoint:
    """The checkpoint in ``note``, if this key has signed it; else a CheckpointBad that says why.

    The checkpoint must be about the log ``origin`` (by default the key's own name), so that a key that signs
    for two logs can't pass one off as the other.
    """
    checkpoint = parse_body(open_note(note, key_name, public_key))
    expected = key_name if origin is None else origin
    if checkpoint.origin != expected:
        raise CheckpointBad(what=f"it is about the log {checkpoint.origin!r}, not {expected!r}")
    return checkpoint


def parse_body(text: str) -> Checkpoint:
    """The checkpoint written as ``text``, whose signature the caller has verified. Inverse of ``body``."""
    origin, *rest = text.removesuffix("\n").split("\n")
    if len(rest) < 2 or not all((origin, *rest)):
        raise CheckpointBad(
            what="it needs an origin, a size and a root, each on its own line, and no empty line"
        )
    shown_size, shown_root, *extensions = rest
    if not _SIZE.fullmatch(shown_size) or int(shown_size) > _SIZE_MAX:
        raise CheckpointBad(what=f"{shown_size[:40]!r} is not a tree size")
    root = from_base64(shown_root)
    if root is None or len(root) != HASH_BYTES:
        raise CheckpointBad(what="the root is not 32 bytes in base64")
    return Checkpoint(origin, int(shown_size), root, tuple(extensions))
