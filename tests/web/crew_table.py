"""The rows of the table behind the doors of captains, organisers, vetters and auditors."""

from __future__ import annotations

from dure.operations.badges import gate_token
from dure.web.badges import badge_token
from tests.web.cast import TODAY, Cast, made
from tests.web.statuses import (
    NEVER,
    Row,
    acts,
    by_sign_in,
    door,
    every,
    read_only,
)


def captain_rows(cast: Cast) -> dict[str, Row]:
    team, placement, post = cast.teams["North"], cast.placements["Minji"], cast.posts["North"]
    seen = door(captain=200, other_captain=404)
    done = door(captain=302, other_captain=404)
    phone = {**by_sign_in(404, 401), "captain": 200}
    # No such photograph; real ones are tried in test_evidence.
    pictures = door(captain=404, other_captain=404, organiser=404, other_organiser=404, auditor=404)
    work = {"client_id": made("work"), "hours": "4"}
    answer = {"client_id": made("team answer"), "words": "The tractor broke."}
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
        "captain/<id:team_id>/": read_only(f"/captain/{team}/", seen),
        # Programs are told in JSON who is asked for; nobody is led to a page.
        "captain/<id:team_id>/day.json": read_only(f"/captain/{team}/day.json", phone),
        "captain/<id:team_id>/acts.json": Row(
            f"/captain/{team}/acts.json",
            NEVER,
            phone,
            {"sent_at": "2026-10-06T00:30:00Z", "acts": []},
            json=True,
        ),
        # Empty forms are sent back; full ones are tried in test_crew_besides.
        **{
            f"captain/<id:team_id>/{word}/": Row(
                f"/captain/{team}/{word}/", seen, door(captain=422, other_captain=404)
            )
            for word in ("walk-in", "help", "incident", "photo", "deputy")
        },
        "captain/<id:team_id>/deputy/<id:grant_id>/back/": acts(
            f"/captain/{team}/deputy/999999/back/", door(captain=404, other_captain=404)
        ),
        # Whoever has no link is told how to say it; what can be said at all is tried in test_crew_gate.
        "here/<str:token>/": Row(f"/here/{gate_token(team)}/", every(200), every(422)),
        "captain/<id:team_id>/gate/": read_only(f"/captain/{team}/gate/", seen),
        "evidence/<id:photo_id>.jpg": read_only("/evidence/999999.jpg", pictures),
        "evidence/<id:photo_id>/away/": acts("/evidence/999999/away/", {**pictures, "auditor": 403}),
        "captain/<id:team_id>/check-in/<id:placement_id>/": acts(
            f"/captain/{team}/check-in/{placement}/", done
        ),
        # The shift begins in two hours; a missing one is tried in test_work.
        "captain/<id:team_id>/missing/<id:placement_id>/": acts(
            f"/captain/{team}/missing/{placement}/", door(captain=409, other_captain=404)
        ),
        "captain/<id:team_id>/work/<id:post_id>/": acts(f"/captain/{team}/work/{post}/", done, **work),
        "captain/<id:team_id>/standing/": read_only(f"/captain/{team}/standing/", seen),
        # An empty form is sent back; full ones, and ending, are tried in test_challenges.
        # There is no such practice; a real one is tried in test_standing_pages.
        "captain/<id:team_id>/practices/<id:practice_id>/": acts(
            f"/captain/{team}/practices/1/", door(captain=404, other_captain=404)
        ),
        "captain/<id:team_id>/challenges/": Row(
            f"/captain/{team}/challenges/", seen, door(captain=422, other_captain=404)
        ),
        "captain/<id:team_id>/challenges/<id:challenge_id>/sign/": acts(
            f"/captain/{team}/challenges/{cast.challenge_id}/sign/", done, digest=cast.challenge_digest
        ),
        "captain/<id:team_id>/challenges/<id:challenge_id>/aside/": acts(
            f"/captain/{team}/challenges/{cast.challenge_id}/aside/", done
        ),
        "captain/<id:team_id>/challenges/<id:challenge_id>/end/": acts(
            f"/captain/{team}/challenges/{cast.challenge_id}/end/", door(captain=404, other_captain=404)
        ),
        # Without a choice it goes back and says so; choices are tried in test_safety_pages.
        "captain/<id:team_id>/safe/": Row(f"/captain/{team}/safe/", seen, done),
        "captain/<id:team_id>/signals/": read_only(f"/captain/{team}/signals/", seen),
        "captain/<id:team_id>/signals/<id:signal_id>/": acts(
            f"/captain/{team}/signals/{cast.signal_id}/", done, **answer
        ),
        # The team has no target of its own; one that has is tried in test_plan.
        "captain/<id:team_id>/number/": Row(f"/captain/{team}/number/", seen, done, {"take_back": "1"}),
        "captain/<id:team_id>/targets/": Row(
            f"/captain/{team}/targets/", seen, door(captain=404, other_captain=404)
        ),
        "captain/<id:team_id>/entries/": read_only(f"/captain/{team}/entries/", seen),
        "captain/<id:team_id>/entries/<id:index>/": acts(f"/captain/{team}/entries/0/", done, **note),
        "captain/<id:team_id>/entries/receipts.json": read_only(
            f"/captain/{team}/entries/receipts.json", seen
        ),
    }


def first_rows() -> dict[str, Row]:
    """The first minutes and own lists; files that are handed in are tried in test_imports."""
    seen = door(organiser=200, other_organiser=404)
    unknown = door(organiser=404, other_organiser=404)
    batch = f"/desk/harvest/import/{made('no batch')}/"
    forbidden = door(organiser=403, other_organiser=403)
    own_list = f"/start/places/lists/{made('no batch')}/"
    return {
        # Somebody has an account: the first-run page leads everybody on.
        "start/": Row("/start/", every(302), every(302)),
        "start/places/": Row(
            "/start/places/",
            door(organiser=200, other_organiser=200),
            door(organiser=422, other_organiser=422),
        ),
        # Both organise one country, and not the installation.
        "start/places/<str:code>/away/": acts(
            "/start/places/KR/away/", door(organiser=403, other_organiser=403)
        ),
        "start/places/lists/": acts("/start/places/lists/", door(organiser=403, other_organiser=403)),
        "start/places/lists/<str:what>.<str:form>": read_only(
            "/start/places/lists/sample.csv", door(organiser=200, other_organiser=200)
        ),
        "start/places/lists/<uuid:batch_id>/": Row(own_list, forbidden, forbidden),
        **{
            f"start/places/lists/<uuid:batch_id>/{act}/": acts(f"{own_list}{act}/", forbidden)
            for act in ("run", "forget", "undo")
        },
        "start/places/lists/<uuid:batch_id>/wrong/": read_only(f"{own_list}wrong/", forbidden),
        # No town of Kenya is known: its organiser is led to the places first.
        "start/campaign/": Row(
            "/start/campaign/",
            door(organiser=200, other_organiser=302),
            door(organiser=422, other_organiser=302),
        ),
        "desk/<slug:slug>/first-steps/": read_only("/desk/harvest/first-steps/", seen),
        "desk/<slug:slug>/first-steps/open/": acts(
            "/desk/harvest/first-steps/open/", door(organiser=302, other_organiser=404)
        ),
        # It is open: only drafts are thrown away.
        "desk/<slug:slug>/first-steps/discard/": acts(
            "/desk/harvest/first-steps/discard/", door(organiser=409, other_organiser=404)
        ),
        "desk/<slug:slug>/import/": Row(
            "/desk/harvest/import/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/import/sample/<slug:what>.<slug:form>": read_only(
            "/desk/harvest/import/sample/people.csv", seen
        ),
        "desk/<slug:slug>/import/<uuid:batch_id>/": Row(batch, unknown, unknown),
        **{
            f"desk/<slug:slug>/import/<uuid:batch_id>/{act}/": acts(f"{batch}{act}/", unknown)
            for act in ("run", "stop", "forget", "undo")
        },
        "desk/<slug:slug>/import/<uuid:batch_id>/rejected.csv": read_only(f"{batch}rejected.csv", unknown),
    }


def desk_rows(cast: Cast) -> dict[str, Row]:
    seen = door(organiser=200, other_organiser=404)
    done = door(organiser=302, other_organiser=404)
    match = {"day": TODAY.isoformat(), "round_number": 2, "kept_hours": 2}
    again = {"day": TODAY.isoformat(), "stability_m": 3_000, "kept_hours": 2}
    return {
        # With one campaign its desk comes at once; without any, a page that says so.
        "desk/": read_only("/desk/", door(organiser=302, other_organiser=200)),
        "messages/": read_only("/messages/", door(organiser=200, other_organiser=200)),
        "desk/<slug:slug>/": read_only("/desk/harvest/", seen),
        **desk_acts_rows(cast),
        **first_rows(),
        **safety_rows(cast),
        "desk/<slug:slug>/match/": acts("/desk/harvest/match/", done, **match),
        "desk/<slug:slug>/match/again/": acts("/desk/harvest/match/again/", done, **again),
        "desk/<slug:slug>/match/<uuid:job_id>/": read_only(f"/desk/harvest/match/{cast.match_job_id}/", seen),
        "desk/<slug:slug>/match/<uuid:job_id>/stop/": acts(
            f"/desk/harvest/match/{cast.match_job_id}/stop/", done
        ),
        **needs_rows(cast),
        "desk/<slug:slug>/ahead/": read_only("/desk/harvest/ahead/", seen),
        "desk/<slug:slug>/supervision/": read_only("/desk/harvest/supervision/", seen),
        # Without a choice the teams are shared out.
        "desk/<slug:slug>/supervision/teams/": Row("/desk/harvest/supervision/teams/", seen, done),
        # An empty form is sent back; signals that are answered, owned and closed are tried in test_supervision.
        "desk/<slug:slug>/supervision/<id:signal_id>/": Row(
            f"/desk/harvest/supervision/{cast.signal_id}/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/line/": read_only("/desk/harvest/line/", seen),
        "desk/<slug:slug>/alike/": read_only("/desk/harvest/alike/", seen),
        # Nobody of the cast looks registered twice; pairs are decided in test_alike.
        "desk/<slug:slug>/alike/<id:alike_id>/": acts(
            "/desk/harvest/alike/1/", door(organiser=404, other_organiser=404), answer="same"
        ),
        "desk/<slug:slug>/why/<id:post_id>/": read_only(f"/desk/harvest/why/{cast.posts['Hill']}/", seen),
        # An empty form is sent back; calls that are opened are tried in test_calls.
        "desk/<slug:slug>/calls/": Row(
            "/desk/harvest/calls/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/calls/<slug:code>/": read_only("/desk/harvest/calls/help/", seen),
        "desk/<slug:slug>/calls/<slug:code>/words/": acts(
            "/desk/harvest/calls/help/words/", done, language="ko", title="도움", text="와 주세요."
        ),
        # One wave runs already; starting one is tried in test_calls.
        "desk/<slug:slug>/calls/<slug:code>/waves/": acts(
            "/desk/harvest/calls/help/waves/",
            door(organiser=409, other_organiser=404),
            client_id=made("second wave"),
            per_minute=5,
        ),
        "desk/<slug:slug>/calls/<slug:code>/waves/<id:wave_id>/stop/": acts(
            f"/desk/harvest/calls/help/waves/{cast.wave_id}/stop/", done
        ),
        "desk/<slug:slug>/calls/<slug:code>/close/": acts("/desk/harvest/calls/help/close/", done),
        # Without an act it is sent back; acts are tried in test_succession.
        "desk/<slug:slug>/succession/": Row(
            "/desk/harvest/succession/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/drives/": read_only("/desk/harvest/drives/", seen),
        "desk/<slug:slug>/drives/<slug:code>/": Row(
            f"/desk/harvest/drives/{cast.drive_code}/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/plan/": read_only("/desk/harvest/plan/", seen),
        # An empty form is sent back; splitting, asking and answering are tried in test_plan.
        "desk/<slug:slug>/plan/<id:target_id>/": Row(
            f"/desk/harvest/plan/{cast.target_id}/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/plan/pleas/<id:plea_id>/": acts(
            "/desk/harvest/plan/pleas/1/", door(organiser=404, other_organiser=404)
        ),
        "desk/<slug:slug>/plan/looked/<id:indicator_id>/<id:area_id>/": acts(
            f"/desk/harvest/plan/looked/{cast.indicators['rice']}/{cast.areas['Suwon']}/",
            door(organiser=422, other_organiser=404),
        ),
        "desk/<slug:slug>/targets/<id:target_id>/": acts(f"/desk/harvest/targets/{cast.target_id}/", done),
    }


def safety_rows(cast: Cast) -> dict[str, Row]:
    """Empty forms are sent back; full ones are tried in test_safety_pages."""
    seen = door(organiser=200, other_organiser=404)
    done = door(organiser=302, other_organiser=404)
    wrong = door(organiser=422, other_organiser=404)
    at, stood = "/desk/harvest/safety/", f"/desk/harvest/safety/stand-down/{cast.stand_down_id}/"
    home = f"{at}search/{cast.home_call_id}/"
    return {
        "desk/<slug:slug>/safety/": read_only(at, seen),
        "desk/<slug:slug>/safety/search/<id:call_id>/": Row(
            home, seen, done, {"act": "note", "words": "I rang her brother."}
        ),
        "desk/<slug:slug>/safety/incidents/new/": Row(f"{at}incidents/new/", seen, wrong),
        "desk/<slug:slug>/safety/incidents/<id:incident_id>/": Row(
            f"{at}incidents/{cast.incident_id}/", seen, wrong
        ),
        "desk/<slug:slug>/safety/stand-down/": Row(f"{at}stand-down/", seen, wrong),
        "desk/<slug:slug>/safety/stand-down/<id:stand_down_id>/": Row(stood, seen, wrong),
        "desk/<slug:slug>/safety/stand-down/<id:stand_down_id>/figures.json": read_only(
            f"{stood}figures.json", seen
        ),
    }


def desk_acts_rows(cast: Cast) -> dict[str, Row]:
    """What is done to many things at once, roles, and what waits: nothing of it is there, so that acts find none."""
    seen = door(organiser=200, other_organiser=404)
    none = door(organiser=404, other_organiser=404)
    nothing = made("nothing")
    return {
        # Without a choice it goes back and says so; choices are tried in test_desk_acts.
        "desk/<slug:slug>/posts/": Row(
            "/desk/harvest/posts/", seen, door(organiser=302, other_organiser=404)
        ),
        # An empty form is sent back; full ones are tried in test_inviting.
        "desk/<slug:slug>/invite/": Row(
            "/desk/harvest/invite/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/now/": read_only("/desk/harvest/now/", seen),
        "desk/<slug:slug>/help/<id:help_id>/": acts("/desk/harvest/help/999999/", none, words="We come."),
        "desk/<slug:slug>/match/show/<id:run_id>/": acts(
            "/desk/harvest/match/show/999999/", none, kept_hours=2
        ),
        "desk/<slug:slug>/undo/<uuid:act_id>/": acts(f"/desk/harvest/undo/{nothing}/", none),
        "desk/<slug:slug>/find/": read_only("/desk/harvest/find/?q=rice", seen),
        "desk/<slug:slug>/keys/": read_only("/desk/harvest/keys/", seen),
        "desk/<slug:slug>/approvals/": read_only("/desk/harvest/approvals/", seen),
        "desk/<slug:slug>/approvals/<uuid:act_id>/": acts(
            f"/desk/harvest/approvals/{nothing}/", none, decision="yes"
        ),
        "desk/<slug:slug>/people-of-the-desk/": Row(
            "/desk/harvest/people-of-the-desk/", seen, door(organiser=422, other_organiser=404)
        ),
        "desk/<slug:slug>/people-of-the-desk/<id:grant_id>/end/": acts(
            "/desk/harvest/people-of-the-desk/999999/end/", none
        ),
    }


def needs_rows(cast: Cast) -> dict[str, Row]:
    seen = door(organiser=200, other_organiser=404)
    done = door(organiser=302, other_organiser=404)
    suwon, icheon = cast.areas["Suwon"], cast.areas["Icheon"]
    return {
        "desk/<slug:slug>/needs/": read_only("/desk/harvest/needs/", seen),
        # Nothing was asked for; what was is decided on in test_asking_for_needs.
        "desk/<slug:slug>/needs/<id:request_id>/": acts(
            "/desk/harvest/needs/1/", door(organiser=404, other_organiser=404), said="I know them"
        ),
        "desk/<slug:slug>/needs/around/": acts(
            "/desk/harvest/needs/around/", done, request_id=made("around"), area=suwon
        ),
        "desk/<slug:slug>/needs/training/": acts(
            "/desk/harvest/needs/training/", done, area=suwon, skill="first-aid"
        ),
        "desk/<slug:slug>/reserve/": acts(
            "/desk/harvest/reserve/", done, request_id=made("back"), count=3, text="Come back, please."
        ),
        "desk/<slug:slug>/needs/across/": acts("/desk/harvest/needs/across/", done, area=suwon, to=icheon),
    }


def audit_rows(cast: Cast) -> dict[str, Row]:
    seen = door(auditor=200)
    recount = {"client_id": made("recount"), "found_milli": "11.5"}
    return {
        "auditor/": read_only("/auditor/", door(auditor=302)),
        "auditor/<slug:slug>/": read_only("/auditor/harvest/", seen),
        "auditor/<slug:slug>/entries/": read_only("/auditor/harvest/entries/", seen),
        "auditor/<slug:slug>/entries.csv": read_only("/auditor/harvest/entries.csv", seen),
        "auditor/<slug:slug>/entries/<id:index>/": read_only("/auditor/harvest/entries/0/", seen),
        "auditor/<slug:slug>/figures/<id:indicator_id>/": read_only(
            f"/auditor/harvest/figures/{cast.indicators['rice']}/", seen
        ),
        "auditor/<slug:slug>/draws/<id:draw_id>/": acts(
            f"/auditor/harvest/draws/{cast.draw_id}/", door(auditor=302), **recount
        ),
        "auditor/<slug:slug>/lots/<id:lot_id>/": read_only(f"/auditor/harvest/lots/{cast.lot_id}/", seen),
        **{
            f"auditor/<slug:slug>/{page}/": read_only(f"/auditor/harvest/{page}/", seen)
            for page in ("corrections", "photos", "books")
        },
        # Nothing was handed on for anybody here; receipts are tried in test_receiving.
        "recipient/moves/<id:move_id>/": Row("/recipient/moves/1/", door(recipient=404), door(recipient=404)),
        "recipient/": read_only("/recipient/", door(recipient=200)),
        "recipient/<slug:slug>/ask/": Row(
            "/recipient/harvest/ask/", door(recipient=200), door(recipient=422)
        ),
        "recipient/<slug:slug>/hands/": Row(
            "/recipient/harvest/hands/", door(recipient=200), door(recipient=422)
        ),
    }


def vetting_rows(cast: Cast) -> dict[str, Row]:
    """The vetting desk; with somebody's papers on it in test_vetting_desk."""
    seen = door(organiser=200, vetter=200, other_organiser=404)
    session = {
        "client_id": made("session"),
        "step": "briefing",
        "town": cast.areas["Suwon"],
        "place": "Town hall",
        "starts_at": "2026-10-09T18:00",
        "seats": 20,
    }
    # Minji handed nothing in: she is passed over, and can't be sent back.
    ticked = {"person": cast.people["Minji"], "evidence": "list", "why": "nothing there"}
    done = door(organiser=302, vetter=302, other_organiser=404)
    missing = door(organiser=404, vetter=404, other_organiser=404)
    return {
        "vetting/": read_only("/vetting/", door(organiser=302, vetter=302, other_organiser=200)),
        "vetting/<slug:slug>/": read_only("/vetting/harvest/", seen),
        "vetting/<slug:slug>/<str:step>/look/": acts("/vetting/harvest/cover/look/", done, **ticked),
        "vetting/<slug:slug>/<str:step>/back/": acts("/vetting/harvest/cover/back/", missing, **ticked),
        "vetting/<slug:slug>/<str:step>/pace/": acts(
            "/vetting/harvest/cover/pace/",
            door(organiser=302, vetter=403, other_organiser=404),
            per_day=20,
        ),
        "vetting/<slug:slug>/<str:step>/<id:person_id>/": read_only(
            f"/vetting/harvest/identity/{cast.people['Minji']}/", missing
        ),
        "vetting/<slug:slug>/sessions/": acts("/vetting/harvest/sessions/", done, **session),
        "vetting/<slug:slug>/sessions/<id:session_id>/off/": acts(
            "/vetting/harvest/sessions/1/off/", missing
        ),
    }
