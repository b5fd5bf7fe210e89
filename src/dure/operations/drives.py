"""Letters about proposed drives. They go to supporters, who may have signed up for nothing: no person is behind."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext as _

from dure.base.access import SYSTEM
from dure.channels.types import Letter
from dure.kernel.must import must
from dure.movement.calls import drive_reads, drives
from dure.movement.calls.types import DriveFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places
from dure.operations import owed
from dure.operations.letters import site


def keep(now: datetime) -> int:
    """For the chores: tell organisers of the answers they owe, and end what has had its time; see
    :func:`dure.movement.calls.drives.lapse`."""
    remind(now)
    return drives.lapse(now=now)


def remind(now: datetime) -> None:
    """Tell organisers that a proposal waits for their answer, and by when (P10)."""
    waiting = drive_reads.waiting()
    areas = places.areas({one.area_id for one in waiting})
    desks = [(one.area_path, one.slug) for one in campaigns.campaigns(SYSTEM) if one.state == "open"]
    for one in waiting:
        must(one.answer_by is not None, "what waits has a date")
        path = areas[one.area_id].path
        # Answered on the desk of a campaign there; without one, its page shows what is asked.
        slug = next((slug for around, slug in desks if path.startswith(around)), None)
        owed.tell(
            what=owed.DRIVE,
            about=one.code,
            area_path=path,
            link=f"/desk/{slug}/drives/{one.code}/" if slug else f"/drives/{one.code}/",
            by_date=cast("date", one.answer_by),
            now=now,
        )


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
    if drive.state == "lapsed":
        return _("The drive you supported has ended"), _(
            "Too few names came together in time for the drive you put your name to, so it has ended without an "
            "answer. Your name and address are deleted in a month, or at once on this page."
        )
    if drive.state == "opened":
        return _("The drive you supported is open"), _(
            "An organiser has said yes: the drive you put your name to has become a call. Read the answer on this page."
        )
    return _("The drive you supported has its answer"), _(
        "An organiser has answered the drive you put your name to. Read the answer and its reasons on this page."
    )
