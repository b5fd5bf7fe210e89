"""What comes along into the process that serves, and what must not."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import cast

import pytest

from dure.cli import serve
from dure.cli.answer import Answer
from dure.operations import letters


def test_the_databases_are_let_go_of_after_the_last_question_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool that is forked has no threads: no page of a site on PostgreSQL was ever made by it."""
    done: list[str] = []

    def is_open() -> bool:
        done.append("asked")
        return False

    monkeypatch.setattr("dure.operations.first_run.is_open", is_open)
    monkeypatch.setattr("dure.base.nursery.let_go_of_databases", lambda: done.append("let go"))
    server = SimpleNamespace(serve=lambda: done.append("forked"))
    monkeypatch.setattr("granian.Granian", lambda *_, **__: server)
    monkeypatch.setattr(serve, "refuse_taken", lambda host, port: None)
    _keep_environment(monkeypatch)

    serve.serve_site(cast(Answer, SimpleNamespace(say=lambda _: None)), "127.0.0.1", 8000, alone=True)

    assert done == ["asked", "let go", "forked"]


def _keep_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy: what is set while it serves must not stay for the tests after this one."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


def _serve(monkeypatch: pytest.MonkeyPatch, host: str, port: int) -> str:
    """The address that links in letters lead to while it serves there."""
    monkeypatch.setattr("dure.operations.first_run.is_open", lambda: False)
    monkeypatch.setattr("dure.base.nursery.let_go_of_databases", lambda: None)
    monkeypatch.setattr("granian.Granian", lambda *_, **__: SimpleNamespace(serve=lambda: None))
    monkeypatch.setattr(serve, "refuse_taken", lambda host, port: None)
    _keep_environment(monkeypatch)
    serve.serve_site(cast(Answer, SimpleNamespace(say=lambda _: None)), host, port, alone=True)
    return letters.site()


@pytest.mark.parametrize(
    ("host", "site"), [("127.0.0.1", "http://127.0.0.1:8011"), ("::1", "http://[::1]:8011")]
)
def test_links_in_letters_lead_to_where_it_answers(
    monkeypatch: pytest.MonkeyPatch, host: str, site: str
) -> None:
    """On another port than the usual one every private link was dead."""
    monkeypatch.delenv("DURE_SITE", raising=False)

    assert _serve(monkeypatch, host, 8011) == site


def test_a_stated_address_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_SITE", "https://help.example.org")

    assert _serve(monkeypatch, "127.0.0.1", 8011) == "https://help.example.org"
