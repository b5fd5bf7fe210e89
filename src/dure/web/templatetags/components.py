"""The components that hold other markup: `{% note %}…{% endnote %}` and the like. All stand at /design/."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from dure.kernel.must import must
from dure.web.components import Chart, Key, Link, NoteTone, Pages, Part, Stage, Table
from dure.web.maps import Picture

register = template.Library()

TONES = frozenset({"", "quiet", "warning", "error"})
# What the dots of the two kinds of map mean.
MAP_KEYS = {
    "needs": (
        ("need", gettext_lazy("seats still open; the larger the dot, the more")),
        ("met", gettext_lazy("nothing open")),
    ),
    "places": (
        ("plan-ring", gettext_lazy("plan")),
        ("claimed-disc", gettext_lazy("claimed")),
        ("verified-disc", gettext_lazy("verified")),
        ("hidden-ring", gettext_lazy("not shown")),
    ),
}


@register.simple_block_tag
def note(content: str, tone: NoteTone = "") -> SafeString:
    """Something said to the visitor: done (no tone), ``quiet``, ``warning``, or an ``error``, which is read at once."""
    must(tone in TONES, f"{tone} is no tone of a note")
    return render_to_string("web/_note.html", {"content": content, "tone": tone})


@register.simple_block_tag
def nothing(content: str, heading: str = "", level: int = 2) -> SafeString:
    """What stands where there is nothing yet: what will be here, and what brings it about. ``level`` of the heading."""
    return render_to_string("web/_empty.html", {"content": content, "heading": heading, "level": level})


@register.simple_block_tag
def behind(content: str, summary: str = "") -> SafeString:
    """Numbers folded away behind a picture."""
    return render_to_string("web/_behind.html", {"content": content, "summary": _summary(summary)})


@register.simple_block_tag
def chart(content: str, one: Chart, summary: str = "") -> SafeString:
    """A chart with its sentence; the block is the table with the same numbers."""
    page = {"chart": one, "content": SafeString(content.strip()), "summary": _summary(summary)}
    return render_to_string("web/_chart.html", page)


@register.simple_block_tag
def mapped(content: str, picture: Picture, says: str, keys: str = "places", summary: str = "") -> SafeString:
    """A map with its sentence ``says`` and its ``keys`` (a name of MAP_KEYS); the block is the table with the same
    numbers, or empty where the page has it already."""
    words = summary or gettext("The numbers behind this map")
    shown = [Key(kind, str(one), "swatch") for kind, one in MAP_KEYS[keys]]
    page = {
        "map": picture,
        "says": says,
        "keys": shown,
        "content": SafeString(content.strip()),
        "summary": words,
    }
    return render_to_string("web/_mapped.html", page)


def _summary(summary: str) -> str:
    return summary or gettext("The numbers behind this chart")


@register.inclusion_tag("web/_steps.html")
def steps(rows: Sequence[Stage]) -> dict[str, object]:
    """A way with its stations."""
    return {"steps": rows}


@register.inclusion_tag("web/_tabs.html")
def tabs(rows: Sequence[Link], label: str) -> dict[str, object]:
    """Views of one thing, of which one is open; ``label`` names them for those who don't see them."""
    return {"tabs": rows, "label": label}


@register.inclusion_tag("web/_parts.html")
def parts(rows: Sequence[Part], label: str) -> dict[str, object]:
    """The pages of a door in parts: the parts in one line, the pages of the open one in the next."""
    return {"parts": rows, "label": label}


@register.inclusion_tag("web/_table.html")
def table(one: Table) -> dict[str, object]:
    """A table that was made in Python; one written in a template takes ``class="folds"`` and ``data-head``."""
    return {"table": one}


@register.inclusion_tag("web/_pager.html")
def pager(pages: Pages) -> dict[str, object]:
    """To the page before and the next one of a long list."""
    return {"pages": pages}


@register.inclusion_tag("web/_crumbs.html")
def crumbs(rows: Sequence[Link]) -> dict[str, object]:
    """The way here from above; what has no address is where one is."""
    return {"crumbs": rows}


@register.inclusion_tag("web/_grade.html")
def grade(code: str, proof: str) -> dict[str, object]:
    """A grade of proof in words, for a figure that stands in a sentence or a table."""
    return {"grade": code, "proof": proof}
