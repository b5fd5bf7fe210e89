"""Letters about proposed drives. They go to supporters, who may have signed up for nothing: no person is behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from dure.channels.types import Letter
from dure.movement.calls import drive_reads, drives
from dure.movement.calls.types import DriveFacts
from dure.operations.letters import site


def lapse(now: datetime) -> int:
    """The daily chore; see :func:`dure.movement.calls.drives.lapse`."""
    return drives.lapse(now=now)


def letter_for(kind: str, facts: dict[str, Any]) -> Letter | None:
    """The letter of a notice to a supporter, in their language; None once they took their name back."""
    contact = drive_reads.contact_of_support(int(facts["support_id"]))
    if contact is None:
        return None
    link = f"{site()}/drives/name/{contact.token}/"
    with translation.override(contact.language):
        subject, words = _confirm(contact.drive) if kind == drives.CONFIRM else _answer(contact.drive)
        end = _("On that page you can also take your name back, at any time.")
    return Letter(address=contact.email, subject=subject, body="\n\n".join([words, link, end]), link=link)


def _confirm(drive: DriveFacts) -> tuple[str, str]:
    # The title is a stranger's; it stays on the page.
    return _("Confirm your name"), _(
        "Somebody, most likely you, put your name under a proposal for a drive. It counts once you confirm it on this "
        "page. If it was not you, do nothing: the name is deleted in a week."
    )


def _answer(drive: DriveFacts) -> tuple[str, str]:
    if drive.state == "opened":
        return _("The drive you supported is open"), _(
            "An organiser has said yes: the drive you put your name to has become a call. Read the answer on this page."
        )
    return _("The drive you supported has its answer"), _(
        "An organiser has answered the drive you put your name to. Read the answer and its reasons on this page."
    )
