"""Sixty after ten seats, at once: on a file of SQLite, and on PostgreSQL where the suite runs there."""

from __future__ import annotations

import pytest
from django.db import transaction

from dure.movement.needs import actions, reads
from dure.movement.needs.errors import NeedFull
from tests.movement.needs.conftest import DAY, Orchard, plant
from tests.race.crowd import at_once

PEOPLE = 60
SEATS = 10


def publish(orchard: Orchard, *seats: int) -> list[int]:
    rows = [orchard.post(f"post {number}", seats=wanted) for number, wanted in enumerate(seats)]
    ids = actions.publish(rows=rows).ids
    return [ids[row.key] for row in rows]


@pytest.mark.django_db(transaction=True)
def test_sixty_threads_after_ten_seats_get_ten_and_fifty_clean_refusals() -> None:
    (post_id,) = publish(plant(), SEATS)

    def take(number: int) -> str:
        with transaction.atomic():
            actions.take_seat(post_id=post_id)
        return "seated"

    assert at_once(PEOPLE, take) == {"seated": SEATS, NeedFull.code: PEOPLE - SEATS}
    assert reads.post(post_id).seats_taken == SEATS


@pytest.mark.django_db(transaction=True)
def test_whole_batches_at_once_never_take_a_seat_twice() -> None:
    """Batches name the posts in different orders, so that callers who lock as they come would block each other."""
    orchard = plant()
    post_ids = publish(orchard, *([7] * 5))

    def take(number: int) -> str:
        order = post_ids if number % 2 else post_ids[::-1]
        return str(sum(actions.take_seats(counts=dict.fromkeys(order, 2)).values()))

    granted = at_once(20, take)

    assert sum(int(count) * times for count, times in granted.items()) == 7 * len(post_ids)
    assert {post.seats_taken for post in reads.posts_of_day(orchard.campaign.id, DAY)} == {7}


@pytest.mark.django_db(transaction=True)
def test_takers_and_givers_at_once_leave_a_true_count() -> None:
    (post_id,) = publish(plant(), SEATS)
    actions.take_seats(counts={post_id: 5})

    def ask(number: int) -> str:
        if number % 4 == 0:
            actions.free_seat(post_id=post_id)
            return "freed"
        actions.take_seat(post_id=post_id)
        return "seated"

    heard = at_once(20, ask)

    assert heard["freed"] == 5
    assert reads.post(post_id).seats_taken == heard["seated"]
    assert heard["seated"] + heard[NeedFull.code] == 15
