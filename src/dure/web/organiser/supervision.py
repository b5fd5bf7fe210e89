"""Supervision on the desk: which teams want a look, who looks, by when; and who looks after which teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.base.row_ids import row_id
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.supervision import actions as supervision
from dure.movement.supervision import reads
from dure.movement.supervision.types import SignalFacts
from dure.operations import signal_words
from dure.web.clock import now
from dure.web.commands import uuid_of
from dure.web.doors import door_for
from dure.web.organiser.kept_part import kept_part
from dure.web.organiser.reach import reach_of
from dure.web.refusals import say_on

# Teams without a supervisor in one form; more come once these have one.
TEAMS_SHOWN_MAX = 200
PAGE_DIGITS_MAX = 6
_DAY = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")


class OwnerForm(forms.Form):
    """Who looks after it, and by which day."""

    owner = forms.TypedChoiceField(label=_("Who looks"), coerce=int)
    due_on = forms.DateField(label=_("By"), widget=_DAY)

    def __init__(self, *args: object, choices: list[tuple[int, str]] | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["owner"].choices = choices or []  # type: ignore[attr-defined]  # a choice field has them


class WordsForm(forms.Form):
    """What came of it, or why nothing is to be done, or what the team says."""

    words = forms.CharField(
        label=_("In a sentence or two"),
        max_length=supervision.WORDS_CHARS_MAX,
        help_text=_("About the work. Name nobody who helps: the team reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal in words. ``proof``: the grade of its figures; "" where they are counted."""

    signal: SignalFacts
    area: AreaFacts
    heading: str
    sentence: str
    proof: str
    is_late: bool


def rows_of(signals: Sequence[SignalFacts], today: date) -> list[SignalRow]:
    areas = places.areas({one.team.area_id for one in signals})
    return [
        SignalRow(
            signal=one,
            area=areas[one.team.area_id],
            heading=signal_words.heading(one.kind),
            sentence=signal_words.sentence(one),
            proof=signal_words.proof(one),
            is_late=one.follow_up is not None and one.follow_up.is_late(today),
        )
        for one in signals
    ]


def _campaign(actor: Actor, slug: str) -> tuple[CampaignFacts, date]:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    return campaign, campaigns.local_day(campaign=campaign, now=now())


@require_safe
@door_for(Role.ORGANISER)
def signals(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign, today = _campaign(actor, slug)
    settled, mine = request.GET.get("settled") == "1", request.GET.get("mine") == "1"
    asked = request.GET.get("page", "")
    page_number = int(asked) if asked.isdecimal() and len(asked) <= PAGE_DIGITS_MAX else 1
    main = kept_part(
        request,
        "organiser/_supervision_main.html",
        None if mine else (campaign.id, today, actor.area_paths(Role.ORGANISER), settled, page_number),
        lambda: _signals_shown(actor, campaign, today, page_number, settled=settled, mine=mine),
    )
    return render(request, "organiser/supervision.html", {"campaign": campaign, "main": main})


def _signals_shown(
    actor: Actor, campaign: CampaignFacts, today: date, page_number: int, *, settled: bool, mine: bool
) -> dict[str, object]:
    """What the page shows; unless ``mine``, only the reach of ``actor`` counts."""
    found = reads.signals(
        actor=actor,
        campaign_id=campaign.id,
        today=today,
        settled=settled,
        owner_id=actor.account_id if mine else None,
        page=page_number,
    )
    return {
        "campaign": campaign,
        "today": today,
        "found": found,
        "rows": rows_of(found.signals, today),
        "settled": settled,
        "mine": mine,
        "looked_at": reads.looked_at(campaign.id),
        "before": page_number - 1 if page_number > 1 else None,
        "after": page_number + 1 if page_number * reads.PAGE_ROWS < found.count else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def signal(request: HttpRequest, actor: Actor, slug: str, signal_id: int) -> HttpResponse:
    """One signal: the reasons, the team's words, who looks, and what came of it."""
    campaign, today = _campaign(actor, slug)
    shown = reads.signal(actor=actor, signal_id=signal_id)
    if shown.campaign_id != campaign.id:
        raise NotFound(what="signal")
    choices = reads.supervisor_choices(actor=actor, campaign_id=campaign.id)
    act = request.POST.get("act", "")
    owner = OwnerForm(
        request.POST if act == "owner" else None,
        choices=choices,
        initial={
            "owner": shown.follow_up.owner_id if shown.follow_up else actor.account_id,
            "due_on": max(today + timedelta(days=reads.due_days(shown.kind)), shown.answer_by),
        },
    )
    words = WordsForm(request.POST if act in ("done", "let_be") else None, auto_id="close_%s")
    answered = WordsForm(request.POST if act == "answer" else None, auto_id="answer_%s")
    status = 422 if request.method == "POST" else 200
    try:
        if said := _acted(actor, shown, act, owner, words, answered, request):
            messages.success(request, said)
            return redirect("desk-signal", slug=slug, signal_id=signal_id)
    except Refusal as no:
        status = say_on({"owner": owner, "answer": answered}.get(act, words), no)
    page = {
        "campaign": campaign,
        "here": "supervision",
        "today": today,
        "row": rows_of((shown,), today)[0],
        "waits_for_team": shown.tone == "warning" and shown.answer is None and today < shown.answer_by,
        "owner_form": owner,
        "words_form": words,
        "answer_form": answered,
        "client_id": uuid4(),
    }
    return render(request, "organiser/signal.html", page, status=status)


def _acted(
    actor: Actor,
    shown: SignalFacts,
    act: str,
    owner: OwnerForm,
    words: WordsForm,
    answered: WordsForm,
    request: HttpRequest,
) -> str:
    """Do what the form asks for; what to say then, "" when a form has to be sent again."""
    if act == "owner" and owner.is_valid():
        is_new = shown.follow_up is None or not shown.follow_up.is_open
        give = supervision.follow_up if is_new else supervision.hand_over
        give(
            actor=actor,
            signal_id=shown.id,
            owner_id=owner.cleaned_data["owner"],
            due_on=owner.cleaned_data["due_on"],
            now=now(),
        )
        return gettext("Somebody looks after it, by that day.")
    if act == "done" and words.is_valid():
        supervision.done(actor=actor, signal_id=shown.id, words=words.cleaned_data["words"], now=now())
        return gettext("Closed. It is not brought up again while it stays so.")
    if act == "let_be" and words.is_valid():
        supervision.let_be(actor=actor, signal_id=shown.id, why=words.cleaned_data["words"], now=now())
        return gettext("Let be. It is not brought up again while it stays so.")
    if act == "answer" and answered.is_valid():
        supervision.answer(
            actor=actor,
            signal_id=shown.id,
            client_id=uuid_of(request.POST.get("client_id", "")),
            words=answered.cleaned_data["words"],
            now=now(),
        )
        return gettext("Written down for the team.")
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def teams(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Who looks after which teams, and teams without anybody."""
    campaign, _today = _campaign(actor, slug)
    if request.method == "POST":
        messages.success(request, _given(request, actor, campaign))
        return redirect(reverse("desk-supervision-teams", args=[slug]))
    found = reads.spans(actor=actor, campaign_id=campaign.id)
    page = {
        "campaign": campaign,
        "here": "supervision",
        "found": found,
        "without": found.without[:TEAMS_SHOWN_MAX],
        "without_count": len(found.without),
        "choices": reads.supervisor_choices(actor=actor, campaign_id=campaign.id),
    }
    return render(request, "organiser/supervision_teams.html", page)


def _given(request: HttpRequest, actor: Actor, campaign: CampaignFacts) -> str:
    if request.POST.get("act") == "give":
        asked = [pk for one in request.POST.getlist("team") if (pk := row_id(one))]
        account_id = row_id(request.POST.get("account", ""))
        if not asked or account_id is None:
            return gettext("Nothing was changed: choose teams, and who looks after them.")
        count = supervision.supervise(
            actor=actor,
            campaign_id=campaign.id,
            account_id=account_id,
            team_ids=asked,
            now=now(),
        )
        return ngettext("They look after %(n)s team now.", "They look after %(n)s teams now.", count) % {
            "n": count
        }
    shared = supervision.share_out(actor=actor, campaign_id=campaign.id, now=now())
    return gettext("%(given)s teams were shared out; %(left)s are left without anybody.") % {
        "given": f"{shared.given_count:,}",
        "left": f"{shared.left_count:,}",
    }
