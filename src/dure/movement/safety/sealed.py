"""Words about what happened to people, sealed.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; what the words belong to is the associated data, so that they
open nowhere else. The key comes from the data folder by HKDF-SHA256 (RFC 5869).
"""

from __future__ import annotations

import os
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dure.base.home import secret

NONCE_BYTES: Final = 12


@cache
def _box() -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"dure safety v1").derive(secret("safety")))


def seal(words: str, of: str) -> bytes:
    """``words`` sealed for what ``of`` names; nothing where there are none."""
    if not words:
        return b""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _box().encrypt(nonce, words.encode(), of.encode())


def unseal(cipher: bytes, of: str) -> str:
    if not cipher:
        return ""
    return _box().decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], of.encode()).decode()
