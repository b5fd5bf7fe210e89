"""What can be done in safety: see everybody home, tell of an incident and follow it up, stand an area down."""

from dure.movement.safety.by_sms import call_for_help, say_safe_by_sms
from dure.movement.safety.homeward import (
    ask_for_help,
    await_home,
    look_up,
    say_all_safe,
    say_safe,
    signed_out_meanwhile,
    take_steps,
)
from dure.movement.safety.homeward import close as close_call
from dure.movement.safety.homeward import forget as forget_calls
from dure.movement.safety.homeward import forget_person as forget_person
from dure.movement.safety.homeward import note as note_call
from dure.movement.safety.incidents import add_hurt, close, follow_up, note, reopen, report
from dure.movement.safety.incidents import forget as forget_words
from dure.movement.safety.standing_down import end, fill, stand_down

__all__ = [
    "add_hurt",
    "ask_for_help",
    "await_home",
    "call_for_help",
    "close",
    "close_call",
    "end",
    "fill",
    "follow_up",
    "forget_calls",
    "forget_person",
    "forget_words",
    "look_up",
    "note",
    "note_call",
    "reopen",
    "report",
    "say_all_safe",
    "say_safe",
    "say_safe_by_sms",
    "signed_out_meanwhile",
    "stand_down",
    "take_steps",
]
