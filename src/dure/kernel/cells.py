"""Text in files that people open in spreadsheets."""

from __future__ import annotations

from typing import Final

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_cell(text: str) -> str:
    """``text``, such that a spreadsheet shows it and reckons nothing."""
    return f"'{text}" if text.startswith(_FORMULA) else text
