"""A movement over all its campaigns, and what a campaign came to in the end."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override
from django.views.decorators.http import require_safe

from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns import succession
from dure.movement.campaigns.types import CampaignFacts
from dure.operations.closing_report import ClosingReport, newest, sealed_text
from dure.operations.closing_words import blocks
from dure.operations.series import Part, Series, Step, series
from dure.web.clock import now
from dure.web.components import Chart, Key, Line, Mark

WIDTH, HEIGHT = 650, 220
LEFT, TOP, RIGHT, BOTTOM = 10, 14, 10, 30


@dataclass(frozen=True, slots=True)
class Strand:
    """Campaigns that count alike, as one picture: bars of what was claimed with what of it is verified. ``note``: what
    was defined anew when it began."""

    parts: tuple[Part, ...]
    note: str
    says: str
    frame: str
    claimed: str
    verified: str
    marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def drawn(self) -> Chart:
        """As the component wants it."""
        paths = [
            ("ax", self.frame, ""),
            ("claimed-disc", self.claimed, gettext("claimed")),
            ("verified-disc", self.verified, gettext("verified")),
        ]
        return Chart(
            says=self.says,
            lines=tuple(Line(kind, d) for kind, d, _ in paths if d),
            marks=self.marks,
            keys=tuple(Key(kind, words, "swatch") for kind, d, words in paths if d and words),
            grade="claimed",
            proof=gettext("claimed, as reported up to yesterday"),
            width=self.width,
            height=self.height,
        )

    @property
    def steps(self) -> list[Step]:
        return [step for part in self.parts for step in part.steps]


def strands(found: Series) -> list[Strand]:
    """The series as pictures: a new one wherever the same figures no longer mean the same."""
    groups: list[list[Part]] = []
    for part in found.parts:
        if part.is_joined and groups:
            groups[-1].append(part)
        else:
            groups.append([part])
    return [_strand(tuple(group), found) for group in groups]


def _strand(parts: tuple[Part, ...], found: Series) -> Strand:
    steps = [step for part in parts for step in part.steps]
    return Strand(
        parts=parts,
        note=parts[0].note,
        says=_says(parts, found, len(steps)),
        frame=f"M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}",
        claimed=_bars([step.claimed_milli for step in steps], steps),
        verified=_bars([step.verified_milli or 0 for step in steps], steps),
        marks=_marks(parts, len(steps)),
    )


def _bars(amounts: list[int], steps: list[Step]) -> str:
    most = max([step.claimed_milli for step in steps] + [1])
    wide = (WIDTH - LEFT - RIGHT) / max(len(steps), 1)
    bars = []
    for number, amount in enumerate(amounts):
        # What was taken back in a step stands in the table; a bar below nothing can't be drawn.
        high = max(amount, 0) / most * (HEIGHT - TOP - BOTTOM)
        if high:
            left, top = LEFT + number * wide, HEIGHT - BOTTOM - high
            bars.append(f"M{left:.1f} {HEIGHT - BOTTOM}V{top:.1f}h{wide * 0.9:.1f}V{HEIGHT - BOTTOM}z")
    return "".join(bars)


def _marks(parts: tuple[Part, ...], count: int) -> tuple[Mark, ...]:
    if not count:
        return ()
    low = HEIGHT - 8
    first = Mark(LEFT, low, date_format(parts[0].first, "j M Y"), "start")
    last = Mark(WIDTH - RIGHT, low, date_format(parts[-1].last, "j M Y"), "end")
    return (first, last)


def _says(parts: tuple[Part, ...], found: Series, count: int) -> str:
    words = {
        "day": ngettext("in one day", "in %(n)s days", count),
        "week": ngettext("in one week", "in %(n)s weeks", count),
        "year": ngettext("in one year", "in %(n)s years", count),
    }[found.grain] % {"n": count}
    return gettext("%(what)s, %(steps)s, over %(names)s.") % {
        "what": parts[0].indicator.name,
        "steps": words,
        "names": ", ".join(part.campaign.name for part in parts),
    }


@require_safe
def campaign_series(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    found = series(campaign=campaign, today=campaigns.local_day(campaign, now()))
    page = {
        "campaign": campaign,
        "here": "series",
        "line": [one for one in succession.whole_chain(campaign.id) if one.state != "draft"],
        "series": found,
        "strands": strands(found) if found else [],
    }
    return render(request, "public/series.html", page)


def _report(slug: str) -> tuple[CampaignFacts, ClosingReport]:
    campaign = campaigns.campaign(slug=slug)
    report = newest(campaign.id)
    if report is None:
        raise NotFound(what="closing report")
    return campaign, report


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    campaign, found = _report(slug)
    return render(
        request, "public/report.html", {"campaign": campaign, "here": "report", "blocks": blocks(found)}
    )


@require_safe
def report_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    # What draws PDF takes a tenth of a second to load, which the first page would wait for.
    from dure.operations.closing_print import printed

    campaign, found = _report(slug)
    wanted = request.GET.get("language", "")
    with override(wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        answer = HttpResponse(printed(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{campaign.slug}.pdf"'
    return answer


@require_safe
def report_sealed(request: HttpRequest, slug: str) -> HttpResponse:
    """The facts and their seal, as `dure campaign report --check` reads them."""
    _, found = _report(slug)
    return HttpResponse(sealed_text(found), content_type="text/plain; charset=utf-8")
