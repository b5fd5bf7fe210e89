"""The vectors of every sign-up door, through the page's form: the same verdict, beside the field at fault."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client

from dure.base import throttle
from dure.movement.calls import reads as calls
from tests.api.signup_vectors import VECTORS, Vector, sign_up_of
from tests.web.cast import Cast

JOIN = "/c/harvest/join/"
# What the form calls otherwise than the API.
FIELDS = {"travel_km": "travel_km", "physical_max": "physical", "free": "days"}
# The form offers towns, distances and weights to choose from, so that no other can be sent; hours are parts of days,
# and letters come in the language of the page.
NOT_ASKED = {"free", "long_shift", "colour", "language"}
EVERYWHERE = [one for one in VECTORS if one.everywhere and not NOT_ASKED & one.changes.keys()]


def form_of(vector: Vector, cast: Cast) -> dict[str, object]:
    sent = sign_up_of(vector)
    town = {"suwon": cast.areas["Suwon"]}.get(sent["town"], sent["town"])
    form = {FIELDS.get(name, name): value for name, value in sent.items()} | {"town": town, "hours": "day"}
    form.setdefault("physical", 2)
    for box in ("consent", "messages"):
        if form.pop(box, False):
            form[box] = "on"
    return form


def verdict(vector: Vector, cast: Cast) -> str:
    """What is wrong with the form's answer, undone afterwards; nothing where it is every door's."""
    throttle.forget()
    with transaction.atomic():
        before = calls.tally(cast.campaign_id).signed_up_count
        answer = Client().post(JOIN, form_of(vector, cast))
        stored = calls.tally(cast.campaign_id).signed_up_count - before
        transaction.set_rollback(True)
    if (answer.status_code, stored) != ((302, 1) if vector.is_taken else (422, 0)):
        return f"{answer.status_code}, {stored} stored"
    wrong = re.findall(r'class="field is-wrong">(?:(?!class="field).)*?name="(\w+)"', answer.text, re.S)
    field = FIELDS.get(vector.field, vector.field)
    return "" if vector.is_taken or field in wrong else f"said beside {wrong}, not {field}"


@pytest.mark.usefixtures("texts")
def test_the_form_takes_and_refuses_what_every_door_does(cast: Cast) -> None:
    assert len(EVERYWHERE) > 60
    assert {one.is_taken for one in EVERYWHERE} == {True, False}

    verdicts = {one.name: verdict(one, cast) for one in EVERYWHERE}

    assert {name: what for name, what in verdicts.items() if what} == {}
