"""My preparation: what is mine to do before a post may be mine, and how far the rest is."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.briefly import BRIEFLY
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.vetting import actions, reads
from dure.movement.vetting.errors import PaperUnreadable
from dure.movement.vetting.papers import PAPER_BYTES_MAX
from dure.movement.vetting.rules import USUAL_STEPS
from dure.movement.vetting.types import SessionFacts, StepFacts, Throughput
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.doors import for_person

SESSIONS_SHOWN_MAX = 12
QUEUES_KEPT_S = 60
ASKED_OF_ALL = USUAL_STEPS


class PartForm(forms.Form):
    """One's own part of a step: words, a paper, or both."""

    own_words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    paper = forms.FileField(
        label=_("Picture or PDF"),
        required=False,
        help_text=_("At most 1.5 MB. Only who checks it sees it, and it is deleted afterwards."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )
    agreed = forms.BooleanField(label=_("Yes, that is so."), required=False)

    def __init__(self, *args: object, own_part: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        if own_part == "attest":
            del self.fields["paper"]
            self.fields["agreed"].required = True
            self.fields["agreed"].error_messages["required"] = gettext(
                "Without your yes this step stays open. That costs you nothing."
            )
        else:
            del self.fields["agreed"]

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if "paper" in self.fields and not data.get("paper") and not str(data.get("own_words", "")).strip():
            self.add_error(
                "own_words", gettext("Send a picture, or write where and how you will show the paper.")
            )
        return data


@dataclass(frozen=True, slots=True)
class StepCard:
    """A step with what can be done about it now.

    ``may_refuse``: cover and briefing are asked of everybody who is to be placed, so they are left undone, not refused;
    what was handed in for them can be taken back.
    """

    step: StepFacts
    campaign: CampaignFacts
    sessions: tuple[SessionFacts, ...]
    booked: SessionFacts | None
    form: PartForm | None
    queue: Throughput | None
    may_refuse: bool


def _queues(campaign_id: int) -> dict[str, Throughput]:
    """How long each step takes, counted once a minute: in a surge everybody looks at this page."""
    return BRIEFLY.get(
        ("vetting queues", campaign_id), lambda: reads.throughput(campaign_id, now()), seconds=QUEUES_KEPT_S
    )


def _cards(actor: Actor, person_id: int, wrong: dict[str, PartForm]) -> list[StepCard]:
    steps = reads.steps_of(actor, person_id)
    at = now()
    queues = {one: _queues(one) for one in {step.campaign_id for step in steps}}
    cards = []
    for step in steps:
        may_book = step.state in {"invited", "handed_in"}
        coming = reads.sessions(step.campaign_id, now=at, step=step.step) if may_book else []
        part = PartForm(own_part=step.own_part, auto_id=f"{step.step}_%s")
        cards.append(
            StepCard(
                step=step,
                campaign=campaigns.campaign_by_id(step.campaign_id),
                sessions=tuple(one for one in coming if one.seats_free)[:SESSIONS_SHOWN_MAX],
                booked=reads.session(step.session_id) if step.session_id else None,
                form=wrong.get(step.step, part)
                if step.state == "invited" and (step.own_part != "book" or not coming)
                else None,
                queue=queues[step.campaign_id].get(step.step),
                may_refuse=step.state != "invited" or step.step not in ASKED_OF_ALL,
            )
        )
    return cards


def _page(
    request: HttpRequest, actor: Actor, person_id: int, wrong: dict[str, PartForm] | None = None
) -> HttpResponse:
    cards = _cards(actor, person_id, wrong or {})
    page = {
        "here": "preparation",
        "cards": cards,
        "own_count": sum(card.step.state == "invited" for card in cards),
        "with_us_count": sum(card.step.state in {"handed_in", "seen"} for card in cards),
    }
    return render(request, "volunteer/preparation.html", page, status=422 if wrong else 200)


@require_safe
@for_person
def preparation(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    return _page(request, actor, person_id)


@require_POST
@for_person
def hand_in(request: HttpRequest, actor: Actor, person_id: int, step: str) -> HttpResponse:
    own_part = next((one.own_part for one in reads.steps_of(actor, person_id) if one.step == step), "attest")
    form = PartForm(request.POST, request.FILES, own_part=own_part, auto_id=f"{step}_%s")
    if not form.is_valid():
        return _page(request, actor, person_id, wrong={step: form})
    words = str(form.cleaned_data.get("own_words", ""))
    upload = form.cleaned_data.get("paper")
    if isinstance(upload, UploadedFile):
        # One byte more than may be: enough to tell that it is too much, and not a gigabyte of memory.
        content = upload.read(PAPER_BYTES_MAX + 1)
        try:
            actions.attach(
                actor=actor, person_id=person_id, step=step, content=content, now=now(), own_words=words
            )
        except PaperUnreadable as no:
            form.add_error("paper", words_of(no))
            return _page(request, actor, person_id, wrong={step: form})
    else:
        actions.hand_in(actor=actor, person_ids=[person_id], step=step, now=now(), own_words=words)
    messages.success(request, gettext("Your part is done. What is left is ours."))
    return redirect("my-preparation")


@require_POST
@for_person
def book(request: HttpRequest, actor: Actor, person_id: int, session_id: int) -> HttpResponse:
    actions.book(actor=actor, person_id=person_id, session_id=session_id, now=now())
    messages.success(request, gettext("Your seat is kept. You can still change to another day."))
    return redirect("my-preparation")


@require_POST
@for_person
def let_go(request: HttpRequest, actor: Actor, person_id: int, step: str) -> HttpResponse:
    actions.let_go(actor=actor, person_id=person_id, step=step)
    messages.success(request, gettext("Understood. It is gone, with all you sent for it."))
    return redirect("my-preparation")
