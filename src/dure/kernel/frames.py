"""Frames of deep calls in one piece of memory.

CPython (from 3.11 on) keeps the frames of Python's functions in pieces of 16 KB, which it asks the system for and
gives back as soon as the first frame in them is left. Where a loop happens to stand just before the end of a piece,
each of its calls costs a mapping, a page fault and an unmapping: 7 µs instead of 0.02. A page is made more than a
hundred calls deep, over several such edges, and half of its time went there (measured: 33 of 56 ms). A function that
asks for a large frame gets a large piece, and whatever it calls has its frames in the rest of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any, Final, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
# Of 8 bytes: more than half of a mebibyte, so that a whole one is asked for. What is not used costs no memory, and the
# thousand calls that Python lets us go down take less than the rest.
SLOTS: Final = 70_000


def _called(call: Callable[..., Any], args: tuple[Any, ...], more: dict[str, Any]) -> Any:
    return call(*args, **more)


_called_with_room = FunctionType(_called.__code__.replace(co_stacksize=SLOTS), {}, "_called_with_room")


def in_one_piece(call: Callable[P, R]) -> Callable[P, R]:
    """``call``, whose own calls all have their frames in one piece. It takes 10 µs longer to begin."""

    @wraps(call)
    def roomy(*args: P.args, **more: P.kwargs) -> R:
        return cast(R, _called_with_room(call, args, more))

    return roomy
