"""A closing report in words: headings, sentences and tables, made of its facts alone, for the page and for the print.

Shortfalls, corrections and what is not known stand in the same tables and the same type as what was reached (F10), and
every figure has its grade of proof beside it (F2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final, TypeAlias

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from dure.kernel.quantities import MILLI, show_milli
from dure.operations import productivity_words
from dure.operations.closing_report import ClosingReport

Facts = dict[str, Any]
FIGURE_CHARS_MAX: Final = 18


@dataclass(frozen=True, slots=True)
class Heading:
    """``level``: 1 for the title."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. ``is_code``: letters that are compared, not read. ``grade``: of the figures in it, as of a cell."""

    kind: ClassVar[str] = "words"
    text: str
    is_code: bool = False
    grade: str = ""
    grade_word: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """``grade``: of the figure, a CSS class and a word to show; empty where there is no figure."""

    text: str
    grade: str = ""
    grade_word: str = ""

    @property
    def is_figure(self) -> bool:
        """A figure is not broken over lines, a sentence may be."""
        return len(self.text) <= FIGURE_CHARS_MAX

    @property
    def label(self) -> str:
        """Of a column, where its head is beside each cell."""
        return f"{self.text}, {self.grade_word}".rstrip(", ")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; the first cell of a row is its heading, indented by ``depths``. A column of figures of one grade has it
    in its head."""

    kind: ClassVar[str] = "rows"
    caption: str
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    depths: tuple[int, ...] = field(default=())

    @property
    def by_depth(self) -> list[tuple[str, list[tuple[Cell, Cell]]]]:
        """Of each row the indent of its heading, in letters that aren't broken at, and its cells with their heads."""
        depths = self.depths or (0,) * len(self.rows)
        return [
            ("\u00a0" * 4 * depth, list(zip(cells, self.heads, strict=True)))
            for cells, depth in zip(self.rows, depths, strict=True)
        ]


Block: TypeAlias = Heading | Words | Rows


def blocks(report: ClosingReport) -> list[Block]:
    """The whole report in the language that is active."""
    facts = report.facts
    found: list[Block] = [Heading(facts["campaign"]["name"], 1), *_opening(facts["campaign"])]
    for one in facts["indicators"]:
        found += [Heading(f"{one['name']} ({one['unit']})"), *_indicator(one)]
    found += [
        *_injuries(facts.get("injuries")),
        *_held(facts["held"]),
        *_breaks(facts["breaks"]),
        *_practices(facts),
        *_seal(report),
    ]
    return found


def _opening(campaign: Facts) -> Iterator[Block]:
    if campaign["synthetic_label"]:
        yield Words(campaign["synthetic_label"])
    first, last = date.fromisoformat(campaign["starts_on"]), date.fromisoformat(campaign["last_day"])
    days = (last - first).days + 1
    yield Words(
        ngettext(
            "Closing report of %(movement)s: %(place)s, %(first)s to %(last)s, one day.",
            "Closing report of %(movement)s: %(place)s, %(first)s to %(last)s, %(n)s days.",
            days,
        )
        % {
            "movement": campaign["movement"],
            "place": campaign["place"],
            "first": _day(first),
            "last": _day(last),
            "n": f"{days:,}",
        }
    )
    yield Words(campaign["summary"])
    if campaign["closing_reason"] and campaign["last_day"] < campaign["ends_on"]:
        yield Words(
            gettext("It was to last until %(day)s and was closed before: %(why)s")
            % {"day": _day(date.fromisoformat(campaign["ends_on"])), "why": campaign["closing_reason"]}
        )
    elif campaign["closing_reason"]:
        yield Words(campaign["closing_reason"])
    if campaign["follows"]:
        yield Words(gettext("It carried on %(name)s.") % {"name": campaign["follows"]})


def _injuries(found: Facts | None) -> Iterator[Block]:
    """Harm in the size of everything else (F10); None: a report from before incidents were kept."""
    if found is None:
        return
    yield Heading(gettext("Harm that was done"))
    hurt = ngettext("%(n)s person was hurt", "%(n)s people were hurt", found["people_hurt"])
    reported = ngettext("%(n)s incident was reported", "%(n)s incidents were reported", found["incidents"])
    said = [
        hurt % {"n": f"{found['people_hurt']:,}"},
        reported % {"n": f"{found['incidents']:,}"},
        gettext("%(n)s of them still looked after") % {"n": f"{found['still_open']:,}"},
    ]
    yield Words("; ".join(said) + ".", grade="claimed", grade_word=gettext("claimed"))
    if found["by_severity"]:
        names = {"light": gettext("light"), "serious": gettext("serious"), "grave": gettext("grave")}
        yield Words("; ".join(f"{names[one]}: {count:,}" for one, count in found["by_severity"].items()))
    if found.get("by_kind"):
        kinds = {
            "injury": gettext("somebody was hurt"),
            "illness": gettext("somebody fell ill"),
            "danger": gettext("danger, nothing happened yet"),
            "traffic": gettext("on the road"),
            "harm": gettext("somebody was threatened or abused"),
            "damage": gettext("something was damaged"),
            "other": gettext("something else"),
        }
        yield Words("; ".join(f"{kinds[one]}: {count:,}" for one, count in found["by_kind"].items()))


def _indicator(one: Facts) -> Iterator[Block]:
    if one["unit_note"]:
        yield Words(one["unit_note"])
    if one["changed_note"]:
        yield Words(
            gettext("Defined anew since the campaign before: %(note)s") % {"note": one["changed_note"]}
        )
    grade = one["total"]["claimed_grade"]
    reported = (grade, gettext("witnessed") if grade == "witnessed" else gettext("claimed"))
    verified = ("verified", gettext("verified"))
    heads = (
        Cell(gettext("What")),
        Cell(gettext("Reported"), *reported),
        Cell(gettext("Plan")),
        Cell(gettext("Of the plan"), *reported),
        Cell(gettext("Missing"), *reported),
        Cell(gettext("Likely"), *verified),
        Cell(gettext("At least (95 %%)").replace("%%", "%"), *verified),
        Cell(gettext("Before, and how sure")),
    )
    total = [("", 0, gettext("The whole campaign"), one["total"])]
    places = [(place["code"], place["depth"], place["name"], place["figure"]) for place in one["places"]]
    rows = total + places
    yield Rows(
        caption=gettext("%(name)s by place") % {"name": one["name"]},
        heads=heads,
        rows=tuple((Cell(name), *_cells(figure)) for _, _, name, figure in rows),
        depths=tuple(depth for _, depth, _, _ in rows),
    )
    yield Words(_recounts(one["total"]))
    yield Words(_put_right(one), grade=reported[0], grade_word=reported[1])
    yield from _productivity(one)
    yield from _teams(one["name"], one["teams_by_grade"])


def _productivity(one: Facts) -> Iterator[Block]:
    """Against the norm of work, with what no saving explains; a report from before it was reckoned has none."""
    found = one.get("productivity")
    if found is None:
        return
    claimed, verified = ("claimed", gettext("claimed")), ("verified", gettext("verified"))
    yield Words(productivity_words.says(found, one["unit"]), grade=claimed[0], grade_word=claimed[1])
    yield Rows(
        caption=gettext("%(name)s against the norm of work") % {"name": one["name"]},
        heads=(
            Cell(gettext("What")),
            Cell(gettext("Reported"), *claimed),
            Cell(gettext("Likely"), *verified),
            Cell(gettext("At least (95 %%)").replace("%%", "%"), *verified),
        ),
        rows=tuple(
            (Cell(line.what), Cell(line.claimed), Cell(line.verified or "–"), Cell(line.lower or "–"))
            for line in productivity_words.lines(found)
        ),
    )
    yield Words(productivity_words.note())


def _cells(figure: Facts) -> tuple[Cell, ...]:
    """In the unit of the table."""
    none = Cell("–")
    plan = Cell(_amount(figure["plan_milli"]))
    if figure["withheld"]:
        return (Cell(_withheld(figure["withheld"])), plan, none, none, none, none, _baseline(figure))
    percent = figure["claimed_percent"]
    over = f" ({figure['denominator']})" if figure["denominator"] else ""
    return (
        Cell(_amount(figure["claimed_milli"])),
        plan,
        none if percent is None else Cell(f"{float(percent):.1f} %{over}"),
        Cell(_amount(figure["missing_milli"])),
        Cell(gettext("unknown"), "unknown")
        if figure["verified_milli"] is None
        else Cell(_amount(figure["verified_milli"])),
        Cell(_amount(figure["lower_milli"])),
        _baseline(figure),
    )


def _baseline(figure: Facts) -> Cell:
    if figure["baseline_milli"] is None:
        return Cell("–")
    grade = figure["baseline_grade"] or "claimed"
    return Cell(
        _amount(figure["baseline_milli"]),
        grade,
        gettext("verified") if grade == "verified" else gettext("claimed"),
    )


def _withheld(why: str) -> str:
    if why == "few_people":
        return gettext("not shown: fewer than 10 people stand behind it")
    if why == "above_105":
        return gettext("held: over 105 % of the plan, until a named person stands by the plan")
    return gettext("held: above what is safe, until a named person has looked at it")


def _recounts(total: Facts) -> str:
    if total["checked_count"] is None or total["eligible_count"] is None:
        return gettext("Nothing was recounted, so nothing of it is verified.")
    return gettext("%(n)s of %(all)s entries were recounted by lot.") % {
        "n": f"{total['checked_count']:,}",
        "all": f"{total['eligible_count']:,}",
    }


def _put_right(one: Facts) -> str:
    found, unit = one["corrected"], one["unit"]
    if not found["corrected_count"] and not found["withdrawn_count"]:
        return gettext("No outcome was corrected or withdrawn.")
    return gettext(
        "Corrected were %(corrected)s outcomes, by %(by)s in all; withdrawn were %(withdrawn)s, with %(with)s in all."
    ) % {
        "corrected": f"{found['corrected_count']:,}",
        "by": f"{_amount(found['corrected_milli'])} {unit}",
        "withdrawn": f"{found['withdrawn_count']:,}",
        "with": f"{_amount(abs(found['withdrawn_milli']))} {unit}",
    }


def _teams(name: str, grades: Facts) -> Iterator[Block]:
    if not sum(grades.values()):
        return
    names = {
        "A": gettext("A · ahead"),
        "B": gettext("B · as planned"),
        "C": gettext("C · wants help"),
        "unknown": gettext("not known yet"),
    }
    yield Rows(
        caption=gettext("%(name)s: teams by grade; those of one grade can’t be told apart by the figures")
        % {"name": name},
        heads=(Cell(gettext("Grade")), Cell(gettext("Teams"))),
        rows=tuple((Cell(names[grade]), Cell(f"{count:,}")) for grade, count in grades.items()),
    )


def _held(held: Sequence[Facts]) -> Iterator[Block]:
    if held:
        yield Heading(gettext("Held back"))
        yield Words(
            gettext("Over 105 %% of the plan, and nobody stood by the plan: %(places)s.")
            % {"places": ", ".join(one["place"] for one in held)}
        )


def _breaks(breaks: Sequence[Facts]) -> Iterator[Block]:
    if not breaks:
        return
    yield Heading(gettext("Rest and pauses"))
    kinds = {"rest": gettext("rest"), "pause": gettext("pause")}
    yield Rows(
        caption=gettext("Days on which nobody was matched or called"),
        heads=tuple(Cell(name) for name in (gettext("From"), gettext("To"), gettext("What"), gettext("Why"))),
        rows=tuple(
            (
                Cell(_day(date.fromisoformat(one["first_day"]))),
                Cell(_day(date.fromisoformat(one["last_day"])) if one["last_day"] else gettext("the end")),
                Cell(kinds[one["kind"]]),
                Cell(one["reason"]),
            )
            for one in breaks
        ),
    )


def _practices(facts: Facts) -> Iterator[Block]:
    found = facts["practices"]
    yield Heading(gettext("What is carried on"))
    if found:
        yield Rows(
            caption=gettext("Practices, free to copy"),
            heads=tuple(
                Cell(name)
                for name in (gettext("Practice"), gettext("Of the team"), gettext("Teams that took it up"))
            ),
            rows=tuple(
                (Cell(one["title"]), Cell(one["team"]), Cell(f"{one['taken_up_by']:,}")) for one in found
            ),
        )
    else:
        yield Words(gettext("No practice was written up."))
    yield Words(
        ngettext(
            "One request for help was left without an answer.",
            "%(n)s requests for help were left without an answer.",
            facts["open_requests"],
        )
        % {"n": f"{facts['open_requests']:,}"}
    )


def _seal(report: ClosingReport) -> Iterator[Block]:
    yield Heading(gettext("The seal"))
    yield Words(
        gettext(
            "The figures are those of the log at %(size)s entries. Whoever keeps the file can check it: "
            "dure campaign report %(slug)s --check FILE."
        )
        % {"size": f"{report.facts['log']['size']:,}", "slug": report.facts["campaign"]["slug"]}
    )
    yield Words(f"SHA-256 {report.digest}", is_code=True)
    yield Words(report.seal.strip(), is_code=True)
    yield Words(str(report.facts["log"]["checkpoint"]).strip(), is_code=True)


def _amount(milli: int | None) -> str:
    if milli is None:
        return "–"
    return f"{round(milli / MILLI):,}" if abs(milli) >= 100 * MILLI else show_milli(milli)


def _day(day: date) -> str:
    return date_format(day, "j M Y")
