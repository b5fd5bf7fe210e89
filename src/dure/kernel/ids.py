"""Ids made by clients, and the fingerprint that tells a repeat from a reuse."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID


def client_id(seed: bytes, *parts: object) -> UUID:
    """A UUID (version 8, RFC 9562) that depends on ``seed`` and ``parts`` alone.

    Imports and simulations use it so that doing the same thing twice asks with the same id.
    """
    text = "\x1f".join(str(part) for part in parts).encode()
    raw = bytearray(hashlib.sha256(len(seed).to_bytes(4, "big") + seed + text).digest()[:16])
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return UUID(bytes=bytes(raw))


def fingerprint(facts: object) -> str:
    """Hex SHA-256 of ``facts`` (JSON values, dates and UUIDs by ``str``), independent of key order."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
