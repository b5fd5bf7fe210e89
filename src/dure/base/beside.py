"""A process beside this one that carries out jobs, many at a time.

Python runs one thread of a process at a time. A thread that writes to a database lets go of that turn some sixty
times a batch and, beside a hundred threads that wait for their answers, gets it back late each time: a surge of
sign-ups was held to 1,700 a second so, where the writing alone takes a fifth of the time. A process of its own waits
for nobody.

The two talk over a socket that nobody else has. When either dies the other sees its end: the process beside ends with
the one it belongs to, and one that died is begun anew with the next jobs.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar, cast

from django.db import connection

from dure.base.errors import WriterBusy
from dure.base.storage import refusal_of
from dure.kernel.must import Broken
from dure.kernel.refusals import Refusal

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")
# Whoever hears it sends the same again, which is counted once: the job may have been done.
RETRY_S = 2
log = logging.getLogger(__name__)


class Beside(Generic[Job, Outcome]):
    """Has ``python -m module SOCKET`` carry out jobs; ``module`` calls :func:`carry_out`. Asked by one thread."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection[Any, Any] | None = None
        # A fork copies what belongs to the process it was made from, and leaves it alone.
        os.register_at_fork(after_in_child=self._forget)

    def begin(self) -> None:
        """Begin the process, so that the first job needn't wait for it."""
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", self._module, str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])  # noqa: S603  our own module
        self._line = ours

    def ask(self, jobs: list[Job]) -> Sequence[Outcome]:
        """The outcome of each job. Raises what carrying them out raised, as far as it is a refusal.

        Refuses with WriterBusy when the process died meanwhile: what became of the jobs is not known.
        """
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self.begin()
        line = self._line
        if line is None:
            raise Broken("a process that was begun has a line")
        try:
            line.send(jobs)
            found, no = line.recv()
        except (EOFError, OSError) as gone:
            log.error("the process beside (%s) died: %s; another one begins", self._module, gone)
            self.stop()
            raise WriterBusy(retry_s=RETRY_S) from gone
        if no is not None:
            raise no
        return cast("Sequence[Outcome]", found)

    def stop(self) -> None:
        """End the process once it has done what it was asked."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.wait()
        self._process = self._line = None

    def _forget(self) -> None:
        if self._line is not None:
            self._line.close()
        self._process = self._line = None


def carry_out(socket: int, do: Callable[[list[Job]], Sequence[Outcome]]) -> None:
    """Carry out jobs with ``do`` until the process that asks for them is gone."""
    # Ctrl-C reaches every process of the terminal; this one ends after the one it belongs to.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line: Connection[Any, Any] = Connection(socket)
    with line:
        while True:
            try:
                jobs = line.recv()
            except (EOFError, OSError):
                return
            try:
                line.send((do(jobs), None))
            except BrokenPipeError:
                return
            except Exception as error:
                connection.close()  # whatever state it is in, the next jobs get a sound one
                line.send((None, _told(error)))


def _told(error: Exception) -> Exception:
    """A refusal as it is; of anything else no more than that it happened, since this process has written it down."""
    no = error if isinstance(error, Refusal) else refusal_of(error)
    if no is not None:
        return no
    log.error("jobs broke in the process beside", exc_info=error)
    return Broken("the process beside broke; its log says how")
