"""Who sends a web push: a signed word to the push service (VAPID, RFC 8292; JWT by ES256, RFC 7515 and 7518)."""

from __future__ import annotations

import base64
import json
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dure.channels.push.sealing import public_bytes

# RFC 8292, section 2: at most 24 hours.
GOOD_FOR_S: Final = 12 * 3600
# The order of the curve P-256 (FIPS 186-4, D.1.2.3).
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def base64url(data: bytes) -> str:
    """Without padding, as RFC 7515 wants it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises ValueError for what is none."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def key_of(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The installation's key, always the same from the same secret: a new one would end every subscription."""
    # 16 bytes more than the order has, so that the remainder is as good as even (FIPS 186-4, B.4.1).
    wide = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"dure web push v1").derive(secret)
    return ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """What browsers subscribe with (``applicationServerKey``)."""
    return base64url(public_bytes(key.public_key()))


def authorization(key: ec.EllipticCurvePrivateKey, *, origin: str, contact: str, now_s: int) -> str:
    """The Authorization header for a push service at ``origin``. ``contact``: ``mailto:…`` or ``https://…``."""
    head = base64url(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    says = {"aud": origin, "exp": now_s + GOOD_FOR_S, "sub": contact}
    signed = f"{head}.{base64url(json.dumps(says).encode())}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"vapid t={signed}.{base64url(r.to_bytes(32) + s.to_bytes(32))}, k={public_key(key)}"
