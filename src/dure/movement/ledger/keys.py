"""The keys of the log: the one that signs it, and those that stand for people in it."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.base import home
from dure.engine.log import entry, note
from dure.kernel.must import must
from dure.movement.ledger.models import LogOrigin

SECRET_NAME = "log_key"  # noqa: S105  the secret's name, not the secret
_PERSON_KEY_DOMAIN = b"dure/person-key/v1\n"
_TIME_DOMAIN = b"dure/signed-at/v1\n"
# Names come from strangers too: no number that Python would refuse to read.
_LATER = re.compile(r"[2-9]|[1-9][0-9]{1,8}", re.ASCII)


@lru_cache(maxsize=4)
def _key_of(raw: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(raw)


def private_key() -> Ed25519PrivateKey:
    """The key that signs this installation's log; made at first use, kept with the home's secrets."""
    return _key_of(home.secret(SECRET_NAME))


def public_key() -> Ed25519PublicKey:
    return private_key().public_key()


def first_origin() -> str:
    """The log's first name: DURE_LOG_ORIGIN, else one made of the key, so that two installations never share it."""
    named = os.environ.get("DURE_LOG_ORIGIN", "")
    if not named:
        return f"dure.local/log/{public_key().public_bytes_raw()[:4].hex()}"
    must(note.is_key_name(named), "DURE_LOG_ORIGIN has no space and no plus sign")
    return named


def origin() -> str:
    """The name under which the log is signed today: the first one, or the newest after a loss."""
    newest = LogOrigin.objects.order_by("-number").values_list("origin", flat=True).first()
    return newest or first_origin()


def origins() -> list[str]:
    """Every name under which this database says it was signed, oldest first; one key signs under all."""
    return [first_origin(), *LogOrigin.objects.order_by("number").values_list("origin", flat=True)]


def later_origin(number: int) -> str:
    """The name after ``number`` losses."""
    return f"{first_origin()}/{number + 1}"


def number_of(name: str) -> int | None:
    """After how many losses the log takes this name, 0 for the first; None if it is none of its names."""
    if name == first_origin():
        return 0
    start, _, last = name.rpartition("/")
    return int(last) - 1 if start == first_origin() and _LATER.fullmatch(last) else None


def verifier_keys() -> list[str]:
    """The verifier keys of all :func:`origins`."""
    return [note.verifier_key(name, public_key()) for name in origins()]


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
