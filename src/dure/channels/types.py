"""What every channel takes and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address, ready to send."""

    address: str
    subject: str
    body: str


class Undelivered(Exception):
    """The channel did not take the letter. ``permanent`` says whether trying again could help."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.permanent = permanent


class Channel(Protocol):
    """Sends letters, or raises Undelivered."""

    def send(self, letter: Letter) -> None: ...
