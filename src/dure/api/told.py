"""The one error shape of the API: ``code`` for programs, ``says`` for people, ``facts`` for both."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

from dure.kernel.refusals import Refusal
from dure.operations.refusal_words import words_of

# Disks and connections are not mended faster; phones ask again by themselves.
RETRY_S: Final = 10
_JSON = (str, int, float, bool, list, type(None))


def told(code: str, words: str, **facts: object) -> dict[str, object]:
    """The shape; facts that are no JSON values go as text."""
    plain = {name: value if isinstance(value, _JSON) else str(value) for name, value in facts.items()}
    return {"code": code, "says": words, "facts": plain}


def told_refusal(refusal: Refusal) -> dict[str, object]:
    """The sentence is in the caller's language, with its words; the facts stay as programs know them."""
    return told(refusal.code, words_of(refusal), **refusal.facts)


def retry_after(told: dict[str, object]) -> str:
    """The header of that name, in seconds, for an answer of 503."""
    facts = told["facts"]
    return str(facts.get("retry_s", RETRY_S) if isinstance(facts, dict) else RETRY_S)


def told_misshapen(problems: list[dict[str, str]]) -> dict[str, object]:
    """The body has another shape than the schema says; what was sent is not repeated."""
    return told("bad_shape", gettext("The request does not fit the schema."), problems=problems)


def told_unreadable() -> dict[str, object]:
    return told("bad_request", gettext("Cannot parse request body"))


def told_unknown_token() -> dict[str, object]:
    return told("token_unknown", gettext("This needs a token that has not expired."))


def told_broken() -> dict[str, object]:
    return told("broken", gettext("Something broke on our side. Send it again later, with the same id."))
