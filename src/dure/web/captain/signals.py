"""What the figures say about my team, and the team's own words: it answers first."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.people import reads as people
from dure.movement.supervision import actions as supervision
from dure.movement.supervision import reads
from dure.web.clock import now
from dure.web.commands import uuid_of
from dure.web.doors import door_for
from dure.web.organiser.supervision import WordsForm, rows_of


@require_safe
@door_for(Role.CAPTAIN)
def signals(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    actor.must_captain(team_id)
    return _page(request, actor, team_id, {})


def _page(request: HttpRequest, actor: Actor, team_id: int, wrong: dict[int, WordsForm]) -> HttpResponse:
    today = now().date()
    shown = rows_of(reads.of_team(actor=actor, team_id=team_id), today)
    page = {
        "team": people.team(team_id),
        "rows": [
            (row, wrong.get(row.signal.id) or WordsForm(auto_id=f"answer_{row.signal.id}_%s"), uuid4())
            for row in shown
        ],
        "wrong": set(wrong),
    }
    return render(request, "captain/signals.html", page, status=422 if wrong else 200)


@require_POST
@door_for(Role.CAPTAIN)
def answer(request: HttpRequest, actor: Actor, team_id: int, signal_id: int) -> HttpResponse:
    actor.must_captain(team_id)
    if reads.signal(actor=actor, signal_id=signal_id).team.id != team_id:
        raise NotFound(what="signal")
    form = WordsForm(request.POST, auto_id=f"answer_{signal_id}_%s")
    if not form.is_valid():
        return _page(request, actor, team_id, {signal_id: form})
    supervision.answer(
        actor=actor,
        signal_id=signal_id,
        client_id=uuid_of(request.POST.get("client_id", "")),
        words=form.cleaned_data["words"],
        now=now(),
    )
    messages.success(request, gettext("Whoever looks after your team reads it first."))
    return redirect("crew-signals", team_id=team_id)
