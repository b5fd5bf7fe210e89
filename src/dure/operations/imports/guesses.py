"""Which column of somebody's own spreadsheet is likely which of ours.

A guess that is right saves a minute, one that is wrong is seen on the page where it is shown; so a column that might be
two of ours is rather left open.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from dure.operations.imports.columns import TABLES
from dure.operations.imports.heading_words import FULL_NAMES, OF_OTHERS, WORDS, plain
from dure.operations.imports.headings import normal, own_name

# Shorter words ("no", "to", "tel") stand inside too many others.
_HELD_LETTERS_MIN: Final = 4


def propose(header: Sequence[str], kind: str) -> dict[str, int]:
    """Which of their columns is likely which of ours: {our name: place of theirs}, each of theirs at most once.

    The same name first, or our heading in any language, then a word that others use for it, alone or among others
    ("Where do you live?"), then one spelt nearly so.

    >>> propose(["Name", "생년월일", "Lives in", "shoe size"], "people")
    {'given_name': 0, 'birth_year': 1, 'town': 2}
    """
    ours = [column.name for column in TABLES[kind]]
    names = [plain(name) for name in header]
    found: dict[str, int] = {}
    taken: set[int] = set()

    def take(own: str, place: int) -> None:
        if own not in found and place not in taken:
            found[own] = place
            taken.add(place)

    for known in (
        [normal(name) for name in header],
        names,
        [own_name(name, ours) for name in header],
    ):
        for place, name in enumerate(known):
            if name in ours:
                take(name, place)
    # What every row must have chooses first.
    for column in sorted(TABLES[kind], key=lambda one: not one.required):
        free = [place for place in range(len(names)) if place not in taken]
        if (at := _by_word(names, free, WORDS.get(column.name, ()))) is not None:
            take(column.name, at)
    for place, name in enumerate(names):
        if near := difflib.get_close_matches(name, ours, n=1, cutoff=0.85):
            take(near[0], place)
    return {own: found[own] for own in ours if own in found}


def is_full_name(heading: str) -> bool:
    """Whether a column says that it holds more than the name people are called by."""
    return plain(heading) in FULL_NAMES


def _by_word(names: Sequence[str], free: Sequence[int], words: Sequence[str]) -> int | None:
    """The column that the surest word names; a heading that is the word before one that holds it."""
    for word in words:
        if (place := next((at for at in free if names[at] == word), None)) is not None:
            return place
        if len(word) < _HELD_LETTERS_MIN:
            continue
        holds = [
            at for at in free if f"_{word}_" in f"_{names[at]}_" and not OF_OTHERS & {*names[at].split("_")}
        ]
        if len(holds) == 1:
            return holds[0]
    return None
