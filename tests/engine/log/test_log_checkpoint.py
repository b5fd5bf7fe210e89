"""Signed notes and checkpoints, against public vectors of other people's logs."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.log.checkpoint import Checkpoint, parse_body, sign, verify
from dure.engine.log.errors import CheckpointBad, VerifierKeyBad
from dure.engine.log.note import key_id, open_note, parse_verifier_key, sign_note, verifier_key
from dure.kernel.must import Broken

# The vector of the Go note package, which the C2SP specification grew from.
GO_NAME = "PeterNeumann"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SIGNER = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# A checkpoint that a large public log signed in 2021: its key is not named like its origin.
SUMDB_VERIFIER = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = (
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "— sum.golang.org "
    "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n"
)
# The body of the example in c2sp.org/tlog-checkpoint.
C2SP_BODY = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

LOG = "dure.example/log"
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ROOT = hashlib.sha256(b"root").digest()
CHECKPOINT = Checkpoint(LOG, 1234, ROOT)
NOTE = sign(CHECKPOINT, LOG, LOG_KEY)


def go_private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(GO_SIGNER)[1:])


def test_a_note_is_signed_byte_for_byte_as_go_signs_it() -> None:
    assert sign_note(GO_TEXT, GO_NAME, go_private_key()) == GO_NOTE


def test_a_verifier_key_is_written_and_read_as_go_does() -> None:
    assert verifier_key(GO_NAME, go_private_key().public_key()) == GO_VERIFIER
    name, public_key = parse_verifier_key(GO_VERIFIER)
    assert open_note(GO_NOTE, name, public_key) == GO_TEXT


def test_the_key_id_agrees_with_the_example_of_the_specification() -> None:
    raw = bytes.fromhex("e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4")

    assert key_id("example.com/foo", Ed25519PublicKey.from_public_bytes(raw)).hex() == "530d903a"


def test_a_checkpoint_of_a_public_log_verifies() -> None:
    name, public_key = parse_verifier_key(SUMDB_VERIFIER)

    checkpoint = verify(SUMDB_NOTE, name, public_key, origin="go.sum database tree")

    assert (checkpoint.origin, checkpoint.size) == ("go.sum database tree", 6476701)
    with pytest.raises(CheckpointBad, match="about the log"):
        verify(SUMDB_NOTE, name, public_key)
    with pytest.raises(CheckpointBad, match="does not belong"):
        verify(SUMDB_NOTE.replace("6476701", "6476702"), name, public_key, origin="go.sum database tree")


def test_the_body_is_the_text_of_the_specification() -> None:
    checkpoint = parse_body(C2SP_BODY)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.body() == C2SP_BODY


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    assert verify(NOTE, LOG, LOG_KEY.public_key()) == CHECKPOINT
    assert sign(CHECKPOINT, LOG, LOG_KEY) == NOTE
    with_line = Checkpoint(LOG, 0, ROOT, ("after loss of other.example 77",))
    assert verify(sign(with_line, LOG, LOG_KEY), LOG, LOG_KEY.public_key()) == with_line


def test_signatures_of_strangers_are_left_unread() -> None:
    body = CHECKPOINT.body()
    witness_line = sign_note(body, "witness.example", WITNESS_KEY).removeprefix(body + "\n")
    post_quantum = "— big.example " + base64.b64encode(bytes(4 + 4627)).decode() + "\n"
    both = NOTE + witness_line + post_quantum * 15

    assert verify(both, LOG, LOG_KEY.public_key()) == CHECKPOINT
    assert verify(both, "witness.example", WITNESS_KEY.public_key(), origin=LOG) == CHECKPOINT


def test_a_key_of_the_same_name_is_another_key() -> None:
    with pytest.raises(CheckpointBad, match="not signed by the key"):
        verify(NOTE, LOG, WITNESS_KEY.public_key())
    with pytest.raises(CheckpointBad, match="not signed by the key"):
        verify(NOTE, "other.example/log", LOG_KEY.public_key())


@given(place=st.integers(0, len(NOTE.encode()) - 1), flip=st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_found(place: int, flip: int) -> None:
    raw = bytearray(NOTE.encode())
    raw[place] ^= flip

    try:
        changed = raw.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(CheckpointBad):
        verify(changed, LOG, LOG_KEY.public_key())


@given(text=st.text(alphabet=st.sampled_from("\n— +aA0=/\ud800\x00é"), max_size=60))
def test_no_text_at_all_gets_past_without_a_signature(text: str) -> None:
    with pytest.raises(CheckpointBad):
        verify(text, LOG, LOG_KEY.public_key())


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("", "no signature"),
        (CHECKPOINT.body(), "no signature"),
        (NOTE[:-1], "no signature"),
        (NOTE.replace("\n", "\r\n"), "control characters"),
        (NOTE + "a stray line\n", "not of the form"),
        (NOTE + "— two words AAAAAAAA\n", "not base64"),
        (NOTE + "— short.example AAAA\n", "not base64"),
        (NOTE + "— x.example AAAAAAB=\n" * 64, "signatures"),
        ("x" * 600_000, "characters"),
    ],
)
def test_a_malformed_note_is_refused_with_its_fault(note: str, says: str) -> None:
    with pytest.raises(CheckpointBad, match=says):
        verify(note, LOG, LOG_KEY.public_key())


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("\n", "origin"),
        (f"{LOG}\n12\n", "origin"),
        (C2SP_BODY + "\n\n", "empty line"),
        (C2SP_BODY.replace("20852163", "020852163"), "not a tree size"),
        (C2SP_BODY.replace("20852163", "-1"), "not a tree size"),
        (C2SP_BODY.replace("20852163", "१२"), "not a tree size"),
        (C2SP_BODY.replace("20852163", "18446744073709551616"), "not a tree size"),
        (C2SP_BODY.replace("q2I=", "q2J="), "not 32 bytes"),
        (C2SP_BODY.replace("CsUY", ""), "not 32 bytes"),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(body: str, says: str) -> None:
    with pytest.raises(CheckpointBad, match=says):
        verify(sign_note(body, LOG, LOG_KEY), LOG, LOG_KEY.public_key())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        GO_VERIFIER[1:],
        GO_VERIFIER[:-1],
        GO_VERIFIER.replace("c74f20a3", "c74f20a4"),
        GO_VERIFIER.replace("c74f20a3", "C74F20A3"),
        GO_VERIFIER.replace("PeterNeumann", "Peter Neumann"),
        GO_VERIFIER.replace("PeterNeumann", ""),
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_mangled_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(VerifierKeyBad):
        parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_key_can_not_have_a_name_that_verifiers_refuse(name: str) -> None:
    with pytest.raises(Broken):
        sign(CHECKPOINT, name, LOG_KEY)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, ROOT), ("a\nb", 1, ROOT), (LOG, -1, ROOT), (LOG, 2**64, ROOT), (LOG, 1, b"")],
)
def test_a_checkpoint_that_could_not_be_read_back_is_never_made(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(Broken):
        Checkpoint(origin, size, root)
