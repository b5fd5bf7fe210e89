"""How a process of a copy begins: outside of the package that it will work in, which needs Django to be there first."""

from __future__ import annotations

import pickle
from typing import Any

import django


def begin(copy: bytes, told: Any) -> None:
    """``copy``: what all pages know of the copy, pickled by the process that started this one; ``told`` its queue."""
    django.setup()
    from dure.operations.publish.apart import begin as begin_there

    begin_there(pickle.loads(copy), told)  # noqa: S301  # made by our own process a moment ago
