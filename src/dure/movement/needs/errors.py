"""What needs refuse."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class PostsBad(Refusal):
    """``problems``: every one of them, as :class:`dure.movement.needs.types.Problem`; ``first`` as text."""

    code = "posts_bad"
    says = "The posts can't be published. Problems: {count}. {first}."
    status = 422


class PostReused(Refusal):
    """The key of a post that stands was given again with other facts."""

    code = "post_reused"
    says = "There is a post with the key {key} already, and its {field} is another."


class NeedUnknown(Refusal):
    code = "need_unknown"
    says = "There is no post {post_id}."
    status = 404


class NeedFull(Refusal):
    code = "need_full"
    says = "All {seats} seats of this post are taken."


class NeedCancelled(Refusal):
    code = "need_cancelled"
    says = "The post {post_id} was cancelled."


class NeedStoodDown(Refusal):
    code = "stood_down"
    says = "Nobody is to go there now: the area of this post is stood down. Look again when that is over."


class PostsUnmovable(Refusal):
    """``problems``: one sentence for each post."""

    code = "posts_unmovable"
    says = (
        "These posts can't be moved so. Problems: {count}. {first}. Leave those out, or publish a new post."
    )
    status = 422


class RequestBad(Refusal):
    """``problems``: every one of them, as :class:`dure.movement.needs.types.Problem`; ``first`` as text."""

    code = "need_request_bad"
    says = "This request can't be taken yet. Problems: {count}. {first}."
    status = 422


class RequestReused(Refusal):
    code = "need_request_reused"
    says = "The id {client_id} was used before for another request. Send the new one with a new id."


class RequestDecided(Refusal):
    code = "need_request_decided"
    says = "Somebody has decided on this request already: it is {state}."


class OwnRequest(Refusal):
    """Somebody else has to know them: nobody stands by what they asked for themself."""

    code = "own_request"
    says = "You asked for this yourself. Somebody else who knows the place has to stand by it."
    status = 403
