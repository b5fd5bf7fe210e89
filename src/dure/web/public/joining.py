"""Signing up and giving: one page each, no account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dure.base import throttle
from dure.base.errors import TooManyTries, WriterBusy
from dure.base.one_look import alike_to_all
from dure.base.storage import refusal_of
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.calls import reads as calls
from dure.movement.calls.errors import AppealOver
from dure.movement.calls.types import AppealFacts, Problem, SignUpForm
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.gifts import actions as gifts
from dure.movement.people import confirming as people
from dure.movement.people import reads as people_reads
from dure.movement.people.ages import is_minor
from dure.movement.people.types import PersonFacts
from dure.movement.places import reads as places
from dure.operations import joining
from dure.operations.intake import INTAKE
from dure.operations.letters import ENGLISH, language_of
from dure.operations.problem_words import what_and_wanted
from dure.operations.refusal_words import words_of
from dure.operations.ways import phone_is_enough
from dure.web.actor import PERSON_KEY, actor_of_request, let_in
from dure.web.clock import now
from dure.web.commands import uuid_of
from dure.web.forms import (
    MEMBERS_MAX,
    GiveForm,
    GoodsForm,
    GroupedChoices,
    JoinForm,
    MemberForm,
    members,
    town_choices,
)
from dure.web.kept_pages import KeptPages
from dure.web.volunteer.confirming import CodeForm, facts

# Fields of the form that have another name in the rooms.
FIELD_OF: Final = {
    "area_id": "town",
    "travel_limit_m": "travel_km",
    "free_spans": "days",
    "physical_max": "physical",
}
# Fields of which several values come.
LISTS: Final = frozenset({"days", "skills", "languages", "prefers", "refuses"})
CODE_CHARS_MAX: Final = 50
# What a problem begins with that is no sentence of its own.
VERBS: Final = frozenset({"is", "are", "has", "holds", "mixes", "does"})
AGAIN: Final = _("This could not be stored just now, and nothing is lost: send it again in a few seconds.")
# After so long a page that was told to wait tries again.
RETRY_S: Final = 5


# As join.js names itself.
SENT_BY_SCRIPT: Final = "join.js"
# What a page that is rendered once for many holds in place of each one's own.
MARK_GOES_HERE: Final = "dure-own-mark"
ID_GOES_HERE: Final = "00000000-0000-0000-0000-000000000000"
PAGES: Final = KeptPages()


def towns_of(campaign: CampaignFacts) -> GroupedChoices:
    """The towns of a campaign's area, as a form offers them."""
    return _towns_in(campaign.area_path, get_language() or "")


@alike_to_all
def _towns_in(area_path: str, _language: str) -> GroupedChoices:
    """In the language of the page."""
    towns = places.towns_under(area_path)
    regions = places.areas({town.parent_id for town in towns if town.parent_id is not None})
    return town_choices(towns, regions)


def not_open(request: HttpRequest, campaign: CampaignFacts) -> HttpResponse:
    """Said before a form is shown, so that nobody fills one in for nothing."""
    return render(request, "public/not_open.html", {"campaign": campaign})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; sent, the receipt. Whoever is known in this browser may answer as themselves, in one press."""
    if request.method == "POST" and request.headers.get("X-Requested-With") == SENT_BY_SCRIPT:
        try:
            INTAKE.must_have_room()
        except WriterBusy as full:
            # The script keeps the form and comes again, so nothing has to be made for it.
            return HttpResponse(status=full.status, headers={"Retry-After": str(full.facts["retry_s"])})
    campaign = campaigns.campaign(slug=slug)
    appeal = _call(request, campaign)
    if appeal is None:
        return not_open(request, campaign)
    own = _known_here(request)
    if own is not None and "as_me" in request.POST:
        return _join_as(request, campaign, appeal, own)
    page = _Page(request, campaign, appeal, own)
    if request.method != "POST":
        return page.fresh()
    if "add" in request.POST:
        return page.with_one_more()
    form, rows = page.filled(), members(request.POST)
    try:
        if form.is_valid() and rows.is_valid() and _all_fit(form, rows, appeal):
            return _signed_up(
                request, campaign, appeal, form.typed_with(rows), form.cleaned_data["client_id"]
            )
    except (Refusal, DatabaseError) as error:
        no = error if isinstance(error, Refusal) else refusal_of(error)
        if no is None or no.status not in (429, 503):
            raise
        # What was typed stays on the page, to be sent again: by hand, or by join.js.
        form.add_error(None, words_of(no) if no.status == 429 else gettext(AGAIN))
        response = page.shown(form, rows, status=no.status)
        response["Retry-After"] = str(_wait_s(no))
        return response
    return page.shown(form, rows, status=422)


def _wait_s(no: Refusal) -> int:
    """When to come again: at a limit, once its window is over."""
    return 60 * int(str(no.facts["minutes"])) if isinstance(no, TooManyTries) else RETRY_S


@dataclass(frozen=True)
class _Page:
    """The form of one request."""

    request: HttpRequest
    campaign: CampaignFacts
    appeal: AppealFacts
    own: PersonFacts | None

    def _form(self, data: QueryDict | None, initial: dict[str, object]) -> JoinForm:
        today = campaigns.local_day(campaign=self.campaign, now=now())
        return JoinForm(
            data,
            campaign=self.campaign,
            towns=towns_of(self.campaign),
            today=today,
            phone_is_enough=phone_is_enough(),
            initial=initial,
        )

    def fresh(self) -> HttpResponse:
        """The empty form: for strangers, of whom very many come at once, out of what was rendered a moment ago."""
        read = parse_accept_lang_header(self.request.headers.get("Accept-Language", ""))
        known = [code for one, _weight in read if (code := language_of(one)) == one.split("-")[0]]
        if settings.LANGUAGE_COOKIE_NAME in self.request.COOKIES:
            # Whoever chose the language of the pages is written to in it.
            known.insert(0, language_of(get_language() or ENGLISH))
        first: dict[str, object] = {"call": self.appeal.code, "language": known[0] if known else ENGLISH}
        if settings.SESSION_COOKIE_NAME in self.request.COOKIES or "messages" in self.request.COOKIES:
            return self.shown(self._form(None, JoinForm.fresh_id() | first), members())
        today = campaigns.local_day(campaign=self.campaign, now=now())
        key = (self.campaign, self.appeal, today, first["language"], get_language())

        def render_once() -> str:
            form = self._form(None, first | {"client_id": ID_GOES_HERE})
            page = self._facts(form, members()) | {"csrf_token": MARK_GOES_HERE}
            return render_to_string("public/join.html", page, self.request)

        html = PAGES.of(key, render_once, at=now())
        own = html.replace(MARK_GOES_HERE, get_token(self.request)).replace(ID_GOES_HERE, str(uuid4()))
        return HttpResponse(own)

    def filled(self) -> JoinForm:
        return self._form(self.request.POST, {})

    def with_one_more(self) -> HttpResponse:
        """What was typed so far, unjudged, and one row more for somebody who comes along."""
        sent = self.request.POST
        initial: dict[str, object] = {
            name: sent.getlist(name) if name in LISTS else sent[name]
            for name in JoinForm.base_fields
            if name in sent
        }
        count = len(members(sent).forms)
        rows = members(count=min(count + 1, MEMBERS_MAX))
        for place, row in enumerate(rows.forms[:count]):
            row.initial = {name: sent.get(f"with-{place}-{name}", "") for name in row.fields}
        return self.shown(self._form(None, initial), rows)

    def shown(self, form: JoinForm, rows: BaseFormSet[MemberForm], *, status: int = 200) -> HttpResponse:
        return render(self.request, "public/join.html", self._facts(form, rows), status=status)

    def _facts(self, form: JoinForm, rows: BaseFormSet[MemberForm]) -> dict[str, object]:
        return {
            "campaign": self.campaign,
            "appeal": self.appeal,
            "own": self.own,
            "form": form,
            "members": rows,
            "may_add": len(rows.forms) < MEMBERS_MAX,
        }


def _call(request: HttpRequest, campaign: CampaignFacts) -> AppealFacts | None:
    """The call that is answered: the one in the address while it is open, else the campaign's newest; None: none is.

    A code that somebody mistyped off a poster, or of a call that is over, turns nobody away.
    """
    code = request.POST.get("call") or request.GET.get("call", "")
    if code:
        try:
            found = calls.taking(code[:CODE_CHARS_MAX], now())
        except (NotFound, AppealOver):
            pass
        else:
            if found.campaign_id == campaign.id and found.asks == "people":
                return found
    return calls.open_appeal_of(campaign.id, now())


def _known_here(request: HttpRequest) -> PersonFacts | None:
    """Whoever came to this browser by their private link, once they have confirmed."""
    actor = actor_of_request(request)
    if actor.person_id is None or people.unconfirmed([actor.person_id]):
        return None
    try:
        return people_reads.person(actor=actor, person_id=actor.person_id)
    except NotFound:  # they have left, and this browser does not know it yet
        return None


def _join_as(
    request: HttpRequest, campaign: CampaignFacts, appeal: AppealFacts, own: PersonFacts
) -> HttpResponse:
    throttle.count_place(request, now=now())
    joining.join_as(
        actor=actor_of_request(request),
        person_id=own.id,
        appeal_code=appeal.code,
        client_id=uuid_of(request.POST.get("client_id", "")),
        now=now(),
    )
    return redirect("joined", slug=campaign.slug)


def _all_fit(form: JoinForm, rows: BaseFormSet[MemberForm], appeal: AppealFacts) -> bool:
    """Whether the rooms would take everybody; if not, each problem stands beside its field."""
    found = joining.problems(appeal_code=appeal.code, forms=form.typed_with(rows), now=now())
    for problem in found[0]:
        field = problem.field.split("[")[0]
        form.add_error(FIELD_OF.get(field, field), _words(problem))
    named = [row for row in rows if row.cleaned_data]
    for row, problems in zip(named, found[1:], strict=True):
        for problem in problems:
            if problem.field in row.fields:
                row.add_error(problem.field, _words(problem))
            elif problem.field == "guardian_email" and not form.has_error("guardian_email"):
                form.add_error("guardian_email", _words(problem))
    return form.is_valid() and rows.is_valid()


def _words(problem: Problem) -> str:
    """A sentence: "is empty" wants "This" before it, "this is no phone number" is one."""
    what, wanted = what_and_wanted(problem)
    values = {"what": what, "wanted": wanted}
    if problem.what.split(" ")[0] in VERBS:
        return gettext("This %(what)s. Expected: %(wanted)s.") % values
    return gettext("%(what)s. Expected: %(wanted)s.") % (values | {"what": what[:1].upper() + what[1:]})


def _signed_up(
    request: HttpRequest,
    campaign: CampaignFacts,
    appeal: AppealFacts,
    forms: list[SignUpForm],
    client_id: UUID,
) -> HttpResponse:
    at = now()
    today = campaigns.local_day(campaign=campaign, now=at)
    # A guardian gets a letter for each of the young.
    young = [one for one in forms if is_minor(birth_year=one.birth_year, day=today)]
    addresses = [forms[0].email, forms[0].phone, *(one.guardian_email for one in young)]
    with throttle.SignUpTries(throttle.place_of(request), addresses, now=at) as tries:
        tries.refuse_too_many()
        receipts = joining.sign_up(client_id=client_id, appeal_code=appeal.code, forms=forms, now=at)
        tries.count()
    let_in(request, PERSON_KEY, receipts[0].person_id)
    return redirect("joined", slug=campaign.slug)


@never_cache
@require_safe
def joined(request: HttpRequest, slug: str) -> HttpResponse:
    """The receipt: the honest answer, for whoever just signed up in this browser."""
    campaign = campaigns.campaign(slug=slug)
    actor = actor_of_request(request)
    if actor.person_id is None:
        raise NotFound(what="receipt")
    standing = calls.answer_for(actor, actor.person_id, campaign.id)
    if standing is None:  # an offer or a post has come since, and stands there
        return redirect("my")
    page: dict[str, object] = {"campaign": campaign, "answer": standing.answer}
    if people.lapses_on(actor.person_id) is not None:
        page |= {"form": CodeForm(), **facts(actor.person_id)}
    return render(request, "public/joined.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    indicators = campaigns.indicators(campaign_id=campaign.id)
    form = GiveForm(
        request.POST if request.method == "POST" else None,
        indicators=indicators,
        towns=towns_of(campaign),
        initial=GoodsForm.fresh_id(),
    )
    page = {
        "campaign": campaign,
        "form": form,
        "has_goods": any(one.kind == "goods" for one in indicators),
    }
    if not form.is_valid():
        if campaign.state != "open":
            return not_open(request, campaign)
        return render(request, "public/give.html", page, status=422 if form.is_bound else 200)
    try:
        throttle.count_place(request, now=now())
    except TooManyTries as no:
        form.add_error(None, words_of(no))
        return render(request, "public/give.html", page, status=no.status)
    data = form.cleaned_data
    gifts.offer(
        client_id=data["client_id"],
        campaign_id=campaign.id,
        area_id=data["town"],
        indicator_id=data["indicator"],
        item=data["item"],
        donor_name=data["donor_name"],
        quantity_milli=data["quantity_milli"],
        now=now(),
    )
    return redirect("given", slug=slug)


@require_safe
def given(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "public/given.html", {"campaign": campaigns.campaign(slug=slug)})
