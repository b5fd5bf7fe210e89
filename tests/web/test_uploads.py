"""Nobody fills the disk by a form."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.web import uploads


@pytest.mark.django_db
def test_more_than_any_form_takes_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Client(enforce_csrf_checks=True)
    stranger.get("/start/")

    def sent() -> int:
        # Without a token: the body is read to look for it.
        film = SimpleUploadedFile("film.mp4", b"x" * 200_000)
        return stranger.post("/start/", {"film": film}).status_code

    assert sent() == 403
    monkeypatch.setattr(uploads, "REQUEST_BYTES_MAX", 100_000)
    assert sent() == 400
