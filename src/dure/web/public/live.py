"""The campaign's figures as a small file, for pages that stand open: asked for again and again, mostly unchanged."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from dure.movement.campaigns import reads as campaigns
from dure.web.figures import Figure
from dure.web.public.campaign import pace_sentence, shown_of, total_figures

# Whoever stands between may answer for so long: a thousand open pages then cost one answer.
CACHE: Final = "public, max-age=20"


@require_safe
@vary_on_headers("Accept-Language")
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """What the campaign's page says of the whole, each figure with its grade of proof; 304 while it stands so."""
    campaign = campaigns.campaign(slug=slug)
    standing = shown_of(campaign)
    said = {
        "pace": pace_sentence(standing.main.total if standing.main else None),
        "figures": [_figure(one) for one in total_figures(standing)],
    }
    body = json.dumps(said, ensure_ascii=False).encode()
    tag = f'"{sha256(body).hexdigest()[:24]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"], response["Cache-Control"] = tag, CACHE
    # Public by design: anybody's page may show it, with its grades.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _figure(one: Figure) -> dict[str, object]:
    return {
        "value": one.value,
        "unit": one.unit,
        "grade": one.grade,
        "proof": one.proof,
        "is_word": one.is_word,
        "parts": {part.kind: part.permille for part in one.bar.parts} if one.bar else {},
    }
