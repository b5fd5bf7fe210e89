"""A post taken back while people reach for its seats: it goes, or somebody sits there, and nobody meets an error."""

from __future__ import annotations

import pytest
from django.db import transaction

from dure.movement.needs import actions, taking_back
from dure.movement.needs.models import Post
from tests.movement.needs.conftest import plant
from tests.race.crowd import at_once


@pytest.mark.django_db(transaction=True)
def test_whoever_sat_down_meanwhile_keeps_the_post(monkeypatch: pytest.MonkeyPatch) -> None:
    orchard = plant()
    for number in range(8):
        new = orchard.post(f"post {number}", seats=1)
        post_id = actions.publish(rows=[new]).ids[new.key]

        def ask(who: int, post_id: int = post_id) -> str:
            if who == 0:
                return "gone" if taking_back.take_back([post_id]) else "stays"
            with transaction.atomic():
                actions.take_seat(post_id=post_id)
            return "seated"

        heard = at_once(2, ask)
        assert Post.objects.filter(pk=post_id).exists() == bool(heard["seated"]), heard
        assert heard["gone"] + heard["seated"] == 1, heard
