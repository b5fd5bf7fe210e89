"""Within one look at a page the same question has the same answer, so it is asked of the database once.

A look begins and ends in ``web.fresh``, for requests that change nothing. Elsewhere (acts, commands, chores) every
question is asked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from dure.base.briefly import BRIEFLY

P = ParamSpec("P")
T = TypeVar("T")
# Of a long look; then it forgets all and goes on.
LONG_ANSWERS_MAX: Final = 50_000
_is_long: ContextVar[bool] = ContextVar("is_long", default=False)
_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def long_look() -> Iterator[None]:
    """One look at very many pages: what one of them asked, the next knows, so that all show one moment."""
    token, long = _answers.set({}), _is_long.set(True)
    try:
        with BRIEFLY.held():
            yield
    finally:
        _is_long.reset(long)
        _answers.reset(token)


def through_a_long_look(key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` gave earlier in a long look; else, and outside of one, what it gives now. It is shared."""
    return BRIEFLY.get(key, make) if _is_long.get() else make()


@contextmanager
def one_look() -> Iterator[None]:
    if _is_long.get():
        answers = _answers.get()
        if answers is not None and len(answers) > LONG_ANSWERS_MAX:
            answers.clear()
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def is_a_look() -> bool:
    """Whether a page is being made that changes nothing."""
    return _answers.get() is not None


def once_a_look(read: Callable[P, T]) -> Callable[P, T]:
    """Remember what ``read`` answers to the same arguments, which can be hashed, for the length of a look.

    A list is handed out as a copy of its own; other answers are shared and must not be changed.
    """

    @wraps(read)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
        answers = _answers.get()
        if answers is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = read(*args, **kwargs)
        answer: T = answers[key]
        return answer[:] if isinstance(answer, list) else answer  # type: ignore[return-value]  # a list stays one

    return remembered


def each_once_a_look(
    read: Callable[[tuple[int, ...]], dict[int, T]],
) -> Callable[[Iterable[int]], dict[int, T]]:
    """As :func:`once_a_look`, of what ``read`` finds by id: a page that names some of them again asks for the rest.

    The answer is the asker's own, by ascending id; what does not exist is left out.
    """

    @wraps(read)
    def found(ids: Iterable[int]) -> dict[int, T]:
        wanted = sorted(set(ids))
        answers = _answers.get()
        if answers is None:
            return read(tuple(wanted))
        known: dict[int, T] = answers.setdefault((read, "by id"), {})
        if missing := tuple(one for one in wanted if one not in known):
            known |= read(missing)
        return {one: known[one] for one in wanted if one in known}

    return found


def alike_to_all(read: Callable[P, T]) -> Callable[P, T]:
    """As :func:`once_a_look`, for what is the same whoever asks and is asked at nearly every look.

    Within a look it may be some seconds old (:mod:`dure.base.briefly`); acts ask the database. Arguments come from
    this program, never from an address: there are few of them.
    """

    @wraps(read)
    def shared(*args: P.args, **kwargs: P.kwargs) -> T:
        return BRIEFLY.get((read, args, tuple(sorted(kwargs.items()))), lambda: read(*args, **kwargs))

    within = once_a_look(shared)

    @wraps(read)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        return read(*args, **kwargs) if _answers.get() is None else within(*args, **kwargs)

    return asked
