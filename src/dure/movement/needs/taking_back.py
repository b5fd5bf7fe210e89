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
                gone += _delete(part)
        except ProtectedError:
            gone += sum(_one(pk) for pk in part)
    return gone


def _one(post_id: int) -> int:
    try:
        with transaction.atomic():
            return _delete([post_id])
    except ProtectedError:
        return 0


def _delete(post_ids: Sequence[int]) -> int:
    # Held first: what Django finds it deletes by its id, also where somebody took a seat since.
    rows = Post.objects.select_for_update().filter(pk__in=post_ids, seats_taken=0)
    held = list(rows.order_by("pk").values_list("pk", flat=True))
    return Post.objects.filter(pk__in=held).delete()[0]
