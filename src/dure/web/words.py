"""Plain words for the codes that posts and people share. An unknown code is shown as it stands."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, object]

SKILLS: Words = {
    "driving-van": _("Driving a van or small truck"),
    "first-aid": _("First aid"),
    "nursing": _("Nursing"),
    "cooking": _("Cooking for many"),
    "interpreting": _("Interpreting"),
    "tractor": _("Driving a tractor"),
    "record-keeping": _("Keeping records"),
    "child-care": _("Looking after children"),
    "chainsaw": _("Working with a chainsaw"),
    "plumbing": _("Plumbing"),
    "electrics": _("Electrical work"),
    "forklift": _("Driving a forklift"),
}
CAUSES: Words = {
    "harvest": _("Harvest in the fields"),
    "transport": _("Driving and carrying"),
    "kitchen": _("Cooking and kitchen"),
    "care": _("Care for people"),
    "office": _("Desk and telephone"),
}
# Names as their speakers write them: nobody has to know English to find their own.
LANGUAGES: Words = {
    "ko": "한국어",
    "en": "English",
    "sw": "Kiswahili",
    "cy": "Cymraeg",
    "pl": "Polski",
    "vi": "Tiếng Việt",
    "zh": "中文",
    "uz": "Oʻzbekcha",
    "ur": "اردو",
    "pa": "ਪੰਜਾਬੀ",
    "ki": "Gĩkũyũ",
    "luo": "Dholuo",
    "so": "Soomaali",
}
CHANNEL_WORDS: Words = {
    "": _("not chosen yet"),
    "email": _("E-mail"),
    "sms": _("SMS"),
    "push": _("Web push"),
    "chat": _("Chat rooms"),
}
PHYSICAL: Mapping[int, object] = {
    0: pgettext_lazy("how heavy the work may be", "Seated"),
    1: pgettext_lazy("how heavy the work may be", "Light, on my feet"),
    2: pgettext_lazy("how heavy the work may be", "Moderate: bending, carrying a little"),
    3: pgettext_lazy("how heavy the work may be", "Heavy: lifting and carrying all day"),
}
NOMINATION_KINDS: Words = {
    "output": _("Outstanding work"),
    "care": _("Care"),
    "transport": _("Driving and carrying"),
    "cooking": _("Cooking"),
    "paperwork": _("Paperwork"),
    "teaching": _("Teaching"),
}
PLACEMENT_STATES: Words = {
    "accepted": pgettext_lazy("placement", "on the way"),
    "present": pgettext_lazy("placement", "here"),
    "done": pgettext_lazy("placement", "done for the day"),
    "no_show": pgettext_lazy("placement", "did not arrive"),
    "withdrawn": pgettext_lazy("placement", "given back or called off"),
}


# Why somebody did not get another post (dure.engine.matching.explain.Alternative).
ALTERNATIVE_REASONS: Words = {
    "full": _("full: others need that seat more, or live nearer"),
    "less_urgent": _("open, but less urgent than yours"),
    "costs_more": _("open, but farther away or less to your wishes"),
    "equal": _("would have been just as good"),
    "open": _("a seat was given up there since"),
}
# What a hard rule says of people to whoever organises (dure.engine.matching.rules.RULES, by name).
STOPS: Words = {
    "skills": _("the post needs a skill they have not shown"),
    "hours": _("the shift is outside the hours they gave"),
    "cause": _("they asked not to work for this cause"),
    "language": _("they share none of the languages spoken there"),
    "physical": _("the work is heavier than they said they can do"),
    "rest": _("they would not have rested long enough before the shift"),
    "week_hours": _("the shift would take them over 48 hours in the week"),
    "shift_length": _("the shift is longer than they wish to work"),
    "age": _("they are younger than the post allows, or their age is not known"),
    "guardian": _("they are under 18 and no guardian has agreed"),
    "minors": _("nobody under 18 works in danger, at night or alone"),
    "cover": _("they are not insured on that day"),
    "briefing": _("they have not been briefed yet"),
    "clearance": _("work with children needs a clearance they do not have"),
}
# What a private link was opened in where nothing better is known (dure.movement.people.openings).
BROWSERS: Words = {"a browser": _("a browser")}
# Units that campaigns often name, as a page in another language says them; one of its own stays as it was written.
UNITS: Words = {
    "h": pgettext_lazy("unit", "h"),
    "hour": pgettext_lazy("unit", "hour"),
    "day": pgettext_lazy("unit", "day"),
    "piece": pgettext_lazy("unit", "piece"),
    "sack": pgettext_lazy("unit", "sack"),
    "box": pgettext_lazy("unit", "box"),
    "crate": pgettext_lazy("unit", "crate"),
    "meal": pgettext_lazy("unit", "meal"),
    "tree": pgettext_lazy("unit", "tree"),
    "visit": pgettext_lazy("unit", "visit"),
    "person": pgettext_lazy("unit", "person"),
    "household": pgettext_lazy("unit", "household"),
}


# What most of those on a full post have (dure.engine.matching.explain.Alternative.full_of).
FULL_OF: Words = {
    "nearer": _("most who sit there live nearer to it"),
    "waited_longer": _("most who sit there come first: promised work, no task yet, or a longer wait"),
    "here_yesterday": _("most who sit there were there yesterday"),
}
# What a change would bring (dure.engine.matching.changes.Change.brings).
BRINGS: Words = {
    "a_post": _("a post for you"),
    "more_urgent": _("more urgent than yours"),
    "shorter_way": _("a shorter way than yours"),
    "better_liked": _("closer to your wishes than yours"),
}
# Why a post has a seat for somebody who comes late (dure.movement.matching.types.LatePost).
LATE_REASONS: Words = {
    "new": _("Asked for since the match."),
    "open": _("A seat is open."),
}
ENTRY_KINDS: Words = {
    "hours": _("hours"),
    "output": _("output"),
    "goods_in": _("goods received"),
    "goods_out": _("goods handed on"),
    "lost": _("lost"),
    "money_in": _("money received"),
    "money_out": _("money handed on"),
    "saving": _("saving"),
    "help": _("help to another team"),
    "correction": _("correction"),
    "confirmation": _("recount or confirmation"),
    "withdrawal": _("withdrawal"),
}
PROOF_GRADES: Words = {
    "claimed": pgettext_lazy("grade of proof", "claimed"),
    "witnessed": pgettext_lazy("grade of proof", "witnessed"),
    "second_source": pgettext_lazy("grade of proof", "second source"),
    "recounted": pgettext_lazy("grade of proof", "recounted"),
}
# Steps before a post may be somebody's (dure.movement.vetting.rules), as heading and as what the person does first.
# What somebody agrees to (dure.movement.people.types.PURPOSES).
PURPOSES: Words = {
    "matching": _("To be found work for"),
    "messages": _("To be written to first"),
}
STEPS: Words = {
    "identity": _("Who you are"),
    "record_check": _("Record check"),
    "cover": _("Insurance cover"),
    "briefing": _("Briefing"),
    "clearance": _("Clearance for work with children"),
}
OWN_PARTS: Words = {
    "identity": _(
        "Send a picture of a passport or identity card, or say where you will show it. The picture is deleted once "
        "somebody has looked at it."
    ),
    "record_check": _(
        "Send the certificate, or say that you agree to be checked and with which office. Two people look at it, and "
        "it is deleted afterwards."
    ),
    "cover": _("Say that you agree to be insured while you work with us. It costs you nothing."),
    "briefing": _("Choose a day. It takes about an hour."),
    "clearance": _(
        "Say that you have read the rules for work with children and will keep them. Two people decide, once they "
        "know who you are and your record was checked."
    ),
}
OWN_PART_OF_SKILL = _("Send your certificate, or choose a training.")
# How far a step is (dure.movement.vetting.types.StepState).
STEP_STATES: Words = {
    "invited": pgettext_lazy("step", "your turn"),
    "handed_in": pgettext_lazy("step", "with us"),
    "seen": pgettext_lazy("step", "waits for a second person"),
    "passed": pgettext_lazy("step", "done"),
}
# Where a pace comes from (dure.movement.vetting.types.Basis).
PACE_BASES: Words = {
    "measured": _("measured on days with a queue"),
    "stated": _("as the crew states it"),
    "seen": _("the best day so far"),
    "unknown": _("nobody knows yet"),
}


def step_words(step: str) -> str:
    """A step of the vetting by name; a skill's by the skill."""
    skill = step.removeprefix("skill:")
    return word(SKILLS, skill) if skill != step else word(STEPS, step)


def paper_words(kind: str, code: str) -> str:
    """What somebody holds by name: a step of the vetting by its kind, a skill by its code."""
    return word(STEPS, kind) if kind in STEPS else word(SKILLS, code)


def word(words: Words, code: str) -> str:
    """The words for ``code``, or the code itself with spaces for hyphens."""
    return str(words.get(code, code.replace("-", " ")))
