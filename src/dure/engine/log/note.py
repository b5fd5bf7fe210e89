"""Text signed so that strangers' tools can check it: C2SP signed notes, Ed25519 (c2sp.org/signed-note)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.engine.log.errors import CheckpointBad, VerifierKeyBad
from dure.kernel.must import must

# Signature type bytes assigned by c2sp.org/signed-note, section "Signature types".
ED25519 = b"\x01"
COSIGNATURE_V1 = b"\x04"
KEY_BYTES = 32
KEY_ID_BYTES = 4
# The specification asks for at least 16 signatures, of up to 5 kB each with post-quantum keys.
SIGNATURE_COUNT_MAX = 64
NOTE_CHARS_MAX = 512 * 1024
_SIGNATURE_START = "— "
_KINDS = {ED25519: "a log's Ed25519", COSIGNATURE_V1: "a witness's cosignature/v1"}
# Control characters but the newline, and halves of surrogate pairs, which are no UTF-8.
_UNFIT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who is said to have signed, and the bytes that would show it."""

    key_name: str
    key_id: bytes
    raw: bytes

    @property
    def line(self) -> str:
        """The line as it stands below a note, without its newline."""
        return f"{_SIGNATURE_START}{self.key_name} {base64.b64encode(self.key_id + self.raw).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart and not yet believed: ``text`` ends in a newline, ``signatures`` are as written."""

    text: str
    signatures: tuple[Signature, ...]


def key_id(key_name: str, public_key: Ed25519PublicKey, kind: bytes = ED25519) -> bytes:
    """``SHA-256(name || 0x0A || kind || public key)[:4]``: tells keys apart, proves nothing.

    c2sp.org/signed-note, section "Signatures". ``kind``: the byte of the signature type.
    """
    must(is_key_name(key_name), "a key name is not empty and has no space and no plus sign")
    return sha256(key_name.encode() + b"\n" + kind + public_key.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def is_key_name(name: str) -> bool:
    """Whether ``name`` may name a key: not empty, no Unicode space, no plus sign, no control character."""
    return bool(name) and "+" not in name and not any(char.isspace() or char < " " for char in name)


def verifier_key(key_name: str, public_key: Ed25519PublicKey, kind: bytes = ED25519) -> str:
    """``name+hash+base64(kind || public key)``, the form in which verifiers' tools take a key."""
    shown = base64.b64encode(kind + public_key.public_bytes_raw()).decode()
    return f"{key_name}+{key_id(key_name, public_key, kind).hex()}+{shown}"


def parse_verifier_key(text: str, kind: bytes = ED25519) -> tuple[str, Ed25519PublicKey]:
    """The name and the key in a :func:`verifier_key` string; refuses with VerifierKeyBad anything else."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise VerifierKeyBad(what="expected name+hash+key")
    name, shown_id, shown_key = parts
    if not is_key_name(name):
        raise VerifierKeyBad(what="the name is empty or holds a space")
    raw = from_base64(shown_key)
    if raw is None or len(raw) != len(kind) + KEY_BYTES:
        raise VerifierKeyBad(what="the key is not 33 bytes in base64")
    if raw[:1] != kind:
        raise VerifierKeyBad(
            what=f"it is of key type {raw[0]}, a key of type {kind[0]} ({_KINDS[kind]}) belongs here"
        )
    public_key = Ed25519PublicKey.from_public_bytes(raw[1:])
    if key_id(name, public_key, kind).hex() != shown_id:
        raise VerifierKeyBad(what="the hash does not belong to this name and key")
    return name, public_key


def sign_note(text: str, key_name: str, private_key: Ed25519PrivateKey) -> str:
    """``text`` (ending in a newline) with a blank line and one signature line below."""
    must(text.endswith("\n") and not _UNFIT.search(text), "a note is text in lines")
    named = key_id(key_name, private_key.public_key())
    shown = base64.b64encode(named + private_key.sign(text.encode())).decode()
    return f"{text}\n{_SIGNATURE_START}{key_name} {shown}\n"


def read_note(note: str) -> Note:
    """Take ``note`` apart (c2sp.org/signed-note, section "Format"); refuses with CheckpointBad what is none.

    Nothing is verified: the text must be ignored until a signature of a known key was.
    """
    if len(note) > NOTE_CHARS_MAX:
        raise CheckpointBad(what=f"it has {len(note)} characters, at most {NOTE_CHARS_MAX} are read")
    if _UNFIT.search(note):
        raise CheckpointBad(what="it holds control characters or is no UTF-8")
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise CheckpointBad(what="there is no signature below a blank line")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURE_COUNT_MAX:
        raise CheckpointBad(what=f"it has {len(lines)} signatures, at most {SIGNATURE_COUNT_MAX} are read")
    return Note(head + "\n", tuple(read_signature(line) for line in lines))


def open_note(note: str, key_name: str, public_key: Ed25519PublicKey) -> str:
    """The text of ``note``, if this key has signed it; else a CheckpointBad that says what is wrong.

    Signatures of other keys are left unread, as the specification asks: witnesses and key changes add them.
    """
    read = read_note(note)
    wanted_id = key_id(key_name, public_key)
    found = [one for one in read.signatures if (one.key_name, one.key_id) == (key_name, wanted_id)]
    if not found:
        raise CheckpointBad(what=f"it is not signed by the key {key_name}+{wanted_id.hex()}")
    for signature in found:
        verify_signature(signature, read.text.encode(), signature.raw, public_key)
    return read.text


def add_signatures(note: str, lines: Sequence[str]) -> str:
    """``note`` with further signature ``lines`` (as from :attr:`Signature.line`) below those it has."""
    must(
        note.endswith("\n") and all(line.startswith(_SIGNATURE_START) for line in lines),
        "lines of signatures",
    )
    return note + "".join(f"{line}\n" for line in lines)


def from_base64(text: str) -> bytes | None:
    """The bytes of base64 in its one canonical spelling, else None: no flipped bit may go unseen."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def read_signature(line: str) -> Signature:
    """A signature line, without its newline; refuses with CheckpointBad what is none."""
    name, space, shown = line.removeprefix(_SIGNATURE_START).partition(" ")
    raw = from_base64(shown)
    if not line.startswith(_SIGNATURE_START) or not space or not is_key_name(name):
        raise CheckpointBad(what="a signature line is not of the form: dash, key name, signature")
    if raw is None or len(raw) <= KEY_ID_BYTES:
        raise CheckpointBad(what=f"the signature of {name} is not base64")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def verify_signature(claimed: Signature, message: bytes, raw: bytes, public_key: Ed25519PublicKey) -> None:
    """Refuses with CheckpointBad, naming the key ``claimed``, if ``raw`` is not its signature of ``message``."""
    try:
        public_key.verify(raw, message)
    except InvalidSignature:
        shown = f"{claimed.key_name}+{claimed.key_id.hex()}"
        raise CheckpointBad(what=f"the signature of {shown} does not belong to this text") from None
