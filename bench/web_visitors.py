"""Who looks at what in ``bench.web``: addresses with the cookies that open them, made in the stage's own database.

Import only where Django is set up on that database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection
from django.test import Client

from dure.base import accounts
from dure.base.access import actor_of
from dure.base.models import Account
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.people import openings
from dure.movement.people import reads as people
from tools.demo_cast import LIVE_DAY

VOLUNTEERS, CAPTAINS, ORGANISERS = 200, 60, 4
# By door: name of the page and its address, with what differs between visitors in braces.
VOLUNTEER = (
    ("my day", "/my/"),
    ("now", "/my/now/"),
    ("wishes", "/my/wishes/"),
    ("record", "/my/record/"),
    ("news", "/my/news/"),
    ("data", "/my/data/"),
)
CAPTAIN = (
    ("crew", "/captain/{team}/?day={day}"),
    ("day.json", "/captain/{team}/day.json?day={day}"),
    ("entries", "/captain/{team}/entries/"),
    ("targets", "/captain/{team}/targets/"),
    ("standing", "/captain/{team}/standing/"),
    ("signals", "/captain/{team}/signals/"),
)
ORGANISER = (
    ("desk", "/desk/{slug}/?day={day}"),
    ("why", "/desk/{slug}/why/{post}/"),
    ("find", "/desk/{slug}/find/?q=seoul"),
    ("needs", "/desk/{slug}/needs/"),
    ("calls", "/desk/{slug}/calls/"),
    ("line", "/desk/{slug}/line/"),
    ("plan", "/desk/{slug}/plan/"),
    ("supervision", "/desk/{slug}/supervision/"),
    ("safety", "/desk/{slug}/safety/"),
)
# Any page without a figure: no page of the site is quicker to make.
FLOOR = "/link/"

Look = tuple[str, str]  # address and cookie
Looks = dict[str, list[Look]]


def _cookie(client: Client) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def _account(email: str) -> int:
    known = accounts.account_id_of(email=email)
    return known if known is not None else accounts.open_account(email=email, name=email)


def _signed_in(account_id: int) -> str:
    client = Client(SERVER_NAME="localhost")
    client.force_login(
        Account.objects.get(pk=account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return _cookie(client)


def _volunteers(campaign_id: int) -> Iterator[str]:
    """Cookies of people of whom most have a place today, some an offer, as on any morning."""
    placed = (one.person_id for one in matching.placements_of_day(campaign_id, LIVE_DAY) if one.person_id)
    offered = (one.person_id for one in matching.open_offers(campaign_id, LIVE_DAY))
    mixed: Iterable[int] = (*islice(placed, VOLUNTEERS * 2 // 3), *islice(offered, VOLUNTEERS // 3))
    for person_id in dict.fromkeys(mixed):
        # As with a new link: whose link another browser had opened would be asked who they are before their data.
        openings.begin_anew(actor=actor_of(person_id=person_id), person_id=person_id)
        client = Client(SERVER_NAME="localhost")
        client.get(f"/me/{people.private_link_token(person_id)}/")
        yield _cookie(client)


def looks(slug: str) -> dict[str, Looks]:
    """Looks by door and page. Captains and organisers get accounts that nobody else uses."""
    from dure.movement.campaigns import reads as campaigns

    campaign = campaigns.campaign(slug=slug)
    posts = needs.posts_of_day(campaign.id, LIVE_DAY)
    teams = sorted({post.team_id for post in posts})[:: max(1, len(posts) // CAPTAINS)][:CAPTAINS]
    words = {"slug": slug, "day": LIVE_DAY.isoformat(), "post": posts[0].id}
    volunteers = list(_volunteers(campaign.id))
    captains: list[tuple[int, str]] = []
    for team_id in teams:
        account_id = _account(f"bench-{team_id}@example.org")
        accounts.grant(account_id=account_id, role="captain", team_id=team_id)
        captains.append((team_id, _signed_in(account_id)))
    desks = []
    for number in range(ORGANISERS):
        account_id = _account(f"bench-desk-{number}@example.org")
        accounts.grant(account_id=account_id, role="organiser", area_path=campaign.area_path)
        desks.append(_signed_in(account_id))
    return {
        "volunteer": {name: [(path, cookie) for cookie in volunteers] for name, path in VOLUNTEER},
        "captain": {
            name: [(path.format(team=team, **words), cookie) for team, cookie in captains]
            for name, path in CAPTAIN
        },
        "organiser": {name: [(path.format(**words), cookie) for cookie in desks] for name, path in ORGANISER},
    }


def queries(look: Look) -> tuple[int, int]:
    """Status of a look and how often it asked the database."""
    count = 0

    def counted(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # Django's own shape
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        answer = Client(SERVER_NAME="localhost").get(look[0], headers={"Cookie": look[1]})
        if answer.streaming:
            b"".join(answer)
    return answer.status_code, count
