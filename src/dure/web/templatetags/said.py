"""Filters that say in the page's language what rooms and the engine name in plain English."""

from __future__ import annotations

from django import template

from dure.movement.matching.types import Stop
from dure.operations.refusal_words import fact
from dure.web.words import BROWSERS, STOPS, word

register = template.Library()


@register.filter
def said_fact(text: str) -> str:
    """What a refusal or a wrong row names, in the language of the page where that is known."""
    return str(fact(text))


@register.filter
def browser_word(name: str) -> str:
    """A browser by its name, or that it was one."""
    return str(BROWSERS.get(name, name))


@register.filter
def stop_of_them(stop: Stop) -> str:
    """A hard rule, said of people to whoever organises."""
    return word(STOPS, stop.rule)
