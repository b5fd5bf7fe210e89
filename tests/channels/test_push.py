"""Web push, against the example of RFC 8291 and a browser's own way of opening it."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from dure.channels.http import Answer, Http
from dure.channels.push import TITLE_CHARACTERS_MAX, PushChannel, subscription
from dure.channels.push.sealing import public_bytes, sealed
from dure.channels.push.vapid import authorization, base64url, from_base64url, key_of, public_key
from dure.channels.types import ChannelDown, Letter, Undelivered

HOSTS = ("push.example",)
ENDPOINT = "https://eu.push.example/send/abc"
OWN = key_of(b"s" * 32)


@dataclass
class Browser:
    """A browser's end: its keys, and how it opens what it gets (RFC 8291, section 3)."""

    key: ec.EllipticCurvePrivateKey
    secret: bytes

    @property
    def address(self) -> str:
        given = {
            "endpoint": ENDPOINT,
            "p256dh": base64url(public_bytes(self.key.public_key())),
            "auth": base64url(self.secret),
        }
        return json.dumps(given)

    def opened(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        sender, cipher = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        mine = public_bytes(self.key.public_key())
        keying = _expand(_hmac(self.secret, shared), b"WebPush: info\x00" + mine + sender)
        first = _hmac(salt, keying)
        key = _expand(first, b"Content-Encoding: aes128gcm\x00")[:16]
        nonce = _expand(first, b"Content-Encoding: nonce\x00")[:12]
        plain = AESGCM(key).decrypt(nonce, cipher, None)
        assert plain[-1:] == b"\x02"
        return plain[:-1]


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def _expand(key: bytes, info: bytes) -> bytes:
    return _hmac(key, info + b"\x01")


class Service(Http):
    """A push service that keeps what it is handed."""

    def __init__(self, status: int = 201) -> None:
        super().__init__()
        self.status = status
        self.taken: list[tuple[str, bytes, dict[str, str]]] = []

    def ask(self, method: str, url: str, *, body: bytes | None = None, headers: object = None) -> Answer:
        assert method == "POST"
        assert isinstance(headers, dict)
        self.taken.append((url, body or b"", headers))
        return Answer(self.status, b"why not")


@pytest.fixture
def browser() -> Browser:
    return Browser(ec.generate_private_key(ec.SECP256R1()), b"a" * 16)


def channel(service: Service) -> PushChannel:
    return PushChannel(key=OWN, contact="mailto:us@site.example", hosts=HOSTS, http=service)


def test_the_example_of_the_rfc_comes_out_byte_by_byte() -> None:
    own = ec.derive_private_key(
        int.from_bytes(from_base64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1()
    )
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        browser_key=from_base64url(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        browser_secret=from_base64url("BTBZMqHH6r4Tts7J_aSIgg"),
        own_key=own,
        salt=from_base64url("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert base64url(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_browser_reads_what_it_is_told(browser: Browser) -> None:
    service = Service()
    letter = Letter(
        browser.address, "A post for you", "Long", "There is a post.", "https://s/me/x/", is_urgent=True
    )
    channel(service).send(letter)

    ((url, body, headers),) = service.taken
    assert url == ENDPOINT
    assert b"post" not in body
    assert json.loads(browser.opened(body)) == {
        "title": "A post for you",
        "body": "There is a post.",
        "link": "https://s/me/x/",
    }
    assert (headers["Content-Encoding"], headers["Urgency"], headers["TTL"]) == ("aes128gcm", "high", "86400")


def test_the_push_service_can_tell_who_sends() -> None:
    word = authorization(OWN, origin="https://eu.push.example", contact="mailto:us@site.example", now_s=1_000)
    token, key = word.removeprefix("vapid t=").split(", k=")
    head, says, signature = token.split(".")
    raw = from_base64url(signature)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(key))
    good = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    point.verify(good, f"{head}.{says}".encode(), ec.ECDSA(SHA256()))
    assert json.loads(from_base64url(says)) == {
        "aud": "https://eu.push.example",
        "exp": 1_000 + 12 * 3600,
        "sub": "mailto:us@site.example",
    }
    assert key == public_key(key_of(b"s" * 32))  # the same for ever
    assert key != public_key(key_of(b"t" * 32))


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://eu.push.example/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://push.example.evil.example/x",
        "https://evilpush.example/x",
        "https://eu.push.example:8443/x",
        "https://user@eu.push.example/x",
        "https://eu.push.example/" + "x" * 1_000,
        "",
    ],
)
def test_our_server_posts_to_push_services_alone(browser: Browser, endpoint: str) -> None:
    given = json.dumps(json.loads(browser.address) | {"endpoint": endpoint})
    service = Service()
    with pytest.raises(ValueError, match="push service"):
        subscription(given, hosts=HOSTS)
    with pytest.raises(Undelivered) as no:
        channel(service).send(Letter(given, "a", "b"))
    assert no.value.permanent
    assert service.taken == []


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{}", '{"endpoint": 1}',
        json.dumps({"endpoint": ENDPOINT, "p256dh": "AAAA", "auth": "AAAA"}),
        json.dumps({"endpoint": ENDPOINT, "p256dh": base64url(b"\x04" + b"\x01" * 64), "auth": base64url(b"a" * 16)}),
        json.dumps({"endpoint": ENDPOINT, "p256dh": "ü", "auth": "ü"}),
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        subscription(text, hosts=HOSTS)


@pytest.mark.parametrize("status", [400, 404, 410, 413])
def test_a_browser_that_unsubscribed_is_not_tried_again(browser: Browser, status: int) -> None:
    with pytest.raises(Undelivered) as no:
        channel(Service(status)).send(Letter(browser.address, "a", "b"))
    assert no.value.permanent


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_service_that_is_busy_is_tried_again(browser: Browser, status: int) -> None:
    with pytest.raises(Undelivered) as no:
        channel(Service(status)).send(Letter(browser.address, "a", "b"))
    assert not no.value.permanent


def test_an_address_that_leads_nowhere_stops_nobody_elses(browser: Browser) -> None:
    """Browsers name the address, so anybody could stop the channel for all by one that can't be reached."""

    class Nowhere(Service):
        def ask(self, *_: object, **__: object) -> Answer:
            raise ChannelDown("no such host")

    with pytest.raises(Undelivered) as no:
        channel(Nowhere()).send(Letter(browser.address, "a", "b"))
    assert not no.value.permanent


def test_words_too_long_for_a_push_leave_the_title_and_the_link(browser: Browser) -> None:
    service = Service()
    channel(service).send(Letter(browser.address, "Title", "x" * 5_000, "", "https://s/me/x/"))
    says = json.loads(browser.opened(service.taken[0][1]))
    assert says == {"title": "Title", "body": "", "link": "https://s/me/x/"}


def test_a_title_that_is_too_long_is_cut_and_the_message_stays_whole(browser: Browser) -> None:
    service = Service()
    channel(service).send(Letter(browser.address, "말" * 4_000, "x", "", "https://s/me/x/"))
    says = json.loads(browser.opened(service.taken[0][1]))
    assert (says["title"], says["link"]) == ("말" * TITLE_CHARACTERS_MAX, "https://s/me/x/")
