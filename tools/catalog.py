"""Compile the catalogs of translations: python -m tools.catalog

Each ``src/dure/locale/<language>/LC_MESSAGES/django.po`` becomes the ``.mo`` beside it, in the format of GNU gettext
(its manual, section "The Format of GNU MO Files"). In Python, so that whoever translates needs nothing installed; a
test holds the two against each other.
"""

from __future__ import annotations

import ast
import re
import struct
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "src" / "dure" / "locale"
MAGIC = 0x950412DE
_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)?\s*(".*")')


def entries(text: str) -> dict[str, str]:
    """The translated messages of a .po: key as the .mo has it (context before, plural after) and what it becomes."""
    found: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            match = _LINE.fullmatch(line.strip())
            if match is None:
                raise ValueError(f"no line of a catalog: {line}")
            name = match[1] or name
            parts[name] = parts.get(name, "") + str(ast.literal_eval(match[2]))
        if "msgid" not in parts:
            continue
        key = parts["msgid"]
        if "msgctxt" in parts:
            key = f"{parts['msgctxt']}\x04{key}"
        if "msgid_plural" in parts:
            key = f"{key}\x00{parts['msgid_plural']}"
        says = "\x00".join(value for part, value in sorted(parts.items()) if part.startswith("msgstr"))
        if key in found:
            raise ValueError(f"translated twice: {key}")
        if says.strip("\x00"):
            found[key] = says
    return found


def compiled(text: str) -> bytes:
    """A .mo of the messages of a .po."""
    pairs = sorted((key.encode(), says.encode()) for key, says in entries(text).items())
    keys_at, says_at = 28, 28 + 8 * len(pairs)
    offset = says_at + 8 * len(pairs)
    tables: list[bytes] = []
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), offset))
            offset += len(pair[column]) + 1
    head = struct.pack("<7I", MAGIC, 0, len(pairs), keys_at, says_at, 0, offset)
    texts = b"".join(pair[column] + b"\x00" for column in (0, 1) for pair in pairs)
    return head + b"".join(tables) + texts


def catalogs() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def main() -> None:
    for path in catalogs():
        path.with_suffix(".mo").write_bytes(compiled(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
