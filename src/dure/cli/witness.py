"""`dure witness …`: watch somebody else's log, cosign what only grew, keep proof of what did not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Final

import typer

from dure.cli.answer import REFUSED, Answer, answering
from dure.cli.options import JsonTo
from dure.kernel.refusals import Refusal

if TYPE_CHECKING:
    from dure.movement.ledger.outside.web import Web

# A log that contradicts itself is not the same as one that can't be read.
CONTRADICTED: Final = 3
EXIT_CODES: Final = (
    "Exit codes: 0 all is well; 1 something can't be read or checked; 3 a log contradicts what it signed."
)
witness = typer.Typer(
    no_args_is_help=True, help=f"Watch another's log, cosign it, keep evidence of a fork. {EXIT_CODES}"
)
Urls = Annotated[list[str], typer.Argument(metavar="URL…", help="Address of a site, or of its log.")]
Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key", metavar="VKEY", help="The log's key as you know it; else the one it shows first is kept."
    ),
]


@witness.command("keygen")
def keygen(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Such as witness.example.org/w1: no spaces, no plus.")
    ],
    json_to: JsonTo = None,
) -> None:
    """Make this witness's key, once, and print what logs need to trust it."""
    with answering(json_to, needs_database=False) as answer:
        from dure.movement.ledger.outside.memory import name_witness

        key = name_witness(name).cosigner.verifier_key
        answer.say(key)
        answer.give({"name": name, "verifier_key": key})


@witness.command("once")
def once(urls: Urls, keys: Keys = None, json_to: JsonTo = None) -> None:
    """Look at each log once: verify that it only grew, cosign it, hand it the cosignature."""
    with answering(json_to, needs_database=False) as answer:
        from dure.movement.ledger.outside.web import Web

        seen = [_look(answer, Web(), url, keys or ()) for url in urls]
        answer.exit_code = max(int(str(one["exit_code"])) for one in seen)
        answer.give({"logs": seen})


@witness.command("run")
def run(
    urls: Urls,
    keys: Keys = None,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.1, help="Time between two looks.")
    ] = 600,
    rounds: Annotated[
        int, typer.Option("--rounds", metavar="NUMBER", min=0, help="Stop after so many looks; 0: at Ctrl-C.")
    ] = 0,
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="HOST:PORT",
            help="Answer logs that ask (C2SP tlog-witness): put TLS before it.",
        ),
    ] = "",
    json_to: JsonTo = None,
) -> None:
    """Look at the logs again and again until Ctrl-C; what can't be read is tried again next time."""
    with answering(json_to, needs_database=False) as answer:
        from dure.movement.ledger.outside.web import Web

        if listen:
            _listen(answer, listen)
        web, pause, done = Web(), Event(), 0
        while True:
            seen = [_look(answer, web, url, keys or ()) for url in urls]
            codes = [int(str(one["exit_code"])) for one in seen]
            # A contradiction seen once stays the answer, whatever the log shows later.
            answer.exit_code = CONTRADICTED if CONTRADICTED in (answer.exit_code, *codes) else max(codes)
            done += 1
            if done == rounds:
                break
            pause.wait(every)
        answer.give({"rounds": done, "logs": seen})


@witness.command("evidence")
def evidence(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE…]", help="Evidence; without any, all this witness keeps."),
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Verify evidence that a log contradicted itself and say what it proves; needs nothing but the files."""
    with answering(json_to, needs_database=False) as answer:
        from dure.movement.ledger.outside.memory import evidence_files

        found = [_examine(answer, path) for path in files or evidence_files()]
        if not found:
            answer.say("This witness keeps no evidence: no log it watches has contradicted itself.")
        answer.give({"evidence": found})


def _examine(answer: Answer, path: Path) -> dict[str, object]:
    from dure.movement.ledger.outside.errors import EvidenceBad
    from dure.movement.ledger.outside.evidence import ProvesNothing, read_evidence, what_it_proves

    try:
        told = read_evidence(path.read_text(encoding="utf-8"))
        proved = what_it_proves(told)
    except (OSError, UnicodeDecodeError, ProvesNothing) as odd:
        answer.exit_code = REFUSED
        answer.say(str(EvidenceBad(file=str(path), what=str(odd))))
        return {"file": str(path), "proves": None, "why_not": str(odd)}
    answer.say(f"{path}: {proved}")
    answer.say(f"  It holds if this is the log's key: {told.verifier_key}")
    for note in (told.older, told.newer):
        answer.say("\n".join(f"  | {line}" for line in note.rstrip("\n").split("\n")))
    return {"file": str(path), "proves": proved, "verifier_key": told.verifier_key, "kind": told.kind}


def _look(answer: Answer, web: Web, url: str, keys: list[str] | tuple[str, ...]) -> dict[str, object]:
    """One visit, told in a line or two."""
    from dure.movement.ledger.outside.errors import LogForked, LogWentBack
    from dure.movement.ledger.outside.witness import visit

    try:
        seen = visit(web, url, verifier_keys=keys, now=datetime.now(UTC))
    except Refusal as no:
        answer.say(str(no))
        code = CONTRADICTED if isinstance(no, LogForked | LogWentBack) else REFUSED
        return {"url": url, "exit_code": code, "refused": no.code, "says": str(no)}
    answer.say(f"{seen.origin}: {seen.size:,} entries, cosigned{' (first sight)' if seen.is_first else ''}.")
    for lost in seen.lost:
        answer.say(f"  {lost}.")
    if seen.taken:
        answer.say(f"  The log did not take the cosignature: {seen.taken}")
    return {
        "url": url,
        "exit_code": 0,
        "origin": seen.origin,
        "size": seen.size,
        "line": seen.line,
        "first_sight": seen.is_first,
        "not_taken": seen.taken,
        "losses": list(seen.lost),
    }


def _listen(answer: Answer, place: str) -> None:
    from dure.cli.errors import AddressTaken
    from dure.cli.serve import refuse_taken
    from dure.movement.ledger.outside.door import serve

    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise AddressTaken(address=place, why="expected HOST:PORT, such as 127.0.0.1:8455")
    refuse_taken(host.strip("[]"), int(port))
    server = serve(host.strip("[]"), int(port), lambda: datetime.now(UTC))
    Thread(target=server.serve_forever, name="witness-door", daemon=True).start()
    answer.say(f"Answering logs on http://{place}/ (tlog-witness).")
