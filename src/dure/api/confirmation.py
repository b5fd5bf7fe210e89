"""An app gives the code for somebody who signed up through it."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from dure.api.clock import now
from dure.api.late import person_of
from dure.api.schemas import CodeIn, ErrorOut
from dure.api.tokens import NewcomerAuth
from dure.operations import confirming

router = Router(tags=["volunteer"], auth=NewcomerAuth())


@router.post(
    "/my/confirmation", response={204: None, 401: ErrorOut, 404: ErrorOut, 422: ErrorOut, 429: ErrorOut}
)
def confirm(request: HttpRequest, body: CodeIn) -> object:
    """Show with the code of our message that the contact is theirs; from then on the token opens everything. Twice is
    once. At most ten tries an hour."""
    actor, person_id = person_of(request)
    confirming.confirm(actor=actor, person_id=person_id, code=body.code, now=now())
    return Status(204, None)
