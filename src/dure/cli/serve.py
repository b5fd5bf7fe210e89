"""`dure serve`: the site in one process with threads, and readers beside it that make the pages (web.readers).

Django over WSGI is 4 to 5 times cheaper than over ASGI.
"""

from __future__ import annotations

import errno
import os
import resource
import socket
from contextlib import nullcontext, suppress
from typing import Annotated, Final

import typer

from dure.cli.answer import Answer, answering
from dure.cli.chores import beside_the_site
from dure.cli.errors import AddressTaken

# As many entries may share a commit, whose cost is the disk's (docs/why/ledger.md); waiting threads cost little.
# Sign-ups never hold more than half of them (operations.intake), so that every other door keeps answering.
THREADS: Final = 512
STOP_SECONDS_MAX: Final = 5
# A browser keeps its line for the next page. The server counts lines, not requests: with its usual 1,024 so many open
# pages would lock everybody else out (measured). An idle line costs a descriptor and some kilobytes.
LINES_MAX: Final = 20_000
LINES_WAITING_MAX: Final = 4_096
# Descriptors for files, the database and the threads.
OTHER_FILES: Final = 1_024
# A line that says nothing for so long is closed; a phone's next request opens another.
IDLE_MS: Final = 20_000
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


def lines_max() -> int:
    """How many lines may be open at once: as many descriptors as this process may have are asked for first."""
    wanted = LINES_MAX + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return LINES_MAX
    more = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    # A system may allow fewer than it says (macOS): then what there was is enough to begin with.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
        soft = more
    return max(soft - OTHER_FILES, soft // 2)


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
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from dure.base.nursery import let_go_of_databases
    from dure.operations import first_run

    refuse_taken(host, port)
    shown = f"[{host}]" if ":" in host else host
    if host in LOCAL:
        # Links in letters lead to where it answers, at whatever port; whoever puts it up for others names its address.
        os.environ.setdefault("DURE_SITE", f"http://{shown}:{port}")
    answer.say(f"Serving on http://{shown}:{port}/ (Ctrl-C ends it).")
    if first_run.is_open():
        answer.say(f"Nobody has an account yet. Begin at http://{shown}:{port}/start/ with the setup code")
        answer.say(f"    {first_run.setup_code()}")
    if host not in LOCAL:
        answer.say(
            "Name the site's host names in DURE_HOSTS, and put a proxy with TLS before it (DURE_SECURE=1)."
        )
    # Last of all that asks the database: the worker is forked and opens its own connections. A pool would come along
    # without the threads that fill it, and every request would wait for the one connection it still had.
    let_go_of_databases()
    site = Granian(
        "dure.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backlog=LINES_WAITING_MAX,
        backpressure=lines_max(),
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_MS),
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP_SECONDS_MAX,
    )
    with nullcontext() if alone else beside_the_site():
        site.serve()
    answer.say("Stopped.")
