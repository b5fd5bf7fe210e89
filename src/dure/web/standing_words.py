"""Grades, changes and challenges in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy

from dure.movement.standings.challenge_outcome import Told
from dure.movement.standings.challenges import Compares
from dure.movement.standings.types import Adjustment, Change
from dure.operations.next_steps import NextStep

# By the code of dure.engine.grading.Reason, and "withheld".
REASONS: dict[str, object] = {
    "above_group": gettext_lazy("clearly ahead of teams of its kind"),
    "below_group": gettext_lazy("clearly behind teams of its kind"),
    "not_told_apart": gettext_lazy("not told apart from teams of its kind"),
    "too_few_person_days": gettext_lazy("too little work so far to tell"),
    "one_day_decides": gettext_lazy("one good day alone would decide"),
    "recounts_short": gettext_lazy("recounts found less than was claimed"),
    "too_few_recounts": gettext_lazy("too few recounts to bear out a lead"),
    "no_plan": gettext_lazy("no plan to measure by"),
    "no_data": gettext_lazy("no work recorded yet"),
    "too_few_teams": gettext_lazy("too few teams of its kind to compare"),
    "withheld": gettext_lazy("not shown"),
}
TRENDS: dict[str, object] = {
    "more": gettext_lazy("more than before"),
    "as_before": gettext_lazy("as before"),
    "less": gettext_lazy("less than before"),
    "unknown": gettext_lazy("not known yet"),
}
COMPARES: dict[Compares, object] = {
    "level": gettext_lazy("how much of what is expected of each is done in these days"),
    "change": gettext_lazy("how much each does on a usual day, against as many days before"),
}
STATES: dict[str, object] = {
    "proposed": gettext_lazy("proposed"),
    "agreed": gettext_lazy("agreed, not begun"),
    "running": gettext_lazy("running"),
    "over": gettext_lazy("over"),
    "ended": gettext_lazy("ended early by one of them"),
}
STEPS: dict[str, object] = {
    "report": gettext_lazy("Write down your first work. Until then nobody can see where you stand."),
    "held": gettext_lazy("Your figure is held back. Ask your organiser to look at the plan behind it."),
    "correct": gettext_lazy(
        "Recounts found less than you claimed. Go through your entries: correcting them before a draw costs nothing."
    ),
    "practice": gettext_lazy(
        "%(team)s does something differently. Read it, and try it for a week: “%(title)s”."
    ),
    "ask_help": gettext_lazy("%(team)s is ahead with a plan like yours. Ask them for a day of help."),
    "ask_organiser": gettext_lazy(
        "Tell your organiser what is in your way: hands, tools, or the plan itself."
    ),
    "offer_help": gettext_lazy(
        "%(team)s wants help. A day of yours there counts, and stands beside your grade."
    ),
    "write_up": gettext_lazy(
        "You are ahead. Tell your organiser what you do differently, so that others can copy it."
    ),
    "challenge": gettext_lazy(
        "%(team)s is a team like yours. A friendly challenge might make both livelier."
    ),
    "keep_on": gettext_lazy("Keep on, and rest when it is time."),
}


def interval(low: Decimal | None, high: Decimal | None) -> str:
    """ "-4 to +21 %", or a dash."""
    if low is None or high is None:
        return "–"
    return gettext("%(low)s to %(high)s %%") % {"low": _signed(low), "high": _signed(high)}


def _signed(value: Decimal) -> str:
    return f"{value:+.0f}".replace("-", "−") if round(value) else "0"


def change_says(change: Change) -> str:
    """A team's change with its interval and what the others met with, as one sentence."""
    if change.trend == "unknown":
        return gettext("Not known yet: it takes four days of work in each of the two spans.")
    words = gettext("A usual day of work: %(trend)s (probably %(span)s).") % {
        "trend": TRENDS[change.trend],
        "span": interval(change.low_percent, change.high_percent),
    }
    if change.usual_percent is None:
        return words
    usual = gettext("The middle team of its kind: %(usual)s %%.") % {"usual": _signed(change.usual_percent)}
    return f"{words} {usual}"


def adjustment_says(one: Adjustment) -> str:
    """Why less or more is expected in a place."""
    facts = {"place": one.place, "percent": f"{one.permille / 10:g}", "words": one.words}
    if one.kind == "population":
        return gettext("%(place)s: %(percent)s %% of the plan, by how many people live there") % facts
    if one.kind == "capacity":
        return gettext("%(place)s: %(percent)s %% of the plan, the rated capacity") % facts
    return gettext("%(place)s: %(percent)s %% of the plan. %(words)s") % facts


def outcome_says(told: Told, first: str, second: str) -> str:
    """What came of a challenge, no further than the days carry it."""
    words: dict[Told, str] = {
        "first": gettext("%(first)s did clearly more, by what is claimed. Both worked for the same cause."),
        "second": gettext("%(second)s did clearly more, by what is claimed. Both worked for the same cause."),
        "not_told_apart": gettext("Level: the days can’t tell %(first)s and %(second)s apart."),
        "unknown": gettext("Nothing can be told: too few days of work, or no plan to measure by."),
        "open": gettext("It runs still; nothing is told before its last day is over."),
        "ended": gettext("It was ended early, which either side may do at any time; nothing is told."),
        "withheld": gettext("A figure of one of them is not shown, so nothing is told."),
    }
    return words[told] % {"first": first, "second": second}


def step_says(step: NextStep) -> str:
    """A team's next step as a sentence to it."""
    team = step.practice.team if step.practice else step.other
    facts = {"team": team.name if team else "", "title": step.practice.title if step.practice else ""}
    return str(STEPS[step.code]) % facts
