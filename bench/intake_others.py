"""Other doors while a nation signs up: somebody opens their day, a captain checks people in; each some times a second.

The cast is made by :func:`build` in the process that serves; the load is a process of its own
(``python -m bench.intake_others``), which reads what :func:`build` gave and writes the times it took.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event, Thread, local
from typing import Any

# Check-ins for a quarter of an hour.
CREW = 4_500
POST_SEATS = 50
PER_S = 5.0
VISITORS = 32
WARM = 5
SEED = b"bench intake others"


def build() -> dict[str, Any]:
    """A crew with places today, their captain, and sessions of both: what the load needs to know."""
    from dure.base.access import SYSTEM, actor_of
    from dure.base.accounts import grant, open_account
    from dure.kernel.ids import client_id
    from dure.movement.campaigns import reads as campaigns
    from dure.movement.matching import actions as matching
    from dure.movement.matching import reads as matching_reads
    from dure.movement.needs import actions as needs
    from dure.movement.needs.types import NewPost
    from dure.movement.people import actions as people
    from dure.movement.people.types import BRIEFING, COVER, MATCHING, NewCredential, NewPerson, NewTeam
    from dure.movement.places import reads as places
    from dure.operations.day import match_day

    now = datetime.now(UTC)
    campaign, town = campaigns.campaign("bench"), places.by_code("town0")
    today = campaigns.local_day(campaign, now)
    (team,) = people.form_teams(rows=[NewTeam(client_id(SEED, "team"), "Crew", town.id, "harvest")])
    good = tuple(NewCredential(kind, "all", "list", today + timedelta(days=30)) for kind in (COVER, BRIEFING))
    rows = [
        NewPerson(
            key=client_id(SEED, n),
            given_name="Minji",
            birth_year=1990,
            area_id=town.id,
            home_lat=town.lat,
            home_lon=town.lon,
            travel_limit_m=50_000,
            email=f"crew{n}@example.org",
            consents=(MATCHING,),
            wording="1",
            credentials=good,
            free_spans=((now - timedelta(hours=1), now + timedelta(hours=8)),),
        )
        for n in range(CREW)
    ]
    ids = [pk for pk in people.register_many(rows=rows, now=now).ids if pk is not None]
    # Of a size that one captain looks after: everybody reads the names of those beside them.
    posts = [
        NewPost(
            key=client_id(SEED, "post", n),
            campaign_id=campaign.id,
            team_id=team.id,
            area_id=town.id,
            day=today,
            title=f"Cut rice {n}",
            lat=town.lat,
            lon=town.lon,
            starts_at=now + timedelta(minutes=5),
            ends_at=now + timedelta(hours=4),
            seats=POST_SEATS,
            tier=1,
            cause="harvest",
            bring="gloves",
        )
        for n in range(CREW // POST_SEATS)
    ]
    needs.publish(rows=posts)
    match_day(campaign_id=campaign.id, day=today, now=now, expires_at=now + timedelta(minutes=4))
    placements = []
    for pk in ids:
        for offer in matching_reads.offers_of(SYSTEM, pk):
            taken = matching.accept(
                actor=actor_of(person_id=pk),
                offer_id=offer.id,
                request_id=client_id(SEED, "yes", pk),
                now=now,
            )
            placements.append(taken.id)
    account = open_account(email="captain@example.org", name="Captain", password="a long pass phrase")  # noqa: S106
    grant(account_id=account, role="captain", team_id=team.id)
    return {"team": team.id, "placements": placements, **_sessions(ids[0], account)}


def _sessions(person_id: int, account_id: int) -> dict[str, str]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from dure.base.models import Account
    from dure.web.actor import PERSON_KEY, let_in

    person, captain = SessionStore(), SessionStore()
    request = HttpRequest()
    request.session = person
    let_in(request, PERSON_KEY, person_id)
    account = Account.objects.get(pk=account_id)
    captain[SESSION_KEY] = str(account_id)
    captain[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    captain[HASH_SESSION_KEY] = account.get_session_auth_hash()
    person.create()
    captain.create()
    return {"person": str(person.session_key), "captain": str(captain.session_key)}


class _Visitors:
    """As many as come at once, each with a connection of their own; a slow answer to one holds up no other."""

    def __init__(self, port: int, known: dict[str, Any]) -> None:
        self.took: dict[str, list[float]] = {"my_day": [], "check_in": []}
        self.wrong: Counter[str] = Counter()
        self._port, self._known = port, known
        self._own = local()

    def ask(self, name: str, due: float, placement: int) -> None:
        csrf = "c" * 32
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "2001:db8::1", "Host": "127.0.0.1"}
        if name == "my_day":
            method, path, wanted = "GET", "/my/", 200
            headers |= {"Cookie": f"sessionid={self._known['person']}"}
        else:
            method, path, wanted = "POST", f"/captain/{self._known['team']}/check-in/{placement}/", 302
            headers |= {
                "Cookie": f"sessionid={self._known['captain']}; csrftoken={csrf}",
                "X-CSRFToken": csrf,
                "Referer": "https://127.0.0.1/",
                "Content-Type": "application/x-www-form-urlencoded",
            }
        line = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        answer.read()
        # From when the turn was due, so that a stall is not forgotten.
        self.took[name].append((time.perf_counter() - due) * 1000)
        if answer.status != wanted:
            self.wrong[f"{name} {answer.status}"] += 1


def run(port: int, known: dict[str, Any], is_over: Event) -> dict[str, Any]:
    """Milliseconds of each request, by door, until it is over; statuses that were not wanted."""
    visitors = _Visitors(port, known)
    # What a server does once, at the first look at a page, is done: so it is with the sign-ups beside.
    for placement in known["placements"][:WARM]:
        for name in visitors.took:
            visitors.ask(name, 0.0, placement)
    assert not visitors.wrong, f"not let in: {dict(visitors.wrong)}"
    for times in visitors.took.values():
        times.clear()
    began = time.perf_counter()
    asked: list[Future[None]] = []
    with ThreadPoolExecutor(VISITORS) as pool:
        for turn, placement in enumerate(known["placements"][WARM:]):
            due = began + turn / PER_S
            if is_over.wait(max(0.0, due - time.perf_counter())):
                break
            asked += [pool.submit(visitors.ask, name, due, placement) for name in visitors.took]
    for one in asked:
        one.result()
    return {
        **{name: _quantiles(times) for name, times in visitors.took.items()},
        "wrong": dict(visitors.wrong),
    }


def _quantiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "count": len(ordered),
        **{
            f"p{round(100 * share)}_ms": round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
            for share in (0.5, 0.99)
            if ordered
        },
    }


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    is_over = Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()  # ends when the other side closes it
        is_over.set()

    Thread(target=wait_for_the_end, daemon=True).start()
    json.dump(run(asked["port"], asked["known"], is_over), sys.stdout)


if __name__ == "__main__":
    main()
