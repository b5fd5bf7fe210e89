"""The public lot: anyone with the seed, the log's root and the list of eligible entries draws the same.

The hash of the seed is published before the period closes, so whoever holds the seed can't choose it to suit
the entries; the root comes after the close, so whoever writes entries can't suit them to the lot. It does not
protect against a seed holder who also writes entries until the root suits him; a seed from several
people, each committed, does.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dure.kernel.must import must

# Promise F4: every entry has at least this chance, whatever the size of the period.
CHANCE_FLOOR = Fraction(1, 200)
# Below 128 bits the seed could be found from its commitment by trying.
SEED_BYTES_MIN = 16
# Weights are used in thousandths, so that chances stay exact fractions.
WEIGHT_MILLI = 1000
WEIGHT_MAX = 1000

COMMITMENT_DOMAIN = b"dure/lot/commitment/v1\x00"
TICKET_DOMAIN = b"dure/lot/ticket/v1\x00"
START_DOMAIN = b"dure/lot/start/v1\x00"


@dataclass(frozen=True, slots=True)
class Draw:
    """What the lot drew, and with which chances.

    ``indices`` ascend; ``chances[k]`` is the exact inclusion chance of ``indices[k]``; ``base_chance`` that of
    every eligible entry without a weight. ``wanted_count`` was asked for, ``raised_to_floor`` says that the
    promised least chance asked for more.
    """

    indices: tuple[int, ...]
    chances: tuple[Fraction, ...]
    base_chance: Fraction
    eligible_count: int
    wanted_count: int
    raised_to_floor: bool

    @property
    def count(self) -> int:
        """How many entries were drawn."""
        return len(self.indices)


def seed_commitment(seed: bytes) -> str:
    """Hex SHA-256 of the seed under a domain of its own, to be published before the period closes."""
    must(len(seed) >= SEED_BYTES_MIN, f"a seed has at least {SEED_BYTES_MIN} bytes")
    return hashlib.sha256(COMMITMENT_DOMAIN + seed).hexdigest()


def commitment_opens(commitment: str, seed: bytes) -> bool:
    """Whether ``seed`` is the one that was committed to."""
    return hmac.compare_digest(commitment.lower(), seed_commitment(seed))


def draw(
    *,
    seed: bytes,
    log_root: bytes,
    eligible: Sequence[int],
    count: int,
    weights: Mapping[int, float] | None = None,
    chance_floor: Fraction = CHANCE_FLOOR,
) -> Draw:
    """Draw ``count`` of the ``eligible`` log indices (distinct, in any order), or more to keep the floor.

    Entry ``i`` holds the ticket SHA-256(domain, seed, root, i as 8 bytes big-endian), of which the first 8
    bytes count, equal tickets by index. Without weights the ``count`` smallest tickets are drawn: simple random
    sampling, every entry with chance count/n.

    ``weights`` (log index to 1..1000, rounded to thousandths; 1 for who is not named) raise the chance to
    min(1, weight x base). Then the lot is systematic with unequal chances over the list in ticket order
    (Madow 1949; Hartley and Rao 1962; Särndal, Swensson and Wretman 1992, section 3.6): its size is fixed and
    each chance is exact, where picking the smallest ticket/weight would only come near (Ohlsson 1998). When the
    floor binds, the size is the sum of chances rounded down or up by the lot.

    A repeated index, a negative count, a weight below 1 or a weight of an entry that is not eligible is a
    caller's bug. One million entries take about a second.
    """
    must(count >= 0, "a count is not negative")
    must(0 <= chance_floor <= 1, "a chance lies between 0 and 1")
    must(len(seed) >= SEED_BYTES_MIN, f"a seed has at least {SEED_BYTES_MIN} bytes")
    indices = np.sort(np.fromiter(eligible, dtype=np.int64, count=len(eligible)))
    must(bool(np.all(np.diff(indices) > 0)), "an entry is eligible once")
    must(indices.size == 0 or int(indices[0]) >= 0, "a log index is not negative")
    if indices.size == 0:
        return Draw((), (), Fraction(0), 0, count, raised_to_floor=False)
    order = np.argsort(_tickets(seed, log_root, indices), kind="stable")
    weights_milli = _weights_milli(indices, weights or {})
    if np.all(weights_milli == WEIGHT_MILLI):
        return _equal(indices, order, count, chance_floor)
    return _weighted(indices, order, weights_milli, count, chance_floor, _start(seed, log_root))


def _tickets(seed: bytes, log_root: bytes, indices: NDArray[np.int64]) -> NDArray[np.uint64]:
    # Lengths go in, so that no bytes can move between seed and root.
    opened = hashlib.sha256(TICKET_DOMAIN + _packed(seed, log_root))
    tickets = np.empty(indices.size, dtype=np.uint64)
    from_bytes = int.from_bytes
    for place, index in enumerate(indices.tolist()):
        ticket = opened.copy()
        ticket.update(index.to_bytes(8, "big"))
        tickets[place] = from_bytes(ticket.digest()[:8], "big")
    return tickets


def _start(seed: bytes, log_root: bytes) -> int:
    return int.from_bytes(hashlib.sha256(START_DOMAIN + _packed(seed, log_root)).digest(), "big")


def _packed(seed: bytes, log_root: bytes) -> bytes:
    return len(seed).to_bytes(4, "big") + seed + len(log_root).to_bytes(4, "big") + log_root


def _weights_milli(indices: NDArray[np.int64], weights: Mapping[int, float]) -> NDArray[np.int64]:
    weights_milli = np.full(indices.size, WEIGHT_MILLI, dtype=np.int64)
    for index, weight in weights.items():
        must(1 <= weight <= WEIGHT_MAX, "a weight only raises a chance, and not without end")
        place = int(np.searchsorted(indices, index))
        must(place < indices.size and int(indices[place]) == index, f"entry {index} is not eligible")
        weights_milli[place] = round(weight * WEIGHT_MILLI)
    return weights_milli


def _equal(indices: NDArray[np.int64], order: NDArray[np.intp], count: int, floor: Fraction) -> Draw:
    size = int(indices.size)
    least_count = -(-size * floor.numerator // floor.denominator)
    drawn_count = min(size, max(count, least_count))
    chance = Fraction(drawn_count, size)
    drawn = np.sort(indices[order[:drawn_count]])
    return Draw(
        indices=tuple(drawn.tolist()),
        chances=(chance,) * drawn_count,
        base_chance=chance,
        eligible_count=size,
        wanted_count=count,
        raised_to_floor=drawn_count > count,
    )


def _weighted(
    indices: NDArray[np.int64],
    order: NDArray[np.intp],
    weights_milli: NDArray[np.int64],
    count: int,
    floor: Fraction,
    start: int,
) -> Draw:
    base = _base_per_milli_weight(weights_milli, count)
    raised = base * WEIGHT_MILLI < floor
    if raised:
        base = floor / WEIGHT_MILLI
    whole = base.denominator
    must(int(weights_milli.max()) * base.numerator < 2**62, "chances fit 64 bits")
    parts = np.minimum(weights_milli * base.numerator, whole)
    must(int(parts.max()) * indices.size < 2**62, "the sum of chances fits 64 bits")
    # Laid end to end in ticket order, each entry covers its chance; a ruler with one mark every whole
    # unit, put down at a random start, touches the drawn ones.
    ends = np.cumsum(parts[order])
    marks_before = (ends + (whole - 1 - start % whole)) // whole
    is_drawn = np.diff(marks_before, prepend=0) > 0
    places = np.sort(order[is_drawn])
    return Draw(
        indices=tuple(indices[places].tolist()),
        chances=tuple(Fraction(part, whole) for part in parts[places].tolist()),
        base_chance=min(Fraction(1), base * WEIGHT_MILLI),
        eligible_count=int(indices.size),
        wanted_count=count,
        raised_to_floor=raised,
    )


def _base_per_milli_weight(weights_milli: NDArray[np.int64], count: int) -> Fraction:
    """The chance for each thousandth of weight at which all chances, none above 1, sum to ``count``."""
    size = int(weights_milli.size)
    if count >= size:
        return Fraction(1, WEIGHT_MILLI)
    levels, sizes = np.unique(weights_milli, return_counts=True)
    left_count, left_weight = count, int(weights_milli.sum())
    # Who would get more than certainty gets certainty; what that frees goes to the others.
    for level, level_size in zip(levels[::-1].tolist(), sizes[::-1].tolist(), strict=True):
        if level * left_count < left_weight:
            break
        left_count -= level_size
        left_weight -= level * level_size
    return Fraction(left_count, left_weight)
