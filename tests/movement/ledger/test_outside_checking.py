"""What an outsider finds wrong with a published log, by path, without a database."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from dure.engine.log import resumed
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.checkpoint import sign as sign_checkpoint
from dure.engine.log.cosignature import Cosigner, cosign
from dure.engine.log.entry import leaf_hash
from dure.engine.log.errors import CheckpointBad
from dure.engine.log.merkle import root_of
from dure.engine.log.note import add_signatures, read_note
from dure.engine.log.resumed import Resumed
from dure.movement.ledger.outside.checking import Question, Verdict, check
from dure.movement.ledger.outside.errors import EvidenceBad, LogKeyChanged, LogUnreachable
from tests.movement.ledger.forged import KEY, ORIGIN, SITE, ForgedLog, commitments

SIZE = 2 * 256 * 256 + 300  # two levels above the leaves, all but the full ones partial
ENTRIES = commitments(SIZE)


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    return ForgedLog(ENTRIES).files


@pytest.fixture
def log(whole: dict[str, bytes]) -> ForgedLog:
    shown = ForgedLog([])
    shown.files = dict(whole)
    return shown


def small() -> ForgedLog:
    return ForgedLog(commitments(600))


def faults(log: ForgedLog, **asked: object) -> dict[str, str]:
    verdict = check(log, SITE, Question(verifier_keys=[log.key], **asked))  # type: ignore[arg-type]
    return {fault.where: fault.what for fault in verdict.faults}


def test_a_sound_log_has_no_faults(log: ForgedLog) -> None:
    verdict = check(log, SITE, Question())

    assert verdict.faults == []
    assert (verdict.log.checkpoint.size, verdict.log.key_is_given) == (SIZE, False)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536])
def test_logs_of_every_shape_are_sound(size: int) -> None:
    assert faults(ForgedLog(commitments(size))) == {}


DAMAGED = [
    # what is done to which file, and what is said of it
    ("tile/0/003", "cut", "it has 8191 bytes where 8192 belong"),
    ("tile/0/003", "flip", "hash 7 is not that of entry 775"),
    ("tile/0/003", "gone", "it is not served"),
    ("tile/0/513.p/44", "flip", "hash 7 is not that of entry 131335"),
    ("tile/entries/003", "flip", "entry 775 is not the one that was logged"),
    ("tile/entries/513.p/44", "flip", "entry 131335 is not the one that was logged"),
    ("tile/entries/003", "cut", "entry 255 of the bundle is cut short"),
    ("tile/entries/003", "gone", "it is not served"),
    ("tile/1/001", "flip", "hash 7 is not what the files below it give"),
    ("tile/1/002.p/1", "cut", "it has 31 bytes where 32 belong"),
    ("tile/2/000.p/2", "gone", "it is not served"),
]


def damage(log: ForgedLog, path: str, how: str) -> None:
    data = bytearray(log.files[path])
    if how == "flip":
        data[7 * (34 if "entries" in path else 32) + 5] ^= 1
    log.files[path] = bytes(data[:-1]) if how == "cut" else bytes(data)
    if how == "gone":
        del log.files[path]


@pytest.mark.parametrize(("path", "how", "what"), DAMAGED)
def test_a_damaged_file_is_named_and_no_other(log: ForgedLog, path: str, how: str, what: str) -> None:
    damage(log, path, how)

    assert faults(log) == {path: what}


def test_swapped_files_are_both_named(log: ForgedLog) -> None:
    for kind in ("tile/0", "tile/entries"):
        one, other = f"{kind}/005", f"{kind}/009"
        log.files[one], log.files[other] = log.files[other], log.files[one]
        assert set(faults(log)) == {one, other}
        log.files[one], log.files[other] = log.files[other], log.files[one]


def test_any_flipped_byte_is_found_and_named() -> None:
    dice = random.Random(4)  # noqa: S311
    for _ in range(150):
        log = small()
        path = dice.choice([path for path in sorted(log.files) if path != "checkpoint"])
        data = bytearray(log.files[path])
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        log.files[path] = bytes(data)
        assert set(faults(log)) == {path}


def test_any_flipped_byte_of_the_checkpoint_is_refused_or_named() -> None:
    dice = random.Random(5)  # noqa: S311
    for _ in range(100):
        log = small()
        data = bytearray(log.files["checkpoint"])
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        log.files["checkpoint"] = bytes(data)
        with pytest.raises((CheckpointBad, LogKeyChanged)):
            faults(log)


def test_an_entry_rewritten_in_all_files_shows_in_the_signed_root(log: ForgedLog) -> None:
    note = log.files["checkpoint"]
    log.show([*ENTRIES[:5], ENTRIES[6], *ENTRIES[6:]])
    log.files["checkpoint"] = note

    assert faults(log) == {"checkpoint": "its root is not what the entries give"}


def test_a_partial_file_may_be_replaced_by_the_full_one() -> None:
    log, later = small(), ForgedLog(commitments(800))
    for kind in ("tile/0", "tile/entries"):
        del log.files[f"{kind}/002.p/88"]
        log.files[f"{kind}/002"] = later.files[f"{kind}/002"]

    assert faults(log) == {}


def test_a_checkpoint_signed_by_another_key_is_refused() -> None:
    log = small()
    stranger = ForgedLog([], origin="stranger.example/log")

    with pytest.raises(LogKeyChanged, match=r"stranger\.example/log"):
        check(log, SITE, Question(verifier_keys=[stranger.key]))


def test_who_is_not_there_is_said_in_a_sentence() -> None:
    with pytest.raises(LogUnreachable, match="404"):
        check(small(), f"{SITE}/elsewhere", Question())
    with pytest.raises(LogUnreachable, match="expected an address"):
        check(small(), "dure.example", Question())


def test_witnesses_are_dated_and_a_missing_one_is_a_fault() -> None:
    log = small()
    body = read_note(log.note).text
    here, away = Cosigner("w1.example", KEY.public_key()), Cosigner("w2.example", KEY.public_key())
    log.files["checkpoint"] = add_signatures(
        log.note, [cosign(body, "w1.example", KEY, 1_700_000_000)]
    ).encode()

    verdict = check(log, SITE, Question(witness_keys=[here.verifier_key, away.verifier_key]))
    assert [(name, at.isoformat()) for name, at in verdict.witnesses] == [
        ("w1.example", "2023-11-14T22:13:20+00:00")
    ]
    assert [fault.what for fault in verdict.faults] == ["it is not cosigned by w2.example"]
    assert check(log, SITE, Question()).other_names == ["w1.example"]


def test_a_receipt_must_stand_where_it_says(tmp_path: Path) -> None:
    log = small()
    receipt = tmp_path / "receipt.json"

    def told(index: int, entry: bytes) -> dict[str, str]:
        receipt.write_text(json.dumps({"index": index, "leaf_hash": leaf_hash(entry).hex()}))
        return faults(log, receipts=[receipt])

    assert told(300, ENTRIES[300]) == {}
    assert told(301, ENTRIES[300]) == {str(receipt): "entry 301 of the log is another one"}
    assert told(600, ENTRIES[300]) == {str(receipt): "entry 600 is not in the log of 600 entries"}


def test_a_file_of_many_receipts_is_looked_through(tmp_path: Path) -> None:
    file = tmp_path / "my-receipts.json"

    def told(*receipts: tuple[str, int, int]) -> list[str]:
        listed = [
            {"log": name, "index": index, "leaf_hash": leaf_hash(ENTRIES[entry]).hex()}
            for name, index, entry in receipts
        ]
        file.write_text(json.dumps({"key": "…", "checkpoint": None, "receipts": listed}))
        return [fault.what for fault in check(small(), SITE, Question(receipts=[file])).faults]

    assert told((ORIGIN, 3, 3), (ORIGIN, 599, 599)) == []
    assert told((ORIGIN, 3, 3), (ORIGIN, 4, 5)) == ["entry 4 of the log is another one"]
    assert told(("other.example/log", 3, 3)) == ["it is of the log other.example/log, not of this one"]


@pytest.mark.parametrize("text", ["", "{}", '{"index": 1}', '{"index": 1, "leaf_hash": "00"}', "[1]"])
def test_what_is_no_receipt_is_refused(tmp_path: Path, text: str) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(text)
    with pytest.raises(EvidenceBad):
        faults(small(), receipts=[receipt])
    with pytest.raises(EvidenceBad, match="no such file"):
        faults(small(), receipts=[tmp_path / "missing.json"])


def losses_told(tmp_path: Path, losses: Sequence[tuple[int, int, int]], size: int) -> tuple[Verdict, Path]:
    """A log of ``size`` entries after ``losses`` (kept, lost up to, begun with); a receipt of the first name."""
    first, later = (
        ForgedLog(commitments(350)),
        ForgedLog(commitments(size), origin=f"{ORIGIN}/{len(losses) + 1}"),
    )
    leaves = [leaf_hash(one) for one in commitments(400)]
    for number, (kept, lost_end, began) in enumerate(losses, 1):
        old = ORIGIN if number == 1 else f"{ORIGIN}/{number}"
        cited = Checkpoint(old, lost_end, root_of(leaves[:lost_end]))
        said = Resumed(
            number=number,
            old_origin=old,
            new_origin=f"{ORIGIN}/{number + 1}",
            kept_size=kept,
            kept_root=root_of(leaves[:kept]),
            lost_end=lost_end,
            base_size=began,
            base_root=root_of(leaves[:began]),
            cited=sign_checkpoint(cited, old, KEY),
            at_ms=1_759_660_000_000,
        )
        note = resumed.sign(said, KEY).encode()
        later.extra[f"/log/resumed/{number}"] = later.extra["/log/resumed"] = note
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps({"log": ORIGIN, "index": 240, "leaf_hash": leaves[240].hex()}))
    kept_note = tmp_path / "kept.txt"
    kept_note.write_text(ForgedLog(commitments(245)).note)
    asked = Question(verifier_keys=[first.key], receipts=[receipt], earlier=[kept_note])
    return check(later, SITE, asked), receipt


def test_a_second_loss_may_reach_below_the_first_one(tmp_path: Path) -> None:
    verdict, receipt = losses_told(tmp_path, [(250, 300, 270), (230, 280, 232)], 400)

    assert verdict.faults == []
    assert any(note.startswith(f"{receipt}: entry 240 is among those") for note in verdict.notes)
    assert any("entries 230 to 244 of that state are among those" in note for note in verdict.notes)


def test_a_log_must_serve_all_with_which_its_new_name_began(tmp_path: Path) -> None:
    verdict, _receipt = losses_told(tmp_path, [(250, 300, 270)], 260)

    assert [(fault.where, fault.what) for fault in verdict.faults] == [
        ("statement of loss 1", "the log went on with 270 entries, but only 260 are served")
    ]


def test_a_log_that_signs_any_size_is_not_asked_for_ever() -> None:
    log = small()
    log.sign(2**60, bytes(32))

    verdict = check(log, SITE, Question())
    assert verdict.faults[0].where == "checkpoint"
    assert "no more was asked for" in verdict.faults[0].what


def test_a_checkpoint_that_was_kept_must_still_hold(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    log = small()

    def told(note: str) -> dict[str, str]:
        kept.write_text(note)
        return faults(log, earlier=[kept])

    assert told(ForgedLog(commitments(300)).note) == {}
    assert told(ForgedLog(commitments(300, "other")).note) == {
        str(kept): "its root is not what the entries give"
    }
    assert told(ForgedLog(commitments(601)).note) == {
        str(kept): "601 entries were signed, but only 600 are served"
    }
