from pathlib import Path

import pytest

from dure.base.home import HomeUnusable, home, secret


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(own_home: Path) -> None:
    first = secret("pepper")
    assert len(first) == 32
    assert secret("pepper") == first
    assert secret("other") != first
    assert (own_home / "secrets" / "pepper").stat().st_mode & 0o077 == 0
    assert (own_home / "secrets").stat().st_mode & 0o077 == 0
    assert sorted(p.name for p in (own_home / "secrets").iterdir()) == ["other", "pepper"]


def test_a_secret_in_the_environment_counts_more_than_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    secret("pepper")
    monkeypatch.setenv("DURE_SECRET_PEPPER", "ab" * 32)
    assert secret("pepper") == b"\xab" * 32
    monkeypatch.setenv("DURE_SECRET_PEPPER", "not hexadecimal")
    with pytest.raises(HomeUnusable):
        secret("pepper")


def test_a_home_that_is_a_file_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "file"))
    with pytest.raises(HomeUnusable) as no:
        home()
    assert "DURE_HOME" in str(no.value)
