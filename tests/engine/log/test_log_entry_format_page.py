"""docs/reference/entry-format.md says what the code does: table, numbers, vector and both scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from dure.engine.log.entry import (
    HEAD_BYTES,
    NO_PERSON,
    EntryFacts,
    Grade,
    Kind,
    decode,
    encode,
    entry_commitment,
    leaf_hash,
    person_commitment,
)

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "entry-format.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


VECTOR = {
    name.strip(): bytes.fromhex(value)
    for name, value in (line.split("=") for line in block("vector").splitlines())
}


def test_the_vector_is_what_the_code_computes() -> None:
    facts = EntryFacts(
        kind=Kind.HOURS,
        client_id=UUID("11111111-2222-8333-8444-555555555555"),
        campaign=7,
        indicator=3,
        team=41,
        area=1835848,
        post=900,
        work_day=20773,
        quantity_milli=7500,
        recorded_at_ms=1_794_819_600_123,
        note="밤 shift",
    )
    person = person_commitment(VECTOR["person salt"], UUID(bytes=VECTOR["person"]))
    commitment = entry_commitment(VECTOR["entry salt"], VECTOR["facts"], person)

    assert encode(facts) == VECTOR["facts"]
    assert decode(VECTOR["facts"]) == facts
    assert person == VECTOR["person commitment"]
    assert commitment == VECTOR["commitment"]
    assert leaf_hash(commitment) == VECTOR["leaf"]


def test_the_vector_of_a_loss_is_what_the_code_computes() -> None:
    wanted = {
        name.strip(): bytes.fromhex(value)
        for name, value in (line.split("=") for line in block("lost").splitlines())
    }
    facts = EntryFacts(
        kind=Kind.LOST,
        grade=Grade.WITNESSED,
        client_id=UUID("11111111-2222-8333-8444-666666666666"),
        campaign=7,
        indicator=4,
        team=41,
        area=1835848,
        work_day=20773,
        quantity_milli=20_000,
        recorded_at_ms=1_794_819_600_123,
    )
    commitment = entry_commitment(VECTOR["entry salt"], wanted["facts"], NO_PERSON)

    assert encode(facts) == wanted["facts"]
    assert decode(wanted["facts"]) == facts
    assert wanted["person commitment"] == NO_PERSON
    assert commitment == wanted["commitment"]
    assert leaf_hash(commitment) == wanted["leaf"]


def test_the_table_covers_every_byte_once() -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+|n) \| \S+ \| `(\w+)` \|", PAGE, flags=re.MULTILINE)

    at = 0
    for offset, length, _ in rows[:-1]:
        assert int(offset) == at
        at += int(length)
    assert at == HEAD_BYTES
    assert rows[-1] == (str(HEAD_BYTES), "n", "note")
    fields = {name for _, _, name in rows} - {"version", "note_length"}
    assert fields == set(EntryFacts.__dataclass_fields__)


@pytest.mark.parametrize("number", [*Kind, *Grade], ids=lambda number: number.name)
def test_every_kind_and_grade_stands_on_the_page(number: Kind | Grade) -> None:
    assert re.search(rf"\b{number.value}\s+{number.name.lower().replace('_', ' ')}\b", PAGE)


@pytest.mark.parametrize(
    ("language", "program"), [("bash", ["bash", "-c"]), ("python", [sys.executable, "-c"])]
)
def test_a_stranger_gets_the_same_hashes_by_hand(language: str, program: list[str]) -> None:
    done = subprocess.run([*program, block(language)], capture_output=True, text=True, check=True)

    printed = done.stdout.split()
    assert printed[:2] == [VECTOR["commitment"].hex(), VECTOR["leaf"].hex()]
