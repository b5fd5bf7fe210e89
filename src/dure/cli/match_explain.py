"""`dure match explain`: why this post, or why a post is not full. It names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.answer import Answer, answering
from dure.cli.errors import NothingToExplain
from dure.cli.match_sides import TIER_NAMES
from dure.cli.options import JsonTo, as_date

if TYPE_CHECKING:
    from dure.movement.matching.types import ReasonsForPerson, ReasonsForPost, Unfilled, Why

TIERS = dict(enumerate(TIER_NAMES, 1))
NOT_THIS = {
    "full": "full: others need that seat more, or live nearer",
    "less_urgent": "open, but less urgent",
    "costs_more": "open, but farther away or less to their wishes",
    "equal": "would have been just as good",
    "open": "a seat was given up there since",
}
FULL_OF = {
    "nearer": "most there live nearer to it",
    "waited_longer": "most there come first: promised work, no task yet, or a longer wait",
    "here_yesterday": "most there were there yesterday",
}
BRINGS = {
    "a_post": "a post at all",
    "more_urgent": "more urgent",
    "shorter_way": "a shorter way",
    "better_liked": "closer to their wishes",
}
OfCampaign = Annotated[
    str | None, typer.Option("--campaign", metavar="SLUG", help="Short name of the person's campaign.")
]
OnDay = Annotated[
    str | None, typer.Option("--day", metavar="DATE", help="The person's day by the campaign's clock.")
]
PersonId = Annotated[
    int | None, typer.Option("--person", metavar="ID", help="Why this person is where they are.")
]
PostId = Annotated[int | None, typer.Option("--post", metavar="ID", help="Why this post is not full.")]


def match_explain(
    person: PersonId = None,
    campaign: OfCampaign = None,
    day: OnDay = None,
    post: PostId = None,
    json_to: JsonTo = None,
) -> None:
    """Say why a person got their post and what would change it, or why a post is not full and what would fill it."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.matching import reads as matching

        if post is not None and person is None:
            _say_post(answer, matching.why_unfilled_post(SYSTEM, post))
        elif person is not None and post is None and campaign is not None and day is not None:
            found = campaigns.campaign_for(SYSTEM, campaign)
            _say_person(answer, matching.why_person(SYSTEM, found, as_date(day), person))
        else:
            raise NothingToExplain


def _say_person(answer: Answer, found: ReasonsForPerson) -> None:
    why, post = found.why, found.posts.get(found.why.post)
    choice = f"Within their way were {why.within_travel:,} posts, {why.feasible:,} of them possible."
    if post is None or why.travel_m is None or why.cost is None:
        answer.say(f"No post. {choice}")
    else:
        kept = ", agreed before the match" if why.standing else ""
        answer.say(f"{post.title} ({TIERS[post.tier]}), {_km(why.travel_m)} away{kept}. {choice}")
        answer.say(
            f"It cost {why.cost.total:,} units of 10 m: way {why.cost.travel:,}, wishes {why.cost.preference:,}, "
            f"days waited {why.cost.waiting:,}, there yesterday {why.cost.yesterday:,}."
        )
    _say_stops(answer, why, "posts")
    _say_sides(answer, found)
    if why.alternatives:
        rows = [
            (
                found.posts[other.post].title,
                _km(other.travel_m),
                "; ".join([NOT_THIS[other.reason], *(FULL_OF[name] for name in other.full_of)]),
            )
            for other in why.alternatives
        ]
        answer.table("The next best", {"post": False, "way": True, "why not": False}, rows)
    if why.changes:
        changed = [
            (
                _change(change.name, change.amount, found.skill_names),
                found.posts[change.post].title,
                _km(change.travel_m),
                BRINGS[change.brings],
            )
            for change in why.changes
        ]
        answer.table(
            "What would change it, each alone",
            {"change": False, "post": False, "way": True, "": False},
            changed,
        )
    else:
        answer.say(
            "Neither a longer way, nor other hours, nor one more skill would have brought a better post."
        )
    answer.give(
        {
            "post_id": post.id if post else None,
            "why": asdict(why),
            "posts": {row: other.id for row, other in found.posts.items()},
            "skills": dict(found.skill_names),
            "sides": list(found.sides),
        }
    )


def _say_sides(answer: Answer, found: ReasonsForPerson | ReasonsForPost) -> None:
    """What crosses from person to person, which the reasons of one by one know nothing of."""
    from dure.movement.matching.side_reasons import OF_PERSON, OF_POST

    words = OF_POST if hasattr(found, "reasons") else OF_PERSON
    for name in found.sides:
        answer.say(str(words[name]))


def _say_post(answer: Answer, found: ReasonsForPost) -> None:
    reasons = found.reasons
    answer.say(
        f"{found.post.title} ({TIERS[found.post.tier]}): {reasons.filled:,} of {reasons.seats:,} seats filled. "
        f"{reasons.within_travel:,} people live near enough, {reasons.feasible:,} of them could take it; "
        f"{reasons.placed_here:,} are here, {sum(reasons.placed_elsewhere_by_tier):,} elsewhere, "
        f"{reasons.unplaced:,} without a post."
    )
    _say_stops(answer, reasons, "people")
    _say_sides(answer, found)
    if reasons.levers:
        rows = [
            (
                _lever(lever.name, lever.amount, found.skill_names),
                f"{lever.people_added:,}",
                f"{lever.unplaced_added:,}",
                f"{lever.placed_gain:,}",
            )
            for lever in reasons.levers
        ]
        columns = {"change": False, "people more": True, "of them free": True, "worth coming": True}
        answer.table("What would fill it", columns, rows)
    else:
        answer.say("No single change of hours, skills or travel would bring anybody.")
    answer.give(
        {
            "post_id": found.post.id,
            "reasons": asdict(reasons),
            "skills": dict(found.skill_names),
            "sides": list(found.sides),
        }
    )


def _say_stops(answer: Answer, found: Why | Unfilled, what: str) -> None:
    if found.stops:
        rows = [(stop.reason, f"{stop.count:,}", f"{stop.alone:,}") for stop in found.stops]
        answer.table("What made the others impossible", {"reason": False, what: True, "alone": True}, rows)


def _km(metres: float) -> str:
    return f"{metres / 1000:.1f} km"


def _change(name: str, amount: int, skills: Mapping[int, str]) -> str:
    if name == "another_skill":
        return f"with the skill {skills[amount]}"
    if name == "travel_farther":
        return f"travelling {_km(amount)} farther"
    return f"free {amount // 60} h {'earlier' if name == 'free_earlier' else 'later'}"


def _lever(name: str, amount: int, skills: Mapping[int, str]) -> str:
    if name == "without_skill":
        return f"doing without {skills[amount]}"
    if name == "travel_farther":
        return f"if people travelled {_km(amount)} farther"
    if name == "any_language":
        return "taking any language"
    return f"{name.replace('_', ' ')}: {amount} min"
