"""The desk's calls: open one, say it in further languages, call in waves, and see how it goes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotAllowed
from dure.movement.calls import appeals, waves
from dure.movement.calls import reads as calls
from dure.movement.calls.appeal_rules import PER_MINUTE_MAX, shown_count
from dure.movement.calls.errors import AppealBad, AppealReused
from dure.movement.calls.types import AppealWords, Audience
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places
from dure.operations import calling
from dure.operations.place_names import place_name
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.forms import CommandForm
from dure.web.organiser.kept_part import kept_part
from dure.web.organiser.reach import reach_of
from dure.web.words import LANGUAGES, SKILLS

# As often as a wave calls, and no oftener than eyes want.
REFRESH_SECONDS = 15
AREAS_SHOWN_MAX = 300
DAYS_AHEAD = timedelta(days=13)
CHANNEL_WORDS = (
    ("email", _("E-mail")),
    ("sms", _("SMS")),
    ("push", _("Web push")),
    ("chat", _("Chats")),
    ("feed", _("Feed (RSS, Atom)")),
    ("poster", _("Posters")),
)


class WordsForm(forms.Form):
    """A call's words in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()), initial="en")
    title = forms.CharField(label=_("Heading"), max_length=160)
    text = forms.CharField(
        label=_("What is asked, in plain words"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def words(self) -> AppealWords:
        data = self.cleaned_data
        return AppealWords(data["language"], data["title"], data["text"])


class CallForm(WordsForm):
    """Opening a call."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=50,
        help_text=_("Short, as it stands in the link and on the poster: each sign-up knows its call by it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )
    asks = forms.ChoiceField(
        label=_("What is asked for?"),
        choices=[("people", _("People")), ("needs", _("Needs")), ("goods", _("Goods"))],
    )
    channels = forms.MultipleChoiceField(
        label=_("How it goes out"),
        choices=CHANNEL_WORDS,
        initial=appeals.USUAL_CHANNELS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.MultipleChoiceField(
        label=_("Where people live who are called"),
        required=False,
        help_text=_("Nothing chosen: the whole area of the campaign."),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    skills = forms.MultipleChoiceField(
        label=_("Who can do one of these"),
        choices=list(SKILLS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reserve_only = forms.BooleanField(label=_("Only people on the reserve register"), required=False)
    wanted_count = forms.IntegerField(
        label=_("How many are wanted?"),
        required=False,
        min_value=1,
        help_text=_("Waves stop by themselves when so many have answered and confirmed."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    closes_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until the campaign ends or you close it."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
    )
    field_order = ("code", "asks", "language", "title", "text")

    def __init__(
        self, *args: object, campaign: CampaignFacts, reach: tuple[str, ...], **kwargs: object
    ) -> None:
        """``reach``: paths of what the organiser organises of the campaign; a part of it calls its own places."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self._zone = ZoneInfo(campaign.timezone)
        own = [places.by_path(path) for path in reach]
        is_whole = reach == (campaign.area_path,)
        named = [*([] if is_whole else own), *(one for area in own for one in places.children(area.id))]
        choices = [(one.path, one.name) for one in named[:AREAS_SHOWN_MAX]]
        self.fields["areas"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if not is_whole:
            self.fields["areas"].required = True
            self.fields["areas"].help_text = gettext("Of the places that you organise.")

    def audience(self) -> Audience:
        data = self.cleaned_data
        return Audience(tuple(data["areas"]), tuple(data["skills"]), data["reserve_only"])

    def closes_at(self) -> datetime | None:
        """The end of the last day, by the campaign's clock."""
        last = self.cleaned_data["closes_on"]
        return datetime.combine(last + timedelta(days=1), time(), self._zone) if last else None


class WaveForm(CommandForm):
    """Calling so many a minute."""

    per_minute = forms.IntegerField(
        label=_("People a minute"),
        min_value=1,
        max_value=PER_MINUTE_MAX,
        initial=2000,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


def _campaign(actor: Actor, slug: str) -> CampaignFacts:
    """A campaign of which the actor organises some part. Refuses with NotFound."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    return campaign


def seats_open_ahead(campaign: CampaignFacts) -> int:
    """Seats nobody has taken yet, of the published days of the next two weeks: what "wanted" is measured by."""
    today = campaigns.local_day(campaign, now())
    ahead = [day for day in needs.days(campaign.id) if today <= day <= today + DAYS_AHEAD]
    return sum(
        cell.seats - cell.seats_taken for day in ahead for cell in needs.open_by_area(campaign.id, day)
    )


def _may_run(actor: Actor, code: str) -> bool:
    try:
        calls.appeal_for(actor, code)
    except NotAllowed:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def desk_calls(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Calls are public, so whoever organises a part sees which there are, and opens those to their own places."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    form = CallForm(request.POST, campaign=campaign, reach=reach) if request.method == "POST" else None
    status = 200
    if form and form.is_valid():
        data = form.cleaned_data
        try:
            opened = appeals.open_appeal(
                actor=actor,
                campaign_id=campaign.id,
                code=data["code"],
                title=data["title"],
                text=data["text"],
                language=data["language"],
                asks=data["asks"],
                channels=tuple(data["channels"]),
                audience=form.audience(),
                wanted_count=data["wanted_count"],
                closes_at=form.closes_at(),
                now=now(),
            )
        except (AppealBad, AppealReused) as no:
            form.add_error(None, words_of(no))
            status = no.status
        else:
            messages.success(request, gettext("The call is open."))
            return redirect("desk-call", slug=slug, code=opened.code)
    elif form:
        status = 422
    main = kept_part(
        request,
        "organiser/_calls_main.html",
        None if form else (campaign.id, reach),
        lambda: _calls_shown(actor, campaign, form or CallForm(campaign=campaign, reach=reach)),
    )
    return render(request, "organiser/calls.html", {"campaign": campaign, "main": main}, status=status)


def _calls_shown(actor: Actor, campaign: CampaignFacts, form: CallForm) -> dict[str, object]:
    """What the page shows; of ``actor`` only their reach counts."""
    rows = [
        (one, calls.is_open(one, campaign, now()), _may_run(actor, one.code))
        for one in calls.appeals_of(campaign.id)
    ]
    return {
        "campaign": campaign,
        "form": form,
        "calls": rows,
        "seats_open": seats_open_ahead(campaign),
    }


@require_safe
@door_for(Role.ORGANISER)
def desk_call(request: HttpRequest, actor: Actor, slug: str, code: str) -> HttpResponse:
    return _call_page(request, actor, _campaign(actor, slug), code)


def _call_page(
    request: HttpRequest,
    actor: Actor,
    campaign: CampaignFacts,
    code: str,
    words_form: WordsForm | None = None,
) -> HttpResponse:
    """``words_form``: what was typed and not kept."""
    appeal = appeals.of_campaign(actor, campaign.id, code)
    found = calling.results(actor, code)
    its_waves = calls.waves_of(actor, code)
    runs = next((one for one in its_waves if one.state == "running"), None)
    area_names = [
        place_name(one) for path in appeal.audience.area_paths if (one := places.by_path(path)) is not None
    ]
    page = {
        "campaign": campaign,
        "here": "calls",
        "appeal": appeal,
        "is_open": calls.is_open(appeal, campaign, now()),
        "spoken": [calls.words(code, one) for one in calls.languages_of(appeal)],
        "area_names": area_names,
        "channel_names": [words for name, words in CHANNEL_WORDS if name in appeal.channels],
        "counts": [
            (gettext("Called by waves"), shown_count(found.results.called_count)),
            (gettext("Letters sent"), shown_count(found.results.sent_count)),
            (gettext("Known to have arrived"), shown_count(found.results.delivered_count)),
            (gettext("Answered with its code"), shown_count(found.results.answered_count)),
            (gettext("Placed since"), shown_count(found.placed_count)),
        ],
        "by_channel": [
            (dict(CHANNEL_WORDS).get(one.channel, one.channel or gettext("not chosen yet")), one, count)
            for one in found.results.by_channel
            if (count := shown_count(one.sent_count)) != 0
        ],
        "cost_milli": found.results.cost_milli,
        "is_met": found.is_met,
        "waves": its_waves,
        "runs": runs,
        "wave_form": WaveForm(initial=WaveForm.fresh_id()),
        "words_form": words_form or WordsForm(initial={"language": ""}),
        "refresh_seconds": REFRESH_SECONDS,
        "holds_still": "still" in request.GET or words_form is not None,
    }
    response = render(request, "organiser/call.html", page, status=422 if words_form else 200)
    if runs and not page["holds_still"]:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_POST
@door_for(Role.ORGANISER)
def say_in(request: HttpRequest, actor: Actor, slug: str, code: str) -> HttpResponse:
    """What was typed stays in the form until it is kept."""
    campaign = _campaign(actor, slug)
    appeals.of_campaign(actor, campaign.id, code)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            appeals.say_in(actor=actor, code=code, words=form.words())
        except AppealBad as no:
            form.add_error(None, words_of(no))
        else:
            messages.success(request, gettext("The call speaks this language now."))
            return redirect("desk-call", slug=slug, code=code)
    return _call_page(request, actor, campaign, code, words_form=form)


@require_POST
@door_for(Role.ORGANISER)
def start_wave(request: HttpRequest, actor: Actor, slug: str, code: str) -> HttpResponse:
    """The first minute is called by the worker beside the site."""
    appeals.of_campaign(actor, _campaign(actor, slug).id, code)
    form = WaveForm(request.POST)
    if form.is_valid():
        waves.start_wave(
            actor=actor,
            code=code,
            client_id=form.cleaned_data["client_id"],
            per_minute=form.cleaned_data["per_minute"],
            now=now(),
        )
        messages.success(request, gettext("The wave has begun; its first letters go out within a minute."))
    else:
        messages.error(
            request, gettext("Not started: 1 to %(max)s people a minute.") % {"max": f"{PER_MINUTE_MAX:,}"}
        )
    return redirect("desk-call", slug=slug, code=code)


@require_POST
@door_for(Role.ORGANISER)
def stop_wave(request: HttpRequest, actor: Actor, slug: str, code: str, wave_id: int) -> HttpResponse:
    appeals.of_campaign(actor, _campaign(actor, slug).id, code)
    waves.stop_wave(actor=actor, code=code, wave_id=wave_id, now=now())
    messages.success(request, gettext("Nobody more is called by this wave."))
    return redirect("desk-call", slug=slug, code=code)


@require_POST
@door_for(Role.ORGANISER)
def close(request: HttpRequest, actor: Actor, slug: str, code: str) -> HttpResponse:
    appeals.of_campaign(actor, _campaign(actor, slug).id, code)
    appeals.close_appeal(actor=actor, code=code, now=now())
    messages.success(
        request, gettext("The call is closed. Who was called is forgotten; the counts are kept.")
    )
    return redirect("desk-call", slug=slug, code=code)
