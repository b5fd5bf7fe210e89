"""Ask twice, get once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from dure.base.errors import CommandReused
from dure.base.models import CommandSeen
from dure.kernel.ids import fingerprint

# What a command answers: JSON values only, so that the second answer equals the first.
Answer = dict[str, Any]


def _earlier(command_id: UUID, action: str, mark: str) -> Answer | None:
    seen = CommandSeen.objects.filter(pk=command_id).first()
    if seen is None:
        return None
    if (seen.action, seen.fingerprint) != (action, mark):
        raise CommandReused(command_id=command_id)
    result: Answer = seen.result
    return result


def is_known(command_id: UUID) -> bool:
    """Whether a command was carried out before."""
    return CommandSeen.objects.filter(pk=command_id).exists()


def once(*, command_id: UUID, action: str, facts: object, now: datetime, do: Callable[[], Answer]) -> Answer:
    """Carry out ``do`` once for ``command_id`` and remember its answer in the same transaction.

    A second call with the same facts gets the first answer; two at once are settled by the
    primary key, which is taken before ``do`` runs. When ``do`` refuses, nothing is remembered.

    Refuses with CommandReused when the id was used for another action or other facts.
    """
    mark = fingerprint(facts)
    if (earlier := _earlier(command_id, action, mark)) is not None:
        return earlier
    try:
        with transaction.atomic():
            seen = CommandSeen.objects.create(
                pk=command_id, action=action, fingerprint=mark, result={}, at=now
            )
            answer = do()
            seen.result = answer
            seen.save(update_fields=["result"])
            return answer
    except IntegrityError:
        if (twin := _earlier(command_id, action, mark)) is not None:
            return twin
        raise
