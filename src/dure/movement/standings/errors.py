"""What standings refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class ConfirmationNeedsName(Refusal):
    code = "confirmation_needs_name"
    says = "A denominator is confirmed by a named person. Sign in with an account of your own."
    status = 403


class SeasonOpen(Refusal):
    code = "season_open"
    says = (
        "The rules of {slug} were published and are frozen since it opened. Other rules are another season: "
        "state them for the next campaign."
    )


class ChallengeUnknown(Refusal):
    code = "challenge_unknown"
    says = "There is no such challenge of this team. It may have lapsed: one that nobody signed ends by its date."
    status = 404


class ChallengeUnlike(Refusal):
    code = "challenge_unlike"
    says = "{first} and {second} can't be compared: {why}. Challenge another team of the same kind in this campaign."


class ChallengeTermsChanged(Refusal):
    code = "challenge_terms_changed"
    says = "These are not the terms that were proposed. Open the page again, read them and sign those."


class ChallengeNeedsTwo(Refusal):
    code = "challenge_needs_two"
    says = "A challenge is signed by two people, a captain of each team, each with an account of their own."


class ChallengeOver(Refusal):
    code = "challenge_over"
    says = "This challenge can't be signed or ended any more: it is {state}."


class ChallengeReused(Refusal):
    code = "challenge_reused"
    says = "A challenge with this id was proposed already, on other terms. Open the page again and propose it anew."


class ReviewNeedsName(Refusal):
    code = "review_needs_name"
    says = "A named person looks at the safety of work. Sign in with an account of your own."
    status = 403


class ReviewWordless(Refusal):
    code = "review_wordless"
    says = "Say in 1 to 1,000 characters what you looked at and what you found, so that others can judge it."
    status = 422


class ReviewNotOpen(Refusal):
    code = "review_not_open"
    says = (
        "Nothing here is beyond its limit of safety, or somebody looked at it meanwhile. Open the page again."
    )
