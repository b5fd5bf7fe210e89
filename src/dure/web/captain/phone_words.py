"""What a captain's phone says by itself, in the visitor's language: its scripts hold no words."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, ngettext

from dure.web.words import PLACEMENT_STATES, word

Words = dict[str, str]
# Plural forms are asked for by these numbers; the phone chooses between them.
ONE, MANY = 1, 2


def phone_words() -> Words:
    """Words by name; ``%(name)s`` stands for what the phone puts in, ``_one`` and ``_many`` for the two plurals."""
    states = {f"state_{state}": word(PLACEMENT_STATES, state) for state in ("accepted", "done", "no_show")}
    return {
        "language": get_language() or "en",
        **states,
        **_crew(),
        **_queue(),
        **_trouble(),
        **_acts(),
        **_scan(),
    }


def _crew() -> Words:
    return {
        "here_of": gettext("%(here)s of %(all)s here"),
        "here_since": gettext("here since %(at)s"),
        "first_day": gettext("first day"),
        "under_18": gettext("under 18"),
        "under_18_agreed": gettext("under 18, guardian agreed"),
        "waits": gettext("waits: two cleared adults are missing"),
        "walk_in": gettext("came by themselves"),
        "says_here": gettext("says they are here since %(at)s"),
        "says_gone": gettext("says they went at %(at)s"),
        "unsent": gettext("not sent yet"),
        "left": gettext("left the movement"),
        "no_day": gettext("This day is not on the phone yet. It comes by itself once there is a signal."),
        "as_of": gettext("No signal. The crew as it was %(at)s, and what you did since."),
    }


def _queue() -> Words:
    return {
        "kept_one": ngettext(
            "%(n)s entry is kept on this phone and will be sent once, by itself.",
            "%(n)s entries are kept on this phone and will be sent once, by themselves.",
            ONE,
        ),
        "kept_many": ngettext(
            "%(n)s entry is kept on this phone and will be sent once, by itself.",
            "%(n)s entries are kept on this phone and will be sent once, by themselves.",
            MANY,
        ),
        "show_kept": gettext("What is kept here"),
        "sending": gettext("Sending …"),
        "all_sent": gettext("Everything is sent."),
        "send_now": gettext("Send now"),
        "no_signal": gettext("No signal."),
        "put_aside": gettext("I have read it"),
        "conflict": gettext("Was not carried out:"),
        "note": gettext("Done, and to be known:"),
        "kept_at": gettext("kept at %(at)s"),
    }


def _trouble() -> Words:
    return {
        "sign_in": gettext(
            "Your signing in has ended. Nothing is lost: sign in again, and what is kept here is sent."
        ),
        "sign_in_link": gettext("Sign in"),
        "others_one": ngettext(
            "%(n)s entry of another captain waits on this phone. It is theirs: it is sent when they sign in "
            "here again.",
            "%(n)s entries of another captain wait on this phone. They are theirs: they are sent when they "
            "sign in here again.",
            ONE,
        ),
        "others_many": ngettext(
            "%(n)s entry of another captain waits on this phone. It is theirs: it is sent when they sign in "
            "here again.",
            "%(n)s entries of another captain wait on this phone. They are theirs: they are sent when they "
            "sign in here again.",
            MANY,
        ),
        "no_store": gettext(
            "This browser keeps nothing (a private window, or storage is switched off). With a signal "
            "everything works; "
            "without one, nothing can be kept here: write on paper, or open this page in an ordinary window."
        ),
        "full": gettext(
            "This phone's storage is full and there is no signal: that was neither kept nor sent. Make room "
            "on the phone, "
            "or press again where there is a signal."
        ),
        "not_kept": gettext(
            "That could not be kept on this phone, and nothing was sent. Press again; if it stays so, write "
            "it on paper."
        ),
        "not_carried_out": gettext(
            "The site did not carry that out. Load the page anew and look how it stands."
        ),
        "no_captain": gettext(
            "You are no captain of this team any more. An organiser can still write it down: show them this."
        ),
        "unreadable": gettext(
            "The site could not read this entry. Show it to an organiser; they can write it down."
        ),
    }


def _acts() -> Words:
    return {
        "act_check_in": gettext("%(who)s is here"),
        "act_undo_check_in": gettext("%(who)s is not here after all"),
        "act_missing": gettext("%(who)s did not arrive"),
        "act_walk_in": gettext("%(who)s came by themselves"),
        "act_work": gettext("Work of %(who)s"),
        "act_incident": gettext("Something happened: %(who)s"),
        "act_help": gettext("Help asked for: %(who)s"),
        "act_photo": gettext("A photograph of %(who)s"),
        "act_deputy": gettext("Handed over to %(who)s"),
        "act_deputy_back": gettext("Taken back from %(who)s"),
        "deputy_until": gettext("deputy until %(at)s"),
        "help_asked": gettext("You asked for help:"),
        "help_waits": gettext("The organisers are told; no answer yet."),
        "tick": gettext("Tick this first."),
        "already": gettext("That stands here already, and is sent once."),
        "written": gettext("Kept. It is sent by itself."),
        "number": gettext("Write a number, such as 7.5 or 1200; a comma may be read in two ways."),
        "hours": gettext("Write hours above 0 and up to 16, such as 7.5."),
    }


def _scan() -> Words:
    return {
        "no_camera": gettext(
            "This phone gives no camera to this page. Type the code under the badge instead."
        ),
        "camera_refused": gettext(
            "The camera was refused. Allow it in the browser's settings, or type the code instead."
        ),
        "found": gettext("%(who)s is here ✓"),
        "unknown_badge": gettext(
            "Not on the list of this phone. It is kept, and the site says who it is once there is a signal."
        ),
        "no_badge": gettext("That is no badge of ours."),
        "looking": gettext("Hold the badge before the camera."),
        "badge": gettext("a badge"),
        "code": gettext("code %(code)s"),
        "no_picture": gettext("That file is no picture this phone can read."),
        "picture_large": gettext("The picture stays too large. Take another, from a little further away."),
    }
