"""Filters for pages of safety."""

from __future__ import annotations

from django import template

from dure.web import safety_words as words

register = template.Library()


@register.filter
def kind_word(kind: str) -> str:
    return str(words.KIND_WORDS[kind])


@register.filter
def severity_word(severity: str) -> str:
    return str(words.SEVERITY_TAGS[severity])


@register.filter
def was_word(was: str) -> str:
    return str(words.WAS_WORDS[was])


@register.filter
def home_step_word(kind: str) -> str:
    return str(words.STEP_WORDS[kind])


@register.filter
def note_word(kind: str) -> str:
    return str(words.NOTE_WORDS[kind])


@register.filter
def reporter_word(reporter: str) -> str:
    return str(words.REPORTER_WORDS[reporter])
