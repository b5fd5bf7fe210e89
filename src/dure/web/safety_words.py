"""What pages say of incidents, searches and stand-downs, in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dure.movement.safety.types import KINDS, SEVERITIES

Words = Mapping[str, Promise | str]
KIND_WORDS: Final[Words] = {
    "injury": _("somebody was hurt"),
    "illness": _("somebody fell ill"),
    "danger": _("danger, nothing happened yet"),
    "traffic": _("on the road"),
    "harm": _("somebody was threatened or abused"),
    "damage": _("something was damaged"),
    "other": _("something else"),
}
SEVERITY_WORDS: Final[Words] = {
    "light": _("light: first aid was enough"),
    "serious": _("serious: a doctor was needed, or would have been"),
    "grave": _("grave: a life was in danger"),
}
SEVERITY_TAGS: Final[Words] = {"light": _("light"), "serious": _("serious"), "grave": _("grave")}
WAS_WORDS: Final[Words] = {
    "here": _("was checked in"),
    "on_the_way": _("may be on the way there"),
    "left": _("had just left"),
}
STEP_WORDS: Final[Words] = {
    "asked": _("was asked"),
    "captain": _("their captain was told"),
    "organisers": _("the nearest organisers were told"),
    "all_above": _("all organisers above were told"),
    "safe": _("said safe"),
    "safe_by_sms": _("an SMS from their number says safe"),
    "help": _("asked for help"),
    "looked_up": _("looked up how to reach them"),
    "noted": _("wrote"),
    "signed_out": _("was signed out by their captain"),
    "left": _("left the movement"),
    "closed": _("ended the search"),
}
NOTE_WORDS: Final[Words] = {
    "reported": _("reported"),
    "noted": _("wrote"),
    "follow_up": _("follow-up"),
    "hurt": _("wrote down who was hurt"),
    "closed": _("closed"),
    "reopened": _("opened again"),
}
REPORTER_WORDS: Final[Words] = {
    "captain": _("a captain"),
    "organiser": _("an organiser"),
    "volunteer": _("a volunteer"),
}


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, str(KIND_WORDS[kind])) for kind in KINDS]


def severity_choices() -> list[tuple[str, str]]:
    return [(one, str(SEVERITY_WORDS[one])) for one in SEVERITIES]
