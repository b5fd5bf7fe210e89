"""What a captain does besides checking people in, as plain forms: the same acts as the phone's, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.evidence import actions as evidence_actions
from dure.movement.evidence import reads as evidence
from dure.movement.evidence.drawing import PICTURE_BYTES_MAX
from dure.movement.needs import help as asking
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.operations.crew import deputies, walk_ins
from dure.operations.crew.acts import ActResult, carry_out
from dure.web.captain.pages import team_day
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.forms import YEAR_WANTED, CommandForm, letter_languages
from dure.web.refusals import say_on
from dure.web.safety_words import kind_choices, severity_choices

PostChoices = Sequence[tuple[str, str]]
HOURS = (
    (12, _("12 hours")),
    (24, _("one day")),
    (72, _("three days")),
    (168, _("a week")),
    (336, _("two weeks")),
)


class ActForm(CommandForm):
    """A form that becomes an act. ``posts``: what may be chosen as the shift."""

    act_kind = ""

    def __init__(self, *args: object, posts: PostChoices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        if "post_id" in self.fields:
            free = [] if self.fields["post_id"].required else [("", gettext("none in particular"))]
            self.fields["post_id"].choices = [*free, *posts]  # type: ignore[attr-defined]  # a choice field

    def body(self) -> dict[str, Any]:
        """The fields of the act; what was left empty is left out. Call after ``is_valid``."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def _post_field(*, required: bool) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=_("Which shift?"), coerce=int, required=required, empty_value=None)


class WalkInForm(ActForm):
    act_kind = "walk_in"
    post_id = _post_field(required=True)
    given_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        min_value=1900,
        max_value=2100,
        error_messages=YEAR_WANTED,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    contact = forms.CharField(
        label=_("E-mail or phone"),
        required=False,
        max_length=200,
        help_text=_(
            "Then they get a link, and may come again like everybody. Without one they are forgotten in two weeks."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Write to them in"), choices=lambda: letter_languages())
    agreed = forms.BooleanField(label=_("They know that this is kept to place them today, and agree."))
    briefed = forms.BooleanField(label=_("I told them what is dangerous here, and whom to ask."))


class HelpForm(ActForm):
    act_kind = "help"
    words = forms.CharField(
        label=_("What is needed?"),
        max_length=asking.WORDS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    people_wanted = forms.IntegerField(
        label=_("How many more people?"),
        required=False,
        min_value=1,
        max_value=asking.PEOPLE_MAX,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    post_id = _post_field(required=False)


class CrewIncidentForm(ActForm):
    act_kind = "incident"
    what = forms.ChoiceField(label=_("What was it?"), choices=kind_choices)
    severity = forms.ChoiceField(label=_("How bad?"), choices=severity_choices)
    people_hurt = forms.IntegerField(
        label=_("How many people are hurt?"),
        initial=0,
        min_value=0,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    words = forms.CharField(
        label=_("What happened? No names."), max_length=1_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    post_id = _post_field(required=False)


class DeputyForm(ActForm):
    act_kind = "deputy"
    email = forms.EmailField(
        label=_("Their e-mail"), max_length=200, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    hours = forms.TypedChoiceField(label=_("For how long?"), coerce=int, choices=HOURS)

    def body(self) -> dict[str, Any]:
        until = now() + timedelta(hours=self.cleaned_data["hours"])
        return {"email": self.cleaned_data["email"], "until": until.isoformat()}


class PhotoForm(ActForm):
    post_id = _post_field(required=True)
    picture = forms.FileField(
        label=_("Take or choose a photograph"),
        help_text=_("It is made coarse as a whole before it is kept, so that nobody's face is seen."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """One of the pages: its form and its words. ``done``: said once it was carried out."""

    form: type[ActForm]
    title: Promise | str
    lead: Promise | str
    button: Promise | str
    done: Promise | str


WALK_IN = Beside(
    WalkInForm,
    _("Somebody came by themselves"),
    _("As little as is needed. Nothing is kept of anybody who can't be taken in."),
    _("Add to the crew"),
    _("They are on the list, and checked in."),
)
HELP = Beside(
    HelpForm,
    _("Ask for help"),
    _(
        "The organisers of the area are told at once. When people are wanted, a call for hands nearby can go out."
    ),
    _("Ask"),
    _("The organisers were told. Their answer stands here."),
)
INCIDENT = Beside(
    CrewIncidentForm,
    _("Something happened"),
    _("Is somebody in danger? Call for help first, then write."),
    _("Report it"),
    _("Written down. The organisers follow it up."),
)
DEPUTY = Beside(
    DeputyForm,
    _("Hand over to a deputy"),
    _("They lead this team beside you until then. It ends by itself, and it stays on record who was deputy."),
    _("Hand over"),
    _("They may lead this team now, and get a letter that says so."),
)
PHOTO = Beside(
    PhotoForm,
    _("A photograph of the work"),
    _(
        "For your organisers and for who checks the figures; never public, and deleted 90 days after the campaign."
    ),
    _("Keep it"),
    _("Kept."),
)


def _posts(team_id: int, day: date) -> PostChoices:
    return [(str(one.id), _words(one)) for one in needs.crew_posts(team_id, day)]


def _words(post: PostFacts) -> str:
    zone = ZoneInfo(campaigns.campaign_by_id(post.campaign_id).timezone)
    starts, ends = post.starts_at.astimezone(zone), post.ends_at.astimezone(zone)
    return f"{post.title}, {starts:%H:%M}–{ends:%H:%M}"


def _sent(actor: Actor, team_id: int, form: ActForm) -> ActResult:
    """Carry the form out as the phone's act of the same id."""
    at = now()
    facts = form.body()
    act = {"id": str(form.cleaned_data["client_id"]), "kind": form.act_kind, "at": at.isoformat(), **facts}
    act.pop("client_id", None)
    (result,) = carry_out(actor=actor, team_id=team_id, sent_at=at, acts=[act], now=at)
    return result


Besides = Callable[[Actor, int, date], dict[str, object]]


def _page(
    request: HttpRequest, actor: Actor, team_id: int, beside: Beside, more: Besides | None = None
) -> HttpResponse:
    """Show the form, or carry it out; what can't be is said on it, with everything that was typed."""
    actor.must_captain(team_id)
    day = team_day(request, actor, team_id)
    posts = _posts(team_id, day)
    status = 200
    form = beside.form(posts=posts, initial=CommandForm.fresh_id())
    if request.method == "POST":
        form = beside.form(request.POST, request.FILES, posts=posts)
        status = 422
        if form.is_valid():
            refusal = _carry_out(actor, team_id, form)
            if refusal is None:
                messages.success(request, str(beside.done))
                return redirect(f"{reverse('crew', args=[team_id])}?day={day.isoformat()}")
            status = say_on(form, refusal)
    team = people.team(team_id)
    around = campaigns.covering(actor, team.area_path)
    page = {
        "team": team,
        "campaign": around[0] if around else None,
        "zone": around[0].timezone if around else "UTC",
        "day": day,
        "beside": beside,
        "form": form,
        "is_upload": beside is PHOTO,
        **(more(actor, team_id, day) if more else {}),
    }
    return render(request, "captain/besides.html", page, status=status)


def _carry_out(actor: Actor, team_id: int, form: ActForm) -> Refusal | None:
    """Why not; None once it is done."""
    if isinstance(form, PhotoForm):
        return _keep(actor, team_id, form)
    return _sent(actor, team_id, form).refusal


def _keep(actor: Actor, team_id: int, form: PhotoForm) -> Refusal | None:
    upload = form.cleaned_data["picture"]
    at = now()
    try:
        evidence_actions.keep(
            actor=actor,
            key=form.cleaned_data["client_id"],
            team_id=team_id,
            post_id=form.cleaned_data["post_id"],
            # One byte more than may be is enough to be refused for.
            picture=upload.read(PICTURE_BYTES_MAX + 1),
            wiped=False,
            at=at,
            now=at,
        )
    except Refusal as no:
        return no
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.CAPTAIN)
def walk_in(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    return _page(request, actor, team_id, WALK_IN, lambda *_asked: {"closed": not walk_ins.are_welcome()})


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.CAPTAIN)
def ask_help(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    return _page(
        request, actor, team_id, HELP, lambda actor, team, _day: {"helps": asking.of_team(actor, team, now())}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.CAPTAIN)
def incident(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    return _page(request, actor, team_id, INCIDENT)


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.CAPTAIN)
def deputy(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    return _page(
        request,
        actor,
        team_id,
        DEPUTY,
        lambda actor, team, _day: {"deputies": deputies.deputies(actor, team, now())},
    )


@require_POST
@door_for(Role.CAPTAIN)
def deputy_back(request: HttpRequest, actor: Actor, team_id: int, grant_id: int) -> HttpResponse:
    deputies.take_back(actor=actor, team_id=team_id, grant_id=grant_id, now=now())
    messages.success(request, gettext("Taken back. It stays on record that they were deputy."))
    return redirect("crew-deputy", team_id=team_id)


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.CAPTAIN)
def photo(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    return _page(
        request, actor, team_id, PHOTO, lambda actor, team, day: {"photos": evidence.of_day(actor, team, day)}
    )


@require_safe
@door_for(Role.CAPTAIN, Role.ORGANISER, Role.AUDITOR)
def picture(request: HttpRequest, actor: Actor, photo_id: int) -> HttpResponse:
    """A photograph, for the few who may see it; kept by no cache."""
    return HttpResponse(evidence.picture(actor, photo_id), content_type="image/jpeg")


@require_POST
@door_for(Role.CAPTAIN, Role.ORGANISER)
def picture_away(request: HttpRequest, actor: Actor, photo_id: int) -> HttpResponse:
    """Delete a picture. ``why`` comes with the form; without words it is the one who wishes it."""
    why = request.POST.get("why", "").strip() or gettext("their captain took it away")
    gone = evidence_actions.take_away(actor=actor, photo_id=photo_id, why=why[:200], now=now())
    messages.success(request, gettext("The picture is deleted. That there was one stays on record."))
    if actor.captains(gone.team_id):
        return redirect(f"{reverse('crew-photo', args=[gone.team_id])}?day={gone.day.isoformat()}")
    return redirect("desk")
