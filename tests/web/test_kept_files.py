"""What a captain's phone keeps: files under a version that changes with them, and words for all it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dure.web.captain import kept_files, phone_words

SCRIPTS = sorted(path for path in (kept_files.STATIC / "captain").glob("*.js") if path.name != "jsQR.js")


def test_the_worker_keeps_every_script_of_the_page() -> None:
    worker = (kept_files.STATIC / "service-worker.js").read_text()
    named = re.search(r'\[("crew".*?)\]\.map', worker)
    assert named
    # Those of the pages for signing in and out work only where there is a signal anyway.
    assert set(re.findall(r'"(\w+)"', named[1])) == {path.stem for path in SCRIPTS} - {"account"}


def test_a_changed_file_is_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "captain").mkdir()
    (tmp_path / "service-worker.js").write_text(kept_files.UNVERSIONED)
    (tmp_path / "dure.css").write_text("a")
    monkeypatch.setattr(kept_files, "STATIC", tmp_path)
    read = kept_files.service_worker.__wrapped__
    first = read()
    (tmp_path / "dure.css").write_text("b")

    assert first != read()
    assert b"as written" not in first


def test_the_phone_has_words_for_all_it_says() -> None:
    words = phone_words.phone_words()
    said = set[str]()
    for path in SCRIPTS:
        text = path.read_text()
        said |= set(re.findall(r'say\("(\w+)"', text))
        said |= {f"{name}_{form}" for name in re.findall(r'count\("(\w+)"', text) for form in ("one", "many")}
        said |= set(re.findall(r'trouble = "(\w+)"', text))
        said |= {f"act_{kind}" for kind in re.findall(r'\bact\("(\w+)"', text)}

    assert len(said) > 30
    assert said - set(words) == set()
    # And nothing is translated that nobody says.
    computed = {name for name in words if name.startswith(("act_", "state_"))} | {"language"}
    assert (
        set(words) - said - computed - set(re.findall(r'"(\w+)"', "".join(p.read_text() for p in SCRIPTS)))
        == set()
    )
