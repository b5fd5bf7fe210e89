"""Badges and their short codes: each stands for one placement, and opens nothing without the captain's own rights."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from django.core.signing import BadSignature, Signer

from dure.base.home import secret
from dure.kernel.refusals import NotFound

_SIGNER = Signer(salt="dure.web.badge", sep=".")
_GATE = Signer(salt="dure.gate", sep=".")
TOKEN_LENGTH_MAX: Final = 100
# 30 bits: among a crew of a thousand, two codes are alike once in two thousand days, and then neither is taken.
CODE_LENGTH: Final = 6


def badge_token(placement_id: int) -> str:
    """Signed, so that placements can't be tried one by one. The id stands before the dot: a phone without a signal
    reads it, and the server looks at the signature later."""
    return _SIGNER.sign(str(placement_id))


def placement_of_badge(text: str) -> int:
    """The placement a badge stands for; ``text``: its token, or the address that ends in it. Refuses with NotFound."""
    token = text.strip().rstrip("/").rsplit("/", 1)[-1]
    try:
        return int(_SIGNER.unsign(token[:TOKEN_LENGTH_MAX]))
    except (BadSignature, ValueError) as error:
        raise NotFound(what="badge") from error


@lru_cache(maxsize=1)
def _key() -> bytes:
    return secret("badge")


@lru_cache(maxsize=20_000)
def badge_code(placement_id: int) -> str:
    """What a volunteer without a picture says aloud: six letters and digits (RFC 4648 base32, no 0, 1, 8, 9)."""
    mark = hmac.digest(_key(), b"badge:%d" % placement_id, "sha256")
    return base64.b32encode(mark)[:CODE_LENGTH].decode()


def placement_of_code(text: str, among: Iterable[int]) -> int:
    """The one placement of ``among`` that has this code, however it was typed. Refuses with NotFound."""
    typed = "".join(sign for sign in text if sign.isalnum()).upper()
    found = [pk for pk in among if hmac.compare_digest(badge_code(pk).encode(), typed.encode())]
    if len(found) != 1:
        raise NotFound(what="code")
    return found[0]


def gate_token(team_id: int) -> str:
    """What the code at a team's meeting point says: good for every day, and for nobody without a place there."""
    return _GATE.sign(str(team_id))


def team_of_gate(token: str) -> int:
    """The team at whose gate a code hangs. Refuses with NotFound."""
    try:
        return int(_GATE.unsign(token[:TOKEN_LENGTH_MAX]))
    except (BadSignature, ValueError) as error:
        raise NotFound(what="gate") from error
