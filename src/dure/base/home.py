"""The data folder and the secrets in it. Imported by the settings, so it knows no Django."""

from __future__ import annotations

import hmac
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from dure.kernel.ids import fingerprint
from dure.kernel.refusals import Refusal


class HomeUnusable(Refusal):
    code = "home_unusable"
    says = "The data folder {home} can't be used: {why}. Name another one in DURE_HOME."
    status = 500


def home() -> Path:
    """The data folder: ``DURE_HOME``, else the user's data folder (XDG). It is made when missing."""
    named = os.environ.get("DURE_HOME")
    data = os.environ.get("XDG_DATA_HOME")
    # A folder in which the person who runs the command keeps data: on macOS it has another name.
    user = Path.home() / ("Library/Application Support" if sys.platform == "darwin" else ".local/share")
    folder = Path(named) if named else Path(data or user) / "dure"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HomeUnusable(home=str(folder), why=error.strerror or str(error)) from error
    return folder.resolve()


def secret(name: str, make: Callable[[], bytes] = lambda: secrets.token_bytes(32)) -> bytes:
    """The secret ``name``: from the environment (hex in ``DURE_SECRET_<NAME>``) or made at first run.

    A made secret is a file only its owner can read. Two processes starting at once agree: the
    file is linked into place whole, and whoever comes second reads the first one's.
    """
    variable = f"DURE_SECRET_{name.upper()}"
    if given := os.environ.get(variable):
        try:
            return bytes.fromhex(given)
        except ValueError as error:
            raise HomeUnusable(home=variable, why="it is not hexadecimal") from error
    folder = home() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_bytes(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its secret counts
        finally:
            draft.unlink()
    return path.read_bytes()


def keyed_fingerprint(facts: object) -> str:
    """Facts as hexadecimal digits that only this installation makes: where they cover an address, nobody without the
    secret can try addresses against it."""
    return hmac.digest(secret("sign_up"), fingerprint(facts).encode(), "sha256").hex()
