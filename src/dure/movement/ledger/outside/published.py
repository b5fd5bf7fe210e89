"""A log as an outsider meets it: an address, a key and files. No database, no Django.

Follows c2sp.org/tlog-tiles, tlog-checkpoint and tlog-cosignature, so it reads any log of that kind whose entries are
served in bundles, and the statements after a loss that only Dure knows (``engine.log.resumed``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dure.engine.log import checkpoint as signed
from dure.engine.log import resumed
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.errors import CheckpointBad
from dure.engine.log.merkle import HASH_BYTES
from dure.engine.log.note import Note, parse_verifier_key, read_note
from dure.engine.log.resumed import Resumed
from dure.engine.log.tiles import TILE_WIDTH, entries_path, tile_path, tile_width
from dure.movement.ledger.outside.errors import LogKeyChanged, LogUnproved, LogUnreachable
from dure.movement.ledger.outside.web import Answer, Web, parse_url

KEY_PATH = "/.well-known/dure-log-key"
_FOUND, _MISSING = 200, 404
# A log that was lost more often than that has another trouble.
_LOSSES_MAX = 100


@dataclass(frozen=True, slots=True)
class OpenedLog:
    """A log whose newest checkpoint is signed by its key.

    ``prefix``: where its files are (tlog-tiles). ``statement_prefix``: where statements about losses are.
    ``losses`` lead from the first known name to today's, each verified. ``key_is_given``: the key was known before,
    and not only taken from the same address.
    """

    prefix: str
    statement_prefix: str
    checkpoint: Checkpoint
    note: Note
    public_key: Ed25519PublicKey
    losses: tuple[Resumed, ...]
    statements: tuple[str, ...]
    key_is_given: bool

    def still_here(self, position: int) -> int:
        """How many of the entries that stood before loss ``position``, counted from 0, are in the log today."""
        return min((one.kept_size for one in self.losses[position:]), default=self.checkpoint.size)

    def files(self, web: Web) -> LogFiles:
        return LogFiles(web, self.prefix, self.checkpoint.size)


class LogFiles:
    """The tiles and bundles of a log of ``size`` entries."""

    def __init__(self, web: Web, prefix: str, size: int) -> None:
        self._web = web
        self._prefix = prefix
        self.size = size

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of a tile as far as the log's size needs them, None if it is not served."""
        width = tile_width(self.size, level, index)
        return self._file(tile_path(level, index, width), tile_path(level, index), width, HASH_BYTES * width)

    def bundle(self, index: int) -> bytes | None:
        """An entry bundle, None if it is not served."""
        width = tile_width(self.size, 0, index)
        return self._file(entries_path(index, width), entries_path(index), width, None)

    def read_tile(self, level: int, index: int, width: int) -> bytes:
        """For ``hash_reader``. Refuses with LogUnproved a tile that is missing or cut."""
        data = self.tile(level, index)
        path = tile_path(level, index, tile_width(self.size, level, index))
        if data is None:
            raise LogUnproved(path=path, what="it is not served")
        if len(data) < width * HASH_BYTES or len(data) % HASH_BYTES:
            raise LogUnproved(path=path, what=f"{len(data)} bytes where {width * HASH_BYTES} belong")
        return data

    def _file(self, path: str, full_path: str, width: int, length: int | None) -> bytes | None:
        answer = self._web.get(f"{self._prefix}/{path}")
        if answer.status == _MISSING and width < TILE_WIDTH:
            # A log may drop a partial tile once the full one exists; its beginning is as good.
            fuller = self._web.get(f"{self._prefix}/{full_path}")
            if fuller.status == _FOUND:
                return fuller.data[:length]
        if answer.status == _MISSING:
            return None
        return _found(answer).data


def open_log(web: Web, url: str, verifier_keys: Sequence[str] = ()) -> OpenedLog:
    """Read key, checkpoint and losses of the log at ``url``: a site's address, or the log's own prefix.

    ``verifier_keys``: what is known of the log already; without any, the site's own word is taken for its key.
    Refuses with LogUnreachable, CheckpointBad, VerifierKeyBad, StatementBad and, when today's name does not follow
    from a known one, LogKeyChanged.
    """
    parse_url(url)
    answer = _checkpoint(web, url.rstrip("/"))
    prefix = answer.url.removesuffix("/checkpoint")
    note = read_note(_text(answer))
    origin = note.text.split("\n", 1)[0]
    statement_prefix = _without_number(prefix)
    statements = _statements(web, statement_prefix)
    known = [parse_verifier_key(one) for one in verifier_keys] or _own_keys(web, url)
    for name, public_key in known:
        chain = _chain(statements, name, origin, public_key)
        if chain is not None:
            state = signed.verify(_text(answer), origin, public_key)
            return OpenedLog(
                prefix=prefix,
                statement_prefix=statement_prefix,
                checkpoint=state,
                note=note,
                public_key=public_key,
                losses=tuple(one for _, one in chain),
                statements=tuple(text for text, _ in chain),
                key_is_given=bool(verifier_keys),
            )
    names = ", ".join(name for name, _ in known)
    raise LogKeyChanged(url=url, origin=names, what=f"it shows {origin} and no statement that leads there")


def _checkpoint(web: Web, url: str) -> Answer:
    """The checkpoint of a site (below /log) or of a log's own prefix."""
    path = urlsplit(url).path
    is_prefix = path.endswith("/log") or "/log/" in path
    places = [f"{url}/checkpoint"] if is_prefix else [f"{url}/log/checkpoint", f"{url}/checkpoint"]
    answer = web.get(places[0])
    if answer.status == _MISSING and len(places) > 1:
        other = web.get(places[1])
        answer = other if other.status == _FOUND else answer
    return _found(answer)


def _own_keys(web: Web, url: str) -> list[tuple[str, Ed25519PublicKey]]:
    parts = urlsplit(url)
    answer = _found(web.get(urlunsplit((parts.scheme, parts.netloc, KEY_PATH, "", ""))))
    # The oldest name comes last; from there all losses are told.
    return [parse_verifier_key(line) for line in reversed(_text(answer).splitlines())]


def _statements(web: Web, prefix: str) -> list[str]:
    """Every statement about a loss that the log serves, oldest first."""
    newest = web.get(f"{prefix}/resumed")
    if newest.status == _MISSING:
        return []
    found = [_text(_found(newest))]
    number = resumed.parse_body(read_note(found[0]).text).number
    for earlier in range(number - 1, max(number - _LOSSES_MAX, 0), -1):
        answer = web.get(f"{prefix}/resumed/{earlier}")
        if answer.status == _MISSING:
            break  # a database from before that loss was put back; the next statement says so
        found.insert(0, _text(_found(answer)))
    return found


def _chain(
    statements: Sequence[str], name: str, origin: str, public_key: Ed25519PublicKey
) -> list[tuple[str, Resumed]] | None:
    """The statements that lead from the known ``name`` to today's ``origin``; None if they don't."""
    chain: list[tuple[str, Resumed]] = []
    at = name
    for text in statements:
        if at == origin:
            break
        if resumed.parse_body(read_note(text).text).old_origin == at:
            said = resumed.verify(text, at, public_key)
            chain.append((text, said))
            at = said.new_origin
    return chain if at == origin else None


def _without_number(prefix: str) -> str:
    start, _, last = prefix.rpartition("/")
    return start if last.isdecimal() and start.endswith("/log") else prefix


def _found(answer: Answer) -> Answer:
    if answer.status != _FOUND:
        raise LogUnreachable(url=answer.url, why=f"it answers {answer.status} {answer.says}".strip())
    return answer


def _text(answer: Answer) -> str:
    try:
        return answer.data.decode()
    except UnicodeDecodeError as odd:
        raise CheckpointBad(what=f"{answer.url} is no text") from odd
