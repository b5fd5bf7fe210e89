"""Who comes to the doors in the browser tests, and where each begins to look around."""

from __future__ import annotations

from dataclasses import dataclass

from tools.demo_cast_types import Cast

WORKED_DAY = "2026-10-07"
# Kinds of visitor, as tests name them; ``visitors`` says who they are.
NAMES = (
    *("public", "account", "offered", "placed", "worked", "nominated", "told", "guardian"),
    *("captain", "organiser", "auditor", "recipient"),
)
# The doors that are walked down to 320 px.
NARROWEST_TOO = frozenset({"public", "offered", "placed", "worked", "nominated", "told", "captain"})
ACCOUNT_OUT = ("/account/login/", "/account/login/code/", "/account/password/reset/", "/account/signup/")
ACCOUNT_IN = (
    *("/account/logout/", "/account/email/", "/account/password/change/", "/account/2fa/"),
    "/letters/",
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Begins at ``starts`` and follows links that begin with one of ``within``.

    ``link``: the private link that lets them in; ``role``: of the account they sign in with; else nobody.
    """

    starts: tuple[str, ...]
    within: tuple[str, ...]
    link: str = ""
    role: str = ""


def _came_by(token: str) -> Visitor:
    return Visitor(("/my/", "/my/leave/"), ("/my/",), link=f"/me/{token}/")


def visitors(cast: Cast) -> dict[str, Visitor]:
    slug, team = cast["slug"], cast["team_id"]
    public, desk, captain = f"/c/{slug}/", f"/desk/{slug}/", f"/captain/{team}/"
    return {
        "public": Visitor(
            (
                *("/", f"{public}?day={WORKED_DAY}", f"{public}give/thanks/", "/left/", "/link/", "/check/"),
                *(
                    "/design/",
                    "/near/",
                    "/copies/",
                    "/signed-in/",
                    "/calls/",
                    "/drives/",
                    "/drives/proposed/",
                    f"/drives/name/{cast['drive_name']}/",
                ),
            ),
            ("/c/", "/call/", "/calls/", "/drives/"),
        ),
        "account": Visitor(ACCOUNT_OUT, ("/account/",)),
        # The last of each kind only looks; the others are there to act.
        **{name: _came_by(tokens[-1]) for name, tokens in cast["volunteers"].items()},
        "guardian": Visitor(("/guardian/",), ("/guardian/",), link=f"/guardian/{cast['guardian']}/"),
        "captain": Visitor(
            ("/", "/captain/", f"{captain}?day={WORKED_DAY}"), ("/captain/", "/here/"), role="captain"
        ),
        "organiser": Visitor(
            ("/", "/desk/", f"{desk}?day={WORKED_DAY}", f"{desk}find/?q=rice", *ACCOUNT_IN),
            ("/desk/", "/start/", "/vetting/", "/messages/", "/account/"),
            role="organiser",
        ),
        "auditor": Visitor(("/", "/auditor/", f"/auditor/{slug}/entries/"), ("/auditor/",), role="auditor"),
        "recipient": Visitor(("/", "/recipient/"), ("/recipient/",), role="recipient"),
    }
