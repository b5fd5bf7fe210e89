"""A whole text file (a campaign file), with the same sentences for what can't be read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dure.operations.imports.errors import ImportFileTooLarge
from dure.operations.imports.files import examine

TEXT_BYTES_MAX: Final = 32 * 1024 * 1024


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Refuses as :func:`dure.operations.imports.files.examine` does, and when too large."""
    if path.is_file() and (size := path.stat().st_size) > TEXT_BYTES_MAX:
        megabyte = 1024 * 1024
        raise ImportFileTooLarge(
            file=path.name, size=f"{size // megabyte:,} MB", most=f"{TEXT_BYTES_MAX // megabyte} MB"
        )
    examine(path)
    return path.read_text(encoding="utf-8-sig")
