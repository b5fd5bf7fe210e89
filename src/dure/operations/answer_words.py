"""The words of every answer, in English as they are stored; catalogs put them into other languages.

They are whole sentences without values, so that a hundred thousand people share one text, and a translation is one
entry. The date stands beside them, and what is near a person is looked up when they look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.movement.calls.types import ANSWER_KINDS, AnswerKind


@dataclass(frozen=True, slots=True)
class Words:
    """An answer that can be given: what kind it is, and why."""

    kind: AnswerKind
    reason: str

    @property
    def kind_number(self) -> int:
        return ANSWER_KINDS.index(self.kind)


CONFIRM: Final = Words(
    "incomplete",
    "Thank you. Please confirm that we reach you, with the code we have just sent you. Without it we delete what you "
    "wrote after the date that stands here.",
)
CONFIRMED: Final = Words(
    "incomplete",
    "Thank you, we reach you. We are looking where you are needed: within minutes it stands on this page.",
)
GUARDIAN: Final = Words(
    "incomplete",
    "You are under 18, so the adult who looks after you has to agree before we may call you. We have written to them.",
)
NO_HOURS: Final = Words(
    "incomplete",
    "It would be your turn soon, but you offer no hours in the coming weeks. Tell us on your page when you are free.",
)
OWN_PART_MISSING: Final = Words(
    "incomplete",
    "We asked you to prepare and have not heard from you. Your place in the line is kept: do your part on your page "
    "whenever you like, and you come before everybody who signed up after you.",
)
PLACED: Final = Words("placed", "You have a post. Thank you.")
ACCEPTED: Final = Words(
    "accepted",
    "You are accepted: nothing is missing, and there will be work for you by the date that stands here. We offer you a "
    "post as soon as one fits your hours and your travel limit. A no is free.",
)
INVITED: Final = Words(
    "invited",
    "Work that you can reach is coming, and it will be your turn. Please prepare now: insurance cover and a briefing, "
    "step by step on your page.",
)
BEING_CHECKED: Final = Words(
    "invited",
    "You have done your part of the preparation, and now it is ours: we look at it, and then you are accepted.",
)
RESERVE: Final = Words(
    "reserve",
    "You are ready, and on the reserve. Whoever has waited longest comes first; counting those before you and the work "
    "that is expected within your reach, we expect to call you by the date that stands here.",
)
RESERVE_UNPREPARED: Final = Words(
    "reserve",
    "You are on the reserve. Whoever has waited longest comes first; counting those before you and the work that is "
    "expected within your reach, we expect to call you by the date that stands here. You need not prepare before.",
)
RESERVE_AGAIN: Final = Words(
    "reserve",
    "We had no post that fitted your hours and your reach by the day we named. We are sorry. You are still among the "
    "first in the line, and we expect to call you by the date that stands here.",
)
NOTHING_KNOWN: Final = Words(
    "not_needed",
    "No work is known yet in this campaign, so we ask nobody to wait for us. Your offer stands; when work comes, "
    "whoever has waited longest is called first.",
)
PAUSED: Final = Words(
    "not_needed",
    "This campaign pauses, so nobody is called for now; why stands on its page. Your offer stands and you keep your "
    "place in the line: when work goes on, whoever has waited longest is called first.",
)
NOT_SURE: Final = Words(
    "not_needed",
    "Work may reach you, but we can't promise a day: it depends on needs that nobody has named yet. You keep your "
    "place in the line. Meanwhile neighbours may need you, and the reserve register is open to you.",
)
BEYOND_NEEDS: Final = Words(
    "not_needed",
    "As far ahead as needs are known, everything within your reach is done by people who have waited longer. Thank you "
    "for offering. You keep your place; neighbours may need you, and the reserve register is open to you.",
)
SERVED: Final = Words(
    "not_needed",
    "Thank you for what you did. Others near you have not had a task yet and come first now. You keep your place in "
    "the line, and neighbours may need you.",
)
OUTSIDE: Final = Words(
    "not_needed",
    "You live outside the places of this campaign, or you asked not to be matched, so it has no post for you. "
    "Thank you for offering.",
)
OVER: Final = Words(
    "not_needed",
    "This campaign has ended and has no further post for you. Thank you for offering: neighbours and other drives near "
    "you can use your help.",
)

WORDS: Final = (
    *(CONFIRM, CONFIRMED, GUARDIAN, NO_HOURS, OWN_PART_MISSING, PLACED, ACCEPTED, INVITED, BEING_CHECKED),
    *(
        RESERVE,
        RESERVE_UNPREPARED,
        RESERVE_AGAIN,
        NOTHING_KNOWN,
        NOT_SURE,
        BEYOND_NEEDS,
        SERVED,
        OUTSIDE,
        OVER,
        PAUSED,
    ),
)
