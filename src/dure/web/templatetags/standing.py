"""Filters of the pages of teams and challenges."""

from __future__ import annotations

from django import template

from dure.movement.standings.challenges import Compares
from dure.movement.standings.types import Adjustment, Change
from dure.web.standing_words import (
    COMPARES,
    REASONS,
    STATES,
    TRENDS,
    adjustment_says,
    change_says,
    interval,
)

register = template.Library()


@register.filter
def reason_words(reason: str) -> str:
    """Why a team has its grade."""
    return str(REASONS[reason])


@register.filter
def trend_words(change: Change) -> str:
    return str(TRENDS[change.trend])


@register.filter
def change_span(change: Change) -> str:
    """Where a team's change probably lies."""
    return interval(change.low_percent, change.high_percent)


@register.filter
def change_sentence(change: Change) -> str:
    return change_says(change)


@register.filter
def adjustment_sentence(one: Adjustment) -> str:
    return adjustment_says(one)


@register.filter
def compares_words(compares: Compares) -> str:
    return str(COMPARES[compares])


@register.filter
def challenge_state(state: str) -> str:
    return str(STATES[state])
