"""The service worker as browsers get it: with the version of the files that it keeps on captains' phones."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from dure.kernel.must import must

STATIC: Final = Path(__file__).resolve().parents[1] / "static" / "dure"
UNVERSIONED: Final = 'const VERSION = "as written";'
_DIGITS = 16


@cache
def service_worker() -> bytes:
    """Read once: the files are those of this program. Any change of theirs is a new version on every phone."""
    source = (STATIC / "service-worker.js").read_text(encoding="utf-8")
    must(source.count(UNVERSIONED) == 1, "the worker has one place for its version")
    digest = hashlib.sha256(source.encode())
    for path in sorted([STATIC / "dure.css", *(STATIC / "captain").glob("*.js")]):
        digest.update(path.read_bytes())
    return source.replace(UNVERSIONED, f'const VERSION = "{digest.hexdigest()[:_DIGITS]}";').encode()
