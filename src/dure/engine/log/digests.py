"""SHA-256 of many messages of one length, side by side.

A call of hashlib costs about as much as hashing ten blocks; a log hashes some hundred bytes three times an entry.
Here LANES messages go through FIPS 180-4 together, one in each lane of the processor's vectors, in a loop without
Python's lock: three to five times as fast, on threads as well. Few messages are left to hashlib, which needs no
compiling; a test holds both to equal answers for every length that occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from dure.kernel.must import must

Bytes2 = npt.NDArray[np.uint8]
"""Rows of bytes."""
Words = npt.NDArray[np.uint32]
Given = ParamSpec("Given")
Returned = TypeVar("Returned")

DIGEST_BYTES: Final = 32
LANES: Final = 64
# From here on compiled code, once it is compiled, is worth its call.
COMPILED_ROWS_MIN: Final = 2_048


def _compiled(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    return cast(Callable[Given, Returned], njit(cache=True, nogil=True, error_model="numpy")(function))


def _fractions(roots: list[int], power: int) -> list[int]:
    """The first 32 bits of the fractional part of ``prime ** (1 / power)``, as FIPS 180-4 derives its constants."""
    found: list[int] = []
    for prime in roots:
        shifted = prime << 32 * power
        low, high = 0, 1 << 40
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if middle**power <= shifted else (low, middle)
        found.append(low & 0xFFFFFFFF)
    return found


_PRIMES = [number for number in range(2, 312) if all(number % below for below in range(2, number))]
_K: Words = np.array(_fractions(_PRIMES, 3), np.uint32)
_START: Words = np.array(_fractions(_PRIMES[:8], 2), np.uint32)


def digests(rows: Bytes2) -> Bytes2:
    """The SHA-256 of each row: shape (n, width) gives (n, 32)."""
    must(rows.ndim == 2, "messages are rows of bytes")
    count = rows.shape[0]
    if count < COMPILED_ROWS_MIN:
        joined = b"".join([sha256(row.tobytes()).digest() for row in rows])
        return np.frombuffer(joined, np.uint8).reshape(count, DIGEST_BYTES)
    out = np.empty((count, DIGEST_BYTES), np.uint8)
    _digest_rows(np.ascontiguousarray(rows), out, _K, _START)
    return out


@_compiled
def _digest_rows(rows: Bytes2, out: Bytes2, constants: Words, start: Words) -> None:  # noqa: C901  one loop
    count, width = rows.shape
    block_count = (width + 9 + 63) // 64
    padded = np.zeros((LANES, block_count * 64), np.uint8)
    message = np.empty((16, LANES), np.uint32)
    state = np.empty((8, LANES), np.uint32)
    work = np.empty((8, LANES), np.uint32)
    for lane in range(LANES):
        padded[lane, width] = 0x80
        for place in range(8):
            padded[lane, block_count * 64 - 1 - place] = (width * 8 >> 8 * place) & 255
    for first in range(0, count, LANES):
        lane_count = min(LANES, count - first)
        for lane in range(lane_count):
            padded[lane, :width] = rows[first + lane]
        for word in range(8):
            state[word, :] = start[word]
        for block in range(block_count):
            for word in range(16):
                at = block * 64 + word * 4
                for lane in range(LANES):
                    message[word, lane] = (
                        (np.uint32(padded[lane, at]) << np.uint32(24))
                        | (np.uint32(padded[lane, at + 1]) << np.uint32(16))
                        | (np.uint32(padded[lane, at + 2]) << np.uint32(8))
                        | np.uint32(padded[lane, at + 3])
                    )
            _compress(message, state, work, constants)
        for lane in range(lane_count):
            for word in range(8):
                value = state[word, lane]
                out[first + lane, 4 * word] = value >> np.uint32(24)
                out[first + lane, 4 * word + 1] = (value >> np.uint32(16)) & np.uint32(255)
                out[first + lane, 4 * word + 2] = (value >> np.uint32(8)) & np.uint32(255)
                out[first + lane, 4 * word + 3] = value & np.uint32(255)


@_compiled
def _turned(value: np.uint32, count: int) -> np.uint32:
    return (value >> np.uint32(count)) | (value << np.uint32(32 - count))


@_compiled
def _compress(message: Words, state: Words, work: Words, constants: Words) -> None:
    """One block a lane (FIPS 180-4 section 6.2.2). Instead of moving eight variables, their places turn."""
    work[:] = state
    for step in range(64):
        if step >= 16:
            here, behind = step & 15, (step + 1) & 15
            middle, ahead = (step + 9) & 15, (step + 14) & 15
            for lane in range(LANES):
                x, y = message[behind, lane], message[ahead, lane]
                message[here, lane] += (
                    (_turned(x, 7) ^ _turned(x, 18) ^ (x >> np.uint32(3)))
                    + message[middle, lane]
                    + (_turned(y, 17) ^ _turned(y, 19) ^ (y >> np.uint32(10)))
                )
        a, b, c, d = work[-step & 7], work[(1 - step) & 7], work[(2 - step) & 7], work[(3 - step) & 7]
        e, f, g, h = work[(4 - step) & 7], work[(5 - step) & 7], work[(6 - step) & 7], work[(7 - step) & 7]
        words, constant = message[step & 15], constants[step]
        for lane in range(LANES):
            low, high = e[lane], a[lane]
            first = (
                h[lane]
                + (_turned(low, 6) ^ _turned(low, 11) ^ _turned(low, 25))
                + ((low & f[lane]) ^ (~low & g[lane]))
                + constant
                + words[lane]
            )
            second = (_turned(high, 2) ^ _turned(high, 13) ^ _turned(high, 22)) + (
                (high & b[lane]) ^ (high & c[lane]) ^ (b[lane] & c[lane])
            )
            d[lane] += first
            h[lane] = first + second
    for word in range(8):
        for lane in range(LANES):
            state[word, lane] += work[word, lane]
