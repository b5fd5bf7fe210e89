"""Text signed so that strangers' tools can check it: C2SP signed notes, Ed25519 (c2sp.org/signed-note)."""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.engine.log.errors import CheckpointBad, VerifierKeyBad
from dure.kernel.must import must

ED25519 = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
# The specification asks for at least 16 signatures, of up to 5 kB each with post-quantum keys.
SIGNATURE_COUNT_MAX = 64
NOTE_CHARS_MAX = 512 * 1024
_SIGNATURE_START = "— "
# Control characters but the newline, and halves of surrogate pairs, which are no UTF-8.
_UNFIT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


def key_id(key_name: str, public_key: Ed25519PublicKey) -> bytes:
    """``SHA-256(name || 0x0A || 0x01 || public key)[:4]``: tells keys apart, proves nothing."""
    must(is_key_name(key_name), "a key name is not empty and has no space and no plus sign")
    return sha256(key_name.encode() + b"\n" + ED25519 + public_key.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def is_key_name(name: str) -> bool:
    """Whether ``name`` may name a key: not empty, no Unicode space, no plus sign, no control character."""
    return bool(name) and "+" not in name and not any(char.isspace() or char < " " for char in name)


def verifier_key(key_name: str, public_key: Ed25519PublicKey) -> str:
    """``name+hash+base64(0x01 || public key)``, the form in which verifiers' tools take a key."""
    shown = base64.b64encode(ED25519 + public_key.public_bytes_raw()).decode()
    return f"{key_name}+{key_id(key_name, public_key).hex()}+{shown}"


def parse_verifier_key(text: str) -> tuple[str, Ed25519PublicKey]:
    """The name and the key in a :func:`verifier_key` string; refuses with VerifierKeyBad anything else."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise VerifierKeyBad(what="expected name+hash+key")
    name, shown_id, shown_key = parts
    if not is_key_name(name):
        raise VerifierKeyBad(what="the name is empty or holds a space")
    raw = from_base64(shown_key)
    if raw is None or len(raw) != len(ED25519) + KEY_BYTES:
        raise VerifierKeyBad(what="the key is not 33 bytes in base64")
    if raw[:1] != ED25519:
        raise VerifierKeyBad(what=f"key type {raw[0]} is unknown, only Ed25519 (1) is")
    public_key = Ed25519PublicKey.from_public_bytes(raw[1:])
    if key_id(name, public_key).hex() != shown_id:
        raise VerifierKeyBad(what="the hash does not belong to this name and key")
    return name, public_key


def sign_note(text: str, key_name: str, private_key: Ed25519PrivateKey) -> str:
    """``text`` (ending in a newline) with a blank line and one signature line below."""
    must(text.endswith("\n") and not _UNFIT.search(text), "a note is text in lines")
    named = key_id(key_name, private_key.public_key())
    shown = base64.b64encode(named + private_key.sign(text.encode())).decode()
    return f"{text}\n{_SIGNATURE_START}{key_name} {shown}\n"


def open_note(note: str, key_name: str, public_key: Ed25519PublicKey) -> str:
    """The text of ``note``, if this key has signed it; else a CheckpointBad that says what is wrong.

    Signatures of other keys are left unread, as the specification asks: witnesses and key changes add them.
    """
    if len(note) > NOTE_CHARS_MAX:
        raise CheckpointBad(what=f"it has {len(note)} characters, at most {NOTE_CHARS_MAX} are read")
    if _UNFIT.search(note):
        raise CheckpointBad(what="it holds control characters or is no UTF-8")
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise CheckpointBad(what="there is no signature below a blank line")
    text = head + "\n"
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURE_COUNT_MAX:
        raise CheckpointBad(what=f"it has {len(lines)} signatures, at most {SIGNATURE_COUNT_MAX} are read")
    wanted_id = key_id(key_name, public_key)
    found = [
        raw[KEY_ID_BYTES:] for name, raw in map(_signature, lines) if (name, raw[:4]) == (key_name, wanted_id)
    ]
    if not found:
        raise CheckpointBad(what=f"it is not signed by the key {key_name}+{wanted_id.hex()}")
    for signature in found:
        _verify(signature, text, public_key, shown_key=f"{key_name}+{wanted_id.hex()}")
    return text


def from_base64(text: str) -> bytes | None:
    """The bytes of base64 in its one canonical spelling, else None: no flipped bit may go unseen."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def _signature(line: str) -> tuple[str, bytes]:
    """Key name and (key id || signature) of a signature line."""
    name, space, shown = line.removeprefix(_SIGNATURE_START).partition(" ")
    raw = from_base64(shown)
    if not line.startswith(_SIGNATURE_START) or not space or not is_key_name(name):
        raise CheckpointBad(what="a signature line is not of the form: dash, key name, signature")
    if raw is None or len(raw) <= KEY_ID_BYTES:
        raise CheckpointBad(what=f"the signature of {name} is not base64")
    return name, raw


def _verify(signature: bytes, text: str, public_key: Ed25519PublicKey, *, shown_key: str) -> None:
    try:
        public_key.verify(signature, text.encode())
    except InvalidSignature:
        raise CheckpointBad(what=f"the signature of {shown_key} does not belong to this text") from None
