"""What people upload: sealed as it comes in, opened for who looks at it, deleted with the decision.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the step's number is the associated data, so that a sealed
paper copied to another person's step does not open. The key comes from the data folder by HKDF-SHA256 (RFC 5869).
"""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from dure.base.access import Actor
from dure.base.home import secret
from dure.kernel.refusals import NotFound
from dure.movement.vetting import reads
from dure.movement.vetting.errors import PaperUnreadable, StepNotDue
from dure.movement.vetting.models import Check, Paper
from dure.movement.vetting.rules import checked_step
from dure.movement.vetting.types import PaperFacts

PAPER_BYTES_MAX: Final = 1_500_000
NONCE_BYTES: Final = 12
# By their first bytes: what a browser says about a file is anybody's word.
_KINDS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def attach(
    *, actor: Actor, person_id: int, step: str, content: bytes, now: datetime, own_words: str = ""
) -> None:
    """Hand in a step with a paper. It is sealed, seen by who looks at it alone, and deleted with the decision.

    A paper sent again takes the place of the first. Refuses with NotFound (somebody else), StepUnknown, StepNotDue,
    PaperUnreadable.
    """
    actor.must_be(person_id)
    media_type = _media_type(content)
    due = Check.objects.filter(person_id=person_id, step=checked_step(step)).filter(
        state__in=(Check.State.INVITED, Check.State.HANDED_IN)
    )
    with transaction.atomic():
        if not due.update(
            state=Check.State.HANDED_IN, handed_in_at=now, own_words=own_words, sent_back_why=""
        ):
            raise StepNotDue(step=step)
        pk = due.values_list("pk", flat=True).get()
        Paper.objects.update_or_create(
            step_of_id=pk, defaults={"media_type": media_type, "cipher": _seal(content, pk)}
        )


def paper(*, actor: Actor, person_id: int, step: str) -> PaperFacts:
    """What somebody uploaded for a step that waits: for who looks at it, and for themself. Refuses with NotFound."""
    rows = Check.objects.filter(
        person_id=person_id, step=step, state__in=(Check.State.HANDED_IN, Check.State.SEEN)
    )
    if not actor.is_person(person_id):
        rows = reads.with_us(actor, person_ids=[person_id], step=step)
    found = Paper.objects.filter(step_of__in=rows).first()
    if found is None:
        raise NotFound(what="paper")
    return PaperFacts(found.media_type, _unseal(bytes(found.cipher), found.step_of_id))


def _media_type(content: bytes) -> str:
    if len(content) > PAPER_BYTES_MAX:
        raise PaperUnreadable(what=f"it has {len(content) // 1000} kB", most_kb=PAPER_BYTES_MAX // 1000)
    for start, media_type in _KINDS:
        if content.startswith(start):
            return media_type
    raise PaperUnreadable(what="it is none of these kinds", most_kb=PAPER_BYTES_MAX // 1000)


@cache
def _box() -> AESGCM:
    source = secret("vetting_papers")
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"dure vetting papers v1").derive(source))


def _seal(content: bytes, pk: int) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _box().encrypt(nonce, content, str(pk).encode())


def _unseal(cipher: bytes, pk: int) -> bytes:
    return _box().decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], str(pk).encode())
