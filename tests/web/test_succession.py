"""Rest, the end and what comes after, from the desk; the report and the line of campaigns, for everybody."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from dure.base.access import SYSTEM
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import breaks, reads, succession
from dure.movement.needs import requests
from dure.operations import closing_report
from dure.operations.following import Wishes, follow
from tests.web.cast import NOW, TODAY, Cast, made

DESK = "/desk/harvest/succession/"
REASON = "A storm is coming."


def act(client: Client, act_name: str, **said: object) -> int:
    return client.post(DESK, {"act": act_name, **said}).status_code


def campaign_id() -> int:
    return reads.campaign("harvest").id


def closed() -> None:
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason=REASON)


def test_a_pause_is_stated_with_a_reason_shown_and_ended(cast: Cast, organiser: Client) -> None:
    assert act(organiser, "pause", first_day=TODAY.isoformat(), reason="") == 422
    assert breaks.of(campaign_id()) == ()

    assert act(organiser, "pause", first_day=TODAY.isoformat(), reason=REASON) == 302

    page = organiser.get(DESK).content.decode()
    assert REASON in page
    assert "until it is resumed" in page
    # Another pause over it is refused in words, and what was typed is still there.
    again = organiser.post(DESK, {"act": "pause", "first_day": TODAY.isoformat(), "reason": "Snow as well."})
    assert (again.status_code, "Snow as well." in again.content.decode()) == (422, True)
    assert act(organiser, "resume") == 302
    assert breaks.on(campaign_id(), TODAY) is None
    assert act(organiser, "resume") == 409


def test_everybody_reads_on_the_campaigns_page_that_it_pauses_and_why(cast: Cast, organiser: Client) -> None:
    assert REASON not in Client().get("/c/harvest/").content.decode()

    act(organiser, "pause", first_day=TODAY.isoformat(), reason=REASON)

    assert REASON in Client().get("/c/harvest/").content.decode()


def test_rest_is_planned_ahead(cast: Cast, organiser: Client) -> None:
    day = (TODAY + timedelta(days=3)).isoformat()

    assert act(organiser, "rest", first_day=day, last_day=day, reason="Harvest feast.") == 302

    assert [one.kind for one in breaks.of(campaign_id())] == ["rest"]


def test_it_is_closed_early_only_with_a_reason_and_by_somebody_who_is_sure(
    cast: Cast, organiser: Client
) -> None:
    assert act(organiser, "close", reason=REASON) == 422
    assert act(organiser, "close", is_sure="on") == 422
    assert reads.campaign("harvest").state == "open"

    assert act(organiser, "close", reason=REASON, is_sure="on") == 302

    assert reads.campaign("harvest").closing_reason == REASON


def test_the_report_is_made_on_the_desk_and_read_by_everybody(cast: Cast, organiser: Client) -> None:
    closed()
    assert Client().get("/c/harvest/report/").status_code == 404
    assert act(organiser, "report") == 302

    page = Client().get("/c/harvest/report/")
    assert page.status_code == 200
    assert REASON in page.content.decode()
    pdf = Client().get("/c/harvest/report.pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    sealed = Client().get("/c/harvest/report.txt").content.decode()
    assert closing_report.check(slug="harvest", text=sealed).holds


def test_the_next_campaign_is_made_on_the_desk_and_asks_people_again(cast: Cast, organiser: Client) -> None:
    closed()
    assert act(organiser, "follow", rest_every_weeks="1") == 422

    assert act(organiser, "follow", name="Next harvest", days="200", rest_every_weeks="8") == 302

    (after,) = succession.followers(campaign_id())
    assert (after.name, after.state) == ("Next harvest", "draft")
    campaigns.open_campaign(actor=SYSTEM, slug=after.slug, now=NOW)
    desk = f"/desk/{after.slug}/succession/"
    assert "carries on" in organiser.get(desk).content.decode()
    assert organiser.post(desk, {"act": "ask"}).status_code == 302
    # A campaign that follows none has nobody to ask.
    assert act(organiser, "ask") == 409


def test_who_organises_a_part_neither_sees_nor_does_it(cast: Cast, organiser: Client) -> None:
    assert Client().get(DESK).status_code in (302, 401, 403, 404)
    assert Client().post(DESK, {"act": "close", "reason": REASON, "is_sure": "on"}).status_code != 200
    assert reads.campaign("harvest").state == "open"


def test_the_line_of_campaigns_is_shown_with_drafts_left_out(cast: Cast) -> None:
    closed()
    made = follow(actor=SYSTEM, slug="harvest", now=NOW, wishes=Wishes(name="Next harvest")).campaign

    assert "Next harvest" not in Client().get("/c/harvest/series/").content.decode()

    campaigns.open_campaign(actor=SYSTEM, slug=made.slug, now=NOW)
    for slug in ("harvest", made.slug):
        page = Client().get(f"/c/{slug}/series/").content.decode()
        assert "Next harvest" in page


def test_a_request_that_nobody_answered_goes_over_and_its_link_leads_on(
    cast: Cast, organiser: Client
) -> None:
    asker = Client()
    said = {
        "client_id": made("hands"),
        "institution": "Care home Suwon",
        "contact": "Sunhee, 031 000 000",
        "title": "Bring meals to rooms",
        "cause": "care",
        "town": cast.areas["Suwon"],
        "days": ["2026-10-08", "2026-10-09"],
        "starts": "17:00",
        "ends": "20:00",
        "seats": 3,
        "physical": 1,
    }
    link = asker.post("/c/harvest/needs/ask/", said, follow=True).redirect_chain[-1][0]
    closed()
    made_next = follow(actor=SYSTEM, slug="harvest", now=NOW, wishes=Wishes(slug="next")).campaign
    campaigns.open_campaign(actor=SYSTEM, slug="next", now=NOW)

    assert organiser.post("/desk/next/succession/", {"act": "ask"}).status_code == 302

    assert [one.title for one in requests.requests_to_decide(SYSTEM, made_next.id)] == [
        "Bring meals to rooms"
    ]
    led = asker.get(link, follow=True)
    assert led.redirect_chain[-1][0] == link.replace("/harvest/", "/next/")
    assert "Bring meals to rooms" in led.content.decode()
