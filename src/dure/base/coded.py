"""Columns in which values repeat, so that what is done with a value is done once and not once a row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S")
H = TypeVar("H", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Coded(Generic[T]):
    """A column: row ``k`` holds ``values[places[k]]``."""

    values: Sequence[T]
    places: Sequence[int]

    def __len__(self) -> int:
        return len(self.places)

    def each(self) -> list[T]:
        """The value of every row."""
        return list(map(self.values.__getitem__, self.places))

    def mapped(self, change: Callable[[T], S]) -> Coded[S]:
        """The column with every value changed."""
        return Coded([change(value) for value in self.values], self.places)

    def of(self, rows: Sequence[int]) -> Coded[T]:
        """The column of these rows alone."""
        places = self.places
        return Coded(self.values, [places[row] for row in rows])


def coded(column: Iterable[H]) -> Coded[H]:
    """A plain column as one in which values repeat."""
    seen: dict[H, int] = {}
    # The size is taken before the value is added: it is the next free place.
    places = [seen.setdefault(value, len(seen)) for value in column]
    return Coded(tuple(seen), places)


def same(value: T, count: int) -> Coded[T]:
    """A column that holds one value in every row."""
    return Coded((value,), [0] * count)
