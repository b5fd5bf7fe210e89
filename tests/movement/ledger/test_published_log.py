"""The log of a running site: what it serves, how it is cached, who can verify it."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from dure.analytics.sealed.checking import check_folder
from dure.base.home import home
from dure.engine.log.tiles import decode_bundle
from dure.movement.ledger import actions, reads
from dure.movement.ledger.sealed.sealing import seal_day
from tests.movement.ledger.site import SIZE, grow, signed, verified
from tests.movement.ledger.village import LATER, NOW, Village


@pytest.fixture
def log(village: Village) -> Village:
    return signed(village)


# What is served


def test_files_are_kept_for_a_year_and_the_checkpoint_for_seconds(log: Village) -> None:
    client = Client()
    for path in (
        "tile/0/000",
        "tile/0/002.p/88",
        "tile/1/000.p/2",
        "tile/entries/001",
        "tile/entries/002.p/88",
    ):
        answer = client.get(f"/log/{path}")
        assert answer.status_code == 200, path
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["ETag"] == f'"{sha256(answer.content).hexdigest()[:32]}"'
        assert client.get(f"/log/{path}", headers={"If-None-Match": answer["ETag"]}).status_code == 304
        head = client.head(f"/log/{path}")
        assert (head.status_code, head["ETag"], head.content) == (200, answer["ETag"], b"")
    answer = client.get("/log/checkpoint")
    assert answer["Cache-Control"] == "public, max-age=10"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_nothing_makes_caches_keep_several_copies(log: Village) -> None:
    asked = {"Accept-Encoding": "gzip", "Accept-Language": "ko", "Cookie": "sessionid=1"}
    for path in ("/log/tile/entries/000", "/log/checkpoint", "/.well-known/dure-log-key"):
        answer = Client().get(path, headers=asked)
        assert "Vary" not in answer
        assert "Content-Encoding" not in answer
        assert "Set-Cookie" not in answer
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_bundle_holds_what_the_tile_hashes(log: Village) -> None:
    client = Client()
    for place in ("000", "001", "002.p/88", "002.p/5"):
        entries = decode_bundle(client.get(f"/log/tile/entries/{place}").content, path=place)
        hashed = b"".join(sha256(b"\x00" + entry).digest() for entry in entries)
        assert hashed == client.get(f"/log/tile/0/{place}").content
        assert {len(entry) for entry in entries} == {32}


def test_partial_files_are_served_also_when_wider_ones_exist(log: Village) -> None:
    client = Client()
    before = client.get("/log/tile/entries/002.p/88").content
    grow(log, SIZE, 800)
    actions.sign_checkpoint(now=LATER)

    assert client.get("/log/tile/entries/002.p/88").content == before
    assert client.get("/log/tile/entries/002").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002",
        "tile/0/002.p/89",
        "tile/0/003.p/1",
        "tile/0/002.p/088",
        "tile/00/000",
        "tile/64/000",
        "tile/x/000",
        "tile/1/000",
        "tile/entries/002",
        "tile/entries/003.p/1",
        "tile/entries/x000/001",
        "tile/3/000.p/1",
        "tile/0/x999/x999/x999/x999/x999/999",
        "2/checkpoint",
        "2/tile/0/000",
        "resumed",
        "resumed/1",
        "nonsense",
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(log: Village, path: str) -> None:
    answer = Client().get(f"/log/{path}")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert answer.text.startswith("There is no such ")
    assert answer.text.count("\n") == 1


def test_what_no_checkpoint_signs_is_not_served(log: Village) -> None:
    grow(log, SIZE, 700)

    assert Client().get("/log/tile/0/002.p/89").status_code == 404
    actions.sign_checkpoint(now=LATER)
    assert Client().get("/log/tile/0/002.p/89").status_code == 200


# Who can verify it


def test_anybody_can_verify_a_running_site(log: Village, live_server: LiveServer, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(reads.published_checkpoint().note)  # type: ignore[union-attr]
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps({"index": 7, "leaf_hash": reads.receipt(7).leaf_hash.hex()}))
    grow(log, SIZE, 700)
    actions.sign_checkpoint(now=LATER)

    verdict = verified(
        live_server.url, verifier_keys=[reads.public_key()], receipts=[receipt], earlier=[kept]
    )

    assert verdict.faults == []
    assert verdict.log.checkpoint.size == 700
    assert verified(f"{live_server.url}/log").faults == []


def test_a_bundle_stays_the_same_when_its_day_is_sealed_and_dropped(log: Village) -> None:
    client = Client()
    places = ("000", "001", "002.p/88")
    before = [client.get(f"/log/tile/entries/{place}").content for place in places]
    seal_day(day=NOW.date(), now=NOW + timedelta(days=4))
    grow(log, SIZE, SIZE + 100, hours=5 * 24)
    actions.sign_checkpoint(now=NOW + timedelta(days=5))

    assert [client.get(f"/log/tile/entries/{place}").content for place in places] == before
    straddling = client.get("/log/tile/entries/002.p/188").content
    assert straddling.startswith(before[2])
    assert len(decode_bundle(straddling, path="002")) == 188


def test_a_site_with_sealed_days_verifies_and_so_do_their_files_alone(
    log: Village, live_server: LiveServer
) -> None:
    seal_day(day=NOW.date(), now=NOW + timedelta(days=4))
    grow(log, SIZE, SIZE + 100, hours=5 * 24)
    actions.sign_checkpoint(now=NOW + timedelta(days=5))

    assert verified(live_server.url, verifier_keys=[reads.public_key()]).faults == []
    found = check_folder(home() / "sealed", reads.public_keys())
    assert (found.problems, len(found.days)) == ([], 1)
