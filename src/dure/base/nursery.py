"""Processes that are copies of this one as it was when it had one thread and nothing open.

A process that serves many threads can't be forked safely, and a fresh one takes seconds and a hundred megabytes. So
one copy is made at the very beginning, which does nothing but fork others when it is asked: each is there in
milliseconds and shares the memory of all that was imported before.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Final, NoReturn

from django.db import connections

# The other end is gone.
_OVER: Final = b""


def let_go_of_databases() -> None:
    """Close every connection of this thread, and the pools: neither may come along into a process that is forked."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if close_pool := getattr(connection, "close_pool", None):
            close_pool()


class Nursery:
    """Begins processes that do ``work(line)`` and end. Made while this process has one thread and no open database.

    The nursery ends with this process however that one ends, and does ``at_end``; so must ``work`` when its line says
    end of file.
    """

    def __init__(
        self, work: Callable[[Connection[Any, Any]], None], at_end: Callable[[], object] = lambda: None
    ) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            if os.fork() == 0:
                _tend(theirs.fileno(), work, at_end)

    def another(self) -> Connection[Any, Any]:
        """The line to a new process. Raises OSError when the nursery is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._line, [b"1"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return Connection(ours.detach())


def _tend(line: int, work: Callable[[Connection[Any, Any]], None], at_end: Callable[[], object]) -> NoReturn:
    """Fork a process for each socket that comes, until nobody can send more."""
    try:
        # What the server listens at, and whatever else was open, is not for these processes.
        os.closerange(3, line)
        os.closerange(line + 1, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 1 << 20 else 1 << 20)
        # Ctrl-C reaches every process of the terminal; these end after the one they belong to.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets the dead by itself
        with socket.socket(fileno=line) as asked:
            while True:
                word, given, _, _ = socket.recv_fds(asked, 1, 1)
                if word == _OVER:
                    break
                for one in given:
                    if os.fork() == 0:
                        asked.close()
                        _grow_up(one, work)
                    os.close(one)
            at_end()
    finally:
        os._exit(0)


def _grow_up(line: int, work: Callable[[Connection[Any, Any]], None]) -> NoReturn:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with suppress(EOFError, OSError), Connection(line) as held:
            work(held)
    finally:
        os._exit(0)
