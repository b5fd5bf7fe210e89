"""A witness that visits a log: what it cosigns, what it refuses, and the evidence it keeps."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.engine.log import checkpoint, resumed
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.cosignature import cosignatures
from dure.engine.log.entry import leaf_hash
from dure.engine.log.merkle import root_of
from dure.engine.log.note import read_note, verifier_key
from dure.engine.log.resumed import Resumed
from dure.movement.ledger.outside import memory
from dure.movement.ledger.outside.errors import (
    LogForked,
    LogKeyChanged,
    LogUnproved,
    LogWentBack,
    WitnessNamed,
    WitnessUnnamed,
)
from dure.movement.ledger.outside.evidence import ProvesNothing, read_evidence, what_it_proves
from dure.movement.ledger.outside.witness import visit
from tests.movement.ledger.forged import KEY, ORIGIN, SITE, ForgedLog, commitments
from tests.movement.ledger.watching import NAME, NOW, look, the_evidence

pytestmark = pytest.mark.usefixtures("witness_home")


def test_a_witness_has_one_name_for_good(named: memory.Identity) -> None:
    assert memory.name_witness(NAME).cosigner == named.cosigner
    with pytest.raises(WitnessNamed, match=r"witness\.example/w1"):
        memory.name_witness("other.example/w2")


def test_a_witness_without_a_name_cosigns_nothing() -> None:
    with pytest.raises(WitnessUnnamed):
        look(ForgedLog(commitments(3)))


def test_a_log_that_grows_is_cosigned_each_time_and_handed_the_line(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    first = look(log)
    log.show(commitments(70_000))
    second = look(log, hours=1)

    assert (first.is_first, second.is_first) == (True, False)
    assert (first.size, second.size) == (300, 70_000)
    assert [path for path, _ in log.posted] == ["/log/cosignature", "/log/cosignature"]
    lines = cosignatures(read_note(log.posted[1][1]), [named.cosigner])
    assert [(one.name, one.at_s) for one in lines] == [(NAME, int(NOW.timestamp()) + 3600)]
    assert memory.evidence_files() == []


def test_a_log_that_does_not_take_the_cosignature_is_remembered_all_the_same(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    log.post_answer = (403, b"No witness that this log trusts has signed this.\n")

    assert look(log).taken.startswith("403: No witness")
    kept = memory.memory_of(ORIGIN)
    assert kept is not None
    assert kept.state.size == 300


def test_two_states_of_one_size_are_evidence(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    look(log)
    log.show(commitments(300, "other"))

    with pytest.raises(LogForked, match="300"):
        look(log, hours=1)
    evidence = read_evidence(the_evidence())
    assert evidence.kind == "same size"
    assert what_it_proves(evidence) == f"{ORIGIN} signed two different states of 300 entries."
    assert len(log.posted) == 1


@pytest.mark.parametrize(("old", "new"), [(300, 301), (256, 700), (511, 512), (1, 2), (300, 70_000)])
def test_a_rewritten_log_is_evidence_that_strangers_can_check(
    named: memory.Identity, old: int, new: int
) -> None:
    log = ForgedLog(commitments(old))
    look(log)
    log.show(commitments(new, "other"))

    with pytest.raises(LogForked):
        look(log, hours=1)
    evidence = read_evidence(the_evidence())
    assert evidence.kind == "not a continuation"
    assert f"signed {old} entries, and then {new}" in what_it_proves(evidence)
    kept = memory.memory_of(ORIGIN)
    assert kept is not None
    assert kept.state.size == old


def test_the_same_fork_seen_twice_is_one_file(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    look(log)
    log.show(commitments(400, "other"))
    for hours in (1, 2):
        with pytest.raises(LogForked):
            look(log, hours=hours)

    assert len(memory.evidence_files()) == 1


def honest_pair() -> tuple[str, str]:
    return ForgedLog(commitments(300)).note, ForgedLog(commitments(400)).note


def test_nobody_can_make_evidence_against_an_honest_log(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    look(log)
    log.show(commitments(400, "other"))
    with pytest.raises(LogForked):
        look(log)
    told = json.loads(the_evidence())
    older, newer = honest_pair()
    leaves = [leaf_hash(one) for one in commitments(400)]
    forgeries = [
        told | {"newer": newer},  # hashes of another tree
        told | {"older": older, "newer": newer, "hashes": []},
        told | {"older": newer, "newer": older},
        told | {"older": older, "newer": newer, "kind": "same size"},
        told | {"older": older, "newer": older, "kind": "same size"},
        told | {"older": older.replace("300", "301", 1)},
        told | {"verifier_key": named.cosigner.verifier_key},
        told | {"kind": "bad mood"},
        told | {"hashes": [base64.b64encode(leaves[0]).decode()] * len(told["hashes"])},
        told | {"format": "something else"},
    ]
    for forged in forgeries:
        with pytest.raises(ProvesNothing):
            what_it_proves(read_evidence(json.dumps(forged)))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "null"])
def test_a_file_that_is_no_evidence_proves_nothing(text: str) -> None:
    with pytest.raises(ProvesNothing):
        read_evidence(text)


def test_a_log_that_went_back_is_told_what_it_signed(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    look(log)
    log.show(commitments(200))
    log.post_answer = (409, b"The log was put back to an older state.\n")

    with pytest.raises(LogWentBack, match="shows 200 entries, but signed 300"):
        look(log, hours=1)
    assert log.posted[-1][1].startswith(f"{ORIGIN}\n300\n")
    kept = memory.memory_of(ORIGIN)
    assert kept is not None
    assert kept.state.size == 300


def test_tiles_that_do_not_give_the_signed_root_are_not_cosigned(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    data = log.files["tile/0/001.p/44"]
    log.files["tile/0/001.p/44"] = bytes([data[0] ^ 1]) + data[1:]
    with pytest.raises(LogUnproved, match="do not give the signed root"):
        look(log)
    log.files["tile/0/001.p/44"] = data[:-32]
    with pytest.raises(LogUnproved, match=r"tile/0/001\.p/44: 1376 bytes"):
        look(log)
    del log.files["tile/0/001.p/44"]
    with pytest.raises(LogUnproved, match=r"tile/0/001\.p/44: it is not served"):
        look(log)
    assert memory.memories() == []


def test_a_damaged_tile_accuses_nobody_of_a_fork(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    look(log)
    log.show(commitments(700))
    data = bytearray(log.files["tile/0/001"])
    data[40 * 32] ^= 1  # needed for the proof from 300, not for the root of 700
    log.files["tile/0/001"] = bytes(data)

    with pytest.raises(LogUnproved, match="between 300 and 700 entries"):
        look(log, hours=1)
    assert memory.evidence_files() == []


def test_a_log_that_shows_another_key_than_before_is_refused(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    look(log)
    other = ForgedLog(commitments(300), origin="other.example/log")

    with pytest.raises(LogKeyChanged):
        visit(other, SITE, now=NOW)
    with pytest.raises(LogKeyChanged, match="its key was"):
        visit(log, SITE, verifier_keys=[other.key], now=NOW)


def test_another_key_under_a_known_name_is_refused_whatever_the_address(named: memory.Identity) -> None:
    log = ForgedLog(commitments(300))
    look(log)
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key = verifier_key(ORIGIN, stranger.public_key())
    root = root_of([leaf_hash(one) for one in commitments(300)])
    log.files["checkpoint"] = checkpoint.sign(Checkpoint(ORIGIN, 300, root), ORIGIN, stranger).encode()
    log.extra["/.well-known/dure-log-key"] = f"{key}\n".encode()

    with pytest.raises(LogKeyChanged, match="its key was"):
        visit(log, f"{SITE}/log", now=NOW)


def resumed_log(kept: int, lost_end: int, cited: str, *, began: int | None = None) -> ForgedLog:
    """The log after it lost entries from ``kept`` on, going on as its second name."""
    began = kept if began is None else began
    entries = [*commitments(kept), *commitments(began - kept, "since the backup")]
    log = ForgedLog(entries, origin=f"{ORIGIN}/2", prefix="/log/2")
    leaves = [leaf_hash(one) for one in entries]
    statement = Resumed(
        number=1,
        old_origin=ORIGIN,
        new_origin=f"{ORIGIN}/2",
        kept_size=kept,
        kept_root=root_of(leaves[:kept]),
        lost_end=lost_end,
        base_size=began,
        base_root=root_of(leaves),
        cited=cited,
        at_ms=1_759_660_000_000,
    )
    log.extra["/log/resumed"] = resumed.sign(statement, KEY).encode()
    # What a redirect does in life.
    log.extra["/log/checkpoint"] = log.files["checkpoint"]
    get = log.get

    def moved(url: str) -> object:
        return get(url.replace("/log/checkpoint", "/log/2/checkpoint"))

    log.get = moved  # type: ignore[method-assign,assignment]
    return log


def test_a_log_that_lost_entries_openly_is_a_new_log_and_the_old_state_stays(named: memory.Identity) -> None:
    old = ForgedLog(commitments(300))
    look(old)

    seen = look(resumed_log(250, 300, old.note, began=270), hours=1)

    assert (seen.origin, seen.size, seen.is_first) == (f"{ORIGIN}/2", 270, False)
    assert seen.lost == (f"{ORIGIN} lost entries 250 to 299 and went on as {ORIGIN}/2",)
    kept = memory.memory_of(ORIGIN)
    assert kept is not None
    assert (kept.state.size, kept.next_origin) == (300, f"{ORIGIN}/2")


def test_a_log_that_was_put_back_twice_is_followed_from_the_name_that_was_seen_last(
    named: memory.Identity,
) -> None:
    old = ForgedLog(commitments(300))
    look(old)
    second = resumed_log(250, 300, old.note, began=270)
    look(second, hours=1)
    # The same backup once more: the database no longer knows the first statement, and tells of the second alone.
    third = ForgedLog(commitments(260), origin=f"{ORIGIN}/3")
    leaves = [leaf_hash(one) for one in commitments(260)]
    said = Resumed(
        number=2,
        old_origin=f"{ORIGIN}/2",
        new_origin=f"{ORIGIN}/3",
        kept_size=250,
        kept_root=root_of(leaves[:250]),
        lost_end=270,
        base_size=260,
        base_root=root_of(leaves),
        cited=second.note,
        at_ms=1_759_670_000_000,
    )
    third.extra["/log/resumed"] = resumed.sign(said, KEY).encode()

    seen = visit(third, f"{SITE}/", now=NOW + timedelta(hours=2))

    assert (seen.origin, seen.is_first) == (f"{ORIGIN}/3", False)
    assert seen.lost == (f"{ORIGIN}/2 lost entries 250 to 269 and went on as {ORIGIN}/3",)


def test_a_log_that_takes_a_name_again_that_it_gave_up_is_told_how_it_went_on(named: memory.Identity) -> None:
    old = ForgedLog(commitments(300))
    look(old)
    second = resumed_log(250, 300, old.note, began=270)
    look(second, hours=1)
    again = ForgedLog(commitments(310))
    again.post_answer = (409, b"The log was put back.\n")

    with pytest.raises(LogWentBack, match=rf"signed 270 as {ORIGIN}/2 before"):
        look(again, hours=2)
    (told,) = again.posted
    assert told[1].startswith(f"{ORIGIN}/2\n270\n")


def test_a_statement_that_hides_some_of_the_loss_is_evidence(named: memory.Identity) -> None:
    look(ForgedLog(commitments(350)))
    cited = ForgedLog(commitments(300)).note

    with pytest.raises(LogForked):
        look(resumed_log(250, 300, cited), hours=1)
    evidence = read_evidence(the_evidence())
    assert evidence.kind == "loss understated"
    assert "signed 350 entries, and says it lost no more than up to 300" in what_it_proves(evidence)


def test_a_statement_that_keeps_other_entries_than_were_cosigned_is_refused(named: memory.Identity) -> None:
    look(ForgedLog(commitments(200, "other")))

    with pytest.raises(LogUnproved, match="are not the 200 that were cosigned"):
        look(resumed_log(250, 300, ForgedLog(commitments(300)).note), hours=1)
