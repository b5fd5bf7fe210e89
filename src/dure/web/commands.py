"""Ids of commands, made with the form, so that pressing twice does it once."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from dure.kernel.refusals import BadInput


def command_id(request: HttpRequest) -> UUID:
    """The id the form carries. Refuses with BadInput a form without one."""
    return uuid_of(request.POST.get("request_id", ""))


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(
            where="request_id", what=f"{text!r} is no id", wanted="a UUID made by the form"
        ) from error
