"""The rows of the table behind the doors of captains, organisers, vetters and auditors."""

from __future__ import annotations

from dure.web.badges import badge_token
from tests.web.cast import TODAY, Cast, made
from tests.web.statuses import (
    Row,
    acts,
    door,
    read_only,
)


def captain_rows(cast: Cast) -> dict[str, Row]:
    team, placement, post = cast.teams["North"], cast.placements["Minji"], cast.posts["North"]
    seen = door(captain=200, other_captain=404)
    done = door(captain=302, other_captain=404)
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
        "captain/<id:team_id>/signals/": read_only(f"/captain/{team}/signals/", seen),
        "captain/<id:team_id>/signals/<id:signal_id>/": acts(
            f"/captain/{team}/signals/{cast.signal_id}/", done, **answer
        ),
        # The team has no target of its own; one that has is tried in test_plan.
        "captain/<id:team_id>/targets/": Row(
            f"/captain/{team}/targets/", seen, door(captain=404, other_captain=404)
        ),
        "captain/<id:team_id>/entries/": read_only(f"/captain/{team}/entries/", seen),
        "captain/<id:team_id>/entries/<id:index>/": acts(f"/captain/{team}/entries/0/", done, **note),
        "captain/<id:team_id>/entries/receipts.json": read_only(
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
        "messages/": read_only("/messages/", door(organiser=200, other_organiser=200)),
        "desk/<slug:slug>/": read_only("/desk/harvest/", seen),
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
