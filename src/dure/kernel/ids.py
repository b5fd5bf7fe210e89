"""Ids made by clients, and the fingerprint that tells a repeat from a reuse."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final
from uuid import UUID

_BETWEEN: Final = "\x1f"
# The hexadecimal digit that holds the variant, for the digit that stood there.
_VARIANT: Final = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def client_id(seed: bytes, *parts: object) -> UUID:
    """A UUID (version 8, RFC 9562) that depends on ``seed`` and ``parts`` alone.

    Imports and simulations use it so that doing the same thing twice asks with the same id.
    """
    text = _BETWEEN.join(str(part) for part in parts).encode()
    raw = bytearray(hashlib.sha256(_head(seed) + text).digest()[:16])
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return UUID(bytes=bytes(raw))


def client_id_digits(seed: bytes, rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The 32 hexadecimal digits of :func:`client_id` for many rows of parts, at a third of its time."""
    head = hashlib.sha256(_head(seed))
    found = []
    for parts in rows:
        digest = head.copy()
        digest.update(_BETWEEN.join(parts).encode())
        digits = digest.hexdigest()
        found.append(f"{digits[:12]}8{digits[13:16]}{_VARIANT[digits[16]]}{digits[17:32]}")
    return found


def _head(seed: bytes) -> bytes:
    return len(seed).to_bytes(4, "big") + seed


def fingerprint(facts: object) -> str:
    """Hex SHA-256 of ``facts`` (JSON values, dates and UUIDs by ``str``), independent of key order."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
