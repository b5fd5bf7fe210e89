"""Numbers of rows as visitors send them, in addresses and forms: what no row can have is no number."""

from __future__ import annotations

import re
from typing import Final

from django.urls import register_converter

# Every database keeps ids in 63 bits, which hold all numbers of 18 digits.
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


class RowId:
    """``<id:…>`` in an address."""

    regex = _NUMBER.pattern

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: object) -> str:
        return str(value)


def row_id(text: str) -> int | None:
    """The number of a row, as a form says it; None for what is none."""
    return int(text) if _NUMBER.fullmatch(text) else None


def register() -> None:
    """Let addresses say ``<id:…>``; once, before any is read."""
    register_converter(RowId, "id")
