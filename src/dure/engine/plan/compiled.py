"""The one way a loop of the plan is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def compiled(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile a loop at its first call and keep the machine code beside the source.

    It runs without Python's lock, so that threads share the cores. No fast-math: equal input gives equal bytes.
    """
    return cast(Callable[Given, Returned], njit(cache=True, nogil=True)(function))
