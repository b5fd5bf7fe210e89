"""Addresses of the pages, by door."""

from __future__ import annotations

from django.urls import path

from dure.web import receipts
from dure.web.auditor import log as auditor_log
from dure.web.auditor import pages as auditor
from dure.web.captain import entries as team_entries
from dure.web.captain import pages as captain
from dure.web.organiser import desk
from dure.web.organiser import matching as desk_matching
from dure.web.public import campaign, checking, joining, links, log, needs
from dure.web.public import receipts as check_receipt
from dure.web.recipient import pages as recipient
from dure.web.volunteer import acts, calendar, export, late, stay, wishes
from dure.web.volunteer import pages as my

public = [
    path("", campaign.home, name="home"),
    path("c/<slug:slug>/", campaign.campaign, name="campaign"),
    path("c/<slug:slug>/map/", needs.campaign_map, name="campaign-map"),
    path("c/<slug:slug>/standings/", campaign.campaign_standings, name="campaign-standings"),
    path("c/<slug:slug>/practices/", campaign.campaign_practices, name="campaign-practices"),
    path("c/<slug:slug>/thanks/", campaign.campaign_thanks, name="campaign-thanks"),
    path("c/<slug:slug>/check/", checking.check, name="campaign-check"),
    path("c/<slug:slug>/lots/<int:lot_id>/", checking.lot, name="lot"),
    path("c/<slug:slug>/join/", joining.join, name="join"),
    path("c/<slug:slug>/join/receipt/", joining.joined, name="joined"),
    path("c/<slug:slug>/give/", joining.give, name="give"),
    path("c/<slug:slug>/give/thanks/", joining.given, name="given"),
    path("link/", links.link, name="link"),
    path("check/", check_receipt.check_receipt, name="check-receipt"),
    path("log/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("log/tile/entries/<path:place>", log.entries, name="log-entries"),
    path("log/tile/<str:level>/<path:place>", log.tile, name="log-tile"),
    path("log/cosignature", log.cosignature, name="log-cosignature"),
    path("log/resumed", log.resumed, name="log-resumed"),
    path("log/resumed/<int:number>", log.resumed, name="log-resumed-once"),
    path("log/<int:life>/checkpoint", log.checkpoint, name="log-checkpoint-later"),
    path("log/<int:life>/tile/entries/<path:place>", log.entries, name="log-entries-later"),
    path("log/<int:life>/tile/<str:level>/<path:place>", log.tile, name="log-tile-later"),
    path(".well-known/dure-log-key", log.key, name="log-key"),
]
volunteer = [
    path("me/<str:token>/", my.enter, name="me"),
    path("my/", my.my_day, name="my"),
    path("my/now/", late.now_open, name="my-now"),
    path("my/now/<int:post_id>/", late.take, name="my-now-take"),
    path("my/offers/<int:offer_id>/why/", my.why, name="my-why"),
    path("my/offers/<int:offer_id>/accept/", acts.accept, name="my-accept"),
    path("my/offers/<int:offer_id>/decline/", acts.decline, name="my-decline"),
    path("my/placements/<int:placement_id>/calendar.ics", calendar.calendar, name="my-calendar"),
    path("my/placements/<int:placement_id>/withdraw/", acts.withdraw, name="my-withdraw"),
    path("my/stay/", stay.stay, name="my-stay"),
    path("my/wishes/", wishes.wishes, name="my-wishes"),
    path("my/wishes/shifts/", wishes.shifts, name="my-shifts"),
    path("my/wishes/group/", wishes.open_group, name="my-group-open"),
    path("my/wishes/group/join/", wishes.join_group, name="my-group-join"),
    path("my/wishes/group/leave/", wishes.leave_group, name="my-group-leave"),
    path("my/close/", acts.close, name="my-close"),
    path("my/record/", my.my_record, name="my-record"),
    path("my/record/receipts.json", receipts.mine, name="my-receipts"),
    path("my/nominations/<int:nomination_id>/", acts.nomination, name="my-nomination"),
    path("my/data/", my.my_data, name="my-data"),
    path("my/data/export.json", export.export, name="my-export"),
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
    path("captain/<int:team_id>/", captain.crew, name="crew"),
    path("captain/<int:team_id>/check-in/<int:placement_id>/", captain.check_in, name="check-in"),
    path("captain/<int:team_id>/missing/<int:placement_id>/", captain.did_not_arrive, name="did-not-arrive"),
    path("captain/<int:team_id>/work/<int:post_id>/", captain.record, name="record-work"),
    path("captain/<int:team_id>/entries/", team_entries.entries, name="crew-entries"),
    path("captain/<int:team_id>/entries/<int:index>/", team_entries.correct, name="crew-correct"),
    path("captain/<int:team_id>/entries/receipts.json", receipts.of_team, name="crew-receipts"),
    path("desk/", desk.desks, name="desk"),
    path("desk/<slug:slug>/", desk.desk, name="desk-campaign"),
    path("desk/<slug:slug>/match/", desk_matching.start, name="desk-match"),
    path("desk/<slug:slug>/match/again/", desk_matching.start_again, name="desk-match-again"),
    path("desk/<slug:slug>/match/<uuid:job_id>/", desk_matching.watch, name="desk-match-job"),
    path("desk/<slug:slug>/match/<uuid:job_id>/stop/", desk_matching.stop, name="desk-match-stop"),
    path("desk/<slug:slug>/why/<int:post_id>/", desk.why_unfilled, name="desk-why"),
    path("desk/<slug:slug>/targets/<int:target_id>/", desk.confirm_denominator, name="desk-confirm"),
    path("auditor/", auditor.audits, name="auditor"),
    path("auditor/<slug:slug>/", auditor.audit_page, name="audit"),
    path("auditor/<slug:slug>/entries/", auditor_log.entries, name="audit-entries"),
    path("auditor/<slug:slug>/entries.csv", auditor_log.entries_csv, name="audit-entries-csv"),
    path("auditor/<slug:slug>/entries/<int:index>/", auditor_log.entry, name="audit-proof"),
    path("auditor/<slug:slug>/figures/<int:indicator_id>/", auditor_log.figure, name="audit-figure"),
    path("auditor/<slug:slug>/draws/<int:draw_id>/", auditor.recount, name="audit-recount"),
    path("recipient/", recipient.requests, name="recipient"),
    path("recipient/<slug:slug>/ask/", recipient.ask, name="recipient-ask"),
]
urlpatterns = [*public, *volunteer, *work]
