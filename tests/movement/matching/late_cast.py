"""Latecomers in few words: what is shown, a seat taken, a refusal."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from dure.kernel.refusals import Refusal
from dure.movement.matching import latecomers
from dure.movement.matching.models import Placement
from dure.movement.matching.types import LatePost, PlacementFacts
from dure.movement.needs import reads as need_reads
from tests.movement.matching.farm import DAY, Farm, at, made

TAKEN_AT = at(6)


def shown(farm: Farm, name: str, *, now: datetime = TAKEN_AT, day: date = DAY) -> list[LatePost]:
    return latecomers.best_now(
        actor=farm.me(name), person_id=farm.people[name], campaign=farm.campaign, day=day, now=now
    )


def names(found: list[LatePost]) -> list[str]:
    return [one.post.title for one in found]


def take(
    farm: Farm, name: str, post: str, *, now: datetime = TAKEN_AT, request_id: UUID | None = None
) -> PlacementFacts:
    return latecomers.take(
        actor=farm.me(name),
        person_id=farm.people[name],
        post_id=farm.posts[post],
        request_id=request_id or made("late", name, post),
        now=now,
    )


def refused(farm: Farm, name: str, post: str, refusal: type[Refusal], *, now: datetime = TAKEN_AT) -> Refusal:
    """The refusal; and nothing was written."""
    before = Placement.objects.count(), need_reads.post(farm.posts[post]).seats_taken
    with pytest.raises(refusal) as no:
        take(farm, name, post, now=now)
    assert (Placement.objects.count(), need_reads.post(farm.posts[post]).seats_taken) == before
    return no.value
