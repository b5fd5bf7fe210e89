"""The living page of the design: every component in all its states, from the same partials as everywhere (/design/).

The figures on it are made up, and it says so.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dure.web import maps
from dure.web.components import Chart, Head, Key, Line, Link, Mark, Pages, Part, Row, Stage, Table
from dure.web.figures import Bar, BarPart, Figure, counted_figure, share_figure

TOKENS = (
    "paper",
    "card",
    "tint",
    "land",
    "line",
    "field",
    "muted",
    "ink",
    "accent",
    "proof",
    "claim",
    "alarm",
)
GRADES = ("claimed", "witnessed", "second_source", "recounted", "verified", "unknown")
# As long as a word can get that somebody types without a space.
LONG_WORD = "Llanfair" * 25


class ExampleForm(forms.Form):
    """Each kind of field: asked for, optional, chosen, ticked, and wrong."""

    name = forms.CharField(label=_("First name"), help_text=_("As your crew calls you."))
    year = forms.IntegerField(label=_("Year of birth"), min_value=1900, max_value=2100)
    town = forms.ChoiceField(label=_("Town"), choices=[("1", "Suwon"), ("2", "Busan")])
    about = forms.CharField(
        label=_("In your words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    days = forms.MultipleChoiceField(
        label=_("Days you could come"),
        required=False,
        choices=[("1", _("Saturday")), ("2", _("Sunday"))],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label=_("Yes, that is so."), required=False)


def _figures() -> list[Figure]:
    claimed, verified = gettext("claimed 1,240 sacks"), gettext("verified, at least 980 sacks at 95 %")
    both = Bar(gettext("62 percent, claimed"), (BarPart("c", 620), BarPart("v", 490)))
    return [
        Figure("62", gettext("% of the plan of 2,000 sacks"), "claimed", claimed, both),
        Figure("1,050", gettext("sacks verified"), "verified", verified),
        Figure("30", gettext("sacks given"), "witnessed", gettext("witnessed by two keepers")),
        Figure(
            gettext("unknown"),
            gettext("hours verified"),
            "unknown",
            gettext("0 of 40 recounted"),
            is_word=True,
        ),
        counted_figure(12, gettext("seats still open"), gettext("counted from the published posts")),
        share_figure(11, 14, gettext("of 14 are here"), gettext("counted at the gate")),
    ]


def _chart() -> Chart:
    return Chart(
        says=gettext("1,240 of 2,000 sacks by day 12 of 20; the plan will most likely be met on day 19."),
        lines=(
            Line("ax", "M60 10V150H640"),
            Line("band", "M390 62L640 20L640 80Z"),
            Line("plan", "M60 150L640 24"),
            Line("claimed", "M60 150L170 128L280 96L390 62"),
            Line("verified", "M60 150L170 133L280 108L390 80"),
            Line("now", "M390 10V150"),
        ),
        marks=(Mark(54, 28, "2,000", "end"), Mark(60, 172, "1", "start"), Mark(640, 172, "20", "end")),
        keys=(
            Key("claimed", gettext("claimed")),
            Key("verified", gettext("verified")),
            Key("plan", gettext("plan")),
            Key("band", gettext("forecast, 50 and 90 %")),
        ),
        grade="claimed",
        proof=gettext("claimed"),
        width=650,
        height=180,
    )


def _map() -> maps.Picture | None:
    open_seats = {"Suwon": (37.29, 127.01, 40), "Busan": (35.1, 129.04, 9), "Gwangju": (35.15, 126.92, 22)}
    spots = [
        maps.Spot(town, lat, lon, n, "need", f"{town}: {n}") for town, (lat, lon, n) in open_seats.items()
    ]
    return maps.draw("KR", [*spots, maps.Spot("Daejeon", 36.35, 127.38, 4, "met", "Daejeon: 0")])


def _table() -> Table:
    return Table(
        caption=gettext("What each team reported"),
        heads=(
            Head(gettext("Team")),
            Head(gettext("Place")),
            Head(gettext("sacks"), is_number=True, grade="claimed", proof=gettext("claimed")),
        ),
        rows=(
            Row(("North", "Suwon", "640"), "#tables"),
            Row(("남쪽 두레", "Busan", "600")),
            Row((LONG_WORD, "Gwangju", "0")),
        ),
    )


def _ways() -> dict[str, object]:
    here = Link(gettext("Needs"), "#ways", is_here=True, count=12)
    return {
        "parts": (
            Part(gettext("Today"), (Link(gettext("The day"), "#ways"),)),
            Part(gettext("Work"), (Link(gettext("Posts"), "#ways"), here, Link(gettext("Calls"), "#ways"))),
            Part(gettext("People"), (Link(gettext("Preparation"), "#ways", count=3),)),
        ),
        "tabs": (here, Link(gettext("Answered"), "#ways"), Link(gettext("All"), "#ways")),
        "crumbs": (Link(gettext("South Korea"), "#ways"), Link("Gyeonggi", "#ways"), Link("Suwon", "")),
        "pages": Pages(gettext("21 to 40 of 96"), before="#ways", after="#ways"),
        "stages": (
            Stage(gettext("Open the campaign"), "done", gettext("on 1 October")),
            Stage(gettext("Bring in people and needs"), "now", gettext("400 people so far"), "#ways"),
            Stage(gettext("Match the first day"), "todo"),
            Stage(gettext("Write to everybody"), "failed", gettext("the mail server did not answer")),
        ),
    }


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    wrong = ExampleForm({"name": "Minji", "year": "12"})
    wrong.is_valid()
    page = {
        "tokens": TOKENS,
        "figures": _figures(),
        "grades": GRADES,
        "chart_shown": _chart(),
        "map_shown": _map(),
        "table_shown": _table(),
        "form": ExampleForm(auto_id="new_%s"),
        "wrong": wrong,
        "long_word": LONG_WORD,
        **_ways(),
    }
    return render(request, "web/design.html", page)
