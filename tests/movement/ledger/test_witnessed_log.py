"""A running site and its witnesses: they cosign, catch a fork, and remember what was put back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from dure.engine.log.cosignature import cosignatures
from dure.engine.log.note import read_note
from dure.movement.ledger import actions, keys, reads, remembered
from dure.movement.ledger.errors import LogRolledBack
from dure.movement.ledger.outside import memory
from dure.movement.ledger.outside.door import serve
from dure.movement.ledger.outside.errors import LogForked, LogWentBack
from dure.movement.ledger.outside.evidence import read_evidence, what_it_proves
from dure.movement.ledger.outside.web import Web
from dure.movement.ledger.outside.witness import Visit, visit
from tests.movement.ledger.site import HOUR, SIZE, grow, signed, verified
from tests.movement.ledger.village import LATER, NOW, Village


@pytest.fixture
def log(village: Village) -> Village:
    return signed(village)


@contextmanager
def living_at(home: Path) -> Iterator[None]:
    """As on another machine: a witness's folder and key of its own, while the site goes on beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "folder", lambda: home / "witness")
        patch.setenv("DURE_SECRET_WITNESS_KEY", sha256(home.name.encode()).hexdigest())
        yield


class Watcher:
    """A witness somewhere else."""

    def __init__(self, home: Path, name: str) -> None:
        self.home = home
        with living_at(home):
            self.cosigner = memory.name_witness(name).cosigner

    def look(self, url: str, hours: int = 0) -> Visit:
        with living_at(self.home):
            return visit(Web(), url, now=NOW + hours * HOUR)

    def evidence(self) -> list[str]:
        with living_at(self.home):
            return [path.read_text() for path in memory.evidence_files()]


@pytest.fixture
def watchers(tmp_path: Path) -> list[Watcher]:
    return [Watcher(tmp_path / name, f"{name}.example/w") for name in ("east", "west")]


def test_two_witnesses_cosign_and_are_shown(
    log: Village, live_server: LiveServer, watchers: list[Watcher]
) -> None:
    for one in watchers:
        actions.trust_witness(verifier_key=one.cosigner.verifier_key, now=NOW)
        assert one.look(live_server.url).taken == ""
    wanted = [one.cosigner.verifier_key for one in watchers]

    verdict = verified(live_server.url, witness_keys=wanted)

    assert verdict.faults == []
    assert [name for name, _ in verdict.witnesses] == ["east.example/w", "west.example/w"]
    grow(log, SIZE, 900)
    actions.sign_checkpoint(now=LATER)
    assert [fault.what for fault in verified(live_server.url, witness_keys=wanted).faults] == [
        "it is not cosigned by east.example/w",
        "it is not cosigned by west.example/w",
    ]
    seen = [one.look(live_server.url, hours=2) for one in watchers]
    assert [(one.size, one.is_first, one.taken) for one in seen] == [(900, False, "")] * 2
    note = read_note(Client().get("/log/checkpoint").text)
    assert len(cosignatures(note, [one.cosigner for one in watchers])) == 2


def test_a_witness_nobody_trusts_is_told_so(
    log: Village, live_server: LiveServer, watchers: list[Watcher]
) -> None:
    assert watchers[0].look(live_server.url).taken.startswith("403: No witness that this log trusts")


def test_a_forked_log_is_caught_with_evidence(
    log: Village, live_server: LiveServer, watchers: list[Watcher]
) -> None:
    east = watchers[0]
    east.look(live_server.url)
    # The operator shows the west another history, whatever it took to make the database forget.
    with other_history(log, 700):
        west_sees = Client().get("/log/checkpoint").text
        with pytest.raises(LogForked):
            east.look(live_server.url, hours=1)

    assert west_sees.split("\n")[1] == "700"
    (text,) = east.evidence()
    assert "signed 600 entries, and then 700 that do not begin with them" in what_it_proves(
        read_evidence(text)
    )


@contextmanager
def other_history(log: Village, size: int) -> Iterator[None]:
    """Every table of the log emptied and filled with other entries, and the memory in the data folder wiped."""
    from django.db import connection

    tables = ("entry", "tile", "checkpoint", "rollup", "logday")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE " + ", ".join(f"ledger_{table}" for table in tables))
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            for table in tables:
                cursor.execute(f"DELETE FROM ledger_{table}")  # noqa: S608
            for _, sql in triggers:
                cursor.execute(sql)
        cursor.execute("DELETE FROM base_orderhead")
    remembered.path().unlink()
    grow(log, 5_000, 5_000 + size)
    actions.sign_checkpoint(now=LATER)
    yield


# When it was put back from a backup


def lose(log: Village, end: int) -> str:
    """Sign ``end`` entries and lose them again; the note that was signed."""
    with transaction.atomic():
        grow(log, SIZE, end, hours=1)
        note = actions.sign_checkpoint(now=LATER).note
        transaction.set_rollback(True)
    return note


def test_a_log_put_back_with_its_data_folder_learns_it_from_a_witness_that_comes_by(
    log: Village, live_server: LiveServer, watchers: list[Watcher]
) -> None:
    east = watchers[0]
    east.look(live_server.url)
    lose_after_a_look(log, live_server, east)

    with pytest.raises(LogWentBack, match="shows 600 entries, but signed 700"):
        east.look(live_server.url, hours=2)
    with pytest.raises(LogRolledBack, match="only 600 are here, 100 are missing"):
        actions.sign_checkpoint(now=NOW + 3 * HOUR)


def lose_after_a_look(log: Village, live_server: LiveServer, witness: Watcher) -> None:
    """The witness remembers 700 entries, database and data folder only 600."""
    note = lose(log, 700)
    remembered.path().unlink()
    with living_at(witness.home):
        known = memory.memory_of(keys.origin())
        assert known is not None
        memory.keep(
            memory.Memory(
                origin=known.origin,
                verifier_key=known.verifier_key,
                url=live_server.url,
                note=note,
                cosigned_at_s=known.cosigned_at_s,
            )
        )


def test_a_witness_that_can_be_asked_keeps_a_log_from_signing_a_fork(
    log: Village, live_server: LiveServer, watchers: list[Watcher]
) -> None:
    east = watchers[0]
    east.look(live_server.url)
    lose_after_a_look(log, live_server, east)
    grow(log, 2_000, 2_300, hours=2)  # past what was lost, so that its size betrays nothing
    with asked_at(east) as url:
        actions.trust_witness(verifier_key=east.cosigner.verifier_key, url=url, now=NOW)
        with pytest.raises(LogRolledBack, match=r"the witness east\.example/w"):
            actions.sign_checkpoint(now=NOW + 3 * HOUR)
    latest = reads.latest_checkpoint()
    assert latest is not None
    assert latest.size == SIZE


@contextmanager
def asked_at(witness: Watcher) -> Iterator[str]:
    """The witness's own door; it answers from its own data folder."""
    server = serve("127.0.0.1", 0, lambda: datetime.now(UTC))
    with living_at(witness.home):
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_witness_that_is_away_does_not_stop_the_log(log: Village, watchers: list[Watcher]) -> None:
    actions.trust_witness(verifier_key=watchers[0].cosigner.verifier_key, url="http://127.0.0.1:9", now=NOW)
    grow(log, SIZE, 700)

    assert actions.sign_checkpoint(now=LATER).size == 700


def test_after_an_open_loss_the_site_verifies_and_is_witnessed_under_its_new_name(
    log: Village, live_server: LiveServer, watchers: list[Watcher], tmp_path: Path
) -> None:
    east, old_key = watchers[0], reads.public_key()
    actions.trust_witness(verifier_key=east.cosigner.verifier_key, now=NOW)
    east.look(live_server.url)
    kept, gone = tmp_path / "kept.txt", tmp_path / "gone.txt"
    kept.write_text(Client().get("/log/checkpoint").text)
    gone.write_text(lose(log, 700))
    grow(log, 2_000, 2_050, hours=2)
    loss = actions.resume_after_loss(now=NOW + 3 * HOUR)
    grow(log, 3_000, 3_100, hours=4)
    actions.sign_checkpoint(now=NOW + 5 * HOUR)

    seen = east.look(live_server.url, hours=6)
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps({"log": loss.old_origin, "index": 650, "leaf_hash": "00" * 32}))
    verdict = verified(live_server.url, verifier_keys=[old_key], earlier=[kept, gone], receipts=[receipt])

    assert (loss.kept_size, loss.lost_end, loss.base_size) == (600, 700, 650)
    assert (seen.origin, seen.size, seen.taken, len(seen.lost)) == (loss.origin, 750, "", 1)
    assert verdict.faults == []
    assert verdict.log.checkpoint.origin == loss.origin
    assert any("lost entries 600 to 699 and says so" in note for note in verdict.notes)
    assert any("gone.txt" in note for note in verdict.notes)
    assert any("entry 650 is among those the log says it lost" in note for note in verdict.notes)
    with living_at(east.home):
        old = memory.memory_of(loss.old_origin)
        assert old is not None
        assert (old.state.size, old.next_origin) == (600, loss.origin)
    assert reads.verify() == []


def test_files_of_the_old_name_keep_their_addresses_and_those_of_the_new_one_get_new_ones(
    log: Village,
) -> None:
    client = Client()
    before = client.get("/log/tile/0/002.p/88").content
    lose(log, 700)
    grow(log, 2_000, 2_050, hours=2)
    loss = actions.resume_after_loss(now=NOW + 3 * HOUR)

    moved = client.get("/log/checkpoint")
    assert (moved.status_code, moved["Location"]) == (302, "/log/2/checkpoint")
    assert client.get("/log/2/checkpoint").text.startswith(f"{loss.origin}\n650\n")
    assert client.get("/log/tile/0/002.p/88").content == before
    assert client.get("/log/tile/0/002.p/89").status_code == 404
    assert client.get("/log/2/tile/0/002.p/138").content.startswith(before)
    assert client.get("/log/resumed").text == client.get("/log/resumed/1").text == loss.statement
    assert client.get("/.well-known/dure-log-key").text.splitlines() == reads.public_keys()
    assert len(reads.public_keys()) == 2


# Handing in


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"\xff\xfe", 422), (b"x" * 70_000, 422), (b"a\nb\nc\n\n\xe2\x80\x94 k AAAAAAAA\n", 422)],
)
def test_what_is_no_checkpoint_of_ours_is_refused(log: Village, body: bytes, status: int) -> None:
    answer = Client().post("/log/cosignature", body, content_type="text/plain")

    assert answer.status_code == status
    assert answer.text.count("\n") == 1
    assert Client().get("/log/cosignature").status_code == 405
