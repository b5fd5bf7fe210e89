"""E-mail over a kept connection, chat rooms by Apprise."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from dure.channels.chat import ChatChannel
from dure.channels.double import DoubleChannel
from dure.channels.email import EmailChannel
from dure.channels.types import ChannelDown, Letter, Undelivered
from tests.channels.server import MailServer, gateway, mail_server

LETTER = Letter(
    "minji@people.example", "News\nBcc: all@people.example", "Words", leave_link="https://s/me/x/"
)


def test_a_letter_is_plain_and_says_that_nobody_wrote_it_by_hand() -> None:
    EmailChannel().send(LETTER)
    (message,) = mail.outbox
    assert message.subject == "News Bcc: all@people.example"
    assert message.to == ["minji@people.example"]
    assert message.bcc == []
    assert message.extra_headers == {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<https://s/me/x/>",
    }


class Server(EmailBackend):
    """A mail server that answers as told, and counts how often it is opened."""

    opened = 0
    failure: Exception | None = None

    def open(self) -> bool:
        Server.opened += 1
        return True

    def send_messages(self, messages: Any) -> int:
        if Server.failure:
            raise Server.failure
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr(Server, "failure", None)
    return Server


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"minji@people.example": (code, b"no")})


@pytest.mark.parametrize(
    ("failure", "permanent"),
    [(refused(550), True), (refused(450), False), (smtplib.SMTPDataError(554, b"spam"), False)],
)
def test_what_a_mail_server_refuses_is_told_apart(
    server: type[Server], failure: Exception, permanent: bool
) -> None:
    server.failure = failure
    with pytest.raises(Undelivered) as no:
        EmailChannel().send(LETTER)
    assert no.value.permanent is permanent


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionRefusedError(), TimeoutError(), smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPAuthenticationError(535, b"who?"), smtplib.SMTPConnectError(421, b"later"),
    ],
)  # fmt: skip
def test_a_mail_server_that_is_away_blames_no_letter(server: type[Server], failure: Exception) -> None:
    server.failure = failure
    with pytest.raises(ChannelDown):
        EmailChannel().send(LETTER)


def test_after_a_failure_the_next_letter_goes(server: type[Server]) -> None:
    by = EmailChannel()
    server.failure = smtplib.SMTPServerDisconnected("gone")
    with pytest.raises(ChannelDown):
        by.send(LETTER)
    server.failure = None
    by.send(LETTER)
    by.close()
    assert len(mail.outbox) == 1


@pytest.fixture
def post(settings: Any) -> Iterator[MailServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as one:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", one.port, 5
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield one


def test_letters_go_over_one_kept_connection(post: MailServer) -> None:
    by = EmailChannel()
    for _ in range(5):
        by.send(LETTER)
    by.close()

    assert (len(post.letters), post.connections) == (5, 1)
    assert post.letters[0]["To"] == "minji@people.example"
    assert post.letters[0]["Bcc"] is None


def test_a_connection_that_the_server_ended_is_opened_again_without_a_loss(post: MailServer) -> None:
    post.ends_after = 2
    by = EmailChannel()
    for _ in range(5):
        by.send(LETTER)
    by.close()

    assert (len(post.letters), post.connections) == (5, 3)


def test_a_mailbox_that_is_not_there_ends_no_connection(post: MailServer) -> None:
    post.refuses = {"nobody@people.example": b"550 no such user", "later@people.example": b"451 try later"}
    by = EmailChannel()
    for address, permanent in (("nobody@people.example", True), ("later@people.example", False)):
        with pytest.raises(Undelivered) as no:
            by.send(Letter(address, "a", "b"))
        assert no.value.permanent is permanent
    by.send(LETTER)

    assert (len(post.letters), post.connections) == (1, 1)


def test_an_announcement_reaches_a_chat_room() -> None:
    with gateway() as room:
        room.answers = [(200, b"{}")]
        ChatChannel([f"json://127.0.0.1:{room.port}/room"]).send(
            Letter("", "The harvest calls", "Come and help.")
        )
    (asked,) = room.asked
    says = json.loads(asked.body)
    assert (says["title"], says["message"]) == ("The harvest calls", "Come and help.")


def test_one_room_that_is_away_does_not_say_it_twice_in_the_other() -> None:
    with gateway() as room, gateway() as gone:
        room.answers, gone.answers = [(200, b"{}")], [(500, b"")]
        urls = [f"json://127.0.0.1:{gone.port}/", f"json://127.0.0.1:{room.port}/"]
        ChatChannel(urls).send(Letter("", "a", "b"))
        with pytest.raises(Undelivered) as no:
            ChatChannel(urls[:1]).send(Letter("", "a", "b"))
    assert not no.value.permanent
    assert len(room.asked) == 1


def test_an_address_nobody_knows_is_said_so() -> None:
    with pytest.raises(Undelivered, match="DURE_CHAT_URLS") as no:
        ChatChannel(["nonsense"]).send(Letter("", "a", "b"))
    assert no.value.permanent


def test_a_misspelt_address_keeps_no_other_room_from_hearing() -> None:
    with gateway() as room:
        room.answers = [(200, b"{}")]
        ChatChannel(["nonsense", f"json://127.0.0.1:{room.port}/"]).send(Letter("", "a", "b"))
    assert len(room.asked) == 1


def test_the_double_does_as_it_is_told() -> None:
    double = DoubleChannel(broken=frozenset({"x@people.example"}), permanent=True)
    with pytest.raises(Undelivered):
        double.send(Letter("x@people.example", "a", "b"))
    double.send(LETTER)
    double.is_down = True
    with pytest.raises(ChannelDown):
        double.send(LETTER)
    assert double.sent == [LETTER]
