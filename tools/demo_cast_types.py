"""What tools.demo_cast tells of a demo that it played. Apart from it, since that one imports Django's models."""

from __future__ import annotations

from typing import TypedDict


class Phone(TypedDict):
    """A captain with a crew that is all on its way; ``late_team_id``: of the first phone alone."""

    email: str
    password: str
    team_id: int
    late_team_id: int


class Cast(TypedDict):
    """Who can be what: passwords by role, private link tokens by kind of volunteer, ids of things;
    ``drive_name``: the token of a supporter who has not confirmed yet."""

    slug: str
    logins: dict[str, dict[str, str]]
    volunteers: dict[str, list[str]]
    guardian: str
    badge: str
    team_id: int
    to_recount: int
    drive_name: str
    phones: list[Phone]
