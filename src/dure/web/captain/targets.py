"""What is wanted of my team, and arguing for another target."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.base.models import Role
from dure.base.row_ids import row_id
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import pleas
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import reads as people
from dure.web.doors import door_for
from dure.web.organiser.plan import PleaForm, plead
from dure.web.refusals import say_on


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.CAPTAIN)
def targets(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """The team's own targets, what was asked about them, and a form to ask. Refuses with NotFound."""
    actor.must_captain(team_id)
    team = people.team(team_id)
    found = campaigns.targets_where(team_id=team_id)
    asked_for = request.POST.get("target", "")
    forms = {
        one.id: PleaForm(request.POST if asked_for == str(one.id) else None, auto_id=f"target{one.id}_%s")
        for one in found
    }
    status = 200
    if request.method == "POST":
        target_id = row_id(asked_for)
        form = forms.get(target_id) if target_id else None
        if form is None or target_id is None:
            raise NotFound(what="target of this team")
        status = 422
        if form.is_valid():
            try:
                messages.success(request, plead(actor, target_id, form))
                return redirect("crew-targets", team_id=team_id)
            except Refusal as no:
                status = say_on(form, no)
    indicators = {one.indicator_id: campaigns.indicator(one.indicator_id) for one in found}
    known = {key: campaigns.campaign_by_id(one.campaign_id) for key, one in indicators.items()}
    argued = pleas.about([one.id for one in found])
    page = {
        "team": team,
        "rows": [
            (
                one,
                indicators[one.indicator_id],
                known[one.indicator_id],
                [plea for plea in argued if plea.target_id == one.id],
                forms[one.id],
            )
            for one in found
        ],
    }
    return render(request, "captain/targets.html", page, status=status)
