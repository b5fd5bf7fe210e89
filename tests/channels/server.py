"""Somebody else's server, on this machine: keeps what it is asked and answers as told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request: ``query`` as names and values."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """``answers``: (status, body) of the next requests, then the last one for ever."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=lambda: [(202, b"0: Accepted for delivery")])

    def answer(self) -> tuple[int, bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def gateway() -> Iterator[Gateway]:
    kept = Gateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def _take(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            kept.asked.append(Asked(self.command, parts.path, query, headers, body))
            status, says = kept.answer()
            self.send_response(status)
            self.send_header("Content-Length", str(len(says)))
            self.end_headers()
            self.wfile.write(says)

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class MailServer:
    """``letters``: as they came; ``connections``: how many were opened. ``ends_after``: letters a connection takes
    before the server ends it without a word."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    connections: int = 0
    ends_after: int = 1_000
    refuses: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    kept = MailServer()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            kept.connections += 1
            taken = 0
            self.wfile.write(b"220 mail.example\r\n")
            for line in self.rfile:
                if taken == kept.ends_after:
                    return
                word = line.split(b":")[0].split()[0].upper()
                answer = b"250 fine"
                if word == b"RCPT":
                    answer = kept.refuses.get(line.split(b"<")[1].split(b">")[0].decode(), answer)
                elif word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    kept.letters.append(message_from_bytes(text))
                    taken += 1
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(answer + b"\r\n")

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_address[1]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
