"""How loops are compiled: at their first call, the machine code kept beside the source.

They run without Python's lock, so that threads share the cores. No fast-math: equal input gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar, cast

from numba import njit

Given = ParamSpec("Given")
Returned = TypeVar("Returned")

_UNCOUNTED: Final[dict[str, Any]] = {"_nrt": False}


def compiled(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile a loop."""
    return cast(Callable[Given, Returned], njit(cache=True, nogil=True)(function))


def bare(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile a loop that makes no array, and so need count no references to those that it is given.

    Where one loop calls another for each row, or looks at a row of a table as an array, each counts them up and down,
    with a locked instruction each time: 20 of 21 nanoseconds where a cell is looked up (docs/why/analytics.md).
    """
    return cast(Callable[Given, Returned], njit(cache=True, nogil=True, **_UNCOUNTED)(function))
