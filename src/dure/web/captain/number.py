"""The number a captain lets the crew call on its day: theirs to give, and to take back at once."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.kernel.refusals import BadInput
from dure.movement.people import reads as people
from dure.movement.people import team_number
from dure.movement.places import reads as places
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.doors import door_for


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Your mobile phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door_for("captain")
def number(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    actor.must_captain(team_id)
    team = people.team(team_id)
    form = NumberForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if "take_back" in request.POST:
        team_number.take_back(actor=actor, team_id=team_id)
        messages.success(request, gettext("Taken back. Nobody reads your number any more."))
        return redirect("crew-number", team_id=team_id)
    if form.is_valid():
        country = places.area(team.area_id).country
        try:
            team_number.state(
                actor=actor, team_id=team_id, number=form.cleaned_data["number"], country=country, now=now()
            )
        except BadInput as no:
            form.add_error("number", words_of(no))
            status = no.status
        else:
            messages.success(request, gettext("Noted. Your crew may call you on its day."))
            return redirect("crew-number", team_id=team_id)
    page = {"team": team, "form": form, "number": team_number.of_team(team_id)}
    return render(request, "captain/number.html", page, status=status)
