"""What the components of the pages are given; the markup is in ``templates/web/_*.html``, all of it at /design/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dure.kernel.must import must

# A step of a way: behind us, where we are, still to come, or where it broke.
StepState = Literal["done", "now", "todo", "failed"]
NoteTone = Literal["", "quiet", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Link:
    """A page one can go to; ``count`` is shown behind its name when it is above zero: what waits there."""

    name: str
    address: str
    is_here: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a door with its pages, the first of which opens it. The part one is in shows its pages."""

    name: str
    pages: tuple[Link, ...]

    def __post_init__(self) -> None:
        must(bool(self.pages), f"the part {self.name} has a page to open it")

    @property
    def address(self) -> str:
        return self.pages[0].address

    @property
    def is_open(self) -> bool:
        return any(page.is_here for page in self.pages)

    @property
    def count(self) -> int:
        return sum(page.count for page in self.pages)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a way, with what is said about it and the page on which it is done."""

    name: str
    state: StepState
    note: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """SVG path data by what it draws: ax, plan, claimed, verified, band, now, claimed-disc, verified-disc."""

    kind: str
    d: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A text on a picture; ``anchor`` is SVG's text-anchor."""

    x: float
    y: float
    says: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Key:
    """What a line or a dot of a picture means; ``form`` is "key" for a line and "swatch" for a dot."""

    kind: str
    says: str
    form: Literal["key", "swatch"] = "key"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of ``width`` x ``height`` units with the sentence that says the same; its numbers stand behind it.

    ``grade`` is the grade of proof of what is drawn, ``proof`` what it rests on.
    """

    says: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    keys: tuple[Key, ...]
    grade: str
    proof: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table; ``grade`` and ``proof`` where its figures share one grade of proof."""

    name: str
    is_number: bool = False
    grade: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, the first cell of which names it; ``address`` is where that leads."""

    cells: tuple[str, ...]
    address: str = ""

    @property
    def name(self) -> str:
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that folds into a list on a phone, where each cell carries the name of its column."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def lines(self) -> list[tuple[Row, list[tuple[Head, str]]]]:
        """Each row with its cells after the first, each with its column."""
        return [(row, list(zip(self.heads[1:], row.cells[1:], strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a long list: the addresses of the pages before and after, "" where there is none."""

    says: str
    before: str = ""
    after: str = ""


def stages(names: Sequence[str], done_count: int) -> tuple[Stage, ...]:
    """Steps of a plain way of which the first ``done_count`` are behind us."""
    return tuple(
        Stage(name, "done" if n < done_count else "now" if n == done_count else "todo")
        for n, name in enumerate(names)
    )
