"""A campaign on other people's pages, walls and readers: frame, card, poster, feed, and the page with all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import SyndicationFeed
from django.utils.translation import get_language, gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from dure.movement.audit import reads as audit
from dure.movement.calls import reads as calls
from dure.movement.calls.types import AppealWords
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.practices import reads as practices
from dure.operations.cards import FIGURES_MAX, CardFigure, card
from dure.operations.poster_pdf import poster_pdf
from dure.operations.posters import clean, poster
from dure.web.addresses import whole
from dure.web.clock import now
from dure.web.public.calls import FEEDS
from dure.web.public.campaign import day_sentence, pace_sentence, seats_figure, shown_of, total_figures
from dure.web.public.needs import needed_on

# A reader asks for what is new; the rest stands on the pages.
NEWS_MAX = 40
# What the frame takes up on somebody's page; they may change it.
FRAME_WIDTH, FRAME_HEIGHT = 420, 420


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened in a campaign, on a page of its own."""

    key: str
    title: str
    says: str
    path: str
    at: datetime


@require_safe
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """All ways to tell others, each ready to take away."""
    campaign = campaigns.campaign(slug=slug)
    frame = whole(request, reverse("campaign-widget", args=[slug]))
    page = {
        "campaign": campaign,
        "here": "share",
        "address": whole(request, reverse("campaign", args=[slug])),
        "snippet": (
            f'<iframe src="{escape(frame)}" title="{escape(campaign.name)}" width="{FRAME_WIDTH}" '
            f'height="{FRAME_HEIGHT}" loading="lazy"></iframe>'
        ),
    }
    return render(request, "public/share.html", page)


@require_safe
@xframe_options_exempt
def widget(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The campaign in a frame on anybody's page: it holds nothing of the visitor's and does nothing there."""
    campaign = campaigns.campaign(slug=slug)
    standing = shown_of(campaign)
    needed = needed_on(request, campaign, standing)
    page = {
        "campaign": campaign,
        "day_sentence": day_sentence(campaign, standing.today),
        "pace_sentence": pace_sentence(standing.main.total if standing.main else None),
        "figures": total_figures(standing)[:FIGURES_MAX],
        "seats": seats_figure(needed.seats_open, needed.day),
        "takes_people": calls.open_appeal_of(campaign.id, now()) is not None,
    }
    shown = render(request, "public/widget.html", page)
    return csp_replace({"frame-ancestors": ["*"]})(lambda _: shown)(request)


@require_safe
def card_png(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture beside a link: each figure with what it rests on, as on the page."""
    campaign = campaigns.campaign(slug=slug)
    standing = shown_of(campaign)
    pace = pace_sentence(standing.main.total if standing.main else None)
    figures = [CardFigure(one.value, one.unit, one.proof) for one in total_figures(standing)[:FIGURES_MAX]]
    drawn = card(
        above=campaign.movement_name,
        title=campaign.name,
        says=f"{day_sentence(campaign, standing.today)} {pace}".strip(),
        figures=figures,
        label=campaign.synthetic_label,
    )
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = "public, max-age=600"
    return response


@require_safe
def campaign_poster(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The campaign on one sheet (A4), with a code that leads to its page: ``form`` is svg or pdf."""
    campaign = campaigns.campaign(slug=slug)
    draw, kind = (poster_pdf, "application/pdf") if form == "pdf" else (poster, "image/svg+xml")
    sheet = draw(
        words=AppealWords(get_language() or "en", campaign.name, campaign.summary),
        campaign_name=campaign.movement_name,
        address=whole(request, reverse("campaign", args=[slug])),
        label=campaign.synthetic_label,
    )
    response = HttpResponse(sheet, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{campaign.slug}.{form}"'
    return response


@require_safe
def campaign_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """What happened in the campaign, the newest first, as Atom (RFC 4287) or RSS 2.0; bad news too."""
    campaign = campaigns.campaign(slug=slug)
    form, content_type = FEEDS[kind]
    address = whole(request, reverse("campaign", args=[slug]))
    made: SyndicationFeed = form(
        title=clean(campaign.name),
        link=address,
        description=escape(clean(f"{campaign.synthetic_label} {campaign.summary}".strip())),
        language=get_language() or "en",
        author_name=clean(campaign.movement_name),
        feed_url=whole(request, request.path),
    )
    for one in sorted(news(campaign), key=lambda one: one.at, reverse=True)[:NEWS_MAX]:
        made.add_item(
            title=clean(one.title),
            link=whole(request, one.path),
            # Readers take a description for HTML, and the words may be a stranger's.
            description=escape(clean(one.says)),
            unique_id=f"{address}#{one.key}",
            pubdate=one.at,
            updateddate=one.at,
        )
    return HttpResponse(made.writeString("utf-8"), content_type=content_type)


def news(campaign: CampaignFacts) -> Iterator[News]:
    """Calls, practices, lots and the end of a campaign, each with its moment; a constant number of queries."""
    language, slug = get_language() or "en", campaign.slug
    opened = calls.appeals_of(campaign.id)
    spoken = calls.words_of(opened)
    for appeal in opened:
        told = {one.language: one for one in spoken[appeal.id]}
        words = told.get(language) or told.get(appeal.language) or spoken[appeal.id][0]
        title = gettext("A call: %(title)s") % {"title": words.title}
        path = reverse("call", args=[appeal.code])
        yield News(f"call-{appeal.id}", title, words.text, path, appeal.opened_at)
    for practice in practices.practices(campaign_id=campaign.id):
        title = gettext("What works: %(title)s") % {"title": practice.title}
        path = reverse("campaign-practices", args=[slug])
        yield News(f"practice-{practice.id}", title, practice.what, path, practice.written_at)
    for lot in audit.lots(campaign.id):
        if lot.drawn_at is not None:
            title = gettext("A lot was drawn: what is recounted, and by whom")
            says = gettext("%(n)s entries were drawn by lot. Anybody can draw it again.") % {
                "n": lot.drawn_count
            }
            yield News(f"lot-{lot.id}", title, says, reverse("lot", args=[slug, lot.id]), lot.drawn_at)
    if campaign.closed_at is not None:
        title = gettext("The campaign is closed")
        yield News(
            "closed", title, campaign.closing_reason, reverse("campaign", args=[slug]), campaign.closed_at
        )
