"""`dure serve`: the site, in one process with threads (Django over WSGI is 4 to 5 times cheaper than over ASGI)."""

from __future__ import annotations

import errno
import socket
from contextlib import nullcontext
from typing import Annotated, Final

import typer

from dure.cli.answer import Answer, answering
from dure.cli.chores import beside_the_site
from dure.cli.errors import AddressTaken

# As many entries may share a commit, whose cost is the disk's (docs/why/ledger.md); waiting threads cost little.
# Sign-ups never hold more than half of them (operations.intake), so that every other door keeps answering.
THREADS: Final = 192
STOP_SECONDS_MAX: Final = 5
LOCAL: Final = ("127.0.0.1", "localhost", "::1")
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
Alone = Annotated[
    bool,
    typer.Option("--alone", help="Without the chores beside it; something else runs `dure chores` then."),
]


def serve(host: Host = "127.0.0.1", port: Port = 8000, alone: Alone = False) -> None:
    """Serve the site until Ctrl-C, with messages and other chores beside it."""
    with answering() as answer:
        serve_site(answer, host, port, alone=alone)


def refuse_taken(host: str, port: int) -> None:
    """Refuses with AddressTaken; asked before long work, so that it isn't done for nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "another program listens there" if taken else (error.strerror or str(error)).lower()
            raise AddressTaken(address=f"{host}:{port}", why=why) from error


def serve_site(answer: Answer, host: str, port: int, *, alone: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, unless ``alone`` with the chores beside. Refuses with AddressTaken."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    refuse_taken(host, port)
    # The worker is forked and opens its own connections. A pool would come along without the threads that
    # fill it, and every request would wait for the one connection it still had.
    connections.close_all()
    for connection in connections.all():
        if close_pool := getattr(connection, "close_pool", None):
            close_pool()
    shown = f"[{host}]" if ":" in host else host
    answer.say(f"Serving on http://{shown}:{port}/ (Ctrl-C ends it).")
    if host not in LOCAL:
        answer.say(
            "Name the site's host names in DURE_HOSTS, and put a proxy with TLS before it (DURE_SECURE=1)."
        )
    site = Granian(
        "dure.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP_SECONDS_MAX,
    )
    with nullcontext() if alone else beside_the_site():
        site.serve()
    answer.say("Stopped.")
