"""What every channel takes and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address, ready to send.

    ``brief``: its words for a small screen, without the link; "" where the body has to do. ``link``: the address to
    go to. ``report_to``: where the channel may report delivery, "%d" standing for its code. ``is_urgent``: worth
    waking a phone for. ``leave_link``: where its reader can end such letters; "" where it answers the reader.
    """

    address: str
    subject: str
    body: str
    brief: str = ""
    link: str = ""
    report_to: str = ""
    is_urgent: bool = False
    leave_link: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one channel. ``per_minute``: notices; ``spend_max_milli``: money a day in milli-units, None for no cap.

    ``cost_milli``: what one part of a message costs, in milli-units of the installation's money.
    """

    per_minute: int
    cost_milli: int = 0
    spend_max_milli: int | None = None


class Undelivered(Exception):
    """The channel did not take the letter. ``permanent`` says whether trying again could help."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.permanent = permanent


class ChannelDown(Exception):
    """The channel takes nothing at present: its server is away or turns us away. No letter is to blame."""


class Channel(Protocol):
    """Sends letters, in as many threads as ``at_once`` says."""

    at_once: int

    def parts(self, letter: Letter) -> int:
        """How many messages the letter is paid as."""
        ...

    def send(self, letter: Letter) -> None:
        """Hand the letter over, or raise Undelivered or ChannelDown."""
        ...

    def close(self) -> None:
        """Give back what was kept open between letters."""
        ...
