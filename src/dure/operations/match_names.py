"""Skills, languages and causes as numbers, the same number for the same word in both files."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from dure.engine.matching.facts import Int32Array
from dure.operations.match_tables import Table

CLASHES_NAMED_MAX: Final = 5


class Names(NamedTuple):
    """The entries of one column: the row each belongs to, and its text."""

    table: Table
    column: str
    owner: Int32Array
    text: pl.Series

    def where(self, spelling: str) -> str | None:
        """The first place of a spelling in words, or None."""
        found = (self.text == spelling).arg_true()
        if len(found) == 0:
            return None
        return f"{self.table.name}, column {self.column}, {self.table.place(int(self.owner[found[0]]))}"


def names_in(table: Table, column: str) -> Names:
    return Names(table, column, *table.texts(column))


def numbered(sources: Sequence[Names]) -> list[Int32Array]:
    """For each source the number of each entry: its place among all words in order."""
    words = _words(sources)
    kind = pl.Enum(words)
    return [source.text.cast(kind).to_physical().to_numpy().astype(np.int32) for source in sources]


def spelled_twice(sources: Sequence[Names]) -> list[str]:
    """Words that differ in case, width or spaces only, each with both spellings and where they stand."""
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for word in _words(sources).to_list():
        spellings[_folded(word)].append(word)
    clashes = [words for _, words in sorted(spellings.items()) if len(words) > 1]
    faults = []
    for words in clashes[:CLASHES_NAMED_MAX]:
        places = (next(filter(None, (one.where(word) for one in sources))) for word in words[:2])
        said = " and ".join(f"{place} says “{word}”" for place, word in zip(places, words, strict=False))
        faults.append(f"{said}: two spellings of one name. Write it in one way everywhere.")
    if len(clashes) > CLASHES_NAMED_MAX:
        more = len(clashes) - CLASHES_NAMED_MAX
        faults.append(f"column {sources[0].column}: {more:,} more names are written in two ways.")
    return faults


def _words(sources: Sequence[Names]) -> pl.Series:
    return pl.concat([source.text.unique() for source in sources]).unique().sort()


def _folded(word: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())
