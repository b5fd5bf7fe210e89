"""Calls for everybody: the list, one call in its languages, its poster, and feeds."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from dure.kernel.refusals import BadInput
from dure.movement.calls import reads as calls
from dure.movement.calls.appeal_rules import shown_count
from dure.movement.calls.types import AppealFacts, AppealWords
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.operations.posters import clean, poster
from dure.web.addresses import whole
from dure.web.clock import now
from dure.web.words import LANGUAGES

FEEDS: dict[str, tuple[type[SyndicationFeed], str]] = {
    "atom": (Atom1Feed, "application/atom+xml; charset=utf-8"),
    "rss": (Rss201rev2Feed, "application/rss+xml; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A call as a page shows it."""

    appeal: AppealFacts
    words: AppealWords
    campaign: CampaignFacts


def language_in(request: HttpRequest, appeal: AppealFacts) -> str:
    """The language asked for (``?lang=ko``), else the visitor's. Refuses with BadInput one the call doesn't speak."""
    asked = request.GET.get("lang", "")
    if asked and asked not in calls.languages_of(appeal):
        raise BadInput(where="lang", what="the call does not speak this language", wanted="one of its links")
    return asked or (get_language() or "en")


def shown_calls() -> list[Shown]:
    """Every open call, in the visitor's language where it speaks it."""
    language = get_language() or "en"
    return [Shown(one, calls.words(one.code, language), of) for one, of in calls.open_appeals(now())]


@require_safe
def calls_page(request: HttpRequest) -> HttpResponse:
    return render(request, "public/calls.html", {"calls": shown_calls()})


@require_safe
def call(request: HttpRequest, code: str) -> HttpResponse:
    appeal = calls.appeal(code)
    campaign = campaigns.campaign(slug=campaigns.campaign_by_id(appeal.campaign_id).slug)
    page = {
        "appeal": appeal,
        "words": calls.words(code, language_in(request, appeal)),
        "spoken": [(one, LANGUAGES.get(one, one)) for one in calls.languages_of(appeal)],
        "campaign": campaign,
        "is_open": calls.is_open(appeal, campaign, now()),
        "answered": shown_count(calls.answered_count(appeal.id)),
    }
    return render(request, "public/call.html", page)


@require_safe
def call_poster(request: HttpRequest, code: str) -> HttpResponse:
    """The poster as a picture for print. It leads to where it was fetched, so fetch it under the public address."""
    appeal = calls.appeal(code)
    campaign = campaigns.campaign(slug=campaigns.campaign_by_id(appeal.campaign_id).slug)
    sheet = poster(
        words=calls.words(code, language_in(request, appeal)),
        campaign_name=campaign.name,
        address=whole(request, reverse("call", args=[code])),
        label=campaign.synthetic_label,
    )
    return HttpResponse(sheet, content_type="image/svg+xml")


@require_safe
def feed(request: HttpRequest, kind: str) -> HttpResponse:
    """Open calls that go to the feed, the newest first, as Atom (RFC 4287) or RSS 2.0."""
    form, content_type = FEEDS[kind]
    made = form(
        title=gettext("Calls for help"),
        link=whole(request, reverse("calls")),
        description=gettext("Where hands, needs or goods are asked for now."),
        language=get_language() or "en",
        feed_url=whole(request, request.path),
    )
    for one in shown_calls():
        if "feed" not in one.appeal.channels:
            continue
        address = whole(request, reverse("call", args=[one.appeal.code]))
        made.add_item(
            title=clean(f"{one.words.title} · {one.campaign.name}"),
            link=address,
            # Readers take a description for HTML, and the words of a call may be a stranger's (a drive's).
            description=escape(clean(f"{one.campaign.synthetic_label} {one.words.text}".strip())),
            unique_id=address,
            pubdate=one.appeal.opened_at,
            updateddate=one.appeal.opened_at,
        )
    return HttpResponse(made.writeString("utf-8"), content_type=content_type)
