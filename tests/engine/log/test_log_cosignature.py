"""Cosignatures, against a checkpoint of a public log that public witnesses cosigned."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.engine.log.cosignature import (
    Cosigner,
    cosign,
    cosignatures,
    parse_cosigner,
    signed_message,
    time_of,
)
from dure.engine.log.errors import CheckpointBad, VerifierKeyBad
from dure.engine.log.note import add_signatures, parse_verifier_key, read_note, read_signature, sign_note
from dure.kernel.must import Broken

# A staging log of Certificate Transparency in 2026, cosigned by five witnesses (0x05 is the log's own RFC 6962 line).
REAL_NOTE = (Path(__file__).parent / "vectors" / "cosigned_checkpoint.txt").read_text(encoding="utf-8")
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
REAL_LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
# The example of c2sp.org/tlog-cosignature, whose key nobody published: its time can still be read.
C2SP_BODY = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
C2SP_LINE = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+"
    "mbIUBkBIfZ+qnA=="
)
C2SP_TIME_S = 1679315147

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Cosigner("witness.example/w1", KEY.public_key())
OTHER = Cosigner("other.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NOTE = sign_note(C2SP_BODY, "example.com/behind-the-sofa", LOG_KEY)


def test_a_public_witness_is_read_from_a_public_logs_checkpoint() -> None:
    found = cosignatures(read_note(REAL_NOTE), [parse_cosigner(REMORA), WITNESS])

    assert [(one.name, one.at_s) for one in found] == [("remora.n621.de", 0x6A122120)]


def test_a_public_witnesss_line_fails_under_any_other_text() -> None:
    changed = REAL_NOTE.replace("1432088532", "1432088533", 1)

    with pytest.raises(CheckpointBad, match=r"remora.n621.de\+da77ade7 does not belong to this text"):
        cosignatures(read_note(changed), [parse_cosigner(REMORA)])


def test_a_log_key_is_no_witness_key_and_the_other_way_round() -> None:
    with pytest.raises(VerifierKeyBad, match="key type 1"):
        parse_cosigner(REAL_LOG)
    with pytest.raises(VerifierKeyBad, match="key type 4"):
        parse_verifier_key(REMORA)


def test_the_example_of_the_specification_is_dated_as_it_says() -> None:
    assert time_of(read_signature(C2SP_LINE)) == C2SP_TIME_S
    assert signed_message(C2SP_BODY, C2SP_TIME_S).decode() == (
        "cosignature/v1\n"
        "time 1679315147\n"
        "example.com/behind-the-sofa\n"
        "20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_a_cosignature_is_made_byte_for_byte_as_specified() -> None:
    line = cosign(C2SP_BODY, "witness.example/w1", KEY, C2SP_TIME_S)
    public = bytes.fromhex(
        "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    )  # of bytes 0 to 31
    named = hashlib.sha256(b"witness.example/w1\n\x04" + public).digest()[:4]
    signature = read_signature(line)

    assert (signature.key_name, signature.key_id) == ("witness.example/w1", named)
    assert signature.raw[:8] == bytes.fromhex("00000000641850cb")
    KEY.public_key().verify(
        signature.raw[8:], b"cosignature/v1\ntime 1679315147\n" + C2SP_BODY.encode()
    )  # raises when it does not hold
    # Ed25519 is deterministic: the same text, name, key and time give the same line for ever.
    assert line == (
        "— witness.example/w1 519lMgAAAABkGFDLBuRDazBLVac2NE+Y+IjbjQOcXLfF9CSDZVUIoS83rE1nFZsVE8YiWV6Ngr7lV8H6bdoBQGP/"
        "l73euDMQ9k+bBQ=="
    )


def test_a_witnesss_verifier_key_comes_back() -> None:
    assert parse_cosigner(WITNESS.verifier_key) == WITNESS
    assert WITNESS.verifier_key.split("+")[0] == "witness.example/w1"


def test_lines_of_unknown_keys_are_passed_over() -> None:
    note = add_signatures(NOTE, [cosign(C2SP_BODY, "witness.example/w1", KEY, 5), C2SP_LINE])

    assert cosignatures(read_note(note), [OTHER]) == []
    assert [one.at_s for one in cosignatures(read_note(note), [OTHER, WITNESS])] == [5]


def test_a_trusted_witnesss_line_with_another_time_is_refused() -> None:
    signature = read_signature(cosign(C2SP_BODY, "witness.example/w1", KEY, 5))
    later = type(signature)(signature.key_name, signature.key_id, (6).to_bytes(8, "big") + signature.raw[8:])

    with pytest.raises(CheckpointBad, match="does not belong to this text"):
        cosignatures(read_note(add_signatures(NOTE, [later.line])), [WITNESS])


@pytest.mark.parametrize(
    "raw",
    [bytes(71), bytes(73), b"\xff" * 72, (2**62).to_bytes(8, "big") + bytes(64)],
    ids=["short", "long", "time beyond 2**63", "time beyond the year 9999"],
)
def test_what_is_no_timestamped_signature_is_refused(raw: bytes) -> None:
    signature = read_signature(cosign(C2SP_BODY, "witness.example/w1", KEY, 5))
    odd = type(signature)(signature.key_name, signature.key_id, raw)

    with pytest.raises(CheckpointBad, match="no cosignature/v1"):
        cosignatures(read_note(add_signatures(NOTE, [odd.line])), [WITNESS])


def test_a_time_that_no_cosignature_may_have_is_a_fault_of_the_program() -> None:
    with pytest.raises(Broken):
        cosign(C2SP_BODY, "witness.example/w1", KEY, 2**63)


def test_a_note_with_many_signatures_is_read_whole() -> None:
    lines = [
        cosign(C2SP_BODY, f"w{n}.example", Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32), n)
        for n in range(16)
    ]
    read = read_note(add_signatures(NOTE, lines))

    assert len(read.signatures) == 17
    assert read.text == C2SP_BODY
    assert [one.line for one in read.signatures[1:]] == lines
