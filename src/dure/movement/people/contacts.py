"""Contact details: normalised, sealed, and found again without being read.

Sealed with AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce each; the person's key is the associated
data, so that a sealed address copied to another person's row does not open. Found by HMAC-SHA256 (RFC 2104)
under a second key. Both keys come from secrets of the data folder by HKDF-SHA256 (RFC 5869), once a process.
"""

from __future__ import annotations

import hmac
import os
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from dure.base.home import secret
from dure.kernel.must import Broken, must
from dure.kernel.refusals import BadInput

# First byte of what is stored, so that a later way of sealing can be told from this one.
FORMAT: Final = b"\x01"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
# RFC 5321, section 4.5.3.1.3, less the angle brackets.
EMAIL_LENGTH_MAX: Final = 254
OF_PERSON: Final = b"contact:"
OF_GUARDIAN: Final = b"guardian:"

_is_email = EmailValidator()


@dataclass(frozen=True, slots=True, repr=False)
class _Keys:
    box: AESGCM
    pepper: bytes


@cache
def _keys() -> _Keys:
    return _Keys(
        box=AESGCM(_derived(secret("contact_key"), b"dure contact sealing v1")),
        pepper=_derived(secret("contact_pepper"), b"dure contact finding v1"),
    )


def _derived(source: bytes, purpose: bytes) -> bytes:
    must(len(source) >= KEY_BYTES, "a secret has at least 32 bytes")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(source)


def normal_email(text: str, *, where: str = "email") -> str:
    """The address as it is stored and compared: Unicode NFC, no spaces around, lower case.

    Refuses with BadInput, which does not repeat the address.
    """
    address = unicodedata.normalize("NFC", text).strip().lower()
    try:
        _is_email(address)
    except ValidationError as error:
        raise BadInput(where=where, what="this is no e-mail address", wanted="name@example.org") from error
    if len(address) > EMAIL_LENGTH_MAX:
        raise BadInput(
            where=where, what="this address is too long", wanted=f"{EMAIL_LENGTH_MAX} letters at most"
        )
    return address


def normal_phone(text: str, *, country: str, where: str = "phone") -> str:
    """The number in the form of ITU-T E.164 (+ and digits). One without + is read as of ``country`` (ISO 3166, "KR").

    Refuses with BadInput, which does not repeat the number.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        what = "this is no phone number"
        raise BadInput(
            where=where, what=what, wanted="a mobile number with its country, such as +44 7700 900123"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def seal(address: str, *, purpose: bytes, person_key: UUID) -> bytes:
    """``address`` so that only this installation opens it, and only for this person and purpose."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + _keys().box.encrypt(nonce, address.encode(), purpose + person_key.bytes)


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
    return hmac.digest(_keys().pepper, f"{kind}:{address}".encode(), "sha256")


def group_hash(key: UUID) -> bytes:
    """32 bytes that the code of a group is made of; nobody outside can make them, whatever they know of the key."""
    return hmac.digest(_keys().pepper, b"group:" + key.bytes, "sha256")


def facts_hash(text: str) -> bytes:
    """32 bytes that tell whether a registration repeats an earlier one; keyed, as it covers the address."""
    return hmac.digest(_keys().pepper, b"registration:" + text.encode(), "sha256")
