"""From bench/results/replay-*.json to docs/img/replay.svg and the table of docs/why/no-one-left-waiting.md.

python -m bench.replay_picture
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.plots import LEFT, RIGHT, ROW, TOP, WIDTH, Bar, bar_chart, box, picture, text

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "why" / "no-one-left-waiting.md"
BEGIN = "<!-- Written by python -m bench.replay_picture from bench/results; not by hand. -->"
END = "<!-- End of what is written. -->"
# The claims of the sources named in dure.simulation.surge (ENGLAND_2020): signed up, accepted, and of the accepted at
# least so many without a task two months later.
SIGNED_UP, ACCEPTED, IDLE = 750_000, 600_000, 400_000
KEY = (
    ("had a task", "b"),
    ("accepted, no task", "a"),
    ("told the truth: not yet, or not needed", "d"),
    ("left, or not accepted", "c"),
)
# (figure, in words, what the promises ask for)
ROWS = (
    ("signed_up", "signed up", ""),
    ("answered_1h_share", "answered within an hour", ""),
    ("silent_24h", "silent for more than 24 hours, or a date that passed", "0"),
    ("silent_hours_max", "longest silence, hours", ""),
    ("dates_kept_share", "dates kept", "at least 0.9"),
    ("calls_kept_share", "of dates to be called or given work by, kept", ""),
    ("tasks", "tasks", ""),
    ("tasks_filled_share", "tasks filled", "at least 0.98"),
    ("people_served", "different people with a task", "as many as the tasks allow"),
    ("different_people_a_filled_task", "different people for each filled task", "as near 1 as can be"),
    ("accepted", "told *accepted*", ""),
    ("accepted_unused_14d_share", "of these without a task for 14 days", "at most 0.05"),
    ("accepted_left_unused", "of these left before a task, and counted nowhere else", ""),
    ("first_task_hours", "hours from *accepted* to the first task", "median at most 72, 95 % at most 336"),
    ("placed_share", "of all who signed up, had a task", ""),
    ("longest_wait_days", "longest wait, days", ""),
    ("messages_a_placement", "messages for each placement", ""),
    ("cpu_seconds", "processor seconds", ""),
    ("peak_rss_gb", "memory, GB", ""),
)

Figures = dict[str, Any]


def drawn(run: Figures) -> str:
    """What became of everybody who signed up, documented and replayed, and the replay day by day."""
    count = run["signed_up"] + run["signed_up_again"]
    served, idle, left = run["people_served"], run["accepted_without_task"], run["left_without_task"]
    others = count - served - idle - left
    rows = [
        Bar(
            "documented",
            [
                ((ACCEPTED - IDLE) / SIGNED_UP, "b"),
                (IDLE / SIGNED_UP, "a"),
                ((SIGNED_UP - ACCEPTED) / SIGNED_UP, "c"),
            ],
            f"at least {IDLE / SIGNED_UP:.0%} waited",
        ),
        Bar(
            "replayed with Dure",
            [(served / count, "b"), (idle / count, "a"), (others / count, "d"), (left / count, "c")],
            f"{idle / count:.1%} waited",
        ),
    ]
    without = f"{run['silent_24h']:,} are" if run["silent_24h"] else "nobody is"
    says = (
        f"Of {count:,} who sign up for {run['tasks']:,} tasks, {without} left without an answer that "
        f"holds; {idle / max(1, run['accepted']):.0%} of the accepted have no task at the end, against two in three."
    )
    parts: list[str] = []
    for number, (name, colour) in enumerate(KEY):
        x = 40 + (0, 110, 260, 520)[number]
        parts += [box(x, TOP + 8, 12, 12, colour), text(x + 18, TOP + 19, name, "small")]
    parts += bar_chart(rows, TOP + 34)
    parts += _days(run, TOP + 34 + len(rows) * ROW + 40)
    return picture(says, TOP + 34 + len(rows) * ROW + 300, parts)


def _days(run: Figures, top: float) -> list[str]:
    """Tasks asked for and people who had one, day by day."""
    days = run["by_day"]
    most = max(day["tasks_known"] for day in days)
    bottom, height = top + 210.0, 180.0

    def place(number: int, value: float) -> tuple[float, float]:
        return LEFT + number / max(1, len(days) - 1) * (WIDTH - LEFT - RIGHT), bottom - value / most * height

    parts = [text(16, top, "By day: tasks asked for, and different people who had one", "small")]
    for share in (0, 0.5, 1):
        _, y = place(0, share * most)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="axis"/>')
        parts.append(text(LEFT - 10, y + 4, f"{share * most:,.0f}", "small end"))
    for figure, colour, name in (("tasks_known", "c", "tasks"), ("people_served", "a", "people")):
        at = [place(number, day[figure]) for number, day in enumerate(days)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{line}" class="path {colour}"/>')
        lift = -4 if figure == "tasks_known" else 12
        parts.append(text(at[-1][0] + 8, at[-1][1] + lift, f"{days[-1][figure]:,} {name}"))
    return parts + [
        text(place(number, 0)[0], bottom + 20, days[number]["day"], "small mid")
        for number in (0, len(days) // 2, len(days) - 1)
    ]


def table(runs: list[Figures]) -> str:
    """A column for each run."""
    lines = [
        "![What became of everybody who signed up](../img/replay.svg)",
        "",
        "| | promised | " + " | ".join(f"{run['scenario']}, {run['scale']:g}" for run in runs) + " |",
        "|---|---|" + "---:|" * len(runs),
    ]
    for figure, words, wanted in ROWS:
        lines.append(f"| {words} | {wanted} | " + " | ".join(_shown(run[figure]) for run in runs) + " |")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " / ".join("never" if one is None else f"{one:,}" for one in value.values())
    return f"{value:,}"


def main() -> None:
    files = (ROOT / "bench" / "results").glob("replay-*.json")
    runs = sorted(
        (json.loads(path.read_text()) for path in files),
        key=lambda run: (run["scenario"] != "england-2020", run["scenario"], run["scale"]),
    )
    england = [run for run in runs if run["scenario"] == "england-2020"]
    (ROOT / "docs" / "img" / "replay.svg").write_text(drawn(england[-1]))
    page = PAGE.read_text()
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{table(runs)}\n\n{END}{after}")


if __name__ == "__main__":
    main()
