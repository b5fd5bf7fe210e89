"""Where these pages stand besides, so that they outlive the server; and what search engines are told."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dure.base.access import ANONYMOUS
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.operations.letters import site
from dure.web.addresses import copy_of, whole
from dure.web.clock import now

# Pages of a campaign that a search engine may begin from; it finds towns and teams by their links.
CAMPAIGN_PAGES = (
    *("campaign", "campaign-map", "campaign-standings", "campaign-plan", "campaign-practices"),
    *("campaign-thanks", "campaign-check", "campaign-series"),
)


@require_safe
def copies(request: HttpRequest) -> HttpResponse:
    """On the living site: where copies stand. In a copy: that it is one, from when, and where the living site is."""
    page = {"copy": copy_of(request), "copies": settings.COPIES, "living": site()}
    return render(request, "public/copies.html", page)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What is public may be found; private links and the doors of the crew are nobody else's business."""
    closed = (
        *("/my/", "/me/", "/calendar/", "/here/", "/guardian/", "/captain/", "/evidence/", "/desk/"),
        *("/auditor/", "/recipient/", "/vetting/", "/account/", "/admin/", "/api/"),
    )
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {whole(request, reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The pages to begin from, by sitemaps.org's protocol 0.9."""
    rows = "".join(f"<url><loc>{escape(whole(request, path))}</loc></url>\n" for path in _paths())
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _paths() -> Iterator[str]:
    yield from (reverse(name) for name in ("home", "calls", "drives"))
    for campaign in campaigns.campaigns(actor=ANONYMOUS):
        if campaign.state != "draft":
            yield from (reverse(name, args=[campaign.slug]) for name in CAMPAIGN_PAGES)
    yield from (reverse("call", args=[appeal.code]) for appeal, _ in calls.open_appeals(now()))
