"""Chat rooms by webhook (Matrix, Mattermost, Slack, Telegram and a hundred more), with Apprise's addresses.

For calls and announcements, never for what is about a person: a chat room belongs to everybody in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dure.channels.types import Letter, Undelivered

AT_ONCE: Final = 1


class ChatChannel:
    """``urls``: Apprise addresses. A letter that reached one room at least is sent: trying again would say it twice
    there."""

    at_once = AT_ONCE

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = tuple(urls)

    def parts(self, letter: Letter) -> int:
        return 1

    def send(self, letter: Letter) -> None:
        # Imported here: it brings a hundred services along, and most installations name none.
        from apprise import Apprise, NotifyFormat

        reached = known = 0
        for url in self._urls:
            room = Apprise()
            # One misspelt address must not keep the rooms behind it from hearing.
            if room.add(url):
                known += 1
                reached += bool(
                    room.notify(title=letter.subject, body=letter.body, body_format=NotifyFormat.TEXT)
                )
        if not known:
            raise Undelivered("DURE_CHAT_URLS holds no address that Apprise knows", permanent=True)
        if not reached:
            raise Undelivered("no chat room took it", permanent=False)

    def close(self) -> None:
        """Nothing is kept open."""
