"""Verifying, witnessing and going on after a loss, as typed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from dure.engine.log.cosignature import Cosigner
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads
from dure.movement.ledger.outside import memory
from dure.movement.ledger.outside.evidence import Evidence
from tests.cli.conftest import Dure
from tests.movement.ledger.forged import KEY, ForgedLog, commitments
from tests.movement.ledger.village import NOW, Village, build, record_all

NAME = "witness.example/w1"


@pytest.fixture
def village(db: None) -> Village:
    built = build()
    record_all([built.entry(number) for number in range(300)], now=NOW)
    ledger.sign_checkpoint(now=NOW)
    return built


def lose(village: Village) -> None:
    with transaction.atomic():
        record_all([village.entry(number) for number in range(300, 350)], now=NOW)
        ledger.sign_checkpoint(now=NOW)
        transaction.set_rollback(True)


def test_a_published_log_is_verified_from_its_address(
    village: Village, live_server: LiveServer, dure: Dure, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps({"index": 3, "leaf_hash": reads.receipt(3).leaf_hash.hex()}))
    words = ("ledger", "verify", "--url", live_server.url, "--key", reads.public_key(), "--receipt", receipt)

    told = dure(*words, "--json", "-")

    assert (told.code, told.json["sound"], told.json["size"]) == (0, True, 300)
    assert "300 entries" in dure(*words).out
    receipt.write_text(json.dumps({"index": 4, "leaf_hash": reads.receipt(3).leaf_hash.hex()}))
    said = dure(*words)
    assert said.code == 1
    assert f"{receipt}: entry 4 of the log is another one" in said.out


def test_an_address_where_no_log_is_is_refused_in_one_sentence(dure: Dure) -> None:
    told = dure("ledger", "verify", "--url", "http://127.0.0.1:9")

    assert (told.code, told.out) == (1, "")
    assert told.err.startswith("http://127.0.0.1:9/log/checkpoint can't be read: ")


def test_sealed_days_want_a_key_and_a_folder(dure: Dure, tmp_path: Path) -> None:
    assert "with --key" in dure("ledger", "verify", "--sealed", tmp_path).err
    key = ForgedLog(commitments(1)).key
    assert "is no folder" in dure("ledger", "verify", "--sealed", tmp_path / "x", "--key", key).err
    empty = dure("ledger", "verify", "--sealed", tmp_path, "--key", key)
    assert (empty.code, "holds no sealed day" in empty.err) == (1, True)


def test_a_witness_is_made_trusted_and_cosigns(village: Village, live_server: LiveServer, dure: Dure) -> None:
    key = dure("witness", "keygen", NAME).out.strip()
    assert dure("witness", "keygen", NAME).out.strip() == key
    assert "called witness.example/w1 already" in dure("witness", "keygen", "other").err

    told = dure("witness", "once", live_server.url)
    assert told.code == 0
    assert "did not take the cosignature: 403" in told.out
    assert f"{NAME} is trusted" in dure("ledger", "trust", key).out
    told = dure("witness", "run", live_server.url, "--rounds", 2, "--every", 0.1, "--json", "-")
    assert (told.code, told.json["rounds"]) == (0, 2)
    checked = dure("ledger", "verify", "--url", live_server.url, "--witness", key, "--json", "-")
    assert checked.code == 0
    assert [one["name"] for one in checked.json["witnesses"]] == [NAME]  # type: ignore[attr-defined]
    assert dure("ledger", "distrust", NAME).code == 0
    assert dure("ledger", "distrust", NAME).code == 1


def test_a_key_that_is_none_is_not_trusted(village: Village, dure: Dure) -> None:
    assert "not a verifier key" in dure("ledger", "trust", reads.public_key()).err
    witness = Cosigner("w.example", KEY.public_key()).verifier_key
    assert "can't be read" in dure("ledger", "trust", witness, "--url", "ftp://w.example").err


def test_a_witness_without_a_key_is_told_how_to_make_one(dure: Dure) -> None:
    told = dure("witness", "once", "http://127.0.0.1:9")

    assert told.code == 1
    assert "dure witness keygen NAME" in told.out


def test_a_log_that_contradicts_itself_ends_with_three_and_evidence(
    village: Village, live_server: LiveServer, dure: Dure, tmp_path: Path
) -> None:
    dure("witness", "keygen", NAME)
    dure("witness", "once", live_server.url)
    lose_with_a_witness_who_saw_it(village)

    told = dure("witness", "once", live_server.url, "--json", "-")

    assert told.code == 3
    assert told.json["logs"][0]["refused"] == "log_went_back"  # type: ignore[index]
    assert "keeps no evidence" in dure("witness", "evidence").out


def lose_with_a_witness_who_saw_it(village: Village) -> None:
    with transaction.atomic():
        record_all([village.entry(number) for number in range(300, 350)], now=NOW)
        note = ledger.sign_checkpoint(now=NOW).note
        transaction.set_rollback(True)
    (known,) = memory.memories()
    memory.keep(replace(known, note=note))


def test_evidence_is_examined_from_its_file_alone(dure: Dure, tmp_path: Path) -> None:
    log = ForgedLog(commitments(300))
    older, key = log.note, log.key
    log.show(commitments(300, "other"))
    proof = tmp_path / "fork.json"
    proof.write_text(Evidence("same size", key, older, log.note).to_json())

    told = dure("witness", "evidence", proof)
    assert told.code == 0
    assert "signed two different states of 300 entries" in told.out
    assert key in told.out
    proof.write_text(Evidence("same size", key, older, older).to_json())
    told = dure("witness", "evidence", proof)
    assert told.code == 1
    assert "proves nothing: the two notes do not contradict each other" in told.out


def test_a_put_back_log_is_not_signed_until_the_loss_is_told(
    village: Village, dure: Dure, live_server: LiveServer
) -> None:
    lose(village)

    told = dure("ledger", "checkpoint")
    assert told.code == 1
    assert "only 300 are here, 50 are missing" in told.err
    assert "add --after-loss" in dure("ledger", "resume").err
    told = dure("ledger", "resume", "--after-loss", "--json", "-")
    assert (told.code, told.json["missing_from"], told.json["missing_to"]) == (0, 300, 350)
    assert dure("ledger", "checkpoint").code == 0
    told = dure("ledger", "verify", "--url", live_server.url, "--json", "-")
    assert told.code == 0
    assert told.json["losses"] == [{"number": 1, "kept": 300, "missing_from": 300, "missing_to": 350}]
    assert dure("ledger", "verify").code == 0
    assert "there is no loss to go on after" in dure("ledger", "resume", "--after-loss").err


def test_the_check_us_page_tells_of_losses_and_witnesses(village: Village, client: Client) -> None:
    lose(village)
    ledger.resume_after_loss(now=NOW)
    page = client.get("/c/harvest/check/").text

    assert "300" in page
    assert "/log/resumed" in page
    assert "50 entries were lost" in page
    assert "nobody elsewhere has cosigned" in page
