"""Private links: signed, not expiring, and worthless from the moment the person's link version is raised."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer

from dure.movement.people.errors import LinkGone

OF_PERSON: Final = "dure.people.private-link"
OF_GUARDIAN: Final = "dure.people.guardian-link"
TOKEN_LENGTH_MAX: Final = 200


def token(*, purpose: str, key: UUID, link_version: int) -> str:
    """Signed text that fits into an address without quoting."""
    return Signer(salt=purpose, sep=".").sign(f"{key.hex}.{link_version}")


def opened(text: str, *, purpose: str) -> tuple[UUID, int]:
    """Person key and link version of a token made here for this purpose. Refuses with LinkGone."""
    if len(text) > TOKEN_LENGTH_MAX:
        raise LinkGone
    try:
        key, version = Signer(salt=purpose, sep=".").unsign(text).split(".")
    except BadSignature as error:
        raise LinkGone from error
    return UUID(hex=key), int(version)
