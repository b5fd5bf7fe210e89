"""A witness that can be asked: c2sp.org/tlog-witness for logs that hand in checkpoints, and what it remembers.

``POST /add-checkpoint`` (section "add-checkpoint") takes checkpoints of logs the witness knows from a visit.
``GET /logs/<SHA-256 of the origin>/checkpoint`` gives the newest note it cosigned, after losses that of the newest
name: a log that was put back from a backup asks there before it signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dure.engine.log import checkpoint as signed
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.errors import CheckpointBad
from dure.engine.log.merkle import HASH_BYTES, verify_consistency
from dure.engine.log.note import from_base64, parse_verifier_key, read_note
from dure.movement.ledger.outside import memory
from dure.movement.ledger.outside.evidence import Evidence
from dure.movement.ledger.outside.memory import Memory
from dure.movement.ledger.outside.witness import own_text, remember_and_cosign

BODY_BYTES_MAX = 256 * 1024
PROOF_LINES_MAX = 63
READ_SECONDS_MAX = 20
TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,19})")
_LENGTH = re.compile(r"[0-9]{1,9}")
_MEMORY = re.compile(r"/logs/([0-9a-f]{64})/checkpoint")

Reply = tuple[int, str, str]
"""Status, content type, body."""


def serve(host: str, port: int, now: Callable[[], datetime]) -> ThreadingHTTPServer:
    """A server for both addresses, bound but not yet serving; ``now`` gives the time of each cosignature."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = READ_SECONDS_MAX

        def do_GET(self) -> None:
            self._send(remembered(self.path))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not _LENGTH.fullmatch(length) or int(length) > BODY_BYTES_MAX:
                self.close_connection = True
                self._send((413, TEXT, f"A checkpoint has at most {BODY_BYTES_MAX} bytes.\n"))
                return
            body = self.rfile.read(int(length))
            if self.path != "/add-checkpoint":
                self._send((404, TEXT, "Checkpoints are taken at /add-checkpoint.\n"))
                return
            self._send(add_checkpoint(body, now()))

        def _send(self, reply: Reply) -> None:
            status, content_type, text = reply
            raw = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(raw)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
            """Nobody's address is kept."""

    return ThreadingHTTPServer((host, port), Door)


def remembered(path: str) -> Reply:
    """The newest note that was cosigned of the log named in ``path``."""
    found = _MEMORY.fullmatch(path)
    known = memory.memory_by_digest(found[1]) if found else None
    if known is None:
        return 404, TEXT, "This witness knows no such log.\n"
    return 200, TEXT, known.note


def add_checkpoint(body: bytes, now: datetime) -> Reply:
    """Take a checkpoint with its consistency proof; the answers are those of tlog-witness, "add-checkpoint"."""
    try:
        old_size, proof, text = _parts(body)
        note = read_note(text)
    except (ValueError, CheckpointBad) as odd:
        return 400, TEXT, f"{odd}\n"
    me = memory.identity()
    origin = note.text.split("\n", 1)[0]
    with memory.alone(origin):
        kept = memory.memory_of(origin)
        if kept is None or kept.next_origin:
            return 404, TEXT, "This witness does not watch that log.\n"
        name, public_key = parse_verifier_key(kept.verifier_key)
        try:
            new = signed.verify(text, name, public_key)
        except CheckpointBad as no:
            return 403, TEXT, f"{no}\n"
        refused = _refused(kept, new, old_size, proof, own_text(note, kept.verifier_key), now)
        if refused is not None:
            return refused
        _, line = remember_and_cosign(
            checkpoint=new, note=note, key=kept.verifier_key, url=kept.url, me=me, now=now
        )
    return 200, TEXT, f"{line}\n"


def _refused(
    kept: Memory, new: Checkpoint, old_size: int, proof: list[bytes], text: str, now: datetime
) -> Reply | None:
    """Why the checkpoint is not cosigned, None if it is."""
    known = kept.state
    if old_size > new.size:
        return 400, TEXT, f"The old size {old_size} is above the new one, {new.size}.\n"
    if old_size != known.size:
        return 409, SIZE, f"{known.size}\n"
    if old_size == new.size and known.root != new.root:
        evidence = Evidence(
            kind="same size",
            verifier_key=kept.verifier_key,
            older=kept.note,
            newer=text,
            seen_at=now.isoformat(timespec="seconds"),
            seen_by=memory.identity().name,
        )
        memory.keep_evidence(evidence)
        return 409, SIZE, f"{known.size}\n"
    if not verify_consistency(old_size, new.size, known.root, new.root, proof):
        return 422, TEXT, "The consistency proof does not lead from the known state to the new one.\n"
    return None


def _parts(body: bytes) -> tuple[int, list[bytes], str]:
    """Old size, proof and checkpoint of a request; raises ValueError, whose text says what is wrong."""
    try:
        head, blank, text = body.decode().partition("\n\n")
    except UnicodeDecodeError as odd:
        raise ValueError("The request is no text.") from odd
    first, *lines = head.split("\n")
    found = _OLD.fullmatch(first)
    if not blank or found is None:
        raise ValueError("A request begins with a line 'old SIZE', then a proof and an empty line.")
    proof = [one for one in map(from_base64, lines) if one is not None and len(one) == HASH_BYTES]
    if len(proof) != len(lines) or len(lines) > PROOF_LINES_MAX:
        raise ValueError(f"A proof is at most {PROOF_LINES_MAX} hashes of 32 bytes in base64, one a line.")
    return int(found[1]), proof, text
