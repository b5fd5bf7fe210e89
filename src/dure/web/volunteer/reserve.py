"""The reserve register on one's own page: join, renew, leave."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.base.access import Actor
from dure.movement.people import reserve as register
from dure.web.clock import now
from dure.web.doors import for_person
from dure.web.words import SKILLS


class ReserveForm(forms.Form):
    """What somebody was trained for, and for how long they agree."""

    profession = forms.ChoiceField(
        label=_("What did you learn?"),
        required=False,
        choices=[
            ("", _("nothing in particular")),
            *sorted(SKILLS.items(), key=lambda one: str(one[1])),
        ],
        help_text=_("You may be asked for it first. Retired is fine."),
    )
    days = forms.TypedChoiceField(
        label=_("For how long may we call you?"),
        coerce=int,
        choices=[(182, _("half a year")), (365, _("a year")), (730, _("two years"))],
        initial=register.CONSENT_DAYS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def reserve(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    found = register.of_person(actor=actor, person_id=person_id)
    form = ReserveForm(
        request.POST if request.method == "POST" else None,
        initial={"profession": found.profession} if found else {},
    )
    if form.is_valid():
        register.join(
            actor=actor,
            person_id=person_id,
            profession=form.cleaned_data["profession"],
            until=now().date() + timedelta(days=form.cleaned_data["days"]),
            now=now(),
        )
        messages.success(request, gettext("Thank you. We ask you again before it ends."))
        return redirect("my-reserve")
    page = {"here": "data", "form": form, "entry": found}
    return render(request, "volunteer/reserve.html", page, status=422 if form.is_bound else 200)


@require_POST
@for_person
def end(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    register.end(actor=actor, person_id=person_id)
    messages.success(request, gettext("You are off the register. Nothing of it is kept."))
    return redirect("my-reserve")
