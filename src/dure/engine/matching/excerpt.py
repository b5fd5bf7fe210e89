"""Some rows of a table of facts, with the lists that belong to them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final, TypeVar

import numpy as np

from dure.engine.matching.facts import IntArray, PeopleFacts, PostFacts

# The column that names the owner of each entry, and the columns beside it.
LISTS: Final[dict[type, dict[str, tuple[str, ...]]]] = {
    PeopleFacts: {
        "free_person": ("free_from_min", "free_to_min"),
        "skill_person": ("skill",),
        "language_person": ("language",),
        "refuses_person": ("refuses",),
        "prefers_person": ("prefers",),
    },
    PostFacts: {"skill_post": ("skill",), "language_post": ("language",)},
}

Facts = TypeVar("Facts", PeopleFacts, PostFacts)


def excerpt(facts: Facts, rows: IntArray) -> Facts:
    """The given rows in the given order; a row may be taken several times."""
    columns: dict[str, Any] = {}
    for owner, beside in LISTS[type(facts)].items():
        owners = getattr(facts, owner)
        by_owner = np.argsort(owners, kind="stable")
        first = np.searchsorted(owners, rows, side="left", sorter=by_owner)
        count = np.searchsorted(owners, rows, side="right", sorter=by_owner) - first
        # The entries of each row one after the other: where its own begin, and on from there.
        ends = np.cumsum(count)
        places = by_owner[np.repeat(first - (ends - count), count) + np.arange(int(count.sum()))]
        columns[owner] = np.repeat(np.arange(len(rows), dtype=np.int32), count)
        columns.update({name: getattr(facts, name)[places] for name in beside})
    plain = [column.name for column in fields(facts) if column.name not in columns]
    return type(facts)(**columns, **{name: getattr(facts, name)[rows] for name in plain})
