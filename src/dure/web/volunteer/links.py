"""My link: where it was opened, and one act that makes every old one worthless; and whether my crew reads my name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dure.base.access import Actor
from dure.movement.people import crew_names
from dure.operations.links import renew
from dure.web.actor import PERSON_KEY, let_in
from dure.web.clock import now
from dure.web.doors import for_person
from dure.web.volunteer.known import for_known


@require_POST
@for_person
@for_known
def new_link(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """All links and all other browsers are worthless; this browser stays, and the new link is sent."""
    renew(actor=actor, person_id=person_id, now=now())
    let_in(request, PERSON_KEY, person_id)
    messages.success(
        request,
        gettext(
            "Done. No old link opens your page any more, and every other browser is closed. A new link is sent."
        ),
    )
    return redirect("my-data")


@require_POST
@for_person
def name(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Whether those at the same post read one's first name."""
    hides = request.POST.get("hides") == "yes"
    crew_names.hide_name(actor=actor, person_id=person_id, hides=hides)
    if hides:
        messages.success(request, gettext("Noted. Only your captain reads your name."))
    else:
        messages.success(request, gettext("Noted. Those at your post read your first name."))
    return redirect("my-data")
