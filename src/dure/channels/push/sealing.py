"""Web push messages that only the browser reads: RFC 8291 over the aes128gcm coding of RFC 8188."""

from __future__ import annotations

import hmac
import os
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SALT_BYTES: Final = 16
AUTH_BYTES: Final = 16
# One record holds the whole message (RFC 8291, section 4): push services take 4,096 bytes.
RECORD_BYTES: Final = 4096
# Room left after the header (86), the tag (16) and the mark of the last record (1).
PLAIN_BYTES_MAX: Final = RECORD_BYTES - 103
_LAST_RECORD: Final = b"\x02"


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """The point, uncompressed: 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealed(
    plain: bytes,
    *,
    browser_key: bytes,
    browser_secret: bytes,
    own_key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push message. ``browser_key``: the subscription's p256dh (65 bytes); ``browser_secret``: its auth.

    ``own_key`` and ``salt`` are made anew for each message; given only to test against the RFC's example. Raises
    ValueError for a key that is no point of the curve.
    """
    own = own_key or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(SALT_BYTES)
    browser = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser_key)
    shared = own.exchange(ec.ECDH(), browser)
    own_public = public_bytes(own.public_key())
    # RFC 8291, section 3.4: HKDF-SHA256 twice, each expanded by one block.
    info = b"WebPush: info\x00" + browser_key + own_public
    keying = _hmac(_hmac(browser_secret, shared), info + b"\x01")
    pseudorandom = _hmac(salt, keying)
    key = _hmac(pseudorandom, b"Content-Encoding: aes128gcm\x00\x01")[:16]
    nonce = _hmac(pseudorandom, b"Content-Encoding: nonce\x00\x01")[:12]
    header = salt + RECORD_BYTES.to_bytes(4) + bytes([len(own_public)]) + own_public
    return header + AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")
