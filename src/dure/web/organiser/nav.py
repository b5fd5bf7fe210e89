"""The desk's pages in parts: what is open today, posts, people, the plan, and the desk itself."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.base import approving
from dure.base.access import Actor
from dure.base.approving import WaitingFacts
from dure.base.one_look import once_a_look
from dure.movement.campaigns.types import CampaignFacts
from dure.web.actor import actor_of_request
from dure.web.clock import now
from dure.web.components import Link, Part

# By part: the name of a page's address, its name, and the pages that lie behind it.
Page = tuple[str, object, tuple[str, ...]]
PARTS: Final[tuple[tuple[object, tuple[Page, ...]], ...]] = (
    (
        _("Today"),
        (
            ("desk-campaign", _("The day"), ("desk-match-job",)),
            (
                "desk-safety",
                _("Safety"),
                (
                    "desk-incident",
                    "desk-incident-new",
                    "desk-home-call",
                    "desk-stand-down",
                    "desk-stand-down-new",
                ),
            ),
            ("desk-supervision", _("Supervision"), ("desk-supervision-teams", "desk-signal")),
            ("messages", _("Messages"), ()),
        ),
    ),
    (
        pgettext_lazy("part of the desk", "Posts"),
        (
            ("desk-posts", _("Posts"), ("desk-why",)),
            ("desk-needs", _("Find needs"), ()),
            ("desk-imports", _("Lists"), ("desk-import",)),
        ),
    ),
    (
        pgettext_lazy("part of the desk", "People"),
        (
            ("desk-line", _("The line"), ()),
            ("desk-calls", _("Calls"), ("desk-call",)),
            ("desk-invite", _("Invite"), ()),
            ("desk-drives", _("Proposals"), ("desk-drive",)),
            ("vetting-campaign", _("Vetting"), ()),
            ("desk-alike", _("Registered twice?"), ()),
        ),
    ),
    (
        _("Plan"),
        (
            ("desk-plan", _("Plan"), ("desk-target",)),
            ("desk-ahead", _("Ahead"), ()),
            ("desk-succession", _("Rest and after"), ()),
        ),
    ),
    (
        pgettext_lazy("part of the desk", "Desk"),
        (
            ("desk-people", _("Who does what"), ()),
            ("desk-approvals", _("Approvals"), ()),
            ("desk-first-steps", _("First steps"), ()),
            ("campaign", _("What the public sees"), ()),
            ("campaign-check", _("Checks"), ()),
        ),
    ),
)
OF_NO_CAMPAIGN: Final = frozenset({"messages"})
OPEN_ONLY: Final = frozenset({"vetting-campaign", "desk-invite"})
# A draft has none yet.
PUBLIC: Final = frozenset({"campaign", "campaign-check"})


def parts_of(request: HttpRequest, campaign: CampaignFacts) -> tuple[Part, ...]:
    """The parts with the page one is on; what waits for a second person is counted."""
    actor = actor_of_request(request)
    at = request.resolver_match.view_name if request.resolver_match else ""
    return tuple(
        Part(str(name), tuple(_link(page, at, actor, campaign) for page in pages if _shown(page, campaign)))
        for name, pages in PARTS
    )


def _shown(page: Page, campaign: CampaignFacts) -> bool:
    if campaign.state == "draft" and page[0] in PUBLIC:
        return False
    return campaign.state == "open" or page[0] not in OPEN_ONLY


def _link(page: Page, at: str, actor: Actor, campaign: CampaignFacts) -> Link:
    name, says, behind = page
    address = reverse(name) if name in OF_NO_CAMPAIGN else reverse(name, args=[campaign.slug])
    count = _waiting(actor, campaign) if name == "desk-approvals" else 0
    return Link(str(says), address, is_here=at == name or at in behind, count=count)


@once_a_look
def acts_waiting(actor: Actor, campaign_id: int) -> list[WaitingFacts]:
    """What waits for a second person in a campaign where the actor organises."""
    return approving.waiting(actor=actor, campaign_id=campaign_id, now=now())


def _waiting(actor: Actor, campaign: CampaignFacts) -> int:
    """Acts that wait for this very person: their own wait for somebody else."""
    return sum(one.asked_by != actor.account_id for one in acts_waiting(actor, campaign.id))
