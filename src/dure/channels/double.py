"""The test double of every channel: keeps letters, and fails when told to."""

from __future__ import annotations

from dure.channels.types import ChannelDown, Letter, Undelivered


class DoubleChannel:
    """Keeps what it is given in ``sent``; addresses in ``broken`` raise Undelivered, and all raise ChannelDown
    while ``is_down``."""

    at_once = 1

    def __init__(self, *, broken: frozenset[str] = frozenset(), permanent: bool = False) -> None:
        self.sent: list[Letter] = []
        self.broken = broken
        self.permanent = permanent
        self.is_down = False

    def parts(self, letter: Letter) -> int:
        return 1

    def send(self, letter: Letter) -> None:
        if self.is_down:
            raise ChannelDown("it was told to be down")
        if letter.address in self.broken:
            raise Undelivered("the address was named as broken", permanent=self.permanent)
        self.sent.append(letter)

    def close(self) -> None:
        """Nothing is kept open."""
