"""Letters about targets that somebody argues for: organisers hear what they owe by when, who asked hears the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from dure.base.access import SYSTEM
from dure.channels.types import Letter
from dure.movement.campaigns import pleas
from dure.movement.campaigns import reads as campaigns
from dure.operations import owed
from dure.operations.letters import account_letter

# Everything that is owed is told of, however far its date.
_ALL = timedelta(days=pleas.ANSWER_DAYS + 1)


def remind(now: datetime) -> int:
    """For the chores: tell organisers that an answer is awaited, and by when; how many letters that makes (P10)."""
    slugs = {one.id: one.slug for one in campaigns.campaigns(SYSTEM)}
    told = 0
    for plea in pleas.owed(until=now.date() + _ALL):
        target = campaigns.target(plea.target_id)
        slug = slugs[campaigns.indicator(target.indicator_id).campaign_id]
        told += owed.tell(
            what=owed.PLEA,
            about=str(plea.id),
            area_path=pleas.decider_path(plea),
            link=f"/desk/{slug}/plan/#plea-{plea.id}",
            by_date=plea.answer_by,
            now=now,
        )
    return told


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """The answer to who asked, in their language; None once the account is switched off."""
    plea = pleas.one(int(facts["plea"]))
    campaign = campaigns.campaign_by_id(
        campaigns.indicator(campaigns.target(plea.target_id).indicator_id).campaign_id
    )

    def words() -> tuple[str, str]:
        if plea.answer == "agreed":
            subject = _("Your target was changed")
            text = _("What you asked for was agreed: the target is the one you wanted.")
        else:
            subject = _("Your target stands")
            text = _("What you asked for was not agreed, so the target stands.")
        # The words of the answer stay on the page, where everybody reads them alike.
        return subject, f"{text} {_('The reasons stand on this page.')}"

    return account_letter(facts["account_id"], f"/c/{campaign.slug}/plan/", words)
