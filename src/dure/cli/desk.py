"""`dure desk …`: what an organiser does to many things at once, what waits for a second person, finding."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import typer

from dure.cli.accounts import known_account
from dure.cli.answer import Answer, answering
from dure.cli.options import CampaignSlug, Day, JsonTo, as_date

if TYPE_CHECKING:
    from dure.base.access import Actor
    from dure.base.approving import WaitingFacts
    from dure.movement.campaigns.types import CampaignFacts
    from dure.operations.two_persons import Asked

desk = typer.Typer(
    no_args_is_help=True,
    help="The organiser's desk: many posts at once, undo, a second person's word, finding.",
)
FOUND_MAX: Final = 12
Posts = Annotated[
    list[int], typer.Argument(metavar="POST...", help="Posts by number, as `posts` shows them.")
]
By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="EMAIL",
        help="Act as this account: what it may, with an undo, and waiting where two persons are asked. Without it the "
        "installation itself acts, at once.",
    ),
]
Named = Annotated[str, typer.Option("--by", metavar="EMAIL", help="The account whose word it is.")]
ActId = Annotated[
    UUID, typer.Argument(metavar="ID", help="The act, as it was shown when it was done or asked for.")
]


@desk.command("posts")
def posts(
    slug: CampaignSlug,
    day: Day,
    words: Annotated[str, typer.Option("--words", help="A part of the title.")] = "",
    is_open: Annotated[bool, typer.Option("--open", help="Only posts with a free seat.")] = False,
    json_to: JsonTo = None,
) -> None:
    """The posts of a day, with their numbers; 500 at most."""
    with answering(json_to) as answer:
        from dure.movement.needs import bulk

        campaign = _campaign(slug)
        found = bulk.listed(
            paths=[campaign.area_path],
            campaign_id=campaign.id,
            day=as_date(day),
            words=words,
            is_open=is_open,
            is_off=None,
            count_max=bulk.POSTS_MAX,
        )
        rows = [
            (
                str(one.id),
                one.title,
                f"{one.starts_at:%H:%M} UTC",
                f"{one.seats_taken} of {one.seats}",
                "called off" if one.cancelled_at else "",
            )
            for one in found
        ]
        answer.table(
            f"Posts of {slug} on {day}",
            {"post": True, "title": False, "begins": True, "seats": True, "": False},
            rows,
        )
        answer.give({"posts": [asdict(one) for one in found]})


@desk.command("call-off")
def call_off(slug: CampaignSlug, post_ids: Posts, by: By = "", json_to: JsonTo = None) -> None:
    """Call posts off: they take no more seats, and whoever has one is freed and told."""
    with answering(json_to) as answer:
        from dure.operations import bulk

        about = f"{len(set(post_ids))} posts called off."
        asked = bulk.call_off(
            actor=_actor(by), campaign=_campaign(slug), post_ids=post_ids, now=datetime.now(UTC), about=about
        )
        _say(answer, asked, about)


@desk.command("shift")
def shift(
    slug: CampaignSlug,
    post_ids: Posts,
    minutes: Annotated[
        int, typer.Option("--minutes", help="Begin and end so much later; below zero: earlier.")
    ],
    by: By = "",
    json_to: JsonTo = None,
) -> None:
    """Move posts in time, all or none; refused where somebody would lose their rest or work at night."""
    with answering(json_to) as answer:
        from dure.operations import bulk

        about = f"{len(set(post_ids))} posts moved by {minutes} minutes."
        asked = bulk.shift(
            actor=_actor(by),
            campaign=_campaign(slug),
            post_ids=post_ids,
            minutes=minutes,
            now=datetime.now(UTC),
            about=about,
        )
        _say(answer, asked, about)


@desk.command("show")
def show(
    slug: CampaignSlug,
    run_id: Annotated[int, typer.Argument(metavar="RUN", help="Number of a match that was held back.")],
    answer_hours: Annotated[
        int, typer.Option("--answer-hours", min=1, max=72, help="How long offers stand.")
    ] = 12,
    by: By = "",
    json_to: JsonTo = None,
) -> None:
    """Show the offers of a match that was held back (`dure match run --hold`)."""
    with answering(json_to) as answer:
        from dure.operations import bulk

        about = f"Match {run_id} is shown to people."
        asked = bulk.publish(
            actor=_actor(by),
            campaign=_campaign(slug),
            run_id=run_id,
            kept_hours=answer_hours,
            now=datetime.now(UTC),
            about=about,
        )
        _say(answer, asked, about)


@desk.command("invite")
def invite(
    slug: CampaignSlug,
    to: Annotated[str, typer.Option("--to", help="post:NUMBER, training:SKILL or call:CODE.")],
    area: Annotated[str, typer.Option("--area", help="The code of the place where they live.")],
    count: Annotated[int, typer.Option("--count", help="How many at most, those who waited longest first.")],
    skills: Annotated[
        list[str] | None, typer.Option("--skill", help="Who can do this, or another one that is named.")
    ] = None,
    reserve: Annotated[bool, typer.Option("--reserve", help="Only people on the reserve register.")] = False,
    waited: Annotated[int, typer.Option("--waited", help="Who has waited for so many days.")] = 0,
    is_trial: Annotated[
        bool, typer.Option("--trial", help="Say whom it reaches, and invite nobody.")
    ] = False,
    by: By = "",
    json_to: JsonTo = None,
) -> None:
    """Invite many people to a post, a training or a call; ten minutes long it can be undone."""
    with answering(json_to) as answer:
        from dure.movement.places import reads as places
        from dure.operations import inviting

        campaign, actor, at = _campaign(slug), _actor(by), datetime.now(UTC)
        wish = inviting.Wish(
            to=to,
            area_path=places.by_code(area).path,
            count=count,
            skills=tuple(skills or ()),
            reserve_only=reserve,
            waited_days=waited,
        )
        if is_trial:
            seen, done = inviting.look(actor=actor, campaign=campaign, wish=wish, now=at), None
        else:
            about = f"People invited: {to}."
            seen, done = inviting.invite(actor=actor, campaign=campaign, wish=wish, now=at, about=about)
        answer.say(
            f"{len(seen.person_ids):,} of {seen.found_count:,} people "
            + ("would be invited." if is_trial else "are invited.")
        )
        for why, n in seen.told.items():
            answer.say(f"  not invited, {why.replace('_', ' ')}: {n:,}")
        if done and done.act_id:
            answer.say(f"Until {done.until:%H:%M} UTC: dure desk undo {done.act_id} --by {by}")
        answer.give(
            {
                "found": seen.found_count,
                "invited": len(seen.person_ids),
                "not_invited": dict(seen.told),
                "act": str(done.act_id) if done and done.act_id else None,
            }
        )


@desk.command("undo")
def undo(act_id: ActId, by: By = "", json_to: JsonTo = None) -> None:
    """Take back what was done in bulk, or an opening, as long as its time lasts or nobody had to do with it."""
    with answering(json_to) as answer:
        from dure.operations.undo import undo as take_back

        done = take_back(actor=_actor(by), act_id=act_id, now=datetime.now(UTC))
        answer.say(f"Undone: {done.about}")
        answer.give({"id": str(done.id), "kind": done.kind, "about": done.about})


@desk.command("approvals")
def approvals(slug: CampaignSlug, json_to: JsonTo = None) -> None:
    """What waits for a second person."""
    with answering(json_to) as answer:
        from dure.base import approving
        from dure.base.access import SYSTEM
        from dure.base.delegation import names_of

        found = approving.waiting(actor=SYSTEM, campaign_id=_campaign(slug).id, now=datetime.now(UTC))
        names = names_of([one.asked_by for one in found])
        rows = [(str(one.id), one.kind, one.about, names.get(one.asked_by, "")) for one in found]
        columns = {"id": False, "what": False, "about": False, "asked by": False}
        answer.table(f"Waiting for a second person in {slug}", columns, rows)
        answer.give({"waiting": [_waiting(one) for one in found]})


@desk.command("approve")
def approve(act_id: ActId, by: Named, json_to: JsonTo = None) -> None:
    """A second person's yes: what waited is done."""
    with answering(json_to) as answer:
        from dure.operations.approvals import approve as agree

        agree(actor=_actor(by), act_id=act_id, now=datetime.now(UTC))
        answer.say("Agreed, and done.")
        answer.give({"id": str(act_id), "state": "approved"})


@desk.command("decline")
def decline(
    act_id: ActId,
    by: Named,
    words: Annotated[str, typer.Option("--words", help="Why not, for whoever asked.")] = "",
    json_to: JsonTo = None,
) -> None:
    """A second person's no: what waited is not done."""
    with answering(json_to) as answer:
        from dure.base import approving

        approving.decline(actor=_actor(by), act_id=act_id, words=words, now=datetime.now(UTC))
        answer.say("Declined: nothing is done.")
        answer.give({"id": str(act_id), "state": "declined"})


@desk.command("find")
def find(
    slug: CampaignSlug,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A name, a part of a title, or a number.")],
    json_to: JsonTo = None,
) -> None:
    """Posts, teams, people by the beginning of their first name, and places; how to reach nobody."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.movement.needs import bulk
        from dure.movement.people import called
        from dure.movement.places import reads as places

        campaign = _campaign(slug)
        paths, today = [campaign.area_path], campaigns.local_day(campaign, datetime.now(UTC))
        last = today + timedelta(days=60)
        found = [
            *(
                ("post", one.id, f"{one.title}, {one.day}")
                for one in bulk.called(
                    words, paths=paths, campaign_id=campaign.id, first=today, last=last, count_max=FOUND_MAX
                )
            ),
            *(
                ("team", one.id, one.name)
                for one in called.teams_called(words, paths=paths, count_max=FOUND_MAX)
            ),
            *(
                ("person", one.id, one.given_name)
                for one in called.people_called(words, actor=SYSTEM, paths=paths, count_max=FOUND_MAX)
            ),
            *(
                ("place", one.id, f"{one.name} ({one.code})")
                for one in places.towns_called(words, under=campaign.area_path, count_max=FOUND_MAX)
            ),
        ]
        rows = [(kind, str(number), name) for kind, number, name in found]
        answer.table(f"Called “{words}”", {"kind": False, "no.": True, "name": False}, rows)
        answer.give({"found": [{"kind": kind, "id": number, "name": name} for kind, number, name in found]})


def _campaign(slug: str) -> CampaignFacts:
    from dure.base.access import SYSTEM
    from dure.movement.campaigns import reads as campaigns

    return campaigns.campaign_for(SYSTEM, slug)


def _actor(email: str) -> Actor:
    from dure.base.access import SYSTEM, actor_of

    return actor_of(account_id=known_account(email)) if email else SYSTEM


def _waiting(one: WaitingFacts) -> dict[str, object]:
    return {"id": str(one.id), "kind": one.kind, "about": one.about, "asked_at": one.asked_at}


def _say(answer: Answer, asked: Asked, about: str) -> None:
    """Done at once, done with an undo, or waiting; with the id that the next command takes."""
    from dure.operations.bulk import Done

    if asked.waiting is not None:
        answer.say(f"It waits for a second organiser: {about} (dure desk approve {asked.waiting.id})")
        answer.give({"waiting": _waiting(asked.waiting)})
    elif isinstance(asked.done, Done) and asked.done.act_id is not None:
        answer.say(
            f"{about} Until {asked.done.until:%H:%M} UTC: dure desk undo {asked.done.act_id}. Nobody is told before."
        )
        answer.give({"count": asked.done.count, "undo": str(asked.done.act_id), "until": asked.done.until})
    else:
        answer.say(f"{about} It can't be undone.")
        answer.give({"undo": None})
