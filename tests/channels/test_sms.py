"""SMS as Kannel's sendsms takes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dure.channels.sms import SmsChannel, is_gsm_7, part_count
from dure.channels.types import ChannelDown, Letter, Undelivered
from tests.channels.server import Gateway, gateway

TEXT = "There is a post for you."
LETTER = Letter(
    "+447700900123", "A post", "Long words.", TEXT, "https://site.example/me/x/", "https://r.example/?code=%d"
)


@pytest.fixture
def kannel() -> Iterator[Gateway]:
    with gateway() as one:
        yield one


def channel(kannel: Gateway) -> SmsChannel:
    return SmsChannel(f"http://minji:p%40ss@127.0.0.1:{kannel.port}/cgi-bin/sendsms?from=DURE")


def test_a_message_is_asked_for_as_the_gateway_wants_it(kannel: Gateway) -> None:
    channel(kannel).send(LETTER)

    (asked,) = kannel.asked
    assert (asked.method, asked.path) == ("GET", "/cgi-bin/sendsms")
    assert asked.query == {
        "from": "DURE",
        "username": "minji",
        "password": "p@ss",
        "to": "+447700900123",
        "text": f"{TEXT} https://site.example/me/x/",
        "charset": "UTF-8",
        "coding": "0",
        "dlr-mask": "19",
        "dlr-url": "https://r.example/?code=%d",
    }


def test_letters_of_other_alphabets_are_coded_so_and_cost_more(kannel: Gateway) -> None:
    korean = Letter("+821012345678", "", "", "10월 5일에 맡으실 일이 있습니다.", "https://site.example/me/x/")
    by = channel(kannel)
    by.send(korean)

    assert kannel.asked[0].query["coding"] == "2"
    assert "dlr-url" not in kannel.asked[0].query
    assert by.parts(korean) == 1
    assert by.parts(Letter("+82", "", "", "가" * 71)) == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("ж" * 70, 1), ("ж" * 71, 2), ("ж" * 134, 2), ("ж" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2),
    ],
)  # fmt: skip
def test_a_text_is_paid_in_parts(text: str, parts: int) -> None:
    assert part_count(text) == parts


def test_the_basic_alphabet_is_known() -> None:
    assert is_gsm_7("Grüße für 10 £ @ {Leeds}")
    assert not is_gsm_7("Ħello")


@pytest.mark.parametrize("status", [400, 406])
def test_a_wrong_number_is_not_tried_again(kannel: Gateway, status: int) -> None:
    kannel.answers = [(status, b"Sender missing or wrong")]
    with pytest.raises(Undelivered) as no:
        channel(kannel).send(LETTER)
    assert no.value.permanent


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_gateway_that_turns_us_away_is_down_and_no_letter_is_to_blame(kannel: Gateway, status: int) -> None:
    kannel.answers = [(status, b"Authorization failed")]
    with pytest.raises(ChannelDown, match=str(status)):
        channel(kannel).send(LETTER)


def test_a_gateway_that_is_not_there_is_down() -> None:
    with gateway() as gone:
        by = channel(gone)
        by.send(LETTER)
    # The kept connection is dead and nobody answers a new one.
    with pytest.raises(ChannelDown, match=r"127\.0\.0\.1"):
        SmsChannel(f"http://127.0.0.1:{gone.port}/").send(LETTER)


def test_a_kept_connection_is_used_again(kannel: Gateway) -> None:
    by = channel(kannel)
    for _ in range(3):
        by.send(LETTER)
    by.close()
    by.send(LETTER)
    assert len(kannel.asked) == 4
