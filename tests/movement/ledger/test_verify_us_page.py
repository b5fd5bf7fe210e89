"""docs/howto/verify-us.md: its two scripts run, say yes to what is sound and no to what is not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from dure.engine.log.entry import leaf_hash
from dure.engine.log.fork import fork_hashes, parts_of
from dure.engine.log.merkle import root_of
from dure.engine.log.tiles import hash_reader, new_tiles
from dure.movement.ledger import actions, reads
from dure.movement.ledger.outside.evidence import Evidence, Kind
from tests.movement.ledger.forged import ForgedLog, commitments
from tests.movement.ledger.village import NOW, Village, record_all

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "verify-us.md").read_text(encoding="utf-8")
CHECK_LOG, CHECK_FORK = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)

ENTRIES = commitments(512)


def run(script: str, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", script, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_an_outsider_checks_a_running_site_with_the_pages_script(
    db: None, village: Village, live_server: LiveServer, tmp_path: Path
) -> None:
    record_all([village.entry(number) for number in range(300)])
    actions.sign_checkpoint(now=NOW)
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps({"index": 280, "leaf_hash": reads.receipt(280).leaf_hash.hex()}))

    told = run(CHECK_LOG, live_server.url, reads.public_key(), receipt)
    assert told.stdout.startswith("300 entries of "), told.stderr
    assert told.stdout.endswith("entry 280 stands.\n")

    receipt.write_text(json.dumps({"index": 281, "leaf_hash": reads.receipt(280).leaf_hash.hex()}))
    assert (
        "entry 281 is not in the log" in run(CHECK_LOG, live_server.url, reads.public_key(), receipt).stderr
    )
    other = ForgedLog(commitments(1)).key
    assert run(CHECK_LOG, live_server.url, other).returncode == 1


def evidence(kind: Kind, older: ForgedLog, newer: ForgedLog, entries: list[bytes], path: Path) -> Path:
    hashes: tuple[bytes, ...] = ()
    if kind == "not a continuation":
        leaves = [leaf_hash(one) for one in entries]
        tiles = {(tile.level, tile.index): tile.data for tile in new_tiles(0, leaves, lambda *_: b"")}
        reader = hash_reader(len(leaves), lambda level, index, width: tiles[level, index])
        hashes = tuple(fork_hashes(int(older.note.split("\n")[1]), len(leaves), reader))
    path.write_text(Evidence(kind, older.key, older.note, newer.note, hashes).to_json())
    return path


def test_nobody_can_make_the_pages_script_accuse_an_honest_log(tmp_path: Path) -> None:
    small, middle, large = (ForgedLog(commitments(size)) for size in (256, 512, 600))
    proof = tmp_path / "proof.json"

    def told(older: ForgedLog, newer: ForgedLog, hashes: tuple[bytes, ...]) -> str:
        proof.write_text(Evidence("not a continuation", older.key, older.note, newer.note, hashes).to_json())
        return run(CHECK_FORK, proof, ForgedLog([]).key).stdout

    left, right = (root_of([leaf_hash(one) for one in half]) for half in (ENTRIES[:256], ENTRIES[256:]))
    assert told(small, middle, (left, right)) == "This proves nothing.\n"
    # The same bytes cut elsewhere give the same root above them.
    assert told(small, middle, (left[:31], left[31:] + right)) == "This proves nothing.\n"
    # What lies beyond the state said to be newer is bound by no signature of it.
    beyond = [bytes(32)] * (len(parts_of(600, 600)) - 1)
    whole = root_of([leaf_hash(one) for one in ENTRIES])
    assert told(large, middle, (whole, *beyond)) == "This proves nothing.\n"


@pytest.mark.parametrize(
    ("kind", "sizes", "salt", "code"),
    [
        ("same size", (300, 300), "other", 0),
        ("same size", (300, 300), "", 1),
        ("not a continuation", (300, 700), "other", 0),
        ("not a continuation", (256, 257), "other", 0),
        ("not a continuation", (300, 700), "", 1),
    ],
)
def test_the_pages_script_tells_a_fork_from_an_honest_log(
    tmp_path: Path, kind: Kind, sizes: tuple[int, int], salt: str, code: int
) -> None:
    entries = commitments(sizes[1], salt)
    proof = evidence(
        kind, ForgedLog(commitments(sizes[0])), ForgedLog(entries), entries, tmp_path / "proof.json"
    )

    told = run(CHECK_FORK, proof, ForgedLog([]).key)
    assert told.returncode == code, told.stderr
    assert told.stdout == ("This proves nothing.\n" if code else "The log contradicts itself.\n")
