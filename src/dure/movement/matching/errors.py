"""Refusals of matching."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from dure.engine.matching import RULES
from dure.engine.matching.explain import TOO_FAR
from dure.kernel.refusals import Refusal


class AlreadyPlaced(Refusal):
    code = "already_placed"
    says = "You have a post on {day} already. Withdraw from it first if you would rather take this one."


class OfferGone(Refusal):
    code = "offer_gone"
    says = "This offer can't be answered any more: it was {why}."


class RequestReused(Refusal):
    code = "request_reused"
    says = "The id {request_id} was used before for another post. Ask again with a new id."


class NoPosts(Refusal):
    code = "no_posts"
    says = "There are no posts on {day} to match people to. Publish needs first."


class NoPostsLeft(Refusal):
    code = "no_posts_left"
    says = (
        "On {day} there is nothing left to match again: every shift is over or ends within three hours, and whoever is "
        "asked now needs one to get there."
    )


class RunExists(Refusal):
    code = "run_exists"
    says = "Round {round} of {day} was matched already. A second round fills what was declined since."


class RunNotReady(Refusal):
    code = "run_not_ready"
    says = "The run of {day} is {state}, so this can't be done."


class NoLongerFits(Refusal):
    code = "no_longer_fits"
    says = (
        "Why this post was chosen can't be worked out any more: since the match something has changed, and today "
        "this post would not be offered ({why})."
    )


class WrongMoment(Refusal):
    code = "wrong_moment"
    says = "This placement is {state}; it can't be {wanted}."


class RestShortOfSome(Refusal):
    code = "rest_short_of_some"
    says = (
        "{count} of those who have a post there would lose the rest they need ({wanted}). "
        "Move it less, or leave {title} out."
    )


class RestShort(Refusal):
    code = "rest_short"
    says = "Taking this post would break the rule of {wanted}. Nobody can waive that; it keeps you safe."


class NotReady(Refusal):
    code = "not_ready"
    says = "Before you can take this post you need {missing}."


class AdultsMissing(Refusal):
    code = "adults_missing"
    says = (
        "Your place waits: under 18 you work beside {wanted} cleared adults, and so far {there} of them said yes to "
        "this post. Your offer stays open; look again later."
    )


class AdultsNotHere(Refusal):
    code = "adults_not_here"
    says = (
        "{name} is under 18 and can't be checked in yet: {wanted} cleared adults of this post have to be checked in "
        "first, and {there} of them are here. Check them in, or call the organiser."
    )


class CheckInStoodDown(Refusal):
    code = "check_in_stood_down"
    says = (
        "This area is stood down since {at:%H:%M} UTC, so nobody is checked in any more. If they are with you, say so "
        "on the page of who is safe."
    )


class ShiftBegun(Refusal):
    code = "shift_begun"
    says = "This shift has begun, so no more seats are given there. Others may still be open."


class ShiftNotBegun(Refusal):
    code = "shift_not_begun"
    says = "This shift begins at {at:%H:%M} UTC, so nobody is missing yet."


class PostUnfit(Refusal):
    """``rule``: a name of UNFIT; ``why``: its words."""

    code = "post_unfit"
    says = "This post can't be given to you: {why}. Look which other posts need you."


# What a hard rule says to whoever asks for a post: by the rules' names in the engine, and "way".
UNFIT: Mapping[str, object] = {
    "skills": _("it needs a skill that you have not shown yet"),
    "hours": _("the shift is outside the hours you gave"),
    "cause": _("you asked not to work for this cause"),
    "language": _("you share none of the languages spoken there"),
    "physical": _("the work is heavier than you said you can do"),
    "rest": _("you would not have rested long enough before the shift"),
    "week_hours": _("the shift would take you over 48 hours in the week"),
    "shift_length": _("the shift is longer than you wish to work"),
    "age": _("you are younger than the post allows, or your age is not known"),
    "guardian": _("you are under 18 and no guardian has agreed"),
    "minors": _("nobody under 18 works in danger, at night or alone"),
    "cover": _("you are not insured on that day"),
    "briefing": _("you have not been briefed yet"),
    "clearance": _("work with children needs a clearance that you do not have"),
    "leads": _("whoever leads there has as many people to look after as they can"),
    "way": _("it is farther away than you travel"),
}
# The engine says the same of somebody; here it is said to them.
_SAID_TO_THEM = {
    **{rule.reason: UNFIT[rule.name] for rule in RULES if rule.name in UNFIT},
    TOO_FAR: UNFIT["way"],
}


def to_them(reasons: Iterable[str]) -> str:
    """Why a post is not possible, as the engine has it, in words for the person themself."""
    return ", ".join(str(_SAID_TO_THEM.get(reason, reason)) for reason in reasons)
