"""How a command answers: words for people, JSON for programs, one line for a refusal, an exit code for both."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dure.cli.errors import OutputUnwritable
from dure.kernel.refusals import Refusal

REFUSED: Final = 1
STOPPED: Final = 130  # what shells expect after Ctrl-C
TO_STDOUT: Final = "-"
LOG_NAME: Final = "breakage.log"
# Strangers' logs and files are told of: nothing in them may move the cursor or clear the screen.
_UNSHOWN: Final = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")


class Answer:
    """The two channels of a command. With ``--json -`` only JSON goes to standard output, words to the other."""

    def __init__(self, json_to: str | None) -> None:
        self._json_to = json_to
        self.words = Console(stderr=json_to == TO_STDOUT, highlight=False, soft_wrap=True, markup=False)
        self._aside = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        self.exit_code = 0

    def say(self, text: str = "") -> None:
        """A sentence of the answer."""
        self.words.print(text.translate(_UNSHOWN))

    def aside(self, text: str) -> None:
        """What is not part of the answer: what is being prepared, what was refused."""
        self._aside.print(text.translate(_UNSHOWN))

    def table(self, title: str, columns: Mapping[str, bool], rows: Sequence[tuple[str, ...]]) -> None:
        """A table; ``columns``: name, and whether it holds figures."""
        shown = Table(title=title or None, title_justify="left")
        for name, is_figure in columns.items():
            shown.add_column(name, justify="right" if is_figure else "left")
        for row in rows:
            shown.add_row(*row)
        self.words.print(shown)

    def check_json(self) -> None:
        """Refuses with OutputUnwritable before any work is done, not after it."""
        if self._json_to and self._json_to != TO_STDOUT:
            folder = Path(self._json_to).resolve().parent
            if Path(self._json_to).is_dir() or not os.access(folder, os.W_OK):
                raise OutputUnwritable(
                    file=self._json_to, why="it is a folder, or its folder can't be written to"
                )

    def give(self, facts: Mapping[str, object]) -> None:
        """The answer for programs; written only when it was asked for."""
        if not self._json_to:
            return
        text = json.dumps(facts, default=_plain, ensure_ascii=False, indent=2)
        if self._json_to == TO_STDOUT:
            typer.echo(text)
            return
        try:
            Path(self._json_to).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputUnwritable(file=self._json_to, why=(error.strerror or str(error)).lower()) from error

    @contextmanager
    def progress(self, what: str) -> Iterator[Bar]:
        """A bar for work that may take longer than a second; on a terminal only, and gone afterwards."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        shown = Progress(*columns, console=self._aside, transient=True, disable=not self._aside.is_terminal)
        with shown:
            yield Bar(shown, what)


class Bar:
    """Progress on a terminal, fed by ``dure.base.jobs.Progress``."""

    def __init__(self, shown: Progress, what: str) -> None:
        self._shown = shown
        self._what = what
        self._task = shown.add_task(what, total=None)

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        if bytes_needed is not None:
            self._shown.console.print(f"Needs about {max(bytes_needed / 1e9, 0.1):.1f} GB of memory.")
        what = f"{self._what}: {step}" if step else None
        self._shown.update(self._task, completed=done, total=total or None, description=what)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


@contextmanager
def answering(json_to: str | None = None, *, needs_database: bool = True) -> Iterator[Answer]:
    """Run a command: the database made ready, refusals in one line, breakage in a sentence with the log's place."""
    answer = Answer(json_to)
    try:
        answer.check_json()
        if needs_database:
            from dure.cli.database import make_ready

            make_ready(answer.aside)
        yield answer
    except Refusal as no:
        answer.aside(str(no))
        _give_refusal(answer, no)
        raise typer.Exit(REFUSED) from no
    except KeyboardInterrupt as stop:
        answer.aside("Stopped. What was done stays; the same command again goes on from there.")
        raise typer.Exit(STOPPED) from stop
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:
        raise  # whoever read the output has seen enough; typer knows what to do
    except Exception as broken:
        if (storage := _storage_refusal(broken)) is not None:
            answer.aside(str(storage))
            _give_refusal(answer, storage)
        else:
            answer.aside(_breakage(broken))
        raise typer.Exit(REFUSED) from broken
    if answer.exit_code:
        raise typer.Exit(answer.exit_code)


def _storage_refusal(broken: Exception) -> Refusal | None:
    """What ``broken`` says of a database that can't be written; Django is only loaded where it was needed."""
    if "django.db" not in sys.modules:
        return None
    from dure.base.storage import refusal_of

    return refusal_of(broken)


def _give_refusal(answer: Answer, no: Refusal) -> None:
    facts = {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in no.facts.items()
    }
    if not isinstance(no, OutputUnwritable):
        answer.give({"refused": {"code": no.code, "says": str(no), "facts": facts}})


def _breakage(broken: Exception) -> str:
    """A sentence for what must not happen; the traceback goes to the log, or to the screen with DURE_TRACE=1."""
    from dure.base.home import home

    trace = "".join(traceback.format_exception(broken))
    if os.environ.get("DURE_TRACE") == "1":
        return trace
    what = f"{type(broken).__name__}: {broken}".splitlines()[0][:200]
    try:
        log = home() / LOG_NAME
        with log.open("a", encoding="utf-8") as handle:
            handle.write(f"{datetime.now(UTC).isoformat()}\n{trace}\n")
        log.chmod(0o600)
    except (OSError, Refusal):
        return f"Something broke that should not ({what}). DURE_TRACE=1 shows where."
    return f"Something broke that should not ({what}). Details are in {log}; DURE_TRACE=1 shows them here."
