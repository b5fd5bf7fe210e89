"""How many visitors' lines `dure serve` holds open: as many as the machine gives it descriptors for."""

from __future__ import annotations

import resource

import pytest

from dure.cli.serve import LINES_MAX, OTHER_FILES, lines_max

ENDLESS = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "lines"),
    [
        (ENDLESS, ENDLESS, LINES_MAX),
        (1_024, ENDLESS, LINES_MAX),
        (1_024, 524_288, LINES_MAX),
        (1_024, 4_096, 4_096 - OTHER_FILES),
        # Most of few descriptors are for lines, and never all.
        (256, 1_024, 512),
    ],
)
def test_more_descriptors_are_asked_for_first(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, lines: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: None)

    assert lines_max() == lines


def test_a_system_that_gives_fewer_than_it_says_serves_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: int, limits: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (2_560, ENDLESS))
    monkeypatch.setattr(resource, "setrlimit", refuses)

    assert lines_max() == 2_560 - OTHER_FILES
