"""What a page tells those who show links to it: its address, a card (Open Graph), a feed, and linked data.

Linked data is JSON-LD in the words of schema.org, in a block that no browser runs; so the content policy needs no
exception for it. Contribution figures are left out: there they would stand without their grade of proof (F2).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people.types import TeamFacts
from dure.movement.places.types import AreaFacts
from dure.operations.place_names import other_place_name, place_name
from dure.web.addresses import whole

SCHEMA = "https://schema.org"
# As Open Graph names the languages of pages: with a land.
LOCALES = {"en": "en_GB", "ko": "ko_KR"}
STATUS = {"open": f"{SCHEMA}/EventScheduled", "closed": f"{SCHEMA}/EventScheduled"}


@dataclass(frozen=True, slots=True)
class Head:
    """``address`` and ``image`` are whole addresses; ``linked``: the block of linked data."""

    title: str
    says: str
    address: str
    image: str
    feed: str
    linked: SafeString
    locale: str


def _linked(facts: dict[str, object]) -> SafeString:
    """A data block: Django's own escapes see to it that nothing in it can end it."""
    block = json_script({"@context": SCHEMA, **facts})
    return SafeString(block.replace('type="application/json"', 'type="application/ld+json"', 1))


def _place(area: AreaFacts) -> dict[str, object]:
    named: dict[str, object] = {"@type": "Place", "name": place_name(area)}
    if other := other_place_name(area):
        named["alternateName"] = other
    point = {"@type": "GeoCoordinates", "latitude": area.lat, "longitude": area.lon}
    return {**named, "geo": point}


def _organizer(campaign: CampaignFacts) -> dict[str, object]:
    return {"@type": "Organization", "name": campaign.movement_name, "description": campaign.charter}


def _head(
    request: HttpRequest, campaign: CampaignFacts, title: str, path: str, facts: dict[str, object]
) -> Head:
    address = whole(request, path)
    said = f"{campaign.synthetic_label} {campaign.summary}".strip()
    return Head(
        title=title,
        says=said,
        address=address,
        image=whole(request, reverse("campaign-card", args=[campaign.slug])),
        feed=reverse("campaign-feed-atom", args=[campaign.slug]),
        linked=_linked({**facts, "url": address, "inLanguage": get_language() or "en"}),
        locale=LOCALES.get(get_language() or "en", ""),
    )


def campaign_head(
    request: HttpRequest, campaign: CampaignFacts, area: AreaFacts, *, takes_people: bool
) -> Head:
    """A campaign is an Event: it has a first and a last day, a place, and whoever calls."""
    path = reverse("campaign", args=[campaign.slug])
    facts: dict[str, object] = {
        "@type": "Event",
        "name": campaign.name,
        "description": f"{campaign.synthetic_label} {campaign.summary}".strip(),
        "startDate": campaign.starts_on.isoformat(),
        "endDate": campaign.ends_on.isoformat(),
        "eventStatus": STATUS[campaign.state],
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "location": _place(area),
        "organizer": _organizer(campaign),
        "image": whole(request, reverse("campaign-card", args=[campaign.slug])),
    }
    if takes_people:
        facts["potentialAction"] = {
            "@type": "JoinAction",
            "target": whole(request, reverse("join", args=[campaign.slug])),
        }
    return _head(request, campaign, campaign.name, path, facts)


def place_head(request: HttpRequest, campaign: CampaignFacts, area: AreaFacts) -> Head:
    path = reverse("campaign-place", args=[campaign.slug, area.code])
    title = f"{place_name(area)} · {campaign.name}"
    return _head(request, campaign, title, path, {"@type": "WebPage", "name": title, "about": _place(area)})


def team_head(request: HttpRequest, campaign: CampaignFacts, team: TeamFacts, area: AreaFacts) -> Head:
    path = reverse("campaign-team", args=[campaign.slug, team.id])
    title = f"{team.name} · {campaign.name}"
    facts = {"@type": "Organization", "name": team.name, "location": _place(area)}
    return _head(request, campaign, title, path, {"@type": "WebPage", "name": title, "about": facts})
