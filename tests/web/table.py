"""Who gets what at every address: the rows that test_access walks."""

from __future__ import annotations

from dure.movement.people import confirming
from tests.web.cast import TODAY, Cast, made
from tests.web.crew_table import audit_rows, captain_rows, desk_rows, vetting_rows
from tests.web.statuses import (
    NEVER,
    Row,
    acts,
    by_sign_in,
    every,
    read_only,
)


def public_rows(cast: Cast) -> dict[str, Row]:
    pages = ("", "map/", "standings/", "practices/", "thanks/", "check/")
    opened = every(200)
    return {
        "": read_only("/", opened),
        **{f"c/<slug:slug>/{page}": read_only(f"/c/harvest/{page}", opened) for page in pages},
        "c/<slug:slug>/figures.json": read_only("/c/harvest/figures.json", opened),
        **{
            f"c/<slug:slug>/{name}": read_only(f"/c/harvest/{name}", opened)
            for name in ("share/", "widget/", "card.png", "poster.pdf", "poster.svg", "feed.atom", "feed.rss")
        },
        "near/": read_only("/near/?q=Suwon", opened),
        "copies/": read_only("/copies/", opened),
        "robots.txt": read_only("/robots.txt", opened),
        "sitemap.xml": read_only("/sitemap.xml", opened),
        "c/<slug:slug>/places/<str:code>/": read_only("/c/harvest/places/KR/", opened),
        "c/<slug:slug>/export/<slug:what>/<slug:form>/": read_only("/c/harvest/export/places/csv/", opened),
        "c/<slug:slug>/standings/rules/": read_only("/c/harvest/standings/rules/", opened),
        "c/<slug:slug>/standings/<id:indicator_id>/": read_only(
            f"/c/harvest/standings/{cast.indicators['rice']}/", opened
        ),
        "c/<slug:slug>/teams/<id:team_id>/": read_only(f"/c/harvest/teams/{cast.teams['North']}/", opened),
        "c/<slug:slug>/challenges/": read_only("/c/harvest/challenges/", opened),
        "c/<slug:slug>/series/": read_only("/c/harvest/series/", opened),
        # The campaign still runs; the report of one that is over is tried in test_succession.
        **{
            f"c/<slug:slug>/{page}": read_only(f"/c/harvest/{page}", every(404))
            for page in ("report/", "report.pdf", "report.txt")
        },
        "c/<slug:slug>/plan/": read_only("/c/harvest/plan/", opened),
        "c/<slug:slug>/lots/<id:lot_id>/": read_only(f"/c/harvest/lots/{cast.lot_id}/", opened),
        # An empty form is sent back with its faults; a full one is tried in test_joining.
        "c/<slug:slug>/join/": Row("/c/harvest/join/", opened, every(422)),
        # Only who signed up has a receipt; Minji and Bora have more than that by now, on their own page.
        "c/<slug:slug>/join/receipt/": read_only(
            "/c/harvest/join/receipt/", every(404, volunteer=302, other_volunteer=302)
        ),
        # An empty form is sent back; a full one, and the page that tells of it, are tried in test_asking_for_needs.
        "c/<slug:slug>/needs/ask/": Row("/c/harvest/needs/ask/", opened, every(422)),
        "c/<slug:slug>/needs/asked/<uuid:client_id>/": read_only(
            f"/c/harvest/needs/asked/{made('nobody asked')}/", every(404)
        ),
        "c/<slug:slug>/give/": Row("/c/harvest/give/", opened, every(422)),
        "c/<slug:slug>/give/thanks/": read_only("/c/harvest/give/thanks/", opened),
        # Goes back to the page it was chosen on.
        "language/<slug:code>/": read_only("/language/ko/", every(302)),
        # An empty address is sent back; known and unknown ones are tried in test_links.
        "link/": Row("/link/", opened, every(422)),
        # A token of nobody's making; real ones are tried in test_messages.
        "messages/report/<str:token>/": read_only("/messages/report/1.forged/?code=1", every(404)),
        "messages/received/<str:token>/": Row("/messages/received/all.forged/?id=1", every(404), every(404)),
        "service-worker.js": read_only("/service-worker.js", opened),
        "letters/": Row("/letters/", by_sign_in(200, 302), by_sign_in(422, 302)),
        "design/": read_only("/design/", opened),
        "signed-in/": read_only("/signed-in/", opened),
        # A token of nobody's making; a real one is tried in test_volunteer_more.
        "calendar/<str:token>/dure.ics": read_only("/calendar/forged-token/dure.ics", every(404)),
        "calls/": read_only("/calls/", opened),
        "calls/feed.atom": read_only("/calls/feed.atom", opened),
        "calls/feed.rss": read_only("/calls/feed.rss", opened),
        "call/<slug:code>/": read_only("/call/help/", opened),
        "call/<slug:code>/poster.svg": read_only("/call/help/poster.svg", opened),
        "drives/": read_only("/drives/", opened),
        # Empty forms are sent back; full ones are tried in test_drives.
        "drives/propose/": Row("/drives/propose/", opened, every(422)),
        "drives/proposed/": read_only("/drives/proposed/", opened),
        "drives/name/<str:token>/": Row(f"/drives/name/{cast.drive_token}/", opened, every(302)),
        "drives/<slug:code>/": Row(f"/drives/{cast.drive_code}/", opened, every(422)),
        # An empty receipt is sent back; good and bad ones are tried in test_receipts.
        "check/": Row("/check/", opened, every(422)),
        "log/checkpoint": read_only("/log/checkpoint", opened),
        "log/tile/<str:level>/<path:place>": read_only("/log/tile/0/000.p/5", opened),
        "log/tile/entries/<path:place>": read_only("/log/tile/entries/000.p/5", opened),
        # The log has only one life: nothing was ever lost.
        "log/<id:life>/checkpoint": read_only("/log/2/checkpoint", every(404)),
        "log/<id:life>/tile/<str:level>/<path:place>": read_only("/log/2/tile/0/000.p/5", every(404)),
        "log/<id:life>/tile/entries/<path:place>": read_only("/log/2/tile/entries/000.p/5", every(404)),
        "log/resumed": read_only("/log/resumed", every(404)),
        "log/resumed/<id:number>": read_only("/log/resumed/1", every(404)),
        # Whoever comes needs a witness's key, not a role; real ones are tried in test_witnessed_log.
        "log/cosignature": acts("/log/cosignature", every(422)),
        ".well-known/dure-log-key": read_only("/.well-known/dure-log-key", opened),
        "left/": read_only("/left/", opened),
        # Private links: whoever holds one may use it.
        "me/<str:token>/": read_only(cast.link("Minji"), every(302)),
        # A letter's link: what it opens for the unconfirmed is tried in test_confirming.
        "me/confirm/<str:token>/": read_only(
            f"/me/confirm/{confirming.token(cast.people['Minji'])}/", every(302)
        ),
        "guardian/<str:token>/": read_only(cast.guardian_link("Eunho"), every(302)),
    }


def volunteer_rows(cast: Cast) -> dict[str, Row]:
    both = every(404, volunteer=200, other_volunteer=200)
    wished = every(404, volunteer=302, other_volunteer=302)
    minji, bora = every(404, volunteer=302), every(404, other_volunteer=302)
    offer, placement = cast.offers["Bora"], cast.placements["Minji"]
    return {
        "my/": read_only("/my/", both),
        # Both have confirmed long ago and are led on; who has not is tried in test_confirming.
        "my/confirm/": Row("/my/confirm/", wished, wished),
        "my/confirm/again/": acts("/my/confirm/again/", wished),
        "my/now/": read_only("/my/now/", both),
        # Minji has a post already and Bora can't drive; a seat that is taken is tried in test_late.
        "my/now/<id:post_id>/": acts(
            f"/my/now/{cast.posts['Hill']}/",
            every(404, volunteer=409, other_volunteer=409),
            request_id=made("late"),
        ),
        "my/safe/": read_only("/my/safe/", both),
        "my/safe/<id:call_id>/": acts(f"/my/safe/{cast.home_call_id}/", minji, act="safe"),
        # Bora had no post, and is told so; an empty form is sent back.
        "my/incident/": Row("/my/incident/", both, every(404, volunteer=422, other_volunteer=200)),
        "my/offers/<id:offer_id>/why/": read_only(
            f"/my/offers/{offer}/why/", every(404, other_volunteer=200)
        ),
        "my/offers/<id:offer_id>/accept/": acts(f"/my/offers/{offer}/accept/", bora, request_id=made("bora")),
        "my/offers/<id:offer_id>/decline/": acts(f"/my/offers/{offer}/decline/", bora),
        "my/placements/<id:placement_id>/calendar.ics": read_only(
            f"/my/placements/{placement}/calendar.ics", every(404, volunteer=200)
        ),
        "my/placements/<id:placement_id>/withdraw/": acts(f"/my/placements/{placement}/withdraw/", minji),
        # Only who has a place with a team, or had one, can stay with it.
        "my/stay/": Row("/my/stay/", every(404, volunteer=200), every(404, volunteer=422)),
        "my/wishes/": read_only("/my/wishes/", both),
        "my/wishes/shifts/": acts("/my/wishes/shifts/", wished, shifts_max=2),
        "my/wishes/travel/": acts("/my/wishes/travel/", wished, travel_km=40),
        "my/wishes/group/": acts("/my/wishes/group/", wished, request_id=made("group")),
        # An empty code is sent back; known and unknown ones are tried in test_wishes.
        "my/wishes/group/join/": acts(
            "/my/wishes/group/join/", every(404, volunteer=422, other_volunteer=422)
        ),
        "my/wishes/group/leave/": acts("/my/wishes/group/leave/", wished),
        "my/preparation/": read_only("/my/preparation/", both),
        # Nothing was asked of them; what was is tried in test_preparation. A form without a yes is sent back.
        "my/preparation/<str:step>/": acts(
            "/my/preparation/cover/", every(404, volunteer=409, other_volunteer=409), agreed="on"
        ),
        "my/preparation/<str:step>/no/": acts(
            "/my/preparation/cover/no/", every(404, volunteer=409, other_volunteer=409)
        ),
        "my/sessions/<id:session_id>/": acts("/my/sessions/1/", every(404)),
        "my/news/": read_only("/my/news/", both),
        # What is no subscription is refused; a real one is tried in test_messages.
        "my/news/push/": acts("/my/news/push/", every(404, volunteer=422, other_volunteer=422)),
        "my/news/end/": acts("/my/news/end/", wished),
        "my/reserve/": Row("/my/reserve/", both, every(404, volunteer=422, other_volunteer=422)),
        "my/reserve/end/": acts("/my/reserve/end/", wished),
        # Nobody of the cast was asked whether they registered twice; the answers are tried in test_alike.
        "my/same/": acts("/my/same/", every(404)),
        "my/close/": acts("/my/close/", every(302)),
        "my/record/": read_only("/my/record/", both),
        "my/record/receipts.json": read_only("/my/record/receipts.json", both),
        "my/nominations/<id:nomination_id>/": acts(
            f"/my/nominations/{cast.nomination_id}/", minji, answer="yes"
        ),
        "my/known/": Row("/my/known/", both, every(404, volunteer=422, other_volunteer=422)),
        "my/known/new/": acts("/my/known/new/", every(404, volunteer=302, other_volunteer=302)),
        "my/data/link/": acts("/my/data/link/", wished),
        "my/data/name/": acts("/my/data/name/", wished, hides="yes"),
        "my/data/consents/<slug:purpose>/": acts("/my/data/consents/messages/", wished, answer="yes"),
        # An empty form of skills is sent back for its missing answer; of hours it says that none are free.
        "my/about/": Row("/my/about/", both, every(404, volunteer=422, other_volunteer=422)),
        "my/hours/": Row("/my/hours/", both, wished),
        "my/hours/town/": acts("/my/hours/town/", every(404, volunteer=422, other_volunteer=422)),
        "my/news/letters/": acts("/my/news/letters/", every(404, volunteer=422, other_volunteer=422)),
        "my/data/": read_only("/my/data/", both),
        "my/data/export.json": read_only("/my/data/export.json", both),
        "my/leave/": read_only("/my/leave/", both),
        "my/leave/now/": acts("/my/leave/now/", every(404, volunteer=302, other_volunteer=302)),
        "guardian/": read_only("/guardian/", every(404, guardian=200)),
        "guardian/answer/": acts("/guardian/answer/", every(404, guardian=302), answer="yes"),
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
        "api/v1/my/confirmation": Row("/api/v1/my/confirmation", NEVER, every(401), {"code": "1"}, json=True),
        "api/v1/my/offers": read_only("/api/v1/my/offers", every(401)),
        "api/v1/my/offers/<id:offer_id>": Row(
            f"/api/v1/my/offers/{cast.offers['Bora']}", NEVER, every(401), answer, json=True
        ),
        "api/v1/": Row("/api/v1/", every(404), every(404)),
        "api/v1/openapi.json": Row("/api/v1/openapi.json", opened, opened),
        "api/v1/campaigns": read_only("/api/v1/campaigns", opened),
        "api/v1/campaigns/<slug>": read_only("/api/v1/campaigns/harvest", opened),
        "api/v1/calls": read_only("/api/v1/calls", opened),
        "api/v1/calls/<code>": read_only("/api/v1/calls/help", opened),
        "api/v1/places": read_only("/api/v1/places?country=KR&q=Su", opened),
        "api/v1/drives": read_only("/api/v1/drives", opened),
        "api/v1/campaigns/<slug>/rules": read_only("/api/v1/campaigns/harvest/rules", opened),
        "api/v1/campaigns/<slug>/targets": read_only("/api/v1/campaigns/harvest/targets", opened),
        "api/v1/campaigns/<slug>/pleas": read_only("/api/v1/campaigns/harvest/pleas", opened),
        # Empty bodies; asking and answering are tried in test_plan.
        "api/v1/targets/<id:target_id>/pleas": Row(
            f"/api/v1/targets/{cast.target_id}/pleas", NEVER, every(401, token=422), {}, json=True
        ),
        "api/v1/pleas/<id:plea_id>/answer": Row(
            "/api/v1/pleas/1/answer", NEVER, every(401, token=422), {}, json=True
        ),
        "api/v1/campaigns/<slug>/challenges": read_only("/api/v1/campaigns/harvest/challenges", opened),
        # What it takes to propose, and ending, are tried in test_challenges_api.
        "api/v1/teams/<id:team_id>/challenges": Row(
            f"/api/v1/teams/{cast.teams['North']}/challenges",
            every(401, token=200),
            every(401, token=422),
            {},
            json=True,
        ),
        "api/v1/teams/<id:team_id>/challenges/<id:challenge_id>/signature": Row(
            f"/api/v1/teams/{cast.teams['North']}/challenges/{cast.challenge_id}/signature",
            NEVER,
            every(401, token=200),
            {"digest": cast.challenge_digest},
            json=True,
        ),
        "api/v1/teams/<id:team_id>/challenges/<id:challenge_id>": Row(
            f"/api/v1/teams/{cast.teams['North']}/challenges/{cast.challenge_id}", NEVER, NEVER
        ),
        # Empty bodies; looking, inviting and taking back are tried in test_invitations_api.
        **{
            f"api/v1/campaigns/<slug>/{page}": Row(
                f"/api/v1/campaigns/harvest/{page}", NEVER, every(401, token=422), {}, json=True
            )
            for page in ("invitations/look", "invitations")
        },
        "api/v1/campaigns/<slug>/invitations/<uuidstr:act_id>": Row(
            f"/api/v1/campaigns/harvest/invitations/{made('no act')}", NEVER, NEVER
        ),
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
        **vetting_rows(cast),
        **api_rows(cast),
        **account_rows(),
    }
