"""A receipt is checked by the visitor's own browser: it finds what is right, and names what is not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, Route, expect

from dure.engine.log import checkpoint, note
from dure.engine.log.merkle import Frontier
from dure.engine.log.tiles import new_tiles
from tests.browser.conftest import Doors

pytestmark = pytest.mark.browser

HOLDS = "It holds: the receipt stands in the signed log."
FAILS = "It does not hold."
NAME = "made.test/log"


def check(page: Page, text: str) -> None:
    page.get_by_label("The receipt").fill(text)
    page.get_by_role("button", name="Check it here").click()


class MadeLog:
    """A log of ``size`` random leaves, served in place of the site's."""

    def __init__(self, size: int) -> None:
        dice = random.Random(size)  # noqa: S311  the same leaves every time
        self.size = size
        self.leaves = [dice.randbytes(32) for _ in range(size)]
        self.tiles = {
            f"/log/{tile.path}": tile.data for tile in new_tiles(0, self.leaves, lambda *place: b"")
        }
        key = Ed25519PrivateKey.from_private_bytes(sha256(b"made").digest())
        self.public_key = key.public_key()
        self.key = note.verifier_key(NAME, self.public_key)
        root = Frontier().append_many(self.leaves).root()
        self.note = checkpoint.sign(checkpoint.Checkpoint(NAME, size, root), NAME, key)

    def serve(self, page: Page) -> None:
        page.route("**/log/**", self._answer)
        page.route("**/.well-known/dure-log-key", lambda route: route.fulfill(body=self.key + "\n"))

    def _answer(self, route: Route) -> None:
        path = "/log/" + route.request.url.split("/log/", 1)[1]
        if path == "/log/checkpoint":
            route.fulfill(body=self.note, content_type="text/plain; charset=utf-8")
        elif path in self.tiles:
            route.fulfill(body=self.tiles[path])
        else:
            route.fulfill(status=404)

    def receipt(self, index: int) -> dict[str, object]:
        return {"log": NAME, "index": index, "leaf_hash": self.leaves[index].hex()}


@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 600, 66_000])
def test_every_size_of_log_is_reckoned_as_the_standard_says(doors: Doors, size: int) -> None:
    log = MadeLog(size)
    places = sorted({0, size // 3, size // 2, size - 2, size - 1} & set(range(size)))
    with doors.page() as page:
        log.serve(page)
        page.goto("/check/")

        check(page, json.dumps({"receipts": [log.receipt(index) for index in places]}))

        expect(page.get_by_text(HOLDS)).to_be_visible()
        assert page.get_by_text("lead from your leaf to the signed root").count() == len(places)


def _flip(log: MadeLog) -> None:
    path = next(path for path in log.tiles if path.startswith("/log/tile/0/"))
    log.tiles[path] = bytes([log.tiles[path][0] ^ 1]) + log.tiles[path][1:]


def _swap(log: MadeLog) -> None:
    other = MadeLog(log.size + 1)
    log.note = other.note.replace(f"\n{log.size + 1}\n", f"\n{log.size}\n")


def _other_key(log: MadeLog) -> None:
    log.key = note.verifier_key(NAME, Ed25519PrivateKey.generate().public_key())


def _unsigned(log: MadeLog) -> None:
    log.note = log.note.split("\n\n")[0] + "\n\n— other.test AAAAAAAA\n"


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_flip, "does NOT stand in it"),
        (_swap, "is NOT signed"),
        (_other_key, "is NOT signed"),
        (_unsigned, "is NOT signed"),
    ],
)
def test_what_was_tampered_with_is_named(doors: Doors, harm: Callable[[MadeLog], None], says: str) -> None:
    log = MadeLog(9)
    harm(log)
    with doors.page() as page:
        log.serve(page)
        page.goto("/check/")

        check(page, json.dumps(log.receipt(1)))

        expect(page.get_by_text(FAILS)).to_be_visible()
        expect(page.get_by_text(says)).to_be_visible()


@pytest.mark.parametrize(
    ("receipt", "says"),
    [
        ({"index": 1, "leaf_hash": "00" * 32}, "does NOT stand in it"),
        ({"index": 9, "leaf_hash": "00" * 32}, "is newer than the signed state"),
        ({"log": "other.test", "index": 1, "leaf_hash": "00" * 32}, "The receipt is of the log other.test"),
    ],
)
def test_a_receipt_that_does_not_hold_is_told_why(
    doors: Doors, receipt: dict[str, object], says: str
) -> None:
    with doors.page() as page:
        MadeLog(9).serve(page)
        page.goto("/check/")

        check(page, json.dumps(receipt))

        expect(page.get_by_text(FAILS)).to_be_visible()
        expect(page.get_by_text(says)).to_be_visible()


def test_a_receipt_from_before_a_loss_holds_under_the_later_name(doors: Doors) -> None:
    log = MadeLog(9)
    log.key += f"\n{note.verifier_key('older.test/log', log.public_key)}"
    with doors.page() as page:
        log.serve(page)
        page.goto("/check/")

        check(page, json.dumps(log.receipt(1) | {"log": "older.test/log"}))

        expect(page.get_by_text(HOLDS)).to_be_visible()


def test_a_missing_file_is_no_verdict(doors: Doors) -> None:
    log = MadeLog(9)
    log.tiles.clear()
    with doors.page() as page:
        log.serve(page)
        page.goto("/check/")
        check(page, "nonsense")
        expect(page.get_by_text("This is no receipt")).to_be_visible()

        check(page, json.dumps(log.receipt(1)))

        expect(page.get_by_text("It could not be checked now")).to_be_visible()


def test_a_volunteer_keeps_receipts_and_checks_them_on_a_phone(doors: Doors) -> None:
    with doors.page("worked", width=360) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.post_data or ""))
        page.goto("/my/record/")
        with page.expect_download() as kept:
            page.get_by_role("link", name="Keep my receipts").click()
        text = kept.value.path().read_text()
        leaf = json.loads(text)["receipts"][0]["leaf_hash"]
        page.goto("/check/")
        expect(page.get_by_text("what you paste stays here")).to_be_visible()

        check(page, text)

        expect(page.get_by_text(HOLDS)).to_be_visible()
        assert not any(leaf in sent for sent in asked), "a receipt never leaves the page"


def test_without_javascript_the_server_answers_by_its_word(doors: Doors) -> None:
    with doors.page("worked", javascript=False) as page:
        answer = page.context.request.get("/my/record/receipts.json")
        first = answer.json()["receipts"][0]
        page.goto("/check/")
        expect(page.get_by_text("sent to the server")).to_be_visible()
        page.get_by_label("The receipt").fill(f"{first['index']} {first['leaf_hash']}")
        page.get_by_role("button", name="Ask the server").click()

        expect(page.get_by_text("stands in the signed log with this leaf")).to_be_visible()
        expect(page.get_by_text("This is only our word")).to_be_visible()
