"""The rows of a crew: made here once for a list and not by a template, since a page may hold a hundred of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dure.movement.matching.types import CrewMember
from dure.web.words import PLACEMENT_STATES, word

AWAITED: Final = ("accepted", "no_show")
_ROW: Final = '<li><span class="who">{}</span>\n<span class="note small muted">{}{}</span>\n{}</li>'
_BUTTON: Final = (
    '<button class="{}" type="submit" formaction="{}{}/{}/">{}<span class="hidden-text"> {}</span></button>'
)
_BUTTONS: Final = '<div class="acts">{}{}</div>'
_STATE: Final = '<span class="state btn in">{} ✓</span>'


class _Words:
    """What the rows say, in the visitor's language."""

    def __init__(self) -> None:
        self.says = {state: str(word(PLACEMENT_STATES, state)) for state in PLACEMENT_STATES}
        self.here = gettext("here since %(at)s")
        self.says_here = gettext("says they are here since %(at)s")
        self.came = gettext("came by themselves")
        self.first = gettext("first day")
        self.young = gettext("under 18")
        self.agreed = gettext("under 18, guardian agreed")
        self.check_in = gettext("Check in")
        self.missing = gettext("Did not arrive")
        self.is_here = format_html(_STATE, gettext("Here"))
        self.done = format_html(_STATE, gettext("Done"))
        self.left = format_html('<span class="muted">{}</span>', gettext("left the movement"))
        self.waits = format_html(" · <strong>{}</strong>", gettext("waits: two cleared adults are missing"))


def crew_rows(crew: Iterable[CrewMember], *, address: str, timezone: str, has_begun: bool) -> SafeString:
    """The rows as HTML, "" for nobody: who, how they stand, and the buttons that make sense now.

    ``address``: the crew's own page; ``timezone``: of the campaign.
    """
    words, zone = _Words(), ZoneInfo(timezone)
    return format_html_join("\n", "{}", ((_row(one, words, zone, address, has_begun),) for one in crew))


def _row(one: CrewMember, words: _Words, zone: ZoneInfo, address: str, has_begun: bool) -> SafeString:
    name, missing = one.given_name, ""
    if one.state not in AWAITED:
        acts = words.done if one.state == "done" else words.is_here
    else:
        here = format_html(_BUTTON, "btn", address, "check-in", one.placement_id, words.check_in, name)
        if has_begun and one.state == "accepted":
            pk = one.placement_id
            missing = format_html(_BUTTON, "btn quiet", address, "missing", pk, words.missing, name)
        acts = format_html(_BUTTONS, here, missing)
    waits = words.waits if one.waits else ""
    return format_html(_ROW, name or words.left, _note(one, words, zone), waits, acts)


def _note(one: CrewMember, words: _Words, zone: ZoneInfo) -> str:
    def clock(at: datetime) -> dict[str, str]:
        return {"at": at.astimezone(zone).strftime("%H:%M")}

    is_here = one.state == "present" and one.checked_in_at
    said = [words.here % clock(one.checked_in_at) if is_here and one.checked_in_at else words.says[one.state]]
    if one.state == "accepted" and one.said_here_at:
        said.append(words.says_here % clock(one.said_here_at))
    if one.walked_in or one.first_day:
        said.append(words.came if one.walked_in else words.first)
    if one.under_18:
        said.append(words.agreed if one.guardian_agreed else words.young)
    return " · ".join(said)
