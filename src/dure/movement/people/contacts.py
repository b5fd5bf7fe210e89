"""Contact details: normalised, sealed, and found again without being read.

Sealed with AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce each; the person's key is the associated
data, so that a sealed address copied to another person's row does not open. Found by HMAC-SHA256 (RFC 2104)
under a second key. Both keys come from secrets of the data folder by HKDF-SHA256 (RFC 5869), once a process.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from dure.base.home import secret
from dure.kernel.must import Broken, must
from dure.kernel.refusals import BadInput
from dure.movement.people.disposable import is_disposable
from dure.movement.people.names import mixes_alphabets
from dure.movement.people.phones import normal_phone

__all__ = [
    "code_hash",
    "compared_email",
    "contact_hash",
    "contact_hashes",
    "facts_hash",
    "group_hash",
    "normal_email",
    "normal_phone",
    "seal",
    "seal_many",
    "unseal",
]

# First byte of what is stored, so that a later way of sealing can be told from this one.
FORMAT: Final = b"\x01"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
# SHA-256's block (FIPS 180-4).
BLOCK_BYTES: Final = 64
# RFC 5321, section 4.5.3.1.3, less the angle brackets.
EMAIL_LENGTH_MAX: Final = 254
OF_PERSON: Final = b"contact:"
OF_GUARDIAN: Final = b"guardian:"

_is_email = EmailValidator()
# What nearly all addresses look like, all of it within what the validator takes, at a fifth of its time.
_PLAIN_EMAIL: Final = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)


class _Mac:
    """HMAC-SHA256 (RFC 2104) under one key, whose two blocks are hashed once: half the time of ``hmac.digest``."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        must(len(key) <= BLOCK_BYTES, "a longer key would be hashed first")
        block = key.ljust(BLOCK_BYTES, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


@dataclass(frozen=True, slots=True, repr=False)
class _Keys:
    box: AESGCM
    pepper: _Mac


@cache
def _keys() -> _Keys:
    return _Keys(
        box=AESGCM(_derived(secret("contact_key"), b"dure contact sealing v1")),
        pepper=_Mac(_derived(secret("contact_pepper"), b"dure contact finding v1")),
    )


def _derived(source: bytes, purpose: bytes) -> bytes:
    must(len(source) >= KEY_BYTES, "a secret has at least 32 bytes")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(source)


def compared_email(text: str) -> str:
    """What is compared of an address, also of one that is none: Unicode NFC, no spaces around, lower case."""
    return unicodedata.normalize("NFC", text).strip().lower()


def normal_email(text: str, *, where: str = "email") -> str:
    """The address as it is stored and compared (:func:`compared_email`).

    Refuses with BadInput, which does not repeat the address.
    """
    address = compared_email(text)
    if not _PLAIN_EMAIL.fullmatch(address):
        try:
            _is_email(address)
        except ValidationError as error:
            raise BadInput(
                where=where, what="this is no e-mail address", wanted="name@example.org"
            ) from error
    if len(address) > EMAIL_LENGTH_MAX:
        raise BadInput(
            where=where, what="this address is too long", wanted=f"{EMAIL_LENGTH_MAX} letters at most"
        )
    host = address.rpartition("@")[2]
    if is_disposable(host):
        what = "mail to this host is thrown away within minutes, so nothing of ours would reach you"
        raise BadInput(where=where, what=what, wanted="an address that you keep")
    if not host.isascii() and any(map(mixes_alphabets, host.split("."))):
        what = "this host mixes letters of two alphabets that look alike"
        raise BadInput(where=where, what=what, wanted="name@example.org")
    return address


def seal(address: str, *, purpose: bytes, person_key: UUID) -> bytes:
    """``address`` so that only this installation opens it, and only for this person and purpose."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + _keys().box.encrypt(nonce, address.encode(), purpose + person_key.bytes)


def seal_many(addresses: Sequence[str], *, purpose: bytes, keys: Sequence[str]) -> list[bytes]:
    """As :func:`seal`, each for the person whose key (32 hexadecimal digits) stands beside it."""
    encrypt, count = _keys().box.encrypt, len(addresses)
    dice = os.urandom(NONCE_BYTES * count)
    nonces = [dice[at : at + NONCE_BYTES] for at in range(0, NONCE_BYTES * count, NONCE_BYTES)]
    to_bytes = bytes.fromhex
    return [
        FORMAT + nonce + encrypt(nonce, address.encode(), purpose + to_bytes(key))
        for address, nonce, key in zip(addresses, nonces, keys, strict=True)
    ]


def contact_hashes(addresses: Sequence[str], *, kind: str = "email") -> list[bytes]:
    """As :func:`contact_hash`, of many."""
    head, digest = f"{kind}:".encode(), _keys().pepper.digest
    return [digest(head + address.encode()) for address in addresses]


def unseal(cipher: bytes, *, purpose: bytes, person_key: UUID) -> str:
    """What was sealed. Broken when it was changed, or sealed for another person or with another key."""
    must(cipher[:1] == FORMAT, "a sealed contact has a known format")
    nonce, rest = cipher[1 : 1 + NONCE_BYTES], cipher[1 + NONCE_BYTES :]
    try:
        return _keys().box.decrypt(nonce, rest, purpose + person_key.bytes).decode()
    except InvalidTag as error:
        raise Broken("a sealed contact opens for its own person, with the key of this data folder") from error


def contact_hash(address: str, *, kind: str = "email") -> bytes:
    """32 bytes by which a normalised address or number (``kind`` "sms") is found; says nothing without the pepper."""
    return _keys().pepper.digest(f"{kind}:{address}".encode())


def group_hash(key: UUID) -> bytes:
    """32 bytes that the code of a group is made of; nobody outside can make them, whatever they know of the key."""
    return _keys().pepper.digest(b"group:" + key.bytes)


def code_hash(key: UUID, *, link_version: int, kind: str) -> bytes:
    """32 bytes that the code sent to a contact is made of; worthless once the person's links are revoked."""
    text = f"code:{kind}:{link_version}:".encode()
    return _keys().pepper.digest(text + key.bytes)


def facts_hash(text: str) -> bytes:
    """32 bytes that tell whether a registration repeats an earlier one; keyed, as it covers the address."""
    return _keys().pepper.digest(b"registration:" + text.encode())
