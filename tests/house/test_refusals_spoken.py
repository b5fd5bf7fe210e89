"""What a refusal says is in the reader's language to its last word, wherever its facts were written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import dure.config.urls  # every refusal of every door
from dure.kernel.refusals import Refusal
from dure.movement.calls.errors import AppealBad
from dure.movement.calls.types import Problem
from dure.movement.campaigns.errors import CampaignBad, CampaignRests
from dure.movement.safety.errors import HomeCallOver
from dure.operations.imports.errors import ImportColumnsUnfit
from dure.operations.refusal_words import FACTS, NAMES, fact, words_of
from tools.messages import NO_PAGES

SOURCE = Path(dure.config.urls.__file__).parents[1]
# What only the command line and programs that check the log are told.
ELSEWHERE = (
    *NO_PAGES,
    "movement/campaigns/file.py",
    *(f"movement/ledger/{name}.py" for name in ("publishing", "signing", "tree", "remembered", "witnesses")),
)
# No words: what is to be typed as it stands, names of fields and formats, addresses, options.
CODES = re.compile(
    r'"[^"]*"|`[^`]*`|https?:\S+|[\w./-]+@[\w.]+|--\w+|\w+_\w+|\w+(?:[./-]\w+)+|\w+\[\d\]|[A-Z]{2,}(?:-\d+)?'
    r"|\d ?k[mB]|\b(?:slug|dure ledger correct|baseline|aggregation|kB|key|id|xlsx|en|ko|a-z)(?![a-z])"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def written() -> Iterator[tuple[str, str]]:
    """Every fact that is a text in the source, with 7 for its values, and where it stands."""
    refusals = {one.__name__ for one in Refusal.known.values()}
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if name.startswith(ELSEWHERE):
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            called = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
            given = [one.value for one in call.keywords if called in refusals and one.arg in FACTS | NAMES]
            for value in [*given, *(call.args[-2:] if called == "Problem" else [])]:
                for text in texts(value):
                    yield text, f"{name}:{value.lineno}"


def texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from texts(value.body)
        yield from texts(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in value.values)


def english(text: str) -> list[str]:
    return ENGLISH.findall(CODES.sub("", text))


def test_every_fact_that_a_door_may_tell_is_korean_in_korean() -> None:
    found = list(written())
    assert len(found) > 500
    with translation.override("ko"):
        left = {f"{where}: {text} -> {fact(text)}" for text, where in found if english(str(fact(text)))}
    assert sorted(left) == [], "put these into operations/problem_facts.py and every catalog"


@pytest.mark.parametrize(
    "refusal",
    [
        AppealBad(count=1, first=Problem("closes_at", "has passed", "a time to come"), problems=()),
        AppealBad(count=1, first=str(Problem("title", "has 200 characters", "1 to 80 letters")), problems=()),
        CampaignBad(slug="harvest", count=2, problems=(), listing="indicators: is missing; expected at most 12\n"
                    "post 3, ends_at: is not after starts_at; expected a time after starts_at"),
        CampaignRests(slug="harvest", day="2026-10-05", kind="pause", reason="비"),
        HomeCallOver(how="Closed"),
        ImportColumnsUnfit(file="a.csv", listing='the column "nam" is unknown (did you mean "name"?); '
                           'the column "x" is unknown (it can be left out)', problems=()),
    ],
)  # fmt: skip
def test_lines_about_problems_and_names_of_kinds_are_korean_in_korean(refusal: Refusal) -> None:
    with translation.override("ko"):
        said = words_of(refusal)
    left = [word for word in english(said) if word not in ("harvest", "title", "indicators", "csv")]
    assert left == [], said
    with translation.override("en"):
        assert words_of(refusal) == str(refusal)


def test_the_pattern_that_says_most_of_a_fact_says_it() -> None:
    with translation.override("ko"):
        assert fact("1 to 80 letters") == "1~80자"
        assert fact("different days") == "서로 다른 날"
