"""Addresses of the pages, by door."""

from __future__ import annotations

from django.urls import path

from dure.web import account_letters, design, languages, receipts, sessions_end
from dure.web.auditor import log as auditor_log
from dure.web.auditor import pages as auditor
from dure.web.auditor import rooms as auditor_rooms
from dure.web.captain import besides as crew_besides
from dure.web.captain import entries as team_entries
from dure.web.captain import gate as crew_gate
from dure.web.captain import home as crew_home
from dure.web.captain import number as team_number
from dure.web.captain import pages as captain
from dure.web.captain import phone
from dure.web.captain import signals as team_signals
from dure.web.captain import standing as team_standing
from dure.web.captain import targets as team_targets
from dure.web.organiser import ahead as desk_ahead
from dure.web.organiser import alike as desk_alike
from dure.web.organiser import approvals as desk_approvals
from dure.web.organiser import calls as desk_calls
from dure.web.organiser import crew as desk_crew
from dure.web.organiser import desk, start, start_lists
from dure.web.organiser import drives as desk_drives
from dure.web.organiser import finding as desk_finding
from dure.web.organiser import first_steps as desk_first_steps
from dure.web.organiser import imports as desk_imports
from dure.web.organiser import incidents as desk_incidents
from dure.web.organiser import inviting as desk_inviting
from dure.web.organiser import line as desk_line
from dure.web.organiser import lookup as desk_lookup
from dure.web.organiser import matching as desk_matching
from dure.web.organiser import messages as desk_messages
from dure.web.organiser import plan as desk_plan
from dure.web.organiser import posts as desk_posts
from dure.web.organiser import right_now as desk_now
from dure.web.organiser import safety as desk_safety
from dure.web.organiser import showing as desk_showing
from dure.web.organiser import stand_down as desk_stand_down
from dure.web.organiser import succession as desk_succession
from dure.web.organiser import supervision as desk_supervision
from dure.web.organiser import vetting as vetting_desk
from dure.web.public import (
    asking,
    campaign,
    checking,
    copies,
    drives,
    exports,
    joining,
    links,
    live,
    log,
    near,
    needs,
    place,
    sharing,
    standings,
    team,
)
from dure.web.public import calls as public_calls
from dure.web.public import plan as public_plan
from dure.web.public import receipts as check_receipt
from dure.web.public import reports as delivery_reports
from dure.web.public import series as public_series
from dure.web.recipient import pages as recipient
from dure.web.volunteer import (
    about,
    acts,
    calendar,
    confirming,
    consents,
    export,
    hours,
    late,
    news,
    preparation,
    reserve,
    stay,
    wishes,
)
from dure.web.volunteer import home as my_home
from dure.web.volunteer import known as my_known
from dure.web.volunteer import links as my_links
from dure.web.volunteer import pages as my

public = [
    path("", campaign.home, name="home"),
    path("design/", design.design, name="design"),
    path("signed-in/", sessions_end.signed_in, name="signed-in"),
    path("letters/", account_letters.letters, name="account-letters"),
    path("language/<slug:code>/", languages.choose, name="language"),
    path("c/<slug:slug>/", campaign.campaign, name="campaign"),
    path("c/<slug:slug>/plan/", public_plan.campaign_plan, name="campaign-plan"),
    path("c/<slug:slug>/map/", needs.campaign_map, name="campaign-map"),
    path("c/<slug:slug>/standings/", standings.campaign_standings, name="campaign-standings"),
    path("c/<slug:slug>/standings/rules/", standings.season_rules, name="campaign-rules"),
    path("c/<slug:slug>/standings/<id:indicator_id>/", standings.campaign_teams, name="campaign-teams"),
    path("c/<slug:slug>/teams/<id:team_id>/", team.campaign_team, name="campaign-team"),
    path("c/<slug:slug>/challenges/", team.campaign_challenges, name="campaign-challenges"),
    path("c/<slug:slug>/share/", sharing.share, name="campaign-share"),
    path("c/<slug:slug>/widget/", sharing.widget, name="campaign-widget"),
    path("c/<slug:slug>/card.png", sharing.card_png, name="campaign-card"),
    path("c/<slug:slug>/poster.pdf", sharing.campaign_poster, {"form": "pdf"}, name="campaign-poster-pdf"),
    path("c/<slug:slug>/poster.svg", sharing.campaign_poster, {"form": "svg"}, name="campaign-poster"),
    path("c/<slug:slug>/feed.atom", sharing.campaign_feed, {"kind": "atom"}, name="campaign-feed-atom"),
    path("c/<slug:slug>/feed.rss", sharing.campaign_feed, {"kind": "rss"}, name="campaign-feed-rss"),
    path("c/<slug:slug>/figures.json", live.figures, name="campaign-figures"),
    path("c/<slug:slug>/places/<str:code>/", place.campaign_place, name="campaign-place"),
    path("c/<slug:slug>/export/<slug:what>/<slug:form>/", exports.export, name="campaign-export"),
    path("c/<slug:slug>/practices/", campaign.campaign_practices, name="campaign-practices"),
    path("c/<slug:slug>/thanks/", campaign.campaign_thanks, name="campaign-thanks"),
    path("c/<slug:slug>/check/", checking.check, name="campaign-check"),
    path("c/<slug:slug>/series/", public_series.campaign_series, name="campaign-series"),
    path("c/<slug:slug>/report/", public_series.report, name="campaign-report"),
    path("c/<slug:slug>/report.pdf", public_series.report_pdf, name="campaign-report-pdf"),
    path("c/<slug:slug>/report.txt", public_series.report_sealed, name="campaign-report-sealed"),
    path("c/<slug:slug>/lots/<id:lot_id>/", checking.lot, name="lot"),
    path("c/<slug:slug>/join/", joining.join, name="join"),
    path("c/<slug:slug>/join/receipt/", joining.joined, name="joined"),
    path("c/<slug:slug>/needs/ask/", asking.ask, name="ask-needs"),
    path("c/<slug:slug>/needs/asked/<uuid:client_id>/", asking.asked, name="needs-asked"),
    path("c/<slug:slug>/give/", joining.give, name="give"),
    path("c/<slug:slug>/give/thanks/", joining.given, name="given"),
    path("calls/", public_calls.calls_page, name="calls"),
    path("calls/feed.atom", public_calls.feed, {"kind": "atom"}, name="calls-atom"),
    path("calls/feed.rss", public_calls.feed, {"kind": "rss"}, name="calls-rss"),
    path("call/<slug:code>/", public_calls.call, name="call"),
    path("call/<slug:code>/poster.svg", public_calls.call_poster, name="call-poster"),
    path("drives/", drives.drives_page, name="drives"),
    path("drives/propose/", drives.propose, name="drive-propose"),
    path("drives/proposed/", drives.proposed, name="drive-proposed"),
    path("drives/name/<str:token>/", drives.name, name="drive-name"),
    path("drives/<slug:code>/", drives.drive, name="drive"),
    path("near/", near.near, name="near"),
    path("copies/", copies.copies, name="copies"),
    path("robots.txt", copies.robots, name="robots"),
    path("sitemap.xml", copies.sitemap, name="sitemap"),
    path("link/", links.link, name="link"),
    path("messages/report/<str:token>/", delivery_reports.report, name="delivery-report"),
    path("messages/received/<str:token>/", delivery_reports.received, name="sms-received"),
    path("check/", check_receipt.check_receipt, name="check-receipt"),
    path("log/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("log/tile/entries/<path:place>", log.entries, name="log-entries"),
    path("log/tile/<str:level>/<path:place>", log.tile, name="log-tile"),
    path("log/cosignature", log.cosignature, name="log-cosignature"),
    path("log/resumed", log.resumed, name="log-resumed"),
    path("log/resumed/<id:number>", log.resumed, name="log-resumed-once"),
    path("log/<id:life>/checkpoint", log.checkpoint, name="log-checkpoint-later"),
    path("log/<id:life>/tile/entries/<path:place>", log.entries, name="log-entries-later"),
    path("log/<id:life>/tile/<str:level>/<path:place>", log.tile, name="log-tile-later"),
    path(".well-known/dure-log-key", log.key, name="log-key"),
]
volunteer = [
    path("me/confirm/<str:token>/", confirming.enter, name="me-confirm"),
    path("me/<str:token>/", my.enter, name="me"),
    path("my/confirm/", confirming.confirm, name="my-confirm"),
    path("my/confirm/again/", confirming.again, name="my-confirm-again"),
    path("my/known/", my_known.known, name="my-known"),
    path("my/known/new/", my_known.send_new, name="my-known-new"),
    path("my/", my.my_day, name="my"),
    path("here/<str:token>/", crew_gate.here, name="here"),
    path("my/now/", late.now_open, name="my-now"),
    path("my/now/<id:post_id>/", late.take, name="my-now-take"),
    path("my/offers/<id:offer_id>/why/", my.why, name="my-why"),
    path("my/offers/<id:offer_id>/accept/", acts.accept, name="my-accept"),
    path("my/offers/<id:offer_id>/decline/", acts.decline, name="my-decline"),
    path("calendar/<str:token>/dure.ics", calendar.feed, name="calendar-feed"),
    path("my/placements/<id:placement_id>/calendar.ics", calendar.calendar, name="my-calendar"),
    path("my/safe/", my_home.home, name="my-home"),
    path("my/safe/<id:call_id>/", my_home.answer, name="my-home-answer"),
    path("my/incident/", my_home.incident, name="my-incident"),
    path("my/placements/<id:placement_id>/withdraw/", acts.withdraw, name="my-withdraw"),
    path("my/stay/", stay.stay, name="my-stay"),
    path("my/wishes/", wishes.wishes, name="my-wishes"),
    path("my/wishes/shifts/", wishes.shifts, name="my-shifts"),
    path("my/wishes/travel/", wishes.travel, name="my-travel"),
    path("my/wishes/group/", wishes.open_group, name="my-group-open"),
    path("my/wishes/group/join/", wishes.join_group, name="my-group-join"),
    path("my/wishes/group/leave/", wishes.leave_group, name="my-group-leave"),
    path("my/preparation/", preparation.preparation, name="my-preparation"),
    path("my/preparation/<str:step>/", preparation.hand_in, name="my-preparation-step"),
    path("my/preparation/<str:step>/no/", preparation.let_go, name="my-preparation-no"),
    path("my/sessions/<id:session_id>/", preparation.book, name="my-session"),
    path("my/news/", news.news, name="my-news"),
    path("my/news/push/", news.subscribe, name="my-news-push"),
    path("my/news/end/", news.unsubscribe, name="my-news-end"),
    path("service-worker.js", news.service_worker, name="service-worker"),
    path("my/reserve/", reserve.reserve, name="my-reserve"),
    path("my/reserve/end/", reserve.end, name="my-reserve-end"),
    path("my/same/", acts.registered_twice, name="my-same"),
    path("my/close/", acts.close, name="my-close"),
    path("my/record/", my.my_record, name="my-record"),
    path("my/record/receipts.json", receipts.mine, name="my-receipts"),
    path("my/nominations/<id:nomination_id>/", acts.nomination, name="my-nomination"),
    path("my/data/", my.my_data, name="my-data"),
    path("my/data/export.json", export.export, name="my-export"),
    path("my/data/link/", my_links.new_link, name="my-new-link"),
    path("my/data/name/", my_links.name, name="my-name"),
    path("my/data/consents/<slug:purpose>/", consents.change, name="my-consent"),
    path("my/about/", about.about, name="my-about"),
    path("my/hours/", hours.hours, name="my-hours"),
    path("my/hours/town/", hours.town, name="my-town"),
    path("my/news/letters/", news.letters, name="my-letters"),
    path("my/leave/", my.leaving, name="my-leave"),
    path("my/leave/now/", acts.leave, name="my-leave-now"),
    path("left/", my.left, name="left"),
    path("guardian/", acts.guardian, name="guardian"),
    path("guardian/answer/", acts.guardian_answer, name="guardian-answer"),
    path("guardian/<str:token>/", my.enter_guardian, name="guardian-enter"),
]
work = [
    path("captain/", captain.teams, name="captain"),
    path("captain/badge/<str:token>/", captain.badge, name="badge"),
    path("captain/<id:team_id>/", captain.crew, name="crew"),
    path("captain/<id:team_id>/day.json", phone.day, name="crew-day"),
    path("captain/<id:team_id>/acts.json", phone.acts, name="crew-acts"),
    path("captain/<id:team_id>/walk-in/", crew_besides.walk_in, name="crew-walk-in"),
    path("captain/<id:team_id>/help/", crew_besides.ask_help, name="crew-help"),
    path("captain/<id:team_id>/incident/", crew_besides.incident, name="crew-incident"),
    path("captain/<id:team_id>/photo/", crew_besides.photo, name="crew-photo"),
    path("captain/<id:team_id>/deputy/", crew_besides.deputy, name="crew-deputy"),
    path(
        "captain/<id:team_id>/deputy/<id:grant_id>/back/", crew_besides.deputy_back, name="crew-deputy-back"
    ),
    path("captain/<id:team_id>/gate/", crew_gate.gate, name="crew-gate"),
    path("evidence/<id:photo_id>.jpg", crew_besides.picture, name="evidence-photo"),
    path("evidence/<id:photo_id>/away/", crew_besides.picture_away, name="evidence-away"),
    path("captain/<id:team_id>/check-in/<id:placement_id>/", captain.check_in, name="check-in"),
    path("captain/<id:team_id>/missing/<id:placement_id>/", captain.did_not_arrive, name="did-not-arrive"),
    path("captain/<id:team_id>/work/<id:post_id>/", captain.record, name="record-work"),
    path("captain/<id:team_id>/number/", team_number.number, name="crew-number"),
    path("captain/<id:team_id>/safe/", crew_home.home, name="crew-home"),
    path("captain/<id:team_id>/targets/", team_targets.targets, name="crew-targets"),
    path("captain/<id:team_id>/entries/", team_entries.entries, name="crew-entries"),
    path("captain/<id:team_id>/entries/<id:index>/", team_entries.correct, name="crew-correct"),
    path("captain/<id:team_id>/entries/receipts.json", receipts.of_team, name="crew-receipts"),
    path("captain/<id:team_id>/standing/", team_standing.standing, name="crew-standing"),
    path("captain/<id:team_id>/challenges/", team_standing.team_challenges, name="crew-challenges"),
    path(
        "captain/<id:team_id>/challenges/<id:challenge_id>/sign/",
        team_standing.sign,
        name="crew-challenge-sign",
    ),
    path(
        "captain/<id:team_id>/challenges/<id:challenge_id>/aside/",
        team_standing.set_aside,
        name="crew-challenge-aside",
    ),
    path(
        "captain/<id:team_id>/challenges/<id:challenge_id>/end/",
        team_standing.end,
        name="crew-challenge-end",
    ),
    path("captain/<id:team_id>/practices/<id:practice_id>/", team_standing.adopt, name="crew-practice-adopt"),
    path("captain/<id:team_id>/signals/", team_signals.signals, name="crew-signals"),
    path("captain/<id:team_id>/signals/<id:signal_id>/", team_signals.answer, name="crew-signal"),
    path("start/", start.begin, name="first-run"),
    path("start/places/", start.add_places, name="start-places"),
    path("start/places/<str:code>/away/", start.remove_places, name="start-places-away"),
    path("start/places/lists/", start_lists.hand_in, name="start-lists"),
    path("start/places/lists/<str:what>.<str:form>", start_lists.sample, name="start-list-sample"),
    path("start/places/lists/<uuid:batch_id>/", start_lists.one, name="start-list"),
    path("start/places/lists/<uuid:batch_id>/run/", start_lists.run, name="start-list-run"),
    path("start/places/lists/<uuid:batch_id>/forget/", start_lists.forget, name="start-list-forget"),
    path("start/places/lists/<uuid:batch_id>/undo/", start_lists.take_back, name="start-list-undo"),
    path("start/places/lists/<uuid:batch_id>/wrong/", start_lists.rejected, name="start-list-rejected"),
    path("start/campaign/", start.new_campaign, name="start-campaign"),
    path("desk/", desk.desks, name="desk"),
    path("messages/", desk_messages.show, name="messages"),
    path("desk/<slug:slug>/", desk.desk, name="desk-campaign"),
    path("desk/<slug:slug>/first-steps/", desk_first_steps.steps, name="desk-first-steps"),
    path("desk/<slug:slug>/first-steps/open/", desk_first_steps.open_campaign, name="desk-open"),
    path("desk/<slug:slug>/first-steps/discard/", desk_first_steps.discard, name="desk-discard"),
    path("desk/<slug:slug>/import/", desk_imports.imports, name="desk-imports"),
    path("desk/<slug:slug>/import/sample/<slug:what>.<slug:form>", desk_imports.sample, name="desk-sample"),
    path("desk/<slug:slug>/import/<uuid:batch_id>/", desk_imports.one, name="desk-import"),
    path("desk/<slug:slug>/import/<uuid:batch_id>/run/", desk_imports.run, name="desk-import-run"),
    path("desk/<slug:slug>/import/<uuid:batch_id>/stop/", desk_imports.stop, name="desk-import-stop"),
    path("desk/<slug:slug>/import/<uuid:batch_id>/forget/", desk_imports.forget, name="desk-import-forget"),
    path("desk/<slug:slug>/import/<uuid:batch_id>/undo/", desk_imports.take_back, name="desk-import-undo"),
    path(
        "desk/<slug:slug>/import/<uuid:batch_id>/rejected.csv",
        desk_imports.rejected,
        name="desk-import-rejected",
    ),
    path("desk/<slug:slug>/safety/", desk_safety.overview, name="desk-safety"),
    path("desk/<slug:slug>/safety/search/<id:call_id>/", desk_safety.home_call, name="desk-home-call"),
    path("desk/<slug:slug>/safety/incidents/new/", desk_incidents.new, name="desk-incident-new"),
    path("desk/<slug:slug>/safety/incidents/<id:incident_id>/", desk_incidents.one, name="desk-incident"),
    path("desk/<slug:slug>/safety/stand-down/", desk_stand_down.new, name="desk-stand-down-new"),
    path(
        "desk/<slug:slug>/safety/stand-down/<id:stand_down_id>/", desk_stand_down.one, name="desk-stand-down"
    ),
    path(
        "desk/<slug:slug>/safety/stand-down/<id:stand_down_id>/figures.json",
        desk_stand_down.figures,
        name="desk-stand-down-figures",
    ),
    path("desk/<slug:slug>/posts/", desk_posts.desk_posts, name="desk-posts"),
    path("desk/<slug:slug>/invite/", desk_inviting.desk_invite, name="desk-invite"),
    path("desk/<slug:slug>/undo/<uuid:act_id>/", desk_posts.take_back, name="desk-undo"),
    path("desk/<slug:slug>/find/", desk_lookup.find, name="desk-find"),
    path("desk/<slug:slug>/keys/", desk_lookup.keys, name="desk-keys"),
    path("desk/<slug:slug>/approvals/", desk_approvals.approvals, name="desk-approvals"),
    path("desk/<slug:slug>/approvals/<uuid:act_id>/", desk_approvals.decide, name="desk-approval"),
    path("desk/<slug:slug>/people-of-the-desk/", desk_crew.desk_people, name="desk-people"),
    path(
        "desk/<slug:slug>/people-of-the-desk/<id:grant_id>/end/", desk_crew.take_away, name="desk-people-end"
    ),
    path("desk/<slug:slug>/match/", desk_matching.start, name="desk-match"),
    path("desk/<slug:slug>/match/again/", desk_matching.start_again, name="desk-match-again"),
    path("desk/<slug:slug>/now/", desk_now.live, name="desk-now"),
    path("desk/<slug:slug>/help/<id:help_id>/", desk_now.answer_help, name="desk-help"),
    path("desk/<slug:slug>/match/show/<id:run_id>/", desk_showing.show, name="desk-match-show"),
    path("desk/<slug:slug>/match/<uuid:job_id>/", desk_matching.watch, name="desk-match-job"),
    path("desk/<slug:slug>/match/<uuid:job_id>/stop/", desk_matching.stop, name="desk-match-stop"),
    path("desk/<slug:slug>/calls/", desk_calls.desk_calls, name="desk-calls"),
    path("desk/<slug:slug>/calls/<slug:code>/", desk_calls.desk_call, name="desk-call"),
    path("desk/<slug:slug>/calls/<slug:code>/words/", desk_calls.say_in, name="desk-call-words"),
    path("desk/<slug:slug>/calls/<slug:code>/waves/", desk_calls.start_wave, name="desk-call-wave"),
    path(
        "desk/<slug:slug>/calls/<slug:code>/waves/<id:wave_id>/stop/",
        desk_calls.stop_wave,
        name="desk-call-wave-stop",
    ),
    path("desk/<slug:slug>/calls/<slug:code>/close/", desk_calls.close, name="desk-call-close"),
    path("desk/<slug:slug>/succession/", desk_succession.desk_succession, name="desk-succession"),
    path("desk/<slug:slug>/drives/", desk_drives.desk_drives, name="desk-drives"),
    path("desk/<slug:slug>/drives/<slug:code>/", desk_drives.desk_drive, name="desk-drive"),
    path("desk/<slug:slug>/alike/", desk_alike.pairs, name="desk-alike"),
    path("desk/<slug:slug>/alike/<id:alike_id>/", desk_alike.decide, name="desk-alike-decide"),
    path("desk/<slug:slug>/why/<id:post_id>/", desk.why_unfilled, name="desk-why"),
    path("desk/<slug:slug>/plan/", desk_plan.desk_plan, name="desk-plan"),
    path("desk/<slug:slug>/plan/<id:target_id>/", desk_plan.desk_target, name="desk-target"),
    path("desk/<slug:slug>/plan/pleas/<id:plea_id>/", desk_plan.answer_plea, name="desk-plea"),
    path(
        "desk/<slug:slug>/plan/looked/<id:indicator_id>/<id:area_id>/", desk_plan.looked, name="desk-looked"
    ),
    path("desk/<slug:slug>/targets/<id:target_id>/", desk.confirm_denominator, name="desk-confirm"),
    path("desk/<slug:slug>/needs/", desk_finding.needs, name="desk-needs"),
    path("desk/<slug:slug>/needs/<id:request_id>/", desk_finding.decide, name="desk-needs-decide"),
    path("desk/<slug:slug>/needs/around/", desk_finding.ask_around, name="desk-needs-around"),
    path("desk/<slug:slug>/needs/training/", desk_finding.offer_training, name="desk-needs-training"),
    path("desk/<slug:slug>/needs/across/", desk_finding.offer_across, name="desk-needs-across"),
    path("desk/<slug:slug>/ahead/", desk_ahead.ahead, name="desk-ahead"),
    path("desk/<slug:slug>/line/", desk_line.line, name="desk-line"),
    path("desk/<slug:slug>/supervision/", desk_supervision.signals, name="desk-supervision"),
    path("desk/<slug:slug>/supervision/teams/", desk_supervision.teams, name="desk-supervision-teams"),
    path("desk/<slug:slug>/supervision/<id:signal_id>/", desk_supervision.signal, name="desk-signal"),
    path("desk/<slug:slug>/reserve/", desk_finding.call_back, name="desk-reserve"),
    path("auditor/", auditor.audits, name="auditor"),
    path("auditor/<slug:slug>/", auditor.audit_page, name="audit"),
    path("auditor/<slug:slug>/entries/", auditor_log.entries, name="audit-entries"),
    path("auditor/<slug:slug>/entries.csv", auditor_log.entries_csv, name="audit-entries-csv"),
    path("auditor/<slug:slug>/entries/<id:index>/", auditor_log.entry, name="audit-proof"),
    path("auditor/<slug:slug>/figures/<id:indicator_id>/", auditor_log.figure, name="audit-figure"),
    path("auditor/<slug:slug>/lots/<id:lot_id>/", auditor_rooms.lot, name="audit-lot"),
    path("auditor/<slug:slug>/corrections/", auditor_rooms.corrections, name="audit-corrections"),
    path("auditor/<slug:slug>/photos/", auditor_rooms.photos, name="audit-photos"),
    path("auditor/<slug:slug>/books/", auditor_rooms.books, name="audit-books"),
    path("auditor/<slug:slug>/draws/<id:draw_id>/", auditor.recount, name="audit-recount"),
    path("recipient/", recipient.requests, name="recipient"),
    path("recipient/moves/<id:move_id>/", recipient.came, name="recipient-came"),
    path("recipient/<slug:slug>/ask/", recipient.ask, name="recipient-ask"),
    path("recipient/<slug:slug>/hands/", recipient.ask_hands, name="recipient-hands"),
]
vetting = [
    path("vetting/", vetting_desk.campaigns_to_vet, name="vetting"),
    path("vetting/<slug:slug>/", vetting_desk.queue, name="vetting-campaign"),
    path("vetting/<slug:slug>/<str:step>/look/", vetting_desk.look, name="vetting-look"),
    path("vetting/<slug:slug>/<str:step>/back/", vetting_desk.send_back, name="vetting-back"),
    path("vetting/<slug:slug>/<str:step>/pace/", vetting_desk.state_pace, name="vetting-pace"),
    path("vetting/<slug:slug>/<str:step>/<id:person_id>/", vetting_desk.paper, name="vetting-paper"),
    path("vetting/<slug:slug>/sessions/", vetting_desk.plan_session, name="vetting-session"),
    path(
        "vetting/<slug:slug>/sessions/<id:session_id>/off/",
        vetting_desk.call_session_off,
        name="vetting-session-off",
    ),
]
urlpatterns = [*public, *volunteer, *work, *vetting]
