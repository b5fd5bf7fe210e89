"""Ids of imported things: from the row's own id, else from its facts. The same row always asks with the same id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from dure.kernel.ids import client_id, client_id_digits
from dure.operations.imports.types import TableRow

_PERSON = b"dure import person"
_POST = b"dure import post"
_ENTRY = b"dure import entry"
_TEAM = b"dure import team"
_GROUP = b"dure import group"
# Between the facts of a row, and between a fact's name and its value.
BETWEEN_FACTS = "\x1e"


def person_key(own_id: str) -> UUID:
    return client_id(_PERSON, "id", own_id)


def post_key(campaign: str, own_id: str) -> UUID:
    return client_id(_POST, campaign, "id", own_id)


def team_key(area_code: str, name: str) -> UUID:
    return client_id(_TEAM, area_code, name)


def group_key(path: Path, word: str) -> UUID:
    """People are of one group when the same file says the same word, or the file of its rejected rows.

    Words such as "1" or "family" stand in many files; strangers must not find themselves together.
    """
    return client_id(_GROUP, path.stem.removesuffix(".rejected").casefold(), word.casefold())


def person_keys(parts: Iterable[tuple[str, str]]) -> list[str]:
    """Keys of :func:`person_key_of` for many rows, as 32 hexadecimal digits: of ("id", own id) or ("facts", facts)."""
    return client_id_digits(_PERSON, parts)


def facts_of(row: TableRow) -> str:
    """All that a row says, whatever the order of its columns."""
    return BETWEEN_FACTS.join(f"{name}={value}" for name, value in sorted(row.cells.items()) if value)


def person_key_of(row: TableRow) -> UUID:
    """Two equal rows are one person: nobody is registered twice for standing twice in a list."""
    own_id = row.cells["id"]
    return person_key(own_id) if own_id else client_id(_PERSON, "facts", facts_of(row))


class Repeats:
    """Numbers equal rows without an id: two equal posts are two posts, two equal loads are two loads.

    ``count``: how many rows said what an earlier one had said; whoever reads a list in should know.
    """

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()
        self.count = 0

    def post_key(self, row: TableRow) -> UUID:
        campaign, own_id = row.cells["campaign"], row.cells["id"]
        return post_key(campaign, own_id) if own_id else client_id(_POST, campaign, *self._facts(row))

    def entry_key(self, row: TableRow) -> UUID:
        campaign, own_id = row.cells["campaign"], row.cells["id"]
        rest = ("id", own_id) if own_id else self._facts(row)
        return client_id(_ENTRY, campaign, *rest)

    def _facts(self, row: TableRow) -> tuple[str, str, int]:
        facts = facts_of(row)
        mark = sha256(facts.encode()).digest()[:16]
        self.count += self._seen[mark] > 0
        self._seen[mark] += 1
        return "facts", facts, self._seen[mark]
