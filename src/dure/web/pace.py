"""The pace chart: plan, claimed, verified and the band ahead, as one picture, one sentence and one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext

from dure.kernel.quantities import show_milli
from dure.movement.standings.types import AheadDay, Outlook, PastDay
from dure.web.components import Chart, Key, Line, Mark
from dure.web.figures import amount_with_unit, unit_for

WIDTH, HEIGHT = 650, 260
LEFT, TOP, RIGHT, BOTTOM = 100, 14, 10, 30
# Room above the highest line, so that it does not lie on the frame.
HEADROOM = 1.04
ROWS_MAX = 14
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PaceRow:
    """A line of the table behind the picture; what is not known is None."""

    day: date
    past: PastDay | None
    ahead: AheadDay | None

    @property
    def low(self) -> str:
        return about(self.ahead.low_milli) if self.ahead else ""

    @property
    def high(self) -> str:
        return about(self.ahead.high_milli) if self.ahead else ""


@dataclass(frozen=True, slots=True)
class PaceChart:
    """Path data by what it draws; a line that has nothing to show is empty."""

    outlook: Outlook
    says: str
    frame: str
    plan: str
    claimed: str
    verified: str
    band: str
    half_band: str
    now: str
    marks: tuple[Mark, ...]
    rows: tuple[PaceRow, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def drawn(self) -> Chart:
        """As the component wants it: each line with its key, and the grade of what is drawn."""
        paths = [
            ("ax", self.frame, ""),
            ("band", self.band, gettext("forecast, 50 and 90 %")),
            ("band", self.half_band, ""),
            ("plan", self.plan, gettext("plan")),
            ("claimed", self.claimed, gettext("claimed")),
            ("verified", self.verified, gettext("verified")),
            ("now", self.now, ""),
        ]
        return Chart(
            says=self.says,
            lines=tuple(Line(kind, d) for kind, d, _ in paths if d),
            marks=self.marks,
            keys=tuple(Key(kind, words) for kind, d, words in paths if d and words),
            grade="claimed",
            proof=gettext("claimed, as reported up to yesterday"),
            width=self.width,
            height=self.height,
        )


def about(milli: int) -> str:
    """A forecast amount with three digits that mean something; more would be made up."""
    scale = 10 ** max(len(str(abs(milli))) - 3, 0)
    return show_milli(round(milli / scale) * scale)


def pace_chart(outlook: Outlook | None) -> PaceChart | None:
    """The chart of an outlook; None before there is a day to show."""
    if outlook is None or not outlook.past:
        return None
    scale = _Scale(outlook)
    past, ahead = outlook.past, outlook.ahead
    claimed = [scale.at(day.day, day.claimed_milli) for day in past]
    verified = [scale.at(day.day, day.verified_milli) for day in past if day.verified_milli is not None]
    here = claimed[-1]
    return PaceChart(
        outlook=outlook,
        says=_sentence(outlook),
        frame=f"M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}",
        plan=_line(_plan_points(outlook, scale)),
        claimed=_line([scale.before(), *claimed]),
        verified=_line([scale.before(), *verified]) if verified else "",
        band=_band(
            here,
            [scale.at(day.day, day.high_milli) for day in ahead],
            [scale.at(day.day, day.low_milli) for day in ahead],
        ),
        half_band=_band(
            here,
            [scale.at(day.day, day.high_half_milli) for day in ahead],
            [scale.at(day.day, day.low_half_milli) for day in ahead],
        ),
        now=f"M{here[0]} {TOP}V{HEIGHT - BOTTOM}" if ahead else "",
        marks=_marks(outlook, scale),
        rows=_rows(past, ahead),
    )


class _Scale:
    """Days and milli-units as places on the picture; the first day begins at the left edge."""

    def __init__(self, outlook: Outlook) -> None:
        self._first = outlook.first_day
        self._days = (outlook.last_day - outlook.first_day).days + 1
        tops = [outlook.plan_milli or 0, *(day.claimed_milli for day in outlook.past)]
        tops += [day.high_milli for day in outlook.ahead[-1:]]
        self.most_milli = max(*tops, 1)

    def before(self) -> Point:
        return float(LEFT), float(HEIGHT - BOTTOM)

    def at(self, day: date, milli: int) -> Point:
        """The end of ``day``."""
        share = ((day - self._first).days + 1) / self._days
        height = milli / (self.most_milli * HEADROOM)
        room = HEIGHT - TOP - BOTTOM
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1), round(HEIGHT - BOTTOM - height * room, 1)


def _plan_points(outlook: Outlook, scale: _Scale) -> list[Point]:
    """Straight from corner to corner: rest and the ends of periods are such."""
    return [scale.at(day, milli) for day, milli in outlook.plan_line]


def _line(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) if points else ""


def _band(here: Point, upper: Sequence[Point], lower: Sequence[Point]) -> str:
    return _line([here, *upper, *reversed(lower)]) + "Z" if upper else ""


def _marks(outlook: Outlook, scale: _Scale) -> tuple[Mark, ...]:
    indicator = outlook.indicator
    low = HEIGHT - 8
    marks = [
        Mark(LEFT, low, date_format(outlook.first_day, "j M"), "start"),
        Mark(WIDTH - RIGHT, low, date_format(outlook.last_day, "j M"), "end"),
    ]
    if outlook.plan_milli:
        y = scale.at(outlook.last_day, outlook.plan_milli)[1]
        marks.append(Mark(LEFT - 6, y + 4, amount_with_unit(indicator, outlook.plan_milli), "end"))
    if outlook.ahead:
        last = outlook.past[-1]
        x = scale.at(last.day, 0)[0]
        # Beside the first or last day there is no room for a third date.
        if LEFT + 60 < x < WIDTH - RIGHT - 60:
            marks.append(Mark(x, low, date_format(last.day, "j M"), "middle"))
    return tuple(marks)


def _rows(past: Sequence[PastDay], ahead: Sequence[AheadDay]) -> tuple[PaceRow, ...]:
    """At most ROWS_MAX days, evenly, the last of the past and of all among them."""
    rows = [PaceRow(day.day, day, None) for day in past] + [PaceRow(day.day, None, day) for day in ahead]
    step = -(-len(rows) // ROWS_MAX)
    kept = {len(past) - 1, len(rows) - 1, *range(0, len(rows), step)}
    return tuple(row for number, row in enumerate(rows) if number in kept)


def _sentence(outlook: Outlook) -> str:
    """What the picture shows, good news and bad in the same words."""
    if outlook.is_paused:
        return gettext(
            "What is claimed up to now, beside the plan. The campaign is paused: nothing is forecast until it goes on."
        )
    if not outlook.ahead:
        return gettext(
            "What is claimed up to now, beside the plan. A forecast needs at least five days of work."
        )
    last = outlook.ahead[-1]
    told = {
        "low": about(last.low_milli),
        "high": f"{about(last.high_milli)} {unit_for(outlook.indicator.unit, last.high_milli)}",
        "day": date_format(last.day, "j F Y"),
    }
    if last.day < outlook.last_day:
        said = gettext(
            "If the work goes on like this, %(low)s to %(high)s will be claimed by %(day)s (90 %%)."
        )
    else:
        said = gettext(
            "If the work goes on like this, %(low)s to %(high)s will be claimed by the last day (90 %%)."
        )
    said %= told
    return f"{said} {_plan_sentence(outlook)}".rstrip()


def _plan_sentence(outlook: Outlook) -> str:
    earliest, likely, latest = outlook.finish
    if not outlook.plan_milli:
        return ""
    if likely is None and outlook.ahead[-1].day < outlook.last_day:
        # Further ahead nobody sees.
        return ""
    if likely is None:
        said = (
            gettext("The plan will probably be missed.") if earliest else gettext("The plan will be missed.")
        )
        if outlook.more_percent is not None:
            said += " " + gettext("%(n)s %% more each day would close the gap.") % {"n": outlook.more_percent}
        return said
    if likely <= outlook.past[-1].day:
        return gettext("The plan has been reached, by what is claimed.")
    told = {"likely": date_format(likely, "j F"), "early": date_format(earliest or likely, "j M")}
    if latest is None:
        return gettext("The plan will most likely be met on %(likely)s, but it may be missed.") % told
    told["late"] = date_format(latest, "j M")
    return gettext("The plan will most likely be met on %(likely)s (%(early)s to %(late)s, 90 %%).") % told
