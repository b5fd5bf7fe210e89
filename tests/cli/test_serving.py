"""What comes along into the process that serves, and what must not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from dure.cli import serve
from dure.cli.answer import Answer


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

    serve.serve_site(cast(Answer, SimpleNamespace(say=lambda _: None)), "127.0.0.1", 8000, alone=True)

    assert done == ["asked", "let go", "forked"]
