"""`dure chores`: what the house does by itself, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Annotated, Final

import typer

from dure.cli.answer import answering

# A process that dies at once would otherwise be started as often as the machine can.
PAUSE_S: Final = 5.0
END_S_MAX: Final = 30.0
PARENT_SEEN_S: Final = 1.0


def chores(
    # For the site, which starts this: its process, with which this one ends.
    beside: Annotated[int | None, typer.Option("--beside", metavar="PID", hidden=True)] = None,
) -> None:
    """Send messages, call waves, keep answers true and let lapse what is over, until Ctrl-C."""
    with answering() as answer:
        from dure.operations.chores import CHORES, run

        stop = Event()
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda *_: stop.set())
        if beside is not None:
            Thread(target=_end_with, args=(beside, stop), daemon=True).start()
        else:
            answer.say(f"At work: {', '.join(chore.name for chore in CHORES)} (Ctrl-C ends it).")
        run(stop)


def _end_with(parent: int, stop: Event) -> None:
    """However the parent ended, its children are given to another."""
    while os.getppid() == parent:
        if stop.wait(PARENT_SEEN_S):
            return
    stop.set()


@contextmanager
def beside_the_site() -> Iterator[None]:
    """Have the chores done in a process beside this one, started again should it die."""
    stop = Event()
    keeper = Thread(target=_keep_running, args=(stop,), name="chores-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(END_S_MAX)


def _keep_running(stop: Event) -> None:
    while not stop.is_set():
        # -P: a folder named dure where the site was started is not taken for the program.
        process = subprocess.Popen(  # noqa: S603  our own program, with words made here
            [sys.executable, "-P", "-m", "dure.cli", "chores", "--beside", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the site, which then ends this in order
        )
        while process.poll() is None and not stop.wait(0.5):
            pass
        process.terminate()
        try:
            process.wait(END_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
        stop.wait(PAUSE_S)
