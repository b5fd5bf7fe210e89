"""Files that are there whole or not at all, whatever is switched off meanwhile."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` (mode 0600); once this returns it survives the loss of power.

    The folder is made when missing. Raises OSError as the system gives it (a full or read-only disk); the file that
    stood there before is then untouched.
    """
    is_new_folder = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        with draft.open("wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    # The new name stands in the folder, which is written back on its own; so does a new folder in the one above.
    for changed in (path.parent, path.parent.parent) if is_new_folder else (path.parent,):
        folder = os.open(changed, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
