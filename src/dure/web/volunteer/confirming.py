"""Showing that a contact is one's own: the one page that is open until then, beside leaving."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.access import Actor
from dure.base.errors import TooManyTries
from dure.movement.calls import reads as calls
from dure.movement.calls.types import AnswerFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import confirming as people
from dure.movement.people.errors import CodeWrong
from dure.operations import confirming
from dure.operations.demo_mode import letters_stay_here
from dure.operations.refusal_words import words_of
from dure.web.actor import let_in_by_link
from dure.web.clock import now
from dure.web.doors import for_newcomer, private_link

# A code that came with a letter's link, until it is pressed.
CODE_KEY = "dure_code"


class CodeForm(forms.Form):
    """The eight digits; how they are written is everybody's own."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Eight digits; they stand in our message to you."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}
        ),
    )


@private_link
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter. It fills in the code and confirms nothing yet: mail programs open links on their own."""
    person_id, code = people.of_token(token)
    let_in_by_link(request, person_id)
    if people.lapses_on(person_id) is None:
        return redirect("my")
    request.session[CODE_KEY] = f"{code[:4]} {code[4:]}"
    return redirect("my-confirm")


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomer
def confirm(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """What we answered, until when the code may come, and the field for it."""
    if people.lapses_on(person_id) is None:
        return redirect("my")
    initial = {"code": request.session.get(CODE_KEY, "")}
    form = CodeForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            confirming.confirm(actor=actor, person_id=person_id, code=form.cleaned_data["code"], now=now())
        except (CodeWrong, TooManyTries) as no:
            form.add_error("code", words_of(no))
            status = no.status
        else:
            request.session.pop(CODE_KEY, None)
            messages.success(request, gettext("Confirmed. We reach you, and this is your page from now on."))
            return redirect("my")
    page = {"form": form, "answers": told(actor, person_id), **facts(person_id)}
    return render(request, "volunteer/confirm.html", page, status=status)


@require_POST
@for_newcomer
def again(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """The code once more; what is pressed twice in an hour is sent once."""
    if people.lapses_on(person_id) is None:
        return redirect("my")
    try:
        confirming.send_code(actor=actor, person_id=person_id, now=now())
    except TooManyTries as no:
        messages.error(request, words_of(no))
    else:
        messages.success(request, gettext("The code is on its way again. It can take a few minutes."))
    return redirect("my-confirm")


def told(actor: Actor, person_id: int) -> list[tuple[CampaignFacts, AnswerFacts]]:
    """The first honest answer of each campaign they signed up for."""
    asked_for = calls.campaigns_of([person_id]).get(person_id, frozenset())
    found = [(pk, calls.answer_for(actor, person_id, pk)) for pk in sorted(asked_for)]
    return [(campaigns.campaign_by_id(pk), standing.answer) for pk, standing in found if standing]


def facts(person_id: int) -> dict[str, object]:
    """What a page with the field for the code says beside it. A demo sends nothing, so its code stands on the page."""
    code = people.code(person_id) if letters_stay_here() else ""
    return {"lapses_on": people.lapses_on(person_id), "demo_code": f"{code[:4]} {code[4:]}".strip()}
