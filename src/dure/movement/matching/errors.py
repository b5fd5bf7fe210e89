"""Refusals of matching."""

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


class RunExists(Refusal):
    code = "run_exists"
    says = "Round {round} of {day} was matched already. A second round fills what was declined since."


class RunNotReady(Refusal):
    code = "run_not_ready"
    says = "The run of {day} is {state}, so this can't be done."


class WrongMoment(Refusal):
    code = "wrong_moment"
    says = "This placement is {state}; it can't be {wanted}."


class RestShort(Refusal):
    code = "rest_short"
    says = "Taking this post would break the rule of {wanted}. Nobody can waive that; it keeps you safe."


class NotReady(Refusal):
    code = "not_ready"
    says = "Before you can take this post you need {missing}."


class ShiftBegun(Refusal):
    code = "shift_begun"
    says = "This shift has begun, so no more seats are given there. Others may still be open."


class PostUnfit(Refusal):
    code = "post_unfit"
    says = "This post can't be given to you: {why}."
