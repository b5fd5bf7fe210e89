"""What I agreed to: given and taken back, each with its receipt."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dure.base.access import Actor
from dure.movement.calls.types import CONSENT_WORDING
from dure.movement.people import actions
from dure.movement.people.types import PURPOSES, ConsentReceipt
from dure.web.clock import now
from dure.web.doors import for_person
from dure.web.volunteer.known import for_known


@dataclass(frozen=True, slots=True)
class Purpose:
    """What one can agree to, and the receipt that stands, if one does."""

    code: str
    standing: ConsentReceipt | None


def purposes(receipts: tuple[ConsentReceipt, ...]) -> list[Purpose]:
    standing = {one.purpose: one for one in receipts if one.withdrawn_at is None}
    return [Purpose(code, standing.get(code)) for code in PURPOSES]


@require_POST
@for_person
@for_known
def change(request: HttpRequest, actor: Actor, person_id: int, purpose: str) -> HttpResponse:
    """Agree, or take it back; either counts at once."""
    if request.POST.get("answer") == "yes":
        actions.give_consent(
            actor=actor, person_id=person_id, purpose=purpose, wording=CONSENT_WORDING, now=now()
        )
        messages.success(request, gettext("Thank you. Your receipt stands below."))
    else:
        actions.withdraw_consent(actor=actor, person_id=person_id, purpose=purpose, now=now())
        messages.success(request, gettext("Taken back, from this moment on. Your receipt says when."))
    return redirect("my-data")
