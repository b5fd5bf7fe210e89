"""What is wrong with a field of a sign-up, in the language that is active."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext

from dure.movement.calls.types import Problem

_NUMBER: Final = re.compile(r"\d+")


def what_and_wanted(problem: Problem) -> tuple[str, str]:
    """Both halves of a problem. Catalogs hold them with %(n)s where a number stands."""
    return with_number(problem.what), with_number(problem.wanted)


def with_number(text: str) -> str:
    """What a catalog holds with %(n)s in the place of the number in ``text``; else the text as it is."""
    number = _NUMBER.search(text)
    if number is None or gettext(text) != text:
        return gettext(text)
    pattern = f"{text[: number.start()]}%(n)s{text[number.end() :]}"
    return gettext(pattern) % {"n": number[0]} if gettext(pattern) != pattern else text
