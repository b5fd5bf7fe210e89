"""Pictures of measured matches, drawn by bench.figures.

Plain SVG, so that they are small, sharp and the same to the byte for the same results. Each says in one sentence what
it shows; the tables behind them stand in docs/why/matching.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

WIDTH = 760
LEFT, RIGHT = 190, 190
TOP = 64  # below the sentence
BAR, ROW = 18, 30
NAMES = {
    "dure": "Dure",
    "greedy": "greedy, nearest open post",
    "ortools-16": "OR-Tools, 16 nearest",
    "ortools-all": "OR-Tools, all pairs",
}
# The colours of the site; people who chose a dark page get a dark picture.
STYLE = """
svg { --paper: #fbfaf6; --ink: #1c2024; --muted: #5c6368; --line: #dedbd2;
  --a: #b8431a; --b: #1d6a4f; --c: #8a8f94; --d: #c9b458; --e: #5b7fa6; }
@media (prefers-color-scheme: dark) { svg { --paper: #14171a; --ink: #eceae4; --muted: #a3a9ae; --line: #343a40;
  --a: #f08a5d; --b: #6fc7a3; --c: #868d93; --d: #d9c668; --e: #8fb0d4; } }
text { font: 13px system-ui, sans-serif; fill: var(--ink); } .says { font-size: 15px; font-weight: 600; }
.small { font-size: 12px; fill: var(--muted); } .end { text-anchor: end; } .mid { text-anchor: middle; }
.paper { fill: var(--paper); } .axis { stroke: var(--line); } .path { fill: none; stroke-width: 2; }
.a { fill: var(--a); } .b { fill: var(--b); } .c { fill: var(--c); } .d { fill: var(--d); } .e { fill: var(--e); }
.path.a { fill: none; stroke: var(--a); } .path.c { fill: none; stroke: var(--c); }
"""
STEP_COLOURS = ("c", "e", "a", "b", "d")

Answer = dict[str, Any]


def text(x: float, y: float, what: str, kind: str = "") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(what)}</text>'


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A filled rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" class="{kind}"/>'
    )


def picture(says: str, height: float, parts: Iterable[str]) -> str:
    """A whole SVG with the sentence above, which is its title for screen readers, too."""
    lines = _wrapped(says, 80)
    head = [text(16, 26 + 20 * number, line, "says") for number, line in enumerate(lines)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">',
            f"<title>{escape(says)}</title><style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{height:.0f}" class="paper"/>',
            *head,
            *parts,
            "</svg>\n",
        ]
    )


def _wrapped(says: str, most: int) -> list[str]:
    lines = [""]
    for word in says.split():
        if len(lines[-1]) + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@dataclass(frozen=True)
class Bar:
    """One row: pieces (length, colour) end to end, and what is written behind them."""

    name: str
    pieces: Sequence[tuple[float, str]]
    behind: str


def bar_chart(bars: Sequence[Bar], y: float) -> list[str]:
    longest = max(sum(length for length, _ in bar.pieces) for bar in bars) or 1.0
    scale = (WIDTH - LEFT - RIGHT) / longest
    drawn: list[str] = []
    for number, bar in enumerate(bars):
        top, x = y + number * ROW, float(LEFT)
        drawn.append(text(LEFT - 10, top + 14, bar.name, "end"))
        for length, colour in bar.pieces:
            drawn.append(box(x, top, length * scale, BAR, colour))
            x += length * scale
        drawn.append(text(x + 8, top + 14, bar.behind))
    return drawn


def _ours_and_peers(answer: Answer) -> list[tuple[str, float, list[int]]]:
    rows = [("dure", float(answer["seconds"]["total"]), list(answer["placed_by_tier"]))]
    for name, peer in answer["peers"].items():
        rows.append((name, float(peer["seconds"]), list(peer["placed_by_tier"])))
    return rows


def peers(answer: Answer) -> str:
    """Seconds, and placements left out, of everybody at one size."""
    rows = _ours_and_peers(answer)
    best = sum(rows[0][2])
    lost = {name: best - sum(placed) for name, _, placed in rows}
    worst = max(lost.values())
    says = (
        f"{answer['people']:,} people and {answer['posts']:,} posts: every feasible pair is weighed, "
        f"so nobody is left out who could be placed; the others leave out up to {worst:,}."
    )
    colour = {name: "a" if name == "dure" else "c" for name, _, _ in rows}
    time = [Bar(NAMES[name], [(seconds, colour[name])], f"{seconds:.1f} s") for name, seconds, _ in rows]
    left = [
        Bar(
            NAMES[name],
            [(lost[name], colour[name])],
            "none" if not lost[name] else f"{lost[name]:,} ({rows[0][2][0] - placed[0]:,} critical)",
        )
        for name, _, placed in rows
    ]
    second = TOP + 44 + len(rows) * ROW
    parts = [text(16, TOP + 14, "Seconds from columns in memory to the answer", "small")]
    parts += bar_chart(time, TOP + 24)
    parts += [
        text(16, second + 14, "Seats left open that could be filled", "small"),
        *bar_chart(left, second + 24),
    ]
    return picture(says, second + 34 + len(rows) * ROW, parts)


def steps(answers: Sequence[tuple[str, Answer]]) -> str:
    """Where the time goes, one row for each run."""
    names = list(
        dict.fromkeys(step for _, answer in answers for step in answer["seconds"] if step != "total")
    )
    colour = dict(zip(names, STEP_COLOURS, strict=False))
    bars = [
        Bar(
            name,
            [(answer["seconds"].get(step, 0.0), colour[step]) for step in names],
            f"{answer['seconds']['total']:.1f} s, {answer['peak_rss_gb']:.2f} GB",
        )
        for name, answer in answers
    ]
    first = answers[0][1]
    longest = max(names, key=lambda step: first["seconds"].get(step, 0.0))
    share = first["seconds"][longest] / first["seconds"]["total"]
    says = f"Of a cold morning of {first['people']:,} people, {share:.0%} of the time goes into the step “{longest}”."
    key: list[str] = []
    for number, step in enumerate(names):
        key += [
            box(LEFT + 110 * number, TOP - 2, 12, 12, colour[step]),
            text(LEFT + 110 * number + 18, TOP + 9, step, "small"),
        ]
    return picture(says, TOP + 40 + len(bars) * ROW, [*key, *bar_chart(bars, TOP + 24)])


def growth(ours: Sequence[Answer]) -> str:
    """Seconds against people, both by powers of ten, ours and whoever solves all pairs as well."""
    lines: dict[str, list[tuple[int, float]]] = {"dure": [], "ortools-all": []}
    for answer in ours:
        for name, seconds, _ in _ours_and_peers(answer):
            if name in lines:
                lines[name].append((answer["people"], seconds))
    points = [point for line in lines.values() for point in line]
    low_x, high_x = (math.log10(edge(people for people, _ in points)) for edge in (min, max))
    low_y = math.floor(math.log10(min(seconds for _, seconds in points)))
    high_y = math.ceil(math.log10(max(seconds for _, seconds in points)))
    bottom, height = TOP + 290.0, 270.0

    def place(people: float, seconds: float) -> tuple[float, float]:
        across = (math.log10(people) - low_x) / max(high_x - low_x, 1e-9)
        up = (math.log10(seconds) - low_y) / max(high_y - low_y, 1)
        return 90 + across * (WIDTH - 90 - RIGHT), bottom - up * height

    parts: list[str] = []
    for power in range(low_y, high_y + 1):
        _, y = place(10**low_x, 10.0**power)
        parts.append(f'<line x1="90" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="axis"/>')
        parts.append(text(80, y + 4, f"{10.0**power:g} s", "small end"))
    parts += [
        text(place(people, 10.0**low_y)[0], bottom + 22, f"{people:,}", "small mid")
        for people in sorted({people for people, _ in points})
    ]
    for name, line in lines.items():
        if not line:
            continue
        colour = "a" if name == "dure" else "c"
        at = [place(*point) for point in sorted(line)]
        parts.append(
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in at)}" class="path {colour}"/>'
        )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="{colour}"/>' for x, y in at]
        parts.append(text(at[-1][0] + 10, at[-1][1] + 4, NAMES[name]))
    largest = max(ours, key=lambda answer: int(answer["people"]))
    says = (
        f"Up to {largest['people']:,} people ({largest['pairs'] / 1e6:,.0f} million pairs) the proven answer takes "
        f"{largest['seconds']['total']:.0f} seconds or less."
    )
    return picture(says, bottom + 44, parts)
