"""Offering to help, by way of django-ninja.

A server that runs ``config.wsgi`` never comes here: the hot door (api.hot_signups) answers before Django. This one
documents it in the schema, and answers wherever only Django runs. A test holds both to the same answers.
"""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from dure.api.clock import now
from dure.api.schemas import ErrorOut
from dure.api.signup_desk import BODY_BYTES_MAX, SignUpTooLarge, take
from dure.api.signup_schemas import SignUpIn, SignUpOut
from dure.base import throttle
from dure.operations.intake import INTAKE
from dure.operations.signup_shape import SignUpAsked

router = Router(tags=["public"])
_ANSWERS = {
    200: SignUpOut,
    201: SignUpOut,
    **dict.fromkeys((400, 404, 409, 413, 422, 429, 503), ErrorOut),
}


@router.post("/signups", response=_ANSWERS)
def sign_up(request: HttpRequest, body: SignUpIn) -> object:
    """Offer to help: one person, who answers a call.

    A sign-up is durable when it is answered. The same ``client_id`` with the same facts gets the first receipt (200),
    with other facts it is refused (409). The private page behind ``link`` asks for the code in our letter first.
    Whether an address was known is nowhere told.
    """
    if len(request.body) > BODY_BYTES_MAX:
        raise SignUpTooLarge
    INTAKE.must_have_room()
    return Status(*take(INTAKE, SignUpAsked(**dict(body)), place=throttle.place_of(request), now=now()))
