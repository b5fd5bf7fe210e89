"""The vetting desk: what was handed in, how long each queue takes, sessions. For vetters and organisers of a place."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.movement.vetting import actions, reads
from dure.movement.vetting.looking import EVIDENCE_CHARS_MAX
from dure.movement.vetting.papers import paper as paper_of
from dure.movement.vetting.rules import own_part, skill_step
from dure.movement.vetting.types import STEPS, NewSession, QueueRow
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.forms import CommandForm, GroupedChoices, town_choices
from dure.web.words import SKILLS, step_words

ROWS_SHOWN_MAX = 50
vetting_door = door_for(Role.VETTER, Role.ORGANISER)


class LookForm(forms.Form):
    """What was seen, and whose."""

    evidence = forms.CharField(
        label=_("What you saw"),
        max_length=EVIDENCE_CHARS_MAX,
        help_text=_("For example: passport; list of 3 October. It stands on their record, with your name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PaceForm(forms.Form):
    """How many people a day a step can take."""

    per_day = forms.IntegerField(
        label=_("People a day"),
        min_value=0,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class SessionForm(CommandForm):
    """A session to hold."""

    step = forms.ChoiceField(label=_("What for?"))
    town = forms.TypedChoiceField(label=_("Town"), coerce=int)
    place = forms.CharField(label=_("Where exactly, or the link"), max_length=160)
    starts_at = forms.DateTimeField(
        label=_("When?"),
        help_text=_("By the campaign’s clock."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)

    def __init__(self, *args: object, towns: GroupedChoices, steps: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["town"].choices = towns  # type: ignore[attr-defined]  # a choice field
        self.fields["step"].choices = [(one, step_words(one)) for one in steps]  # type: ignore[attr-defined]


def _campaign(actor: Actor, slug: str) -> CampaignFacts:
    """Refuses with NotFound whose reach ends elsewhere: another area's campaign looks like none."""
    found = next((one for one in _open_to(actor) if one.slug == slug), None)
    if found is None:
        raise NotFound(what="campaign")
    return found


def _open_to(actor: Actor) -> list[CampaignFacts]:
    return [
        one
        for one in campaigns.campaigns(actor=actor)
        if one.state == "open" and actor.vets_part_of(one.area_path)
    ]


def _towns(actor: Actor, campaign: CampaignFacts) -> GroupedChoices:
    mine = [one for one in places.towns_under(campaign.area_path) if actor.vets(one.path)]
    return town_choices(mine, places.areas({one.parent_id for one in mine if one.parent_id is not None}))


@require_safe
@vetting_door
def campaigns_to_vet(request: HttpRequest, actor: Actor) -> HttpResponse:
    mine = _open_to(actor)
    if len(mine) == 1:
        return redirect("vetting-campaign", slug=mine[0].slug)
    return render(request, "organiser/vettings.html", {"campaigns": mine})


@require_safe
@vetting_door
def queue(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    return _page(request, actor, _campaign(actor, slug))


def _page(
    request: HttpRequest, actor: Actor, campaign: CampaignFacts, wrong: SessionForm | None = None
) -> HttpResponse:
    queues = list(reads.throughput(campaign.id, now()).values())
    asked = request.GET.get("step", "")
    waiting = [one for one in queues if one.queue_count]
    step = asked if asked in {one.step for one in queues} else (waiting[0].step if waiting else "")
    rows: list[QueueRow] = reads.queue(actor, campaign.id, step=step)[:ROWS_SHOWN_MAX] if step else []
    areas = places.areas({row.area_id for row in rows})
    page = {
        "campaign": campaign,
        "queues": queues,
        "step": step,
        "first_rows": [(row, areas[row.area_id]) for row in rows if row.state == "handed_in"],
        "second_rows": [(row, areas[row.area_id]) for row in rows if row.state == "seen"],
        "may_second": any(row.state == "seen" and not row.mine for row in rows),
        "waiting_count": sum(one.queue_count for one in queues),
        "sessions": reads.sessions(campaign.id, now=now()),
        "look_form": LookForm(),
        "session_form": wrong
        or SessionForm(
            towns=_towns(actor, campaign), steps=_steps_with_sessions(), initial=CommandForm.fresh_id()
        ),
        "may_desk": actor.organises_part_of(campaign.area_path),
        "may_state": actor.organises(campaign.area_path),
    }
    return render(request, "organiser/vetting.html", page, status=422 if wrong else 200)


def _steps_with_sessions() -> list[str]:
    return [*(one for one in STEPS if own_part(one) == "book"), *map(skill_step, SKILLS)]


def _ids(request: HttpRequest) -> list[int]:
    """Refuses with BadInput a form on which nobody is ticked."""
    found = [int(one) for one in request.POST.getlist("person") if one.isdecimal() and len(one) <= 18]
    if not found:
        raise BadInput(where="person", what="nobody is ticked", wanted="at least one person of the list")
    return found


@require_POST
@vetting_door
def look(request: HttpRequest, actor: Actor, slug: str, step: str) -> HttpResponse:
    """What the ticked people handed in is good: the first look, or the second one."""
    _campaign(actor, slug)
    ids = _ids(request)
    if request.POST.get("look") == "second":
        done = actions.second_check(actor=actor, person_ids=ids, step=step, now=now())
    else:
        form = LookForm(request.POST)
        if not form.is_valid():
            wanted = f"what was seen, in 1 to {EVIDENCE_CHARS_MAX} letters"
            raise BadInput(where="evidence", what="it can't be used", wanted=wanted)
        evidence = form.cleaned_data["evidence"]
        done = actions.check(actor=actor, person_ids=ids, step=step, evidence=evidence, now=now())
    through = len(done.passed_ids)
    said = [ngettext("%(n)s person is through.", "%(n)s people are through.", through) % {"n": through}]
    if done.second_count:
        said.append(gettext("%(n)s wait for a second person.") % {"n": done.second_count})
    if done.passed_over_count:
        said.append(
            gettext("%(n)s lack an earlier step, or moved on meanwhile.") % {"n": done.passed_over_count}
        )
    messages.success(request, " ".join(said))
    return _back(slug, step)


@require_POST
@vetting_door
def send_back(request: HttpRequest, actor: Actor, slug: str, step: str) -> HttpResponse:
    _campaign(actor, slug)
    why = request.POST.get("why", "")
    for person_id in _ids(request):
        actions.send_back(actor=actor, person_id=person_id, step=step, why=why, now=now())
    messages.success(request, gettext("Sent back, with your reason. They are told today."))
    return _back(slug, step)


@require_safe
@vetting_door
def paper(request: HttpRequest, actor: Actor, slug: str, person_id: int, step: str) -> HttpResponse:
    """What somebody uploaded: shown as a download, so that nothing in it runs on this site."""
    _campaign(actor, slug)
    found = paper_of(actor=actor, person_id=person_id, step=step)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{step.replace(":", "-")}-{person_id}"'
    return response


@require_POST
@vetting_door
def state_pace(request: HttpRequest, actor: Actor, slug: str, step: str) -> HttpResponse:
    campaign = _campaign(actor, slug)
    form = PaceForm(request.POST)
    if not form.is_valid():
        raise BadInput(where="per_day", what="it is no number", wanted="a whole number from 0 to 1,000,000")
    actions.state_pace(actor=actor, campaign_id=campaign.id, step=step, per_day=form.cleaned_data["per_day"])
    messages.success(request, gettext("Noted. Measured days are believed before it."))
    return _back(slug, step)


@require_POST
@vetting_door
def plan_session(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = _campaign(actor, slug)
    form = SessionForm(request.POST, towns=_towns(actor, campaign), steps=_steps_with_sessions())
    if not form.is_valid():
        return _page(request, actor, campaign, wrong=form)
    data = form.cleaned_data
    new = NewSession(
        key=data["client_id"],
        campaign_id=campaign.id,
        area_id=data["town"],
        step=data["step"],
        # What was typed is a time by the campaign's clock; the form read it by the server's.
        starts_at=data["starts_at"].replace(tzinfo=ZoneInfo(campaign.timezone)),
        place=data["place"],
        seats=data["seats"],
    )
    actions.plan_session(actor=actor, new=new, now=now())
    messages.success(request, gettext("Planned. Whoever was invited to it can choose a seat now."))
    return redirect("vetting-campaign", slug=slug)


@require_POST
@vetting_door
def call_session_off(request: HttpRequest, actor: Actor, slug: str, session_id: int) -> HttpResponse:
    campaign = _campaign(actor, slug)
    if reads.session(session_id).campaign_id != campaign.id:
        raise NotFound(what="session")
    told = actions.call_session_off(actor=actor, session_id=session_id, now=now())
    words = ngettext("Called off; %(n)s person is told.", "Called off; %(n)s people are told.", told)
    messages.success(request, words % {"n": told})
    return redirect("vetting-campaign", slug=slug)


def _back(slug: str, step: str) -> HttpResponse:
    return redirect(f"{reverse('vetting-campaign', args=[slug])}?step={step}")
