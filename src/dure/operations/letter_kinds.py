"""What each kind of notice says, in English; its other languages stand in ``src/dure/locale``.

Values in the words are days where their name is a day's (see DAYS), else they stand as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

DAYS: Final = frozenset({"day", "by_date", "until"})


@dataclass(frozen=True, slots=True)
class Kind:
    """``brief``: the words for a small screen; "" where ``words`` are short enough. With the link an SMS has room for
    about 50 letters before it costs twice.

    ``is_urgent``: worth waking a phone for. ``is_written_first``: answers nothing that its reader did, so it needs
    their consent to be written to. ``to_own_contact``: it shows who holds a contact, so it goes to that contact and
    not to a browser; only such ones go to somebody unconfirmed.
    """

    subject: str
    words: str
    brief: str = ""
    is_urgent: bool = False
    is_written_first: bool = False
    to_own_contact: bool = False


HEAR_BY: Final = _("%(reason)s You hear from us again by %(by_date)s at the latest.")
CALLED_BY: Final = _("%(reason)s We expect to call you by %(by_date)s.")
NO_DATE: Final = _("%(reason)s")
# In a language into which a reason was not put yet.
ON_PAGE: Final = _("Why, and what you can do, stands on your page.")

KINDS: Final[dict[str, Kind]] = {
    "sign_up": Kind(_("Thank you for offering to help"), HEAR_BY, to_own_contact=True, is_urgent=True),
    "link": Kind(
        _("Your private link"),
        _("Somebody, most likely you, asked for your private link. Here it is."),
        brief=_("Your private link, as asked for:"),
        to_own_contact=True,
        is_urgent=True,
    ),
    "made_one": Kind(
        _("You were registered twice"),
        _(
            "You were registered twice, so we made one of the two: nothing you told us or did is lost. If we are "
            "mistaken and you are two people, please sign up once more."
        ),
    ),
    "same_asked": Kind(
        _("Are you registered twice?"),
        _(
            "It looks as if you had registered here a second time, with another address or number. Is that so? Please "
            "say yes or no on your page. If you say nothing, nothing changes."
        ),
        brief=_("Are you registered twice? Please say yes or no:"),
    ),
    "guardian_request": Kind(
        _("Somebody you look after offers to help and needs your consent"),
        _("Please read what they offered to do, and agree or refuse, on this page."),
        to_own_contact=True,
    ),
    "offer": Kind(
        _("There is a post for you"),
        _("There is a post for you on %(day)s. Accept it or decline it on your page. A no is free."),
        brief=_("A post for you on %(day)s. Yes or no:"),
        is_urgent=True,
    ),
    "offer_instead": Kind(
        _("Another post needs you more"),
        _(
            "A post on %(day)s needs you more than the one you have. You may change, or stay where you are: your post "
            "is yours until you say yes to the other one. A no is free."
        ),
        brief=_("A post on %(day)s needs you more than yours. Change or stay, as you like; a no is free."),
        is_urgent=True,
    ),
    "called_off": Kind(
        _("Your post is called off"),
        _("Your post on %(day)s is called off. Please don’t set out. What comes next stands on your page."),
        is_urgent=True,
    ),
    "stood_down_out": Kind(
        _("Leave now: %(place)s is stood down"),
        _(
            "%(place)s is stood down. Please leave, or turn back, and go to a safe place. Why: %(said)s. When you are "
            "safe, open this link and press “I am safe”; there you can ask for help as well."
        ),
        brief=_("%(place)s is stood down: please leave now, and tell us here when you are safe:"),
        is_urgent=True,
    ),
    "stood_down": Kind(
        _("Your post is called off: %(place)s is stood down"),
        _(
            "%(place)s is stood down, so your post on %(day)s is called off. Why: %(said)s. Please don’t set out. What "
            "comes next stands on your page."
        ),
        brief=_("%(place)s is stood down: your post on %(day)s is called off. Please don’t set out."),
        is_urgent=True,
    ),
    "stand_down_over": Kind(
        _("It is over: %(place)s"),
        _(
            "%(place)s is not stood down any more. Thank you for looking after yourself and each other. What comes "
            "next stands on your page; if you have not told us yet that you are safe, please do."
        ),
        brief=_("%(place)s is not stood down any more. If you have not told us yet that you are safe:"),
    ),
    "home_safe": Kind(
        _("Are you home safe?"),
        _(
            "Your shift is over and nobody has signed you out. Are you home? Please open this link and press “I am "
            "safe”. If we hear nothing, your captain and then the organisers look for you."
        ),
        brief=_("Are you home safe? Please press one button here, or we look for you:"),
        is_urgent=True,
    ),
    "shift_moved": Kind(
        _("Your shift begins at another time"),
        _(
            "Your shift on %(day)s has been moved to another time of that day. The new times stand on your page. If "
            "they don’t suit you, give the seat back there; a no is free."
        ),
        is_urgent=True,
    ),
    "adults_there": Kind(
        _("The adults are there: your place is open"),
        _(
            "Two cleared adults have said yes to your post on %(day)s. If it was offered to you, you can accept it now."
        ),
        is_urgent=True,
    ),
    "adults_gone": Kind(
        _("Your place waits for an adult"),
        _(
            "Your place on %(day)s waits: two cleared adults have to be beside you, and they are not both there. We "
            "write to you when they are. Please don't set out before your page says so."
        ),
        brief=_(
            "Your place on %(day)s waits for two cleared adults. Please don’t set out yet; we write again."
        ),
        is_urgent=True,
    ),
    # Instead of one of the next, for whoever was offered a post since it was written (operations.overtaken).
    "answer_offered": Kind(
        _("There is a post for you"), NO_DATE, brief=_("A post for you on %(day)s. Yes or no:")
    ),
    "answer_placed": Kind(_("You have a post"), NO_DATE, brief=_("You have a post. When and where:")),
    "answer_accepted": Kind(
        _("You are accepted"),
        _("%(reason)s There is work for you by %(by_date)s."),
        brief=_("Accepted: there is work for you by %(by_date)s."),
    ),
    "answer_invited": Kind(
        _("Please get ready: you are invited"),
        HEAR_BY,
        brief=_("You are invited to get ready. What to do:"),
    ),
    "answer_reserve": Kind(
        _("You are on the reserve: when we expect to call you"),
        CALLED_BY,
        brief=_("Reserve: we expect to call you by %(by_date)s."),
    ),
    "answer_incomplete": Kind(
        _("Something is missing before you can come"),
        HEAR_BY,
        brief=_("Something is missing before you can come:"),
    ),
    "answer_not_needed": Kind(
        _("Thank you: you are not needed at present"),
        HEAR_BY,
        brief=_("Thank you. Not needed at present. More:"),
    ),
    "step_sent_back": Kind(
        _("Please look at your preparation once more"),
        _("A step of your preparation was sent back: %(reason)s You can do it again on your page."),
    ),
    "step_ends": Kind(
        _("Something of your preparation ends soon"),
        _(
            "A step of your preparation is good until %(until)s. If you want to go on, do it again on your page."
        ),
    ),
    "session_called_off": Kind(
        _("Your appointment is called off"),
        _("An appointment of your preparation is called off. Please choose another one on your page."),
        is_urgent=True,
    ),
    "help_farther": Kind(
        _("Neighbours farther away need help"),
        _(
            "There is more help than need where you live; %(area)s needs people. If you can travel, say so on your "
            "page. A no is free."
        ),
        is_written_first=True,
    ),
    "invited": Kind(
        _("You are invited: %(place)s needs people"),
        _(
            "%(place)s needs people on %(day)s: %(title)s. If you can come, say on your page that you are free on that "
            "day, or take a seat there if it is open to you. A no is free, and you need not answer."
        ),
        brief=_("People are wanted on %(day)s. A no is free. More:"),
        is_written_first=True,
    ),
    "training_offered": Kind(
        _("A training is open to you"),
        _(
            "There is more help than need where you live, and too few people who have learnt what is missing. A "
            "training is open to you; choose a day on your page. A no is free."
        ),
        is_written_first=True,
    ),
    "reserve_renew": Kind(
        _("Do you want to stay on the reserve register?"),
        _(
            "Your place on the reserve register ends on %(until)s. If you want to keep it, say so on your page."
        ),
    ),
    "thanks": Kind(
        _("Thank you for your work"),
        _("What you did on %(day)s is written on your page, and nobody can change it."),
        is_written_first=True,
    ),
    "nomination": Kind(
        _("Somebody would like to thank you in public"),
        _("Somebody put you forward for an honour. It is shown to nobody unless you agree."),
        is_written_first=True,
    ),
}
# What goes back to the phone that answered by SMS; %(day)s is the day of the post.
_BY_SMS: Final[dict[str, Kind]] = {
    "sms_yes": Kind(
        _("You have a post"),
        _("Your yes came: the post on %(day)s is yours. When and where stands on your page."),
        brief=_("The post on %(day)s is yours. When and where:"),
    ),
    "sms_no": Kind(
        _("Your no is noted"),
        _("Your no came: the post on %(day)s goes to somebody else. That costs you nothing."),
        brief=_("No to %(day)s: noted, it costs you nothing."),
    ),
    "sms_safe": Kind(
        _("Good that you are safe"),
        _(
            "Your answer came: good that you are safe. Since numbers can be forged, please say so on your page as "
            "well, or your captain asks you."
        ),
        brief=_("Good. Numbers can be forged: please confirm here that you are safe:"),
    ),
    "sms_help": Kind(
        _("They know that you need help"),
        _(
            "The organisers, and your captain where you have a shift, are told now that you need help. In danger "
            "call the emergency number first. Say more on your page."
        ),
        brief=_("They are told that you need help. In danger call the emergency number. Say more:"),
    ),
    "sms_alone": Kind(
        _("In danger call the emergency number"),
        _(
            "You asked for help, and we know of no shift of yours, so no crew is near you. In danger call the "
            "emergency number. For all else your page says whom to ask."
        ),
        brief=_("In danger call the emergency number. We know of no crew near you. All else:"),
    ),
    "sms_missed": Kind(
        _("We could not take your answer"),
        _("Your answer came too late, or something stands against it. What is open to you stands on your page."),
        brief=_("Too late, or something stands against it. See:"),
    ),
    "sms_how": Kind(
        _("What you can answer by SMS"),
        _("By SMS we understand YES, NO, SAFE, HELP, STOP, as answers to what we asked. All else is on your page."),
        brief=_("We understand YES, NO, SAFE, HELP, STOP. All else:"),
    ),
    "sms_which": Kind(
        _("Whose answer is it?"),
        _("Several people have this number. Please write the first name behind your answer, as in YES ANNA."),
        brief=_("For whom? Add the first name: YES ANNA. Or here:"),
    ),
    "sms_stop": Kind(
        _("No more SMS"),
        _("No more SMS come to you, save for your safety. START by SMS, or your page, brings them back."),
        brief=_("No more SMS, save for your safety. Back: START, or"),
    ),
    "sms_start": Kind(
        _("SMS again"),
        _("From now on we write to you by SMS again."),
    ),
}  # fmt: skip
KINDS.update(_BY_SMS)
REPLIES: Final = frozenset(_BY_SMS)
ELSE: Final = Kind(_("News about your offer to help"), HEAR_BY)


# Their link leads to the page with the button "I am safe".
HOME_SAFE: Final = "home_safe"
ASK_IF_SAFE: Final = frozenset({"stood_down_out", "stand_down_over", HOME_SAFE})
OFFERS: Final = frozenset({"offer", "offer_instead"})
# Goes by SMS also to who wanted no more of them: it keeps them safe or from setting out in vain, or they asked for it.
SILENCED_TOO: Final = (
    ASK_IF_SAFE | {"stood_down", "called_off", "link"} | (REPLIES - {"sms_how", "sms_which"})
)


def kind_of(kind: str) -> Kind:
    return KINDS.get(kind, ELSE)
