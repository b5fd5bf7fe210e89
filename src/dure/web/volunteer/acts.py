"""What a volunteer, or their guardian, decides. Each is one POST; saying no costs nothing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.movement.honours import actions as honours
from dure.movement.matching import actions as matching
from dure.movement.people import actions as people_actions
from dure.movement.people import reads as people
from dure.operations import alike, guardians
from dure.operations.leaving import leave as leave_for_good
from dure.web.clock import now
from dure.web.commands import command_id
from dure.web.doors import for_guardian, for_newcomer, for_person
from dure.web.volunteer.known import for_known


@require_POST
@for_person
def accept(request: HttpRequest, actor: Actor, person_id: int, offer_id: int) -> HttpResponse:
    matching.accept(actor=actor, offer_id=offer_id, request_id=command_id(request), now=now())
    messages.success(request, gettext("Yours. Here is all you need."))
    return redirect("my")


@require_POST
@for_person
def decline(request: HttpRequest, actor: Actor, person_id: int, offer_id: int) -> HttpResponse:
    matching.decline(actor=actor, offer_id=offer_id, now=now())
    messages.success(
        request, gettext("Declined. That costs you nothing, nobody is told, and new offers come as before.")
    )
    return redirect("my")


@require_POST
@for_person
def withdraw(request: HttpRequest, actor: Actor, person_id: int, placement_id: int) -> HttpResponse:
    matching.withdraw(actor=actor, placement_id=placement_id, now=now())
    messages.success(
        request, gettext("Given back. Somebody else is asked now. Thank you for saying so early.")
    )
    return redirect("my")


@require_POST
@for_person
def nomination(request: HttpRequest, actor: Actor, person_id: int, nomination_id: int) -> HttpResponse:
    if request.POST.get("answer") == "yes":
        honours.consent(actor=actor, nomination_id=nomination_id, now=now())
        messages.success(
            request, gettext("Thank you. Your first name and the reason now stand on the page of thanks.")
        )
    else:
        honours.decline(actor=actor, nomination_id=nomination_id, now=now())
        messages.success(request, gettext("Understood. Nothing is shown."))
    return redirect("my-record")


@require_POST
@for_person
@for_known
def registered_twice(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Whoever was asked whether another registration is theirs too says so; with a yes this one ends."""
    is_same = request.POST.get("answer") == "yes"
    alike.say(actor=actor, person_id=person_id, is_same=is_same, now=now())
    if not is_same:
        messages.success(request, gettext("Understood: two people. You are not asked again."))
        return redirect("my")
    request.session.flush()
    messages.success(
        request,
        gettext(
            "Thank you. The other registration goes on, with its own link; if you lost that, ask for it here."
        ),
    )
    return redirect("link")


@require_POST
@for_newcomer
@for_known
def leave(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Leaving takes one act, at once (P4)."""
    leave_for_good(actor=actor, person_id=person_id, now=now())
    request.session.flush()
    return redirect("left")


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Sign out whoever came by a private link, volunteer or guardian: on a borrowed phone nothing stays open."""
    request.session.flush()
    messages.success(request, gettext("Closed. Your private link opens it again."))
    return redirect("home")


@require_safe
@for_guardian
def guardian(request: HttpRequest, actor: Actor, minor_id: int) -> HttpResponse:
    return render(request, "guardian/guardian.html", {"minor": people.minor(actor=actor, person_id=minor_id)})


@require_POST
@for_guardian
def guardian_answer(request: HttpRequest, actor: Actor, minor_id: int) -> HttpResponse:
    if request.POST.get("answer") == "yes":
        people_actions.guardian_agrees(actor=actor, person_id=minor_id, now=now())
    else:
        guardians.withdraw_consent(actor=actor, person_id=minor_id, now=now())
    return redirect("guardian")
