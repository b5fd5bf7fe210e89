"""Who gets what at every address: the rows that test_access walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dure.web.badges import badge_token
from tests.web.cast import TODAY, Cast, made
from tests.web.visitors import VISITORS

Statuses = Mapping[str, int]
SIGNED_IN = ("captain", "other captain", "organiser", "other organiser", "auditor", "recipient")
NOT_SIGNED_IN = tuple(name for name in VISITORS if name not in SIGNED_IN)


@dataclass(frozen=True)
class Row:
    """An address with the statuses GET and POST give to each visitor; ``data`` is what POST sends."""

    address: str
    get: Statuses
    post: Statuses
    data: Mapping[str, object] = field(default_factory=dict)
    json: bool = False


def every(status: int, **others: int) -> Statuses:
    """The same for all but ``others`` (spaces in names as underscores)."""
    return dict.fromkeys(VISITORS, status) | {name.replace("_", " "): one for name, one in others.items()}


def door(**statuses: int) -> Statuses:
    """A door for accounts with a role: named statuses, 403 for other accounts, to the log-in for the rest."""
    closed = dict.fromkeys(SIGNED_IN, 403) | dict.fromkeys(NOT_SIGNED_IN, 302)
    return closed | {name.replace("_", " "): one for name, one in statuses.items()}


def by_sign_in(signed_in: int, others: int) -> Statuses:
    return dict.fromkeys(SIGNED_IN, signed_in) | dict.fromkeys(NOT_SIGNED_IN, others)


NEVER = every(405)


def read_only(address: str, statuses: Statuses) -> Row:
    return Row(address, statuses, NEVER)


def acts(address: str, statuses: Statuses, **data: object) -> Row:
    return Row(address, NEVER, statuses, data)


def public_rows(cast: Cast) -> dict[str, Row]:
    pages = ("", "map/", "standings/", "practices/", "thanks/", "check/")
    opened = every(200)
    return {
        "": read_only("/", opened),
        **{f"c/<slug:slug>/{page}": read_only(f"/c/harvest/{page}", opened) for page in pages},
        "c/<slug:slug>/lots/<int:lot_id>/": read_only(f"/c/harvest/lots/{cast.lot_id}/", opened),
        # An empty form is sent back with its faults; a full one is tried in test_joining.
        "c/<slug:slug>/join/": Row("/c/harvest/join/", opened, every(422)),
        # Only who signed up has a receipt; Minji and Bora have more than that by now, on their own page.
        "c/<slug:slug>/join/receipt/": read_only(
            "/c/harvest/join/receipt/", every(404, volunteer=302, other_volunteer=302)
        ),
        "c/<slug:slug>/give/": Row("/c/harvest/give/", opened, every(422)),
        "c/<slug:slug>/give/thanks/": read_only("/c/harvest/give/thanks/", opened),
        # An empty address is sent back; known and unknown ones are tried in test_links.
        "link/": Row("/link/", opened, every(422)),
        # An empty receipt is sent back; good and bad ones are tried in test_receipts.
        "check/": Row("/check/", opened, every(422)),
        "log/checkpoint": read_only("/log/checkpoint", opened),
        "log/tile/<str:level>/<path:place>": read_only("/log/tile/0/000.p/5", opened),
        "log/tile/entries/<path:place>": read_only("/log/tile/entries/000.p/5", opened),
        # The log has only one life: nothing was ever lost.
        "log/<int:life>/checkpoint": read_only("/log/2/checkpoint", every(404)),
        "log/<int:life>/tile/<str:level>/<path:place>": read_only("/log/2/tile/0/000.p/5", every(404)),
        "log/<int:life>/tile/entries/<path:place>": read_only("/log/2/tile/entries/000.p/5", every(404)),
        "log/resumed": read_only("/log/resumed", every(404)),
        "log/resumed/<int:number>": read_only("/log/resumed/1", every(404)),
        # Whoever comes needs a witness's key, not a role; real ones are tried in test_witnessed_log.
        "log/cosignature": acts("/log/cosignature", every(422)),
        ".well-known/dure-log-key": read_only("/.well-known/dure-log-key", opened),
        "left/": read_only("/left/", opened),
        # Private links: whoever holds one may use it.
        "me/<str:token>/": read_only(cast.link("Minji"), every(302)),
        "guardian/<str:token>/": read_only(cast.guardian_link("Eunho"), every(302)),
    }


def volunteer_rows(cast: Cast) -> dict[str, Row]:
    both = every(404, volunteer=200, other_volunteer=200)
    wished = every(404, volunteer=302, other_volunteer=302)
    minji, bora = every(404, volunteer=302), every(404, other_volunteer=302)
    offer, placement = cast.offers["Bora"], cast.placements["Minji"]
    return {
        "my/": read_only("/my/", both),
        "my/now/": read_only("/my/now/", both),
        # Minji has a post already and Bora can't drive; a seat that is taken is tried in test_late.
        "my/now/<int:post_id>/": acts(
            f"/my/now/{cast.posts['Hill']}/",
            every(404, volunteer=409, other_volunteer=409),
            request_id=made("late"),
        ),
        "my/offers/<int:offer_id>/why/": read_only(
            f"/my/offers/{offer}/why/", every(404, other_volunteer=200)
        ),
        "my/offers/<int:offer_id>/accept/": acts(
            f"/my/offers/{offer}/accept/", bora, request_id=made("bora")
        ),
        "my/offers/<int:offer_id>/decline/": acts(f"/my/offers/{offer}/decline/", bora),
        "my/placements/<int:placement_id>/calendar.ics": read_only(
            f"/my/placements/{placement}/calendar.ics", every(404, volunteer=200)
        ),
        "my/placements/<int:placement_id>/withdraw/": acts(f"/my/placements/{placement}/withdraw/", minji),
        # Only who has a place with a team, or had one, can stay with it.
        "my/stay/": Row("/my/stay/", every(404, volunteer=200), every(404, volunteer=422)),
        "my/wishes/": read_only("/my/wishes/", both),
        "my/wishes/shifts/": acts("/my/wishes/shifts/", wished, shifts_max=2),
        "my/wishes/group/": acts("/my/wishes/group/", wished, request_id=made("group")),
        # An empty code is sent back; known and unknown ones are tried in test_wishes.
        "my/wishes/group/join/": acts(
            "/my/wishes/group/join/", every(404, volunteer=422, other_volunteer=422)
        ),
        "my/wishes/group/leave/": acts("/my/wishes/group/leave/", wished),
        "my/close/": acts("/my/close/", every(302)),
        "my/record/": read_only("/my/record/", both),
        "my/record/receipts.json": read_only("/my/record/receipts.json", both),
        "my/nominations/<int:nomination_id>/": acts(
            f"/my/nominations/{cast.nomination_id}/", minji, answer="yes"
        ),
        "my/data/": read_only("/my/data/", both),
        "my/data/export.json": read_only("/my/data/export.json", both),
        "my/leave/": read_only("/my/leave/", both),
        "my/leave/now/": acts("/my/leave/now/", every(404, volunteer=302, other_volunteer=302)),
        "guardian/": read_only("/guardian/", every(404, guardian=200)),
        "guardian/answer/": acts("/guardian/answer/", every(404, guardian=302), answer="yes"),
    }


def captain_rows(cast: Cast) -> dict[str, Row]:
    team, placement, post = cast.teams["North"], cast.placements["Minji"], cast.posts["North"]
    seen = door(captain=200, other_captain=404)
    done = door(captain=302, other_captain=404)
    work = {"client_id": made("work"), "hours": "4"}
    note = {
        "client_id": made("note"),
        "standing_milli": 12_000,
        "quantity_milli": "11",
        "note": "Two fell off.",
    }
    return {
        # With one team its page comes at once.
        "captain/": read_only("/captain/", door(captain=302, other_captain=302)),
        "captain/badge/<str:token>/": read_only(f"/captain/badge/{badge_token(placement)}/", seen),
        "captain/<int:team_id>/": read_only(f"/captain/{team}/", seen),
        "captain/<int:team_id>/check-in/<int:placement_id>/": acts(
            f"/captain/{team}/check-in/{placement}/", done
        ),
        # The shift begins in two hours; a missing one is tried in test_work.
        "captain/<int:team_id>/missing/<int:placement_id>/": acts(
            f"/captain/{team}/missing/{placement}/", door(captain=409, other_captain=404)
        ),
        "captain/<int:team_id>/work/<int:post_id>/": acts(f"/captain/{team}/work/{post}/", done, **work),
        "captain/<int:team_id>/entries/": read_only(f"/captain/{team}/entries/", seen),
        "captain/<int:team_id>/entries/<int:index>/": acts(f"/captain/{team}/entries/0/", done, **note),
        "captain/<int:team_id>/entries/receipts.json": read_only(
            f"/captain/{team}/entries/receipts.json", seen
        ),
    }


def desk_rows(cast: Cast) -> dict[str, Row]:
    seen = door(organiser=200, other_organiser=404)
    done = door(organiser=302, other_organiser=404)
    match = {"day": TODAY.isoformat(), "round_number": 2, "kept_hours": 2}
    again = {"day": TODAY.isoformat(), "stability_m": 3_000, "kept_hours": 2}
    return {
        # With one campaign its desk comes at once; without any, a page that says so.
        "desk/": read_only("/desk/", door(organiser=302, other_organiser=200)),
        "desk/<slug:slug>/": read_only("/desk/harvest/", seen),
        "desk/<slug:slug>/match/": acts("/desk/harvest/match/", done, **match),
        "desk/<slug:slug>/match/again/": acts("/desk/harvest/match/again/", done, **again),
        "desk/<slug:slug>/match/<uuid:job_id>/": read_only(f"/desk/harvest/match/{cast.match_job_id}/", seen),
        "desk/<slug:slug>/match/<uuid:job_id>/stop/": acts(
            f"/desk/harvest/match/{cast.match_job_id}/stop/", done
        ),
        "desk/<slug:slug>/why/<int:post_id>/": read_only(f"/desk/harvest/why/{cast.posts['Hill']}/", seen),
        "desk/<slug:slug>/targets/<int:target_id>/": acts(f"/desk/harvest/targets/{cast.target_id}/", done),
    }


def audit_rows(cast: Cast) -> dict[str, Row]:
    seen = door(auditor=200)
    recount = {"client_id": made("recount"), "found_milli": "11.5"}
    return {
        "auditor/": read_only("/auditor/", door(auditor=302)),
        "auditor/<slug:slug>/": read_only("/auditor/harvest/", seen),
        "auditor/<slug:slug>/entries/": read_only("/auditor/harvest/entries/", seen),
        "auditor/<slug:slug>/entries.csv": read_only("/auditor/harvest/entries.csv", seen),
        "auditor/<slug:slug>/entries/<int:index>/": read_only("/auditor/harvest/entries/0/", seen),
        "auditor/<slug:slug>/figures/<int:indicator_id>/": read_only(
            f"/auditor/harvest/figures/{cast.indicators['rice']}/", seen
        ),
        "auditor/<slug:slug>/draws/<int:draw_id>/": acts(
            f"/auditor/harvest/draws/{cast.draw_id}/", door(auditor=302), **recount
        ),
        "recipient/": read_only("/recipient/", door(recipient=200)),
        "recipient/<slug:slug>/ask/": Row(
            "/recipient/harvest/ask/", door(recipient=200), door(recipient=422)
        ),
    }


def api_rows(cast: Cast) -> dict[str, Row]:
    entry = {
        "client_id": str(made("api entry")),
        "campaign": "harvest",
        "indicator": "hours",
        "team_id": cast.teams["North"],
        "work_day": TODAY.isoformat(),
        "quantity_milli": 4000,
    }
    said = {"client_id": str(made("api said")), "campaign": "harvest"}
    late = {"request_id": str(made("api late")), "post_id": cast.posts["North"]}
    answer = {"request_id": str(made("api yes")), "answer": "yes"}
    opened = every(200)
    return {
        # A volunteer's phone shows the token of its private link; an account's token opens nothing here.
        "api/v1/my/now": Row("/api/v1/my/now", every(401), every(401), late, json=True),
        "api/v1/my/offers": read_only("/api/v1/my/offers", every(401)),
        "api/v1/my/offers/<int:offer_id>": Row(
            f"/api/v1/my/offers/{cast.offers['Bora']}", NEVER, every(401), answer, json=True
        ),
        "api/v1/": Row("/api/v1/", every(404), every(404)),
        "api/v1/openapi.json": Row("/api/v1/openapi.json", opened, opened),
        "api/v1/campaigns": read_only("/api/v1/campaigns", opened),
        "api/v1/campaigns/<slug>": read_only("/api/v1/campaigns/harvest", opened),
        "api/v1/campaigns/<slug>/needs": read_only("/api/v1/campaigns/harvest/needs", opened),
        "api/v1/signups": Row("/api/v1/signups", NEVER, every(422), {}, json=True),
        "api/v1/entries/<index>/corrections": Row(
            "/api/v1/entries/0/corrections",
            NEVER,
            every(401, token=201),
            said | {"difference_milli": -1},
            json=True,
        ),
        # The token's account captains the team: somebody else confirms what it wrote down.
        "api/v1/entries/<index>/confirmations": Row(
            "/api/v1/entries/0/confirmations",
            NEVER,
            every(401, token=404),
            said | {"found_milli": 1, "grade": "witnessed"},
            json=True,
        ),
        "api/v1/entries/<index>/withdrawals": Row(
            "/api/v1/entries/0/withdrawals", NEVER, every(401, token=201), said, json=True
        ),
        "api/v1/entries": Row("/api/v1/entries", NEVER, every(401, token=201), entry, json=True),
    }


def account_rows() -> dict[str, Row]:
    """allauth's pages: in (for who is out), out and one's own (for who is in)."""
    entrance, own = by_sign_in(302, 200), by_sign_in(200, 302)
    gone, nothing = every(302), by_sign_in(404, 302)
    return {
        "account/login/": Row("/account/login/", entrance, entrance),
        "account/login/code/": Row("/account/login/code/", entrance, entrance),
        "account/login/code/confirm/": Row("/account/login/code/confirm/", gone, gone),
        "account/logout/": Row("/account/logout/", own, gone),
        # Sign-up is closed: a page that says that none is needed.
        "account/signup/": Row("/account/signup/", entrance, entrance),
        "account/inactive/": read_only("/account/inactive/", every(200)),
        "account/reauthenticate/": Row("/account/reauthenticate/", own, own),
        "account/email/": Row("/account/email/", own, gone),
        "account/confirm-email/": read_only("/account/confirm-email/", every(200)),
        "account/^confirm-email/(?P<key>[-:\\w]+)/$": Row(
            "/account/confirm-email/none/", every(200), every(404)
        ),
        "account/password/change/": Row("/account/password/change/", own, own),
        "account/password/set/": Row("/account/password/set/", gone, gone),
        "account/password/reset/": Row("/account/password/reset/", every(200), every(200)),
        "account/password/reset/done/": read_only("/account/password/reset/done/", every(200)),
        "account/password/reset/key/done/": read_only("/account/password/reset/key/done/", every(200)),
        "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Row(
            "/account/password/reset/key/1-none/", every(200), every(200)
        ),
        "account/2fa/": Row("/account/2fa/", own, by_sign_in(405, 302)),
        "account/2fa/authenticate/": Row("/account/2fa/authenticate/", gone, gone),
        "account/2fa/reauthenticate/": Row("/account/2fa/reauthenticate/", gone, gone),
        # Setting a second factor up asks for the password again (302), even of its owner.
        "account/2fa/totp/activate/": Row("/account/2fa/totp/activate/", gone, gone),
        # Nobody in the cast has a second factor: there is nothing to switch off or to see.
        "account/2fa/totp/deactivate/": Row("/account/2fa/totp/deactivate/", nothing, nothing),
        "account/2fa/recovery-codes/": Row("/account/2fa/recovery-codes/", nothing, by_sign_in(405, 302)),
        "account/2fa/recovery-codes/generate/": Row("/account/2fa/recovery-codes/generate/", gone, gone),
        "account/2fa/recovery-codes/download/": Row(
            "/account/2fa/recovery-codes/download/", nothing, nothing
        ),
    }


def admin_row(pattern: str) -> Row:
    """Every address of the admin, whatever is registered: to the log-in, or 403 there. Nobody here is staff."""
    address = "/" + pattern.replace("<path:object_id>", "1").replace("<path:content_type_id>", "1")
    if pattern == "admin/login/":
        return Row(address, by_sign_in(403, 302), by_sign_in(403, 302))
    if "(?P<app_label>" in pattern:
        address = "/admin/base/"
    elif "(?P<url>" in pattern:
        address = "/admin/anything"
    return Row(address, every(302), every(302))


def rows(cast: Cast) -> dict[str, Row]:
    return {
        **public_rows(cast),
        **volunteer_rows(cast),
        **captain_rows(cast),
        **desk_rows(cast),
        **audit_rows(cast),
        **api_rows(cast),
        **account_rows(),
    }
