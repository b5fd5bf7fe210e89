"""Write docs/reference/refusals.md from the refusals in the code; a house test holds the two equal."""

from __future__ import annotations

import importlib
import os
import pkgutil
from pathlib import Path

import django

import dure
from dure.kernel.refusals import Refusal

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "refusals.md"
# Importing it makes this process a server, which keeps pages and has others beside it; it refuses nothing itself.
SERVER = "dure.config.wsgi"
HEAD = """# Refusals

A refusal is an expected "no". Every door answers it alike: a page with the sentence below, or from the API
`{"code": …, "says": …, "facts": {…}}` with the status. Programs go by the code, which never changes its
meaning. A command of `dure` prints the sentence and ends with 1. `python -m tools.refusals` writes this page.

| code | status | says |
|---|---|---|
"""


def page() -> str:
    """The page as it should be: every refusal of every module. Django must be set up."""
    for module in pkgutil.walk_packages(dure.__path__, "dure."):
        if ".migrations" not in module.name and module.name != SERVER:
            importlib.import_module(module.name)
    ours = {code: kind for code, kind in Refusal.known.items() if kind.__module__.startswith("dure.")}
    # A sentence may run over several lines; a row of the table may not.
    says = {code: " ".join(kind.says.split()) for code, kind in ours.items()}
    return HEAD + "".join(f"| `{code}` | {ours[code].status} | {says[code]} |\n" for code in sorted(ours))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    django.setup()
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
