"""Who of my crew is not known to be home: the captain says so for one or for all, and writes down what was done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.base.models import Role
from dure.base.row_ids import row_id
from dure.kernel.refusals import NotFound
from dure.movement.people import reads as people
from dure.movement.safety import actions as safety
from dure.movement.safety import reads
from dure.web.clock import now
from dure.web.doors import door_for


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.CAPTAIN)
def home(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    calls = reads.not_home_of_team(actor, team_id)
    if request.method == "POST":
        messages.success(request, _acted(request, actor, {one.id for one in calls}))
        return redirect("crew-home", team_id=team_id)
    team = people.team(team_id)
    page = {"team": team, "calls": calls, "stood_down": reads.open_over(team.area_path)}
    return render(request, "captain/home.html", page)


def _acted(request: HttpRequest, actor: Actor, waiting: set[int]) -> str:
    """Do what the form asks for; what to say then. Whoever is no more waited for was said to be safe before."""
    asked = {pk for one in request.POST.getlist("call") if (pk := row_id(one)) is not None}
    if not asked:
        return gettext("Nothing was changed: choose somebody first.")
    if request.POST.get("act") == "safe":
        count = safety.say_all_safe(actor=actor, call_ids=asked, now=now())
        said = ngettext("%(n)s of your crew is safe.", "%(n)s of your crew are safe.", count)
        return said % {"n": count}
    if not asked <= waiting:
        raise NotFound(what="search")
    words = request.POST.get("words", "")
    for call_id in sorted(asked):
        if request.POST.get("act") == "help":
            safety.ask_for_help(actor=actor, call_id=call_id, words=words, now=now())
        else:
            safety.note_call(actor=actor, call_id=call_id, words=words, now=now())
    return gettext("Written down. Organisers read it.")
