"""Settings of messages: what is named is taken, and what can't be is refused before anything runs."""

from __future__ import annotations

import pytest

from dure.base.errors import SettingBad
from dure.channels.types import Limits
from dure.config import messages


@pytest.fixture(autouse=True)
def nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for channel in ("EMAIL", "SMS", "PUSH", "CHAT"):
        for what in ("PER_MINUTE", "COST", "SPEND_A_DAY", "URL", "URLS", "HOSTS"):
            monkeypatch.delenv(f"DURE_{channel}_{what}", raising=False)
    monkeypatch.delenv("DURE_QUIET_HOURS", raising=False)


def test_without_a_word_e_mail_and_push_work_and_nothing_costs() -> None:
    found = messages.limits()
    assert found["email"] == Limits(per_minute=1_200, cost_milli=0, spend_max_milli=None)
    assert (messages.sms_url(), messages.chat_urls(), messages.quiet_hours()) == ("", (), (21, 8))
    assert "fcm.googleapis.com" in messages.push_hosts()


def test_what_is_named_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_SMS_PER_MINUTE", "60")
    monkeypatch.setenv("DURE_SMS_COST", "0.045")
    monkeypatch.setenv("DURE_SMS_SPEND_A_DAY", "250")
    monkeypatch.setenv("DURE_CHAT_URLS", "json://a.example  matrixs://b.example")
    monkeypatch.setenv("DURE_QUIET_HOURS", "")
    assert messages.limits()["sms"] == Limits(per_minute=60, cost_milli=45, spend_max_milli=250_000)
    assert messages.chat_urls() == ("json://a.example", "matrixs://b.example")
    assert messages.quiet_hours() is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DURE_EMAIL_PER_MINUTE", "0"),
        ("DURE_EMAIL_PER_MINUTE", "many"),
        ("DURE_SMS_COST", "0.0001"),
        ("DURE_SMS_COST", "-1"),
        ("DURE_SMS_COST", "NaN"),
        ("DURE_SMS_SPEND_A_DAY", "ten"),
        ("DURE_QUIET_HOURS", "21"),
        ("DURE_QUIET_HOURS", "21-24"),
        ("DURE_QUIET_HOURS", "8-8"),
    ],
)
def test_what_can_not_be_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingBad, match=name):
        messages.limits()
        messages.quiet_hours()


def test_a_gateways_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_SMS_URL", "minji:secret@gateway")
    with pytest.raises(SettingBad) as no:
        messages.sms_url()
    assert "secret" not in str(no.value)
