"""Posts that were published by mistake and that nobody has seen: they go as if they had never been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import ProtectedError

from dure.movement.needs.models import Post

_CHUNK: Final = 500


def take_back(post_ids: Sequence[int]) -> int:
    """Delete posts without a taken seat that nothing refers to; how many went. For operations, which asks whether their
    day was matched: a run that was published names its posts for good.
    """
    gone = 0
    for start in range(0, len(post_ids), _CHUNK):
        part = post_ids[start : start + _CHUNK]
        try:
            with transaction.atomic():
                gone += Post.objects.filter(pk__in=part, seats_taken=0).delete()[0]
        except ProtectedError:
            gone += sum(_one(pk) for pk in part)
    return gone


def _one(post_id: int) -> int:
    try:
        with transaction.atomic():
            return Post.objects.filter(pk=post_id, seats_taken=0).delete()[0]
    except ProtectedError:
        return 0
