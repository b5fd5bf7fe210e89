"""The steps: in which order, what the person does first, who looks, how long it is good for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from dure.movement.people.types import BRIEFING, CLEARANCE, COVER, SKILL
from dure.movement.vetting.errors import StepUnknown
from dure.movement.vetting.types import IDENTITY, RECORD_CHECK, SKILL_PREFIX, STEPS, OwnPart

TWO_PERSONS: Final = frozenset({RECORD_CHECK, CLEARANCE})
# What has to be through before a step can be: nobody is cleared whom nobody has seen.
BEFORE: Final = {RECORD_CHECK: (IDENTITY,), CLEARANCE: (IDENTITY, RECORD_CHECK)}
# What every post asks of whoever takes it (P7); a clearance and skills are asked for where a post needs them.
USUAL_STEPS: Final = (COVER, BRIEFING)
_OWN_PART: Final[dict[str, OwnPart]] = {
    IDENTITY: "paper",
    RECORD_CHECK: "paper",
    COVER: "attest",
    BRIEFING: "book",
    CLEARANCE: "attest",
}
# Days for which a step is good. Papers show who somebody is for good; the rest is looked at again.
_VALID_DAYS: Final = {RECORD_CHECK: 3 * 365, COVER: 365, BRIEFING: 365, CLEARANCE: 365}
# Whoever holds a step for longer than this is not asked to renew it.
RENEW_DAYS: Final = 30
_SKILL_STEP: Final = re.compile(r"skill:[^\s:]{1,40}")


def checked_step(step: str) -> str:
    """The step. Refuses with StepUnknown."""
    if step not in STEPS and not _SKILL_STEP.fullmatch(step):
        raise StepUnknown(step=step[:60], known=", ".join(STEPS))
    return step


def skill_step(code: str) -> str:
    """The step in which a skill is trained or shown.

    >>> skill_step("first-aid")
    'skill:first-aid'
    """
    return checked_step(f"{SKILL_PREFIX}{code}")


def with_before(steps: Iterable[str]) -> tuple[str, ...]:
    """The steps and what each needs first, once each, in an order in which they can be done.

    >>> with_before(["clearance", "cover"])
    ('identity', 'record_check', 'clearance', 'cover')
    """
    found: dict[str, None] = {}
    for step in steps:
        for one in (*BEFORE.get(checked_step(step), ()), step):
            found.setdefault(one)
    return tuple(found)


def own_part(step: str) -> OwnPart:
    """What the person does first; a skill is shown by a paper, or learnt in a session."""
    return _OWN_PART.get(step, "paper")


def valid_until(step: str, today: date) -> date | None:
    """The last day on which a step passed today is good; None: for good."""
    days = _VALID_DAYS.get(step)
    return today + timedelta(days=days) if days else None


def credential_of(step: str) -> tuple[str, str] | None:
    """Kind and code of the credential a step ends in; None for the two that only clear the way to others.

    >>> credential_of("skill:first-aid"), credential_of("cover"), credential_of("identity")
    (('skill', 'first-aid'), ('cover', 'cover'), None)
    """
    if step.startswith(SKILL_PREFIX):
        return SKILL, step.removeprefix(SKILL_PREFIX)
    return (step, step) if step in {COVER, BRIEFING, CLEARANCE} else None
