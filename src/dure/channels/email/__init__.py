"""E-mail, by whatever backend the settings name: the console by default, SMTP in earnest."""

from __future__ import annotations

from contextlib import suppress
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from threading import Lock
from typing import Final

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from dure.channels.types import ChannelDown, Letter, Undelivered

# Several letters are on their way at once: a mail server answers slowly, but answers many.
AT_ONCE: Final = 4
# RFC 5321, section 4.2.1: 5yz says that trying the same again does not help.
PERMANENT_FROM: Final = 500


class EmailChannel:
    """Sends letters as plain text, over kept connections."""

    at_once = AT_ONCE

    def __init__(self) -> None:
        self._idle: list[BaseEmailBackend] = []
        self._lock = Lock()

    def parts(self, letter: Letter) -> int:
        return 1

    def send(self, letter: Letter) -> None:
        while (kept := self._kept()) is not None:
            try:
                self._send(kept, letter)
            except SMTPServerDisconnected:
                continue  # mail servers end what was idle for minutes
            else:
                return
        try:
            self._send(get_connection(), letter)
        except SMTPServerDisconnected as away:
            raise ChannelDown(str(away)) from away

    def _send(self, connection: BaseEmailBackend, letter: Letter) -> None:
        """Hand a letter over; the connection is kept unless it broke."""
        is_good = False
        try:
            connection.open()
            _message(letter, connection).send()
            is_good = True
        except SMTPRecipientsRefused as refused:
            is_good = True
            codes = [code for code, _ in refused.recipients.values()]
            raise Undelivered(str(refused), permanent=min(codes, default=0) >= PERMANENT_FROM) from refused
        except SMTPServerDisconnected:
            raise
        except (SMTPConnectError, SMTPHeloError, SMTPAuthenticationError, SMTPSenderRefused) as away:
            raise ChannelDown(str(away)) from away
        except SMTPException as broken:
            raise Undelivered(str(broken), permanent=False) from broken
        except OSError as away:
            raise ChannelDown(str(away) or type(away).__name__) from away
        finally:
            if is_good:
                with self._lock:
                    self._idle.append(connection)
            else:
                _end(connection)

    def _kept(self) -> BaseEmailBackend | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def close(self) -> None:
        """End the connections that nobody uses at the moment."""
        while (kept := self._kept()) is not None:
            _end(kept)


def _message(letter: Letter, connection: BaseEmailBackend) -> EmailMessage:
    # RFC 3834: nobody's absence note answers it.
    headers = {"Auto-Submitted": "auto-generated"}
    if letter.leave_link:
        headers["List-Unsubscribe"] = f"<{letter.leave_link}>"
    # A line break in a header would let a name write headers of its own.
    subject = " ".join(letter.subject.split())
    return EmailMessage(
        subject=subject, body=letter.body, to=[letter.address], headers=headers, connection=connection
    )


def _end(connection: BaseEmailBackend) -> None:
    with suppress(SMTPException, OSError):  # the other side was quicker
        connection.close()
