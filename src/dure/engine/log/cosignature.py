"""What a witness says about a log: timestamped Ed25519 cosignatures, cosignature/v1 (c2sp.org/tlog-cosignature).

A cosignature is a signature line below a checkpoint. It states that at its time the largest consistent tree the
witness had seen of that log was this one. Only Ed25519 is made and read here; lines of other kinds are unknown
keys, which every reader of notes passes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.engine.log.errors import CheckpointBad
from dure.engine.log.note import (
    COSIGNATURE_V1,
    Note,
    Signature,
    key_id,
    parse_verifier_key,
    verifier_key,
    verify_signature,
)
from dure.kernel.must import must

_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
# The end of the year 9999: the format allows later ones, but no calendar shows them and no honest clock does.
_TIME_MAX_S = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness that is trusted: its name and key."""

    name: str
    public_key: Ed25519PublicKey

    @property
    def verifier_key(self) -> str:
        """``name+hash+base64(0x04 || public key)`` (tlog-cosignature, section "Format")."""
        return verifier_key(self.name, self.public_key, COSIGNATURE_V1)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That the witness ``name`` cosigned at ``at_s`` (seconds since 1970-01-01 UTC); ``line`` shows it."""

    name: str
    at_s: int
    line: str


def parse_cosigner(text: str) -> Cosigner:
    """The witness in a verifier key of type 4; refuses with VerifierKeyBad anything else."""
    return Cosigner(*parse_verifier_key(text, COSIGNATURE_V1))


def signed_message(body: str, at_s: int) -> bytes:
    """What is signed: two header lines and the whole note text (tlog-cosignature, "Ed25519 signed message")."""
    must(0 <= at_s <= _TIME_MAX_S, "a cosignature's time is from 1970 to the year 9999")
    must(body.endswith("\n"), "the text of a note ends in a newline")
    return f"cosignature/v1\ntime {at_s}\n{body}".encode()


def cosign(body: str, name: str, private_key: Ed25519PrivateKey, at_s: int) -> str:
    """The signature line of witness ``name`` for a checkpoint's text ``body``, without its newline.

    The signature is ``u64 time || Ed25519 signature`` (struct ``timestamped_signature``). Whether the checkpoint is
    consistent with what the witness saw before is for the caller to know.
    """
    raw = at_s.to_bytes(_TIME_BYTES, "big") + private_key.sign(signed_message(body, at_s))
    return Signature(name, key_id(name, private_key.public_key(), COSIGNATURE_V1), raw).line


def cosignatures(note: Note, trusted: Sequence[Cosigner]) -> list[Cosignature]:
    """The cosignatures of ``trusted`` witnesses below ``note``, in the order of its lines.

    Lines of unknown keys are passed over; refuses with CheckpointBad one of a trusted witness that fails, as the
    signed-note specification asks.
    """
    known = {(one.name, key_id(one.name, one.public_key, COSIGNATURE_V1)): one for one in trusted}
    found: list[Cosignature] = []
    for signature in note.signatures:
        witness = known.get((signature.key_name, signature.key_id))
        if witness is not None:
            at_s = time_of(signature)
            message = signed_message(note.text, at_s)
            verify_signature(signature, message, signature.raw[_TIME_BYTES:], witness.public_key)
            found.append(Cosignature(witness.name, at_s, signature.line))
    return found


def time_of(signature: Signature) -> int:
    """The seconds since 1970-01-01 UTC that a cosignature claims; refuses with CheckpointBad what is none."""
    at_s = int.from_bytes(signature.raw[:_TIME_BYTES], "big")
    if len(signature.raw) != _TIME_BYTES + _SIGNATURE_BYTES or at_s > _TIME_MAX_S:
        raise CheckpointBad(what=f"the line of {signature.key_name} is no cosignature/v1")
    return at_s
