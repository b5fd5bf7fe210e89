"""The open word after a loss: how a log that lost entries goes on under a new name.

A log must never sign two states that contradict each other (c2sp.org/tlog-checkpoint, section "Signatures"). One
that was put back from an old backup can't keep that promise under its old name, so it takes a new one, and signs
with both names a statement of what is kept, what is missing and which signed state of the old log shows it:

    dure/log-resumed/v1
    number 1                       losses so far
    old example.org/log            name until now
    new example.org/log/2          name from now on
    kept 1200 <root>               entries of the old log that are here, and their root in base64
    missing 1200 1500              entries of the old log that are lost: from, up to
    began 1210 <root>              entries the new log begins with (kept ones and those added since the backup)
    cited <base64>                 a whole signed note of the old log at 1500 entries
    time 1763800000000             milliseconds since 1970-01-01 UTC

Each line ends in a newline; the note is a C2SP signed note with a signature of each name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.engine.log import checkpoint
from dure.engine.log.errors import StatementBad
from dure.engine.log.merkle import HASH_BYTES
from dure.engine.log.note import add_signatures, from_base64, is_key_name, open_note, read_note, sign_note
from dure.kernel.must import must

HEADER = "dure/log-resumed/v1"
_FIELDS = ("number", "old", "new", "kept", "missing", "began", "cited", "time")
# The end of the year 9999: what no calendar shows is no time.
_TIME_MAX_MS = 253_402_300_799_999
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What a statement says; sizes count entries from the beginning of the log, roots have 32 bytes.

    Of the old log the entries from ``kept_size`` up to ``lost_end`` are missing. ``cited`` is the signed note of the
    old log at ``lost_end`` entries.
    """

    number: int
    old_origin: str
    new_origin: str
    kept_size: int
    kept_root: bytes
    lost_end: int
    base_size: int
    base_root: bytes
    cited: str
    at_ms: int

    def __post_init__(self) -> None:
        must(is_key_name(self.old_origin) and is_key_name(self.new_origin), "names of logs can name keys")
        must(self.old_origin != self.new_origin, "a log goes on under another name")
        must(0 <= self.kept_size < self.lost_end, "something is missing")
        must(self.kept_size <= self.base_size, "what is kept is here")
        must(len(self.kept_root) == len(self.base_root) == HASH_BYTES, "a root has 32 bytes")

    def body(self) -> str:
        """The text that is signed."""
        values = (
            str(self.number),
            self.old_origin,
            self.new_origin,
            f"{self.kept_size} {_shown(self.kept_root)}",
            f"{self.kept_size} {self.lost_end}",
            f"{self.base_size} {_shown(self.base_root)}",
            _shown(self.cited.encode()),
            str(self.at_ms),
        )
        lines = (f"{field} {value}" for field, value in zip(_FIELDS, values, strict=True))
        return "\n".join((HEADER, *lines)) + "\n"


def sign(statement: Resumed, private_key: Ed25519PrivateKey) -> str:
    """The statement as a note that both names have signed: the old one vouches for the new one."""
    note = sign_note(statement.body(), statement.old_origin, private_key)
    again = sign_note(statement.body(), statement.new_origin, private_key)
    return add_signatures(note, [read_note(again).signatures[0].line])


def verify(note: str, old_origin: str, public_key: Ed25519PublicKey) -> Resumed:
    """The statement in ``note``, if the log ``old_origin`` signed it with this key under both names.

    Refuses with StatementBad or CheckpointBad what is malformed, what other keys signed, and a cited note that
    does not show the loss.
    """
    statement = parse_body(open_note(note, old_origin, public_key))
    if statement.old_origin != old_origin:
        raise StatementBad(what=f"it is about the log {statement.old_origin!r}, not {old_origin!r}")
    open_note(note, statement.new_origin, public_key)
    cited = checkpoint.verify(statement.cited, old_origin, public_key)
    if cited.size != statement.lost_end:
        raise StatementBad(what=f"it cites {cited.size} entries and calls {statement.lost_end} signed")
    return statement


def parse_body(text: str) -> Resumed:
    """The statement written as ``text``, whose signatures the caller verifies. Inverse of :meth:`Resumed.body`."""
    lines = text.removesuffix("\n").split("\n")
    if lines[0] != HEADER or len(lines) != len(_FIELDS) + 1:
        raise StatementBad(what=f"it is no {HEADER} of {len(_FIELDS) + 1} lines")
    values: dict[str, list[str]] = {}
    for field, line in zip(_FIELDS, lines[1:], strict=True):
        name, *words = line.split(" ")
        if name != field or not all(words):
            raise StatementBad(what=f"where {field} belongs it says {line[:40]!r}")
        values[field] = words
    try:
        said = _said(values)
    except (ValueError, IndexError) as odd:
        raise StatementBad(what="a line has other words than belong there") from odd
    if said.body() != text:
        raise StatementBad(what="it is not written in the one way such statements are")
    return said


def _said(values: Mapping[str, Sequence[str]]) -> Resumed:
    kept, missing, began = values["kept"], values["missing"], values["began"]
    cited = from_base64(values["cited"][0])
    old, new = values["old"][0], values["new"][0]
    kept_size, base_size = _number(kept[0]), _number(began[0])
    kept_root, base_root = from_base64(kept[1]), from_base64(began[1])
    if cited is None or kept_root is None or base_root is None:
        raise ValueError("no base64")
    fits = (
        is_key_name(old) and is_key_name(new) and old != new,
        _number(missing[0]) == kept_size < _number(missing[1]),
        kept_size <= base_size,
        _number(values["time"][0]) <= _TIME_MAX_MS,
        len(kept_root) == len(base_root) == HASH_BYTES,
    )
    if not all(fits):
        raise ValueError("numbers or names that contradict each other")
    return Resumed(
        number=_number(values["number"][0]),
        old_origin=old,
        new_origin=new,
        kept_size=kept_size,
        kept_root=kept_root,
        lost_end=_number(missing[1]),
        base_size=base_size,
        base_root=base_root,
        cited=cited.decode(),
        at_ms=_number(values["time"][0]),
    )


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError("no whole number")
    return int(text)


def _shown(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
