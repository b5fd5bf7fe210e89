"""A measurement in a process, data folder and database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from typing import Any


def apart(module: str, count: int, database: str) -> dict[str, Any]:
    """What ``python -m MODULE --measure COUNT`` prints as its last line; ``database``: sqlite or postgresql."""
    from tools.with_postgres import server

    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        server(durable=True) if database == "postgresql" else nullcontext("") as url,
    ):
        own = {"DURE_HOME": folder, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "dure.config.settings"}
        words = [sys.executable, "-m", module, "--measure", str(count)]
        ran = subprocess.run(words, env=os.environ | own, check=True, stdout=subprocess.PIPE, text=True)
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return found
