"""Refusals: the expected "no", with a code for programs, facts for both, and words for people."""

from __future__ import annotations

from typing import ClassVar

from dure.kernel.must import must


class Refusal(Exception):
    """A rule said no, and the caller is meant to show why.

    A subclass states ``code`` (stable, read by programs), ``says`` (the English
    sentence, formatted with the facts; entrances translate it) and ``status`` (HTTP).
    Every code is listed in docs/reference/refusals.md; a house test holds the two equal.
    A broken invariant is not a refusal; use :func:`dure.kernel.must.must` for that.
    """

    code: ClassVar[str]
    says: ClassVar[str]
    status: ClassVar[int] = 409
    known: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls) -> None:
        must(cls.code not in Refusal.known, f"{cls.code} is already taken")
        Refusal.known[cls.code] = cls

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return self.says.format(**self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        """From one process to another as it is, whatever its own ``__init__`` asks for."""
        return _again, (type(self), self.facts)


def _again(kind: type[Refusal], facts: dict[str, object]) -> Refusal:
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, **facts)
    return refusal


class NotFound(Refusal):
    """What was asked for is not there, or not for the one who asks: the two look alike on purpose."""

    code = "not_found"
    says = "There is no such {what} here."
    status = 404


class NotAllowed(Refusal):
    """The asker is known and the thing is known, but the right is missing."""

    code = "not_allowed"
    says = "Your role does not allow this: {what}."
    status = 403


class BadInput(Refusal):
    """A value does not fit; ``where`` names the field, ``wanted`` what would fit."""

    code = "bad_input"
    says = "{where}: {what}. Expected: {wanted}."
    status = 422
