"""The test double of every channel: keeps letters, and fails when told to."""

from __future__ import annotations

from dure.channels.types import Letter, Undelivered


class DoubleChannel:
    """Keeps what it is given in ``sent``; addresses in ``broken`` raise Undelivered."""

    def __init__(self, *, broken: frozenset[str] = frozenset(), permanent: bool = False) -> None:
        self.sent: list[Letter] = []
        self.broken = broken
        self.permanent = permanent

    def send(self, letter: Letter) -> None:
        if letter.address in self.broken:
            raise Undelivered("the address was named as broken", permanent=self.permanent)
        self.sent.append(letter)
