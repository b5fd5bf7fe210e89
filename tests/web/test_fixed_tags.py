"""What stands fixed in a template is worked out once: and says what Django's own tags say, in each language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.middleware.csrf import rotate_token
from django.template import Context, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import NoReverseMatch, set_script_prefix
from django.utils import translation

from dure.web.fixed_tags import FixedAddress
from dure.web.fixed_words import FixedWords

MARK = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def made(source: str) -> Any:
    return engines["django"].from_string(source)


@pytest.mark.parametrize(
    ("source", "is_fixed"),
    [
        ("{% translate 'My day' %}", True),
        ('{% trans "critical" context "tier of a need" %}', True),
        ("{% translate word %}", False),
        ("{% translate 'My day'|upper %}", False),
        ("{% translate 'My day' as heading %}{{ heading }}", False),
        ("{% translate 'critical' context where %}", False),
    ],
)
def test_words_are_those_of_the_language_of_the_page(source: str, is_fixed: bool) -> None:
    page = made("{% load i18n %}" + source)
    facts = {"word": "My day", "where": "tier of a need"}
    with translation.override("en"):
        english = page.render(facts)
    with translation.override("ko"):
        korean = page.render(facts)
        assert page.render(facts) == korean != english
    with translation.override("en"):
        assert page.render(facts) == english

    assert any(isinstance(node, FixedWords) for node in page.template.nodelist) == is_fixed
    assert english.casefold() in ("my day", "critical")


@pytest.mark.parametrize(
    ("source", "is_fixed"),
    [
        ("{% url 'my' %}", True),
        ("{% url name %}", False),
        ("{% url 'language' 'ko' %}", False),
        ("{% url 'my' as there %}{{ there }}", False),
    ],
)
def test_an_address_without_arguments_is_known_and_moves_with_the_site(source: str, is_fixed: bool) -> None:
    page = made(source)
    before = page.render({"name": "my"})
    try:
        set_script_prefix("/under/")
        assert page.render({"name": "my"}) == "/under" + before
    finally:
        set_script_prefix("/")

    assert page.render({"name": "my"}) == before
    assert any(isinstance(node, FixedAddress) for node in page.template.nodelist) == is_fixed


def test_an_address_that_is_none_is_refused_each_time() -> None:
    page = made("{% url 'nowhere' %}")
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            page.render({})


def test_all_forms_of_a_page_bear_one_mark_and_another_once_somebody_signs_in() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = made("{% csrf_token %}{% csrf_token %}")

    first, second = MARK.findall(page.render({}, request))
    assert first == second
    rotate_token(request)
    (third, _) = MARK.findall(page.render({}, request))
    assert third != first
    # A page that is made once for many says which mark it wants.
    assert MARK.findall(made("{% csrf_token %}").render({"csrf_token": "own-mark"}, request)) == ["own-mark"]
    assert MARK.findall(page.render({}, request))[0] == third
    assert made("{% csrf_token %}").template.render(Context({})) == ""
    assert render_to_string("volunteer/_close.html", {}, request).count(third) == 1
