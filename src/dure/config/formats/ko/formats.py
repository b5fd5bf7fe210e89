"""Days in Korean: year, month, day, weekday.

Django looks a format up here by its name (FORMAT_MODULE_PATH), and a page's format is its own name: so pages say
``date:"j M Y"`` once, and every language may order the parts in its own way.
"""

from __future__ import annotations

DAYS = {
    "j M": "n월 j일",
    "j F": "n월 j일",
    "j M Y": "Y년 n월 j일",
    "j F Y": "Y년 n월 j일",
    "j M H:i": "n월 j일 H:i",
    "j M Y, H:i": "Y년 n월 j일 H:i",
    "D j M": "n월 j일 l",
    "l, j F": "n월 j일 l",
    "l, j F Y": "Y년 n월 j일 l",
}
globals().update(DAYS)
