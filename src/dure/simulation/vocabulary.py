"""The codes people and posts share. Arrays hold positions in these tuples; databases hold the texts."""

from __future__ import annotations

from typing import Final

SKILLS: Final = (
    "driving-van",
    "first-aid",
    "nursing",
    "cooking",
    "interpreting",
    "tractor",
    "record-keeping",
    "child-care",
    "chainsaw",
    "plumbing",
    "electrics",
    "forklift",
)
# Share of adults who have each skill: round figures, chosen so that some posts stay hard to fill.
SKILL_SHARES: Final = (0.34, 0.22, 0.05, 0.38, 0.06, 0.10, 0.28, 0.20, 0.06, 0.05, 0.05, 0.04)
# What nobody under 18 is recorded with: licences and machines.
ADULT_SKILLS: Final = ("driving-van", "nursing", "tractor", "chainsaw", "electrics", "forklift")

CAUSES: Final = ("harvest", "transport", "kitchen", "care", "office")
CAUSE_TEAM_NAMES: Final = ("Fields", "Transport", "Kitchen", "Care", "Office")
# Share of posts of each cause in a harvest campaign.
CAUSE_SHARES: Final = (0.58, 0.13, 0.12, 0.10, 0.07)

LANGUAGES: Final = ("ko", "en", "sw", "cy", "pl", "vi", "zh", "uz", "ur", "pa", "ki", "luo", "so")

PHYSICAL_LEVELS: Final = ("seated", "light", "moderate", "heavy")

INDICATOR: Final = "harvest_kg"


def skill(name: str) -> int:
    """Position of a skill in ``SKILLS``."""
    return SKILLS.index(name)


def cause(name: str) -> int:
    """Position of a cause in ``CAUSES``."""
    return CAUSES.index(name)


def language(name: str) -> int:
    """Position of a language (ISO 639 code) in ``LANGUAGES``."""
    return LANGUAGES.index(name)
