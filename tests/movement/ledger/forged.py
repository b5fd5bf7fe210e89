"""A log made of files in memory, which can be damaged, rewritten and forked at will."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.engine.log import checkpoint
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.entry import leaf_hash
from dure.engine.log.merkle import root_of
from dure.engine.log.note import verifier_key
from dure.engine.log.tiles import TILE_WIDTH, encode_bundle, entries_path, new_tiles
from dure.movement.ledger.outside.errors import LogUnreachable
from dure.movement.ledger.outside.web import Answer, Web

ORIGIN = "dure.example/log"
SITE = "https://dure.example"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def commitments(count: int, salt: str = "") -> list[bytes]:
    """Entries of a log as it publishes them; ``salt`` makes others."""
    return [sha256(f"{salt}{number}".encode()).digest() for number in range(count)]


class ForgedLog(Web):
    """Answers as a log's site would. ``files``: by path below the prefix; ``posted``: what was handed in."""

    def __init__(self, entries: Sequence[bytes], *, origin: str = ORIGIN, prefix: str = "/log") -> None:
        super().__init__(tries_max=1)
        self.origin, self.prefix = origin, prefix
        self.files: dict[str, bytes] = {}
        self.extra: dict[str, bytes] = {"/.well-known/dure-log-key": f"{self.key}\n".encode()}
        self.posted: list[tuple[str, str]] = []
        self.post_answer = (200, b"Thank you.\n")
        self.show(entries)

    @property
    def key(self) -> str:
        return verifier_key(self.origin, KEY.public_key())

    def show(self, entries: Sequence[bytes]) -> None:
        """Publish exactly these entries, signed."""
        leaves = [leaf_hash(entry) for entry in entries]
        self.files = {tile.path: tile.data for tile in new_tiles(0, leaves, lambda *_: b"")}
        for first in range(0, len(entries), TILE_WIDTH):
            part = entries[first : first + TILE_WIDTH]
            self.files[entries_path(first // TILE_WIDTH, len(part))] = encode_bundle(part)
        self.sign(len(entries), root_of(leaves))

    def sign(self, size: int, root: bytes) -> None:
        note = checkpoint.sign(Checkpoint(self.origin, size, root), self.origin, KEY)
        self.files["checkpoint"] = note.encode()

    @property
    def note(self) -> str:
        return self.files["checkpoint"].decode()

    def get(self, url: str) -> Answer:
        if not url.startswith(SITE):
            raise LogUnreachable(url=url, why="its name is not known")
        path = url.removeprefix(SITE)
        found = self.extra.get(path)
        if found is None and path.startswith(f"{self.prefix}/"):
            found = self.files.get(path.removeprefix(f"{self.prefix}/"))
        if found is None:
            return Answer(404, b"There is no such tile here.\n", url)
        return Answer(200, found, url)

    def post(self, url: str, data: bytes, content_type: str = "text/plain; charset=utf-8") -> Answer:
        self.posted.append((url.removeprefix(SITE), data.decode()))
        status, says = self.post_answer
        return Answer(status, says, url)
