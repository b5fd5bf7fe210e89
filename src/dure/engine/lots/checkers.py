"""Who recounts what the lot drew: somebody from elsewhere, by the same public lot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dure.kernel.must import must
from dure.kernel.refusals import Refusal

CHECKER_DOMAIN = b"dure/lot/checker/v1\x00"


class NoCheckerFromElsewhere(Refusal):
    """Every checker is of the entry's own team or area; someone from further away has to be asked."""

    code = "no_checker_from_elsewhere"
    says = "Nobody from elsewhere is there to recount entry {entry}: all {checkers} checkers are of its team or area."
    status = 409


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a checker is at home, or where an entry was made.

    ``area_path`` goes from the country down, as ("KR", "11", "mapo"); ``teams`` are a person's teams, or the
    entry's team. A checker whose home is only known as the country is of every area in it.
    """

    area_path: tuple[str, ...]
    teams: frozenset[str] = frozenset()

    def is_elsewhere(self, other: Origin) -> bool:
        """Neither area holds the other and no team is shared."""
        shorter = min(len(self.area_path), len(other.area_path))
        return self.area_path[:shorter] != other.area_path[:shorter] and not (self.teams & other.teams)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One drawn entry and who recounts it."""

    entry: int
    checker: str


def assign_checkers(
    *,
    seed: bytes,
    log_root: bytes,
    drawn: Sequence[int],
    checkers: Mapping[str, Origin],
    entries: Mapping[int, Origin],
) -> tuple[Assignment, ...]:
    """Give each drawn entry a checker from elsewhere, in the order of ``drawn``; equal input, equal answer.

    Entries with the fewest possible checkers choose first; each takes whoever has least to do so far, and among
    those by SHA-256(domain, seed, root, entry). Where everyone may check everything, loads differ by one at most.

    Refuses with NoCheckerFromElsewhere, naming the first such entry. A drawn entry without an origin is a
    caller's bug.
    """
    must(all(entry in entries for entry in drawn), "each drawn entry says where it was made")
    names = sorted(checkers)
    # Entries share few origins, so who may check is asked once for each origin.
    allowed: dict[Origin, NDArray[np.intp]] = {}
    for entry in drawn:
        origin = entries[entry]
        if origin not in allowed:
            fits = [place for place, name in enumerate(names) if checkers[name].is_elsewhere(origin)]
            allowed[origin] = np.array(fits, dtype=np.intp)
        if allowed[origin].size == 0:
            raise NoCheckerFromElsewhere(entry=entry, checkers=len(names))

    tickets = {entry: _ticket(seed, log_root, entry) for entry in drawn}
    loads = np.zeros(len(names), dtype=np.int64)
    chosen: dict[int, str] = {}
    for entry in sorted(drawn, key=lambda entry: (allowed[entries[entry]].size, tickets[entry], entry)):
        may_check = allowed[entries[entry]]
        free = may_check[loads[may_check] == loads[may_check].min()]
        place = int(free[tickets[entry] % free.size])
        loads[place] += 1
        chosen[entry] = names[place]
    return tuple(Assignment(entry, chosen[entry]) for entry in drawn)


def _ticket(seed: bytes, log_root: bytes, entry: int) -> int:
    head = CHECKER_DOMAIN + len(seed).to_bytes(4, "big") + seed + len(log_root).to_bytes(4, "big") + log_root
    return int.from_bytes(hashlib.sha256(head + entry.to_bytes(8, "big")).digest(), "big")
