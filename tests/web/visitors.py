"""Browsers of those who come to the doors."""

from __future__ import annotations

from django.test import Client

from dure.base.models import Account
from tests.web.cast import Cast

VISITORS = (
    "anonymous",
    "volunteer",
    "other volunteer",
    "guardian",
    "captain",
    "other captain",
    "organiser",
    "other organiser",
    "auditor",
    "recipient",
    "vetter",
    "token",
)


def visitor(name: str, cast: Cast) -> Client:
    """A browser (or program) as ``name``: Minji, Bora, Eunho's guardian, somebody signed in, or a token."""
    client = Client()
    if name == "volunteer":
        client.get(cast.link("Minji"))
    elif name == "other volunteer":
        client.get(cast.link("Bora"))
    elif name == "guardian":
        client.get(cast.guardian_link("Eunho"))
    elif name == "token":
        client = Client(headers={"Authorization": f"Bearer {cast.token}"})
    elif name != "anonymous":
        client.force_login(
            Account.objects.get(pk=cast.accounts[name]), backend="django.contrib.auth.backends.ModelBackend"
        )
    return client
