"""The keys of the log: the one that signs it, and those that stand for people in it."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.base import home
from dure.engine.log import entry, note
from dure.kernel.must import must

SECRET_NAME = "log_key"  # noqa: S105  the secret's name, not the secret
_PERSON_KEY_DOMAIN = b"dure/person-key/v1\n"
_TIME_DOMAIN = b"dure/signed-at/v1\n"


@lru_cache(maxsize=4)
def _key_of(raw: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(raw)


def private_key() -> Ed25519PrivateKey:
    """The key that signs this installation's log; made at first use, kept with the home's secrets."""
    return _key_of(home.secret(SECRET_NAME))


def public_key() -> Ed25519PublicKey:
    return private_key().public_key()


def origin() -> str:
    """The log's name: DURE_LOG_ORIGIN, else one made of the key, so that two installations never share it."""
    named = os.environ.get("DURE_LOG_ORIGIN", "")
    if not named:
        return f"dure.local/log/{public_key().public_bytes_raw()[:4].hex()}"
    must(note.is_key_name(named), "DURE_LOG_ORIGIN has no space and no plus sign")
    return named


def sign_time(text: str, signed_at_ms: int) -> bytes:
    """Signs that the checkpoint ``text`` was signed at this time, in milliseconds since 1970 UTC."""
    return private_key().sign(time_message(text, signed_at_ms))


def time_message(text: str, signed_at_ms: int) -> bytes:
    return _TIME_DOMAIN + f"{signed_at_ms}\n{text}".encode()


def person_commitment(salt: bytes, person_id: int) -> bytes:
    """The 32 bytes that bind an entry to a person's row, until the salt is forgotten."""
    return entry.person_commitment(salt, UUID(int=person_id))


def person_key_hex(commitment: bytes) -> str:
    """The key that stands for a person in a campaign: a UUID (version 8, RFC 9562) as 32 hex digits.

    It is taken from the commitment, and so from 128 random bits: it means nothing outside, and still any
    change of it in an entry shows after the person is forgotten.
    """
    raw = bytearray(sha256(_PERSON_KEY_DOMAIN + commitment).digest()[:16])
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return raw.hex()
