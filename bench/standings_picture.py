"""From bench/results/standings-*.json to docs/img/standings.svg and the table of docs/why/analytics.md.

python -m bench.standings_picture
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.plots import ROW, TOP, Bar, bar_chart, picture

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "why" / "analytics.md"
BEGIN = "<!-- Written by python -m bench.standings_picture from bench/results; not by hand. -->"
END = "<!-- End of what is written. -->"

Figures = dict[str, Any]


def drawn(runs: list[Figures]) -> str:
    """Processor seconds of the recompute, by size."""
    largest = runs[-1]
    says = (
        f"{largest['entries'] / 1e6:,.0f} million entries are summed anew and compared with every stored sum in "
        f"{largest['recompute_peak_rss_gb']:.2f} GB: {largest['difference']} differences."
    )
    rows = [
        Bar(
            f"{run['entries'] / 1e6:,.0f} million",
            [(run["recompute_processor_s"], "a")],
            f"{run['recompute_processor_s']:,.0f} processor seconds",
        )
        for run in runs
    ]
    return picture(says, TOP + 40 + len(rows) * ROW, bar_chart(rows, TOP + 14))


def table(runs: list[Figures]) -> str:
    """A row for each size."""
    lines = [
        "![The recompute by size](../img/standings.svg)",
        "",
        "| entries | days | slowest rollup question | totals | recompute | processor time | memory | differences |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        slowest = max(run["questions_s"], key=run["questions_s"].get)
        lines.append(
            f"| {run['entries']:,} | {run['days']:,} "
            f"| {run['rollup_question_s']:.2f} s ({slowest.replace('_', ' ')}) | "
            f"{run['totals_ms']:.0f} ms | {run['recompute_s']:.1f} s | {run['recompute_processor_s']:.1f} s | "
            f"{run['peak_rss_gb']:.2f} GB | {run['difference']} |"
        )
    for run in runs:
        if "peers" in run:
            lines += ["", f"The same {run['entries']:,} entries in the same run:", ""]
            lines += ["| | sums of all cells from entries | totals from rollups |", "|---|---|---|"]
            ours = (
                f"{run['recompute_s']:.1f} s with the comparison | {run['questions_s']['totals_anew']:.2f} s"
            )
            lines.append(f"| Dure (DuckDB) | {ours} |")
            for name, peer in run["peers"].items():
                lines.append(
                    f"| {name} | {peer['cells_from_entries_s']:.1f} s | {peer['totals_from_rollups_s']:.2f} s |"
                )
    return "\n".join(lines)


def main() -> None:
    files = (ROOT / "bench" / "results").glob("standings-*m.json")
    runs = sorted((json.loads(path.read_text()) for path in files), key=lambda run: int(run["entries"]))
    (ROOT / "docs" / "img" / "standings.svg").write_text(drawn(runs))
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{table(runs)}\n\n{END}{after}")


if __name__ == "__main__":
    main()
