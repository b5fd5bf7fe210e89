"""E-mail, by whatever backend the settings name: the console by default, SMTP in earnest."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMessage

from dure.channels.types import Letter, Undelivered


class EmailChannel:
    """Sends letters as plain text."""

    def send(self, letter: Letter) -> None:
        # A line break in a header would let a name write headers of its own.
        subject = " ".join(letter.subject.split())
        message = EmailMessage(subject=subject, body=letter.body, to=[letter.address])
        try:
            message.send()
        except SMTPRecipientsRefused as refused:
            raise Undelivered(str(refused), permanent=True) from refused
        except (SMTPException, OSError) as broken:
            raise Undelivered(str(broken), permanent=False) from broken
