"""Safe from the first day: headers, cookies, forged forms, redirects, throttles, private links."""

from __future__ import annotations

import re
from importlib import reload

import pytest
from django.conf import settings
from django.test import Client

from dure.base.accounts import allow_admin
from dure.base.models import Account
from tests.web.cast import PASSWORD, Cast, email_of, made
from tests.web.statuses import Row
from tests.web.table import rows
from tests.web.visitors import visitor


def log_in(client: Client, role: str, password: str = PASSWORD, after: str = "") -> int:
    body = {"login": email_of(role), "password": password, "next": after}
    return client.post("/account/login/", body).status_code


def test_every_page_has_a_policy_without_a_way_round_it(cast: Cast) -> None:
    policy = Client().get("/c/harvest/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert "https:" not in policy


def test_no_page_carries_a_style_or_a_script_of_its_own(cast: Cast) -> None:
    for name in ("anonymous", "volunteer", "captain", "organiser", "auditor", "recipient"):
        client = visitor(name, cast)
        for row in rows(cast).values():
            if row.get[name] == 200 and not row.address.startswith(("/api", "/log", "/.well")):
                answer = client.get(row.address)
                if not answer.headers.get("Content-Type", "").startswith("text/html"):
                    continue
                text = answer.getvalue().decode()
                # A script is a file of ours, that anybody can read and the content policy knows.
                # Linked data is a block that no browser runs.
                told = r'<script (?:type="application/ld\+json"|id="[a-z-]+" type="application/json")>[^<]*</script>'
                ours = r'(?: type="module")? src="/static/dure/[a-z/-]+\.js"(?: defer)?></script>'
                own = rf"<style|<script(?!{ours})|\sstyle=|\son\w+="
                assert not re.search(own, re.sub(told, "", text)), row.address


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("other volunteer", "my/offers/<id:offer_id>/accept/"),
        ("volunteer", "my/leave/now/"),
        ("guardian", "guardian/answer/"),
        ("captain", "captain/<id:team_id>/check-in/<id:placement_id>/"),
        ("organiser", "desk/<slug:slug>/match/"),
        ("auditor", "auditor/<slug:slug>/draws/<id:draw_id>/"),
    ],
)
def test_a_form_from_elsewhere_does_nothing(cast: Cast, name: str, pattern: str) -> None:
    row: Row = rows(cast)[pattern]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = visitor(name, cast).cookies

    response = strict.post(row.address, dict(row.data))

    assert response.status_code == 403
    assert "not sent" in response.text


def test_cookies_are_kept_from_scripts_and_from_other_sites(cast: Cast) -> None:
    client = Client()
    client.get("/account/login/")
    assert log_in(client, "captain") == 302

    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax"


def test_behind_tls_cookies_are_secure_and_the_browser_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from dure.config import settings as stored

    monkeypatch.setenv("DURE_SECURE", "1")
    secure = reload(stored)

    assert secure.SESSION_COOKIE_SECURE
    assert secure.CSRF_COOKIE_SECURE
    assert secure.SECURE_SSL_REDIRECT
    assert secure.SECURE_HSTS_SECONDS >= 31_536_000
    monkeypatch.delenv("DURE_SECURE")
    reload(stored)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_log_in_sends_nobody_elsewhere(cast: Cast, target: str) -> None:
    client = Client()
    response = client.post(
        "/account/login/", {"login": email_of("captain"), "password": PASSWORD, "next": target}
    )

    assert response.status_code == 302
    assert response["Location"] == "/"


def test_the_log_in_returns_to_the_page_that_was_asked_for(cast: Cast) -> None:
    response = Client().post(
        "/account/login/", {"login": email_of("captain"), "password": PASSWORD, "next": "/captain/"}
    )

    assert response["Location"] == "/captain/"


def test_guessing_passwords_is_stopped(cast: Cast) -> None:
    client = Client()
    statuses = [log_in(client, "captain", f"guess number {n}") for n in range(12)]

    assert statuses[-1] == 429
    # The right one does not help either, for now: whoever guesses learns nothing.
    assert log_in(client, "captain") == 429


def test_accounts_are_not_made_by_a_form(cast: Cast) -> None:
    count = Account.objects.count()
    Client().post("/account/signup/", {"email": "new@example.org", "password1": PASSWORD})

    assert Account.objects.count() == count


def test_a_private_link_leaves_no_trace_in_what_follows(cast: Cast) -> None:
    client = Client()
    entered = client.get(cast.link("Minji"))

    assert entered["Location"] == "/my/"
    assert entered["Referrer-Policy"] == "no-referrer"
    assert "no-store" in entered["Cache-Control"]
    page = client.get("/my/")
    assert page["Referrer-Policy"] == "same-origin"  # with "no-referrer" browsers send forms as from nowhere
    assert "no-store" in page["Cache-Control"]
    assert cast.link("Minji") not in page.text


def test_a_private_link_gives_the_session_a_new_key(cast: Cast) -> None:
    client = Client()
    client.get(cast.link("Minji"))
    first = client.session.session_key
    client.get(cast.link("Bora"))

    assert client.session.session_key != first
    assert "Bora" in client.get("/my/").text


def test_a_forged_private_link_opens_nothing(cast: Cast) -> None:
    forged = cast.link("Minji")[:-3] + "xx/"
    client = Client()

    assert client.get(forged).status_code in {404, 410}
    assert client.get("/my/").status_code == 404


def test_a_badge_is_no_private_link_and_opens_only_to_the_captain(cast: Cast, captain: Client) -> None:
    token = cast.link("Minji").split("/")[2]

    assert captain.get(f"/captain/badge/{token}/").status_code == 404
    assert captain.get("/captain/badge/1.forged/").status_code == 404


def test_the_admin_opens_to_staff_by_second_factor_alone(cast: Cast, organiser: Client) -> None:
    account = Account.objects.get(pk=cast.accounts["organiser"])
    allow_admin(account_id=account.pk)
    assert organiser.get("/admin/").status_code == 302

    session = organiser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()

    assert organiser.get("/admin/").status_code == 200
    assert organiser.get("/admin/people/person/").status_code == 200
    assert organiser.get("/admin/people/person/add/").status_code == 403
    assert organiser.post("/admin/campaigns/campaign/1/change/", {"name": "Mine"}).status_code == 403
    assert organiser.get("/admin/people/contact/").status_code == 404
    assert organiser.get("/admin/people/guardian/").status_code == 404


def test_the_admin_tells_nobody_who_said_no(cast: Cast, minji: Client, organiser: Client) -> None:
    account = Account.objects.get(pk=cast.accounts["organiser"])
    allow_admin(account_id=account.pk)
    session = organiser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    nomination = f"/admin/honours/nomination/{cast.nomination_id}/change/"
    minji.post(f"/my/nominations/{cast.nomination_id}/", {"answer": "yes"})

    shown = organiser.get(nomination)
    assert shown.status_code == 200
    assert "Declined" not in shown.text
    assert "Fingerprint" not in shown.text
    assert organiser.get("/admin/honours/nomination/").context["cl"].result_count == 1

    minji.post(f"/my/nominations/{cast.nomination_id}/", {"answer": "no"})

    assert organiser.get(nomination).status_code == 302
    assert organiser.get("/admin/honours/nomination/").context["cl"].result_count == 0
    for table in ("base/outboxmessage", "matching/offer", "calls/answer"):
        assert organiser.get(f"/admin/{table}/").status_code == 404


def test_a_switched_off_account_has_no_door(cast: Cast, captain: Client) -> None:
    Account.objects.filter(pk=cast.accounts["captain"]).update(is_active=False)

    assert captain.get("/captain/").status_code == 302


def test_nothing_is_fetched_from_elsewhere(cast: Cast) -> None:
    # The page's own address, for whoever shows links to it; nothing is fetched from there.
    page = Client().get("/c/harvest/").text.replace('rel="canonical" href="http://testserver/', "")

    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert settings.CSRF_COOKIE_HTTPONLY


def test_the_same_id_from_another_captain_records_nothing(cast: Cast) -> None:
    stranger = visitor("other captain", cast)
    team, post = cast.teams["South"], cast.posts["North"]

    response = stranger.post(f"/captain/{team}/work/{post}/", {"client_id": made("w"), "hours": "4"})

    assert response.status_code == 404
