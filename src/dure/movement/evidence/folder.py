"""Where the pictures lie: in the data folder, sealed, each under its digest.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the digest is the associated data, so that a file under
another's name does not open. The key comes from the data folder's secrets by HKDF-SHA256 (RFC 5869).
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dure.base.durable import write_durably
from dure.base.home import home, secret
from dure.kernel.must import Broken

NONCE_BYTES: Final = 12


@cache
def _box() -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"dure evidence v1").derive(secret("evidence")))


def _path(digest: str) -> Path:
    return home() / "evidence" / digest[:2] / f"{digest}.sealed"


def put(picture: bytes) -> str:
    """Store a picture, whole or not at all, and give its digest; one that is there already is left as it is."""
    digest = sha256(picture).hexdigest()
    path = _path(digest)
    with contextlib.suppress(FileNotFoundError):
        os.utime(path)  # a loose one is young again, so that it waits for its row
        return digest
    nonce = os.urandom(NONCE_BYTES)
    write_durably(path, nonce + _box().encrypt(nonce, picture, digest.encode()))
    return digest


def get(digest: str) -> bytes:
    """A picture that was stored. Raises Broken where its file is gone or was changed."""
    try:
        sealed = _path(digest).read_bytes()
        picture = _box().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], digest.encode())
    except (OSError, InvalidTag) as error:
        raise Broken(f"the photograph {digest[:8]} can't be read: {type(error).__name__}") from error
    if sha256(picture).hexdigest() != digest:
        raise Broken(f"the photograph {digest[:8]} is another one")
    return picture


def drop(digest: str) -> None:
    """Delete a picture; one that is gone already is no fault."""
    with contextlib.suppress(FileNotFoundError):
        _path(digest).unlink()


def digests() -> list[str]:
    """All pictures that lie there."""
    return sorted(path.name.removesuffix(".sealed") for path in (home() / "evidence").glob("*/*.sealed"))


def age_s(digest: str, now: datetime) -> float:
    """For how long a picture has lain there, in seconds; 0 for one that is gone."""
    try:
        return now.timestamp() - _path(digest).stat().st_mtime
    except FileNotFoundError:
        return 0.0
