"""What a signal says, in a heading and a sentence. Its figures are claims, and say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from dure.kernel.quantities import show_milli
from dure.movement.supervision.types import Kind, SignalFacts

_HEADINGS: Final[Mapping[Kind, str]] = {
    "silent": gettext_noop("No report"),
    "drop": gettext_noop("Much less than usual"),
    "behind": gettext_noop("Far behind its plan"),
    "missed": gettext_noop("Plan missed"),
    "over_norm": gettext_noop("More than the norm of work bears"),
    "over_capacity": gettext_noop("Above the capacity of its place"),
    "back": gettext_noop("Reports again"),
    "met": gettext_noop("Plan met"),
    "met_claimed": gettext_noop("Plan met, as claimed"),
    "helped": gettext_noop("Helped another place"),
}
_SENTENCES: Final[Mapping[Kind, str]] = {
    "drop": gettext_noop(
        "%(done)s %(unit)s on its last %(days)s days of work; its own past, and what others did then, let expect "
        "%(wanted)s."
    ),
    "behind": gettext_noop(
        "%(done)s %(unit)s, where its plan wants %(wanted)s by today: %(days)s days behind."
    ),
    "missed": gettext_noop("%(done)s of %(wanted)s %(unit)s when its plan ended."),
    "over_norm": gettext_noop(
        "%(done)s %(unit)s in a week; the norm for as many days of work is %(wanted)s. Are people overworked, "
        "or is a figure wrong?"
    ),
    "over_capacity": gettext_noop(
        "Its place works at %(percent)s %% of what it is rated for. A named person has to look at the safety of it "
        "before the place's figure is shown."
    ),
    "met": gettext_noop("%(done)s of %(wanted)s %(unit)s, and recounts bear it out. Say well done."),
    "met_claimed": gettext_noop(
        "%(done)s of %(wanted)s %(unit)s. Recounts don't bear it out yet: a claim is no result. Ask how it went."
    ),
    "helped": gettext_noop("%(done)s %(unit)s for another place within a week. Say thank you."),
}


def heading(kind: Kind) -> str:
    """What it is, in a few words."""
    return gettext(_HEADINGS[kind])


def sentence(signal: SignalFacts) -> str:
    """What it rests on, in one or two sentences."""
    days = signal.figures.get("days") or 0
    if signal.kind == "silent":
        return ngettext(
            "Nothing was reported on %(n)s day on which this team usually works.",
            "Nothing was reported on %(n)s days on which this team usually works.",
            days,
        ) % {"n": days}
    if signal.kind == "back":
        return ngettext(
            "After %(n)s day of work without a report. Ask what helped.",
            "After %(n)s days of work without a report. Ask what helped.",
            days,
        ) % {"n": days}
    return gettext(_SENTENCES[signal.kind]) % {
        "done": show_milli(signal.figures.get("done_milli") or 0),
        "wanted": show_milli(signal.figures.get("wanted_milli") or 0),
        "unit": signal.indicator.unit if signal.indicator else "",
        "days": days,
        "percent": signal.figures.get("percent") or 0,
    }


def proof(signal: SignalFacts) -> str:
    """The grade of proof of its figures; "" of days without a report, which are counted."""
    if signal.kind in ("silent", "back"):
        return ""
    return "verified" if signal.kind == "met" else "claimed"
