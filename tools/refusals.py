"""Write docs/reference/refusals.md from the refusals in the code; a house test holds the two equal."""

from __future__ import annotations

import importlib
import os
import pkgutil
from pathlib import Path

import django

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "refusals.md"
HEAD = """# Refusals

A refusal is an expected "no". Every door answers it alike: a page with the sentence below, or from the API
`{"code": …, "says": …, "facts": {…}}` with the status. Programs go by the code, which never changes its
meaning. A command of `dure` prints the sentence and ends with 1. `python -m tools.refusals` writes this page.

| code | status | says |
|---|---|---|
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    django.setup()
    import dure
    from dure.kernel.refusals import Refusal

    for module in pkgutil.walk_packages(dure.__path__, "dure."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = {code: kind for code, kind in Refusal.known.items() if kind.__module__.startswith("dure.")}
    # A sentence may run over several lines; a row of the table may not.
    rows = [f"| `{code}` | {ours[code].status} | {' '.join(ours[code].says.split())} |" for code in sorted(ours)]
    PAGE.write_text(HEAD + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
