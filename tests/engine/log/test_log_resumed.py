"""The statement after a loss."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.engine.log import checkpoint
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.errors import CheckpointBad, StatementBad
from dure.engine.log.note import open_note, sign_note
from dure.engine.log.resumed import Resumed, parse_body, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OLD, NEW = "dure.example/log", "dure.example/log/2"
ROOT = bytes(range(32))
CITED = checkpoint.sign(Checkpoint(OLD, 1500, ROOT), OLD, KEY)
STATEMENT = Resumed(
    number=1,
    old_origin=OLD,
    new_origin=NEW,
    kept_size=1200,
    kept_root=ROOT,
    lost_end=1500,
    base_size=1210,
    base_root=bytes(32),
    cited=CITED,
    at_ms=1_763_800_000_000,
)


def test_a_statement_is_written_line_by_line() -> None:
    lines = STATEMENT.body().split("\n")

    assert lines[:5] == [
        "dure/log-resumed/v1",
        "number 1",
        "old dure.example/log",
        "new dure.example/log/2",
        "kept 1200 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ]
    assert lines[5:7] == ["missing 1200 1500", "began 1210 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
    assert lines[7].startswith("cited ")
    assert lines[8:] == ["time 1763800000000", ""]
    assert parse_body(STATEMENT.body()) == STATEMENT


def test_both_names_sign_it_and_either_can_be_opened() -> None:
    note = sign(STATEMENT, KEY)

    assert verify(note, OLD, KEY.public_key()) == STATEMENT
    assert open_note(note, NEW, KEY.public_key()) == STATEMENT.body()


def test_another_key_signs_for_neither_name() -> None:
    with pytest.raises(CheckpointBad):
        verify(sign(STATEMENT, OTHER_KEY), OLD, KEY.public_key())
    with pytest.raises(CheckpointBad, match=r"not signed by the key dure\.example/log/2"):
        verify(sign_note(STATEMENT.body(), OLD, KEY), OLD, KEY.public_key())


def test_a_statement_must_cite_the_state_whose_loss_it_tells() -> None:
    less = replace(STATEMENT, lost_end=1400)
    forged = replace(STATEMENT, cited=checkpoint.sign(Checkpoint(OLD, 1500, ROOT), OLD, OTHER_KEY))

    with pytest.raises(StatementBad, match="cites 1500 entries and calls 1400 signed"):
        verify(sign(less, KEY), OLD, KEY.public_key())
    with pytest.raises(CheckpointBad):
        verify(sign(forged, KEY), OLD, KEY.public_key())


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("dure/log-resumed/v1", "dure/log-resumed/v2"),
        ("number 1", "number 01"),
        ("number 1", "number -1"),
        ("number 1\n", ""),
        ("missing 1200 1500", "missing 1201 1500"),
        ("missing 1200 1500", "missing 1200 1200"),
        ("missing 1200 1500", "missing 1200"),
        ("kept 1200", "kept  1200"),
        ("began 1210", "began 1199"),
        ("began 1210", "began 1210 x"),
        ("old dure.example/log\n", "old dure.example/log/2\n"),
        ("cited ", "cited !"),
        ("time 1763800000000\n", "time 1763800000000 \n"),
        ("time 1763800000000\n", "time 1763800000000\nmore 1\n"),
    ],
)
def test_what_is_written_otherwise_is_refused(was: str, becomes: str) -> None:
    assert was in STATEMENT.body()
    with pytest.raises(StatementBad):
        parse_body(STATEMENT.body().replace(was, becomes, 1))
