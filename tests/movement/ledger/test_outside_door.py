"""A witness that is asked: checkpoints handed in as tlog-witness says, and what it tells of what it remembers."""

from __future__ import annotations

import base64
from threading import Thread

import pytest

from dure.engine.log.cosignature import cosign, cosignatures
from dure.engine.log.entry import leaf_hash
from dure.engine.log.merkle import consistency_proof
from dure.engine.log.note import read_note
from dure.engine.log.tiles import hash_reader, new_tiles
from dure.movement.ledger.outside import memory
from dure.movement.ledger.outside.door import add_checkpoint, remembered, serve
from dure.movement.ledger.outside.evidence import read_evidence, what_it_proves
from dure.movement.ledger.outside.web import Web
from dure.movement.ledger.witnesses import memory_path
from tests.movement.ledger.forged import KEY, ORIGIN, ForgedLog, commitments
from tests.movement.ledger.watching import NAME, NOW, look, the_evidence


def handed(old: int, new: int, *, salt: str = "", proof_from: int | None = None) -> bytes:
    """A request of tlog-witness with the proof between two states."""
    leaves = [leaf_hash(one) for one in commitments(new, salt)]
    tiles = {(tile.level, tile.index): tile.data for tile in new_tiles(0, leaves, lambda *_: b"")}
    reader = hash_reader(new, lambda level, index, width: tiles[level, index])
    start = old if proof_from is None else proof_from
    proof = [base64.b64encode(one).decode() for one in consistency_proof(min(start, new), new, reader)]
    note = ForgedLog(commitments(new, salt)).note
    return "\n".join([f"old {old}", *proof, "", note]).encode()


def test_a_log_may_hand_in_its_checkpoints_as_tlog_witness_says(named: memory.Identity) -> None:
    look(ForgedLog(commitments(300)))

    status, _kind, body = add_checkpoint(handed(300, 400), NOW)

    assert status == 200
    note = read_note(ForgedLog(commitments(400)).note + body)
    assert [one.name for one in cosignatures(note, [named.cosigner])] == [NAME]
    assert add_checkpoint(handed(300, 400), NOW)[:2] == (409, "text/x.tlog.size")
    assert add_checkpoint(handed(300, 400), NOW)[2] == "400\n"
    assert remembered(f"/{memory_path(ORIGIN)}")[2].startswith(f"{ORIGIN}\n400\n")


def wrong_signature() -> bytes:
    return handed(300, 400).replace(b"dure.example/log ", b"dure.example/lag ", 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 300\n\nno note", 400),
        (b"old 0300\n\n", 400),
        (b"\xff", 400),
        (handed(400, 300, proof_from=300), 400),
        (handed(300, 400).replace(ORIGIN.encode(), b"other.example/log"), 404),
        (wrong_signature(), 403),
        (handed(0, 300), 409),
        (handed(300, 400, proof_from=299), 422),
        (handed(300, 400, salt="other"), 422),
        (handed(300, 300, salt="other"), 409),
    ],
)
def test_other_requests_get_the_statuses_of_the_specification(
    named: memory.Identity, body: bytes, status: int
) -> None:
    look(ForgedLog(commitments(300)))

    assert add_checkpoint(body, NOW)[0] == status
    kept = memory.memory_of(ORIGIN)
    assert kept is not None
    assert kept.state.size == 300


def test_the_door_speaks_http(named: memory.Identity) -> None:
    look(ForgedLog(commitments(300)))
    server = serve("127.0.0.1", 0, lambda: NOW)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    web, address = Web(tries_max=1), f"http://127.0.0.1:{server.server_address[1]}"
    try:
        taken = web.post(f"{address}/add-checkpoint", handed(300, 400))
        again = web.post(f"{address}/add-checkpoint", handed(300, 400))
        assert (taken.status, again.status, again.data) == (200, 409, b"400\n")
        assert taken.data.decode().startswith(f"— {NAME} ")
        assert web.get(f"{address}/{memory_path(ORIGIN)}").data.decode().startswith(f"{ORIGIN}\n400\n")
        assert web.post(f"{address}/elsewhere", b"").status == 404
        assert web.get(f"{address}/").status == 404
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_fork_that_is_handed_in_is_evidence_too(named: memory.Identity) -> None:
    look(ForgedLog(commitments(300)))
    add_checkpoint(handed(300, 300, salt="other"), NOW)

    assert "two different states of 300" in what_it_proves(read_evidence(the_evidence()))


def test_lines_of_strangers_make_no_second_evidence(named: memory.Identity) -> None:
    look(ForgedLog(commitments(300)))
    for number in range(2):
        line = cosign(read_note(ForgedLog(commitments(300, "other")).note).text, f"w{number}.example", KEY, 1)
        add_checkpoint(handed(300, 300, salt="other") + f"{line}\n".encode(), NOW)

    assert read_evidence(the_evidence()).kind == "same size"


def test_what_is_remembered_is_only_found_by_its_name(named: memory.Identity) -> None:
    look(ForgedLog(commitments(300)))

    for path in ("/", "/logs/00/checkpoint", f"/{memory_path('other')}", "/logs/../name/checkpoint"):
        assert remembered(path)[0] == 404
