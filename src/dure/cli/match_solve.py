"""`dure match solve`: the match on anybody's data, from Parquet to Parquet. It needs no campaign and no database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.answer import STOPPED, TO_STDOUT, Answer, Bar, answering
from dure.cli.errors import OutputUnwritable
from dure.cli.match_sides import TIER_NAMES, say_side, side_json
from dure.cli.options import JsonTo

if TYPE_CHECKING:
    from dure.engine.matching import Solution
    from dure.operations.match_files import MatchFiles

PeopleFile = Annotated[
    Path, typer.Option("--people", metavar="FILE", help="Parquet file with a row for each person.")
]
PostsFile = Annotated[
    Path, typer.Option("--posts", metavar="FILE", help="Parquet file with a row for each post.")
]
PlacedTo = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="Parquet file to write: person and post of everyone placed."),
]


class _Steps:
    """The seconds of every step, and a bar that says which one is going on."""

    def __init__(self, bar: Bar) -> None:
        self.seconds: dict[str, float] = {}
        self._bar = bar

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.tell(name, 0, 0)
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    def tell(self, step: str, done: int, total: int) -> None:
        """What the engine reports to."""
        # Said once, before the start: what it will take.
        self._bar.advance(done, total, step, bytes_needed=done if step == "memory" else None)


def match_solve(people: PeopleFile, posts: PostsFile, out: PlacedTo, json_to: JsonTo = None) -> None:
    """Match the people of one Parquet file to the posts of another, provably best, and write who goes where."""
    with answering(json_to, needs_database=False) as answer:
        start = time.perf_counter()
        _refuse_clashes(people, posts, out, json_to)
        try:
            files, solution, seconds = _solved(answer, people, posts, out)
        except KeyboardInterrupt as stop:
            answer.aside(f"Stopped. {out} was not written.")
            raise typer.Exit(STOPPED) from stop
        seconds = {"total": time.perf_counter() - start, **seconds}
        _say(answer, files, solution, seconds["total"], out)
        answer.give(_facts(files, solution, seconds))


def _solved(
    answer: Answer, people: Path, posts: Path, out: Path
) -> tuple[MatchFiles, Solution, dict[str, float]]:
    """Read, match and write; the seconds of each step."""
    from dure.base.memory import match_memory_max_bytes
    from dure.engine.matching import build_problem, solve
    from dure.operations.match_files import output_at, read_match_files

    memory_max_bytes = match_memory_max_bytes()
    with output_at(out) as output, answer.progress("Matching") as bar:
        steps = _Steps(bar)
        with steps.step("read"):
            files = read_match_files(people, posts)
        with steps.step("build"):
            problem = build_problem(files.people, files.posts)
            sides = files.sides.sides(files.people, files.posts)
        with steps.step("solve"):
            solution = solve(problem, tell=steps.tell, memory_max_bytes=memory_max_bytes, sides=sides)
        with steps.step("write"):
            output.write(files, solution)
    return files, solution, steps.seconds


def _refuse_clashes(people: Path, posts: Path, out: Path, json_to: str | None) -> None:
    """Nothing that is written takes the place of a question, or of the other answer."""
    from dure.operations.match_files import MatchPathsClash, same_file

    questions = {"--people": people, "--posts": posts}
    # First the figures: a refusal is written there, too, but for this one.
    if json_to and json_to != TO_STDOUT:
        for option, path in {**questions, "--out": out}.items():
            if same_file(Path(json_to), path):
                raise OutputUnwritable(file=json_to, why=f"it is the file of {option}")
    for option, path in questions.items():
        if same_file(out, path):
            raise MatchPathsClash(file=str(out), option=option)


def _say(answer: Answer, files: MatchFiles, solution: Solution, seconds: float, out: Path) -> None:
    placed = int(solution.filled_by_tier.sum())
    answer.say(
        f"{placed:,} of {files.people.count:,} people placed in {seconds:.1f} s, {solution.pairs:,} pairs looked at, "
        f"mean way {solution.travel_mean_m / 1000:.1f} km. Who goes where: {out}"
    )
    tiers = zip(TIER_NAMES, solution.filled_by_tier, solution.seats_by_tier, strict=True)
    rows = [(name, f"{filled:,}", f"{seats:,}") for name, filled, seats in tiers]
    answer.table("", {"tier": False, "filled": True, "seats": True}, rows)
    if solution.side is not None:
        say_side(answer, solution.side)
    elif solution.proven:
        answer.say("Proof: no better placement exists.")
    else:
        answer.say(f"Proof: at most {solution.gap_units:.2f} units of 10 m from the best.")
    for count, what in (
        (files.hours_missing, "no free hours"),
        (files.home_missing, "no home (lat and lon)"),
        (files.age_missing, "no age"),
    ):
        if count:
            answer.say(f"{count:,} people have {what}, so nothing could be offered to them.")
    if files.rounded:
        answer.say("Some times are no whole minutes: shifts were rounded outwards, free spans inwards.")
    if files.ignored_columns:
        answer.say(f"Columns that were not used: {', '.join(files.ignored_columns)}.")


def _facts(files: MatchFiles, solution: Solution, seconds: dict[str, float]) -> dict[str, object]:
    from dure.base.memory import peak_rss_gb
    from dure.operations.match_files import tiers_proven

    return {
        "people": files.people.count,
        "posts": files.posts.count,
        "pairs": solution.pairs,
        "seconds": {step: round(value, 3) for step, value in seconds.items()},
        "peak_rss_gb": peak_rss_gb(),
        "placed": int(solution.filled_by_tier.sum()),
        "placed_by_tier": solution.filled_by_tier.tolist(),
        "seats_by_tier": solution.seats_by_tier.tolist(),
        "travel_km_mean": round(solution.travel_mean_m / 1000, 3),
        "gap_units": solution.gap_units,
        "tiers_proven": tiers_proven(files.posts, solution),
        "objective": solution.cost_total,
        "side": side_json(solution.side),
        "ignored_columns": list(files.ignored_columns),
        "people_without": {
            "hours": files.hours_missing,
            "home": files.home_missing,
            "age": files.age_missing,
        },
        "times_rounded": files.rounded,
    }
