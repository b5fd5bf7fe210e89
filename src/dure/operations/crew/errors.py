"""Why an act of a captain's phone could not be carried out: in words for whoever stands there."""

from dure.kernel.refusals import Refusal


class GaveBack(Refusal):
    code = "gave_back"
    says = (
        "{name} gave this place back before the shift. If they are here after all, write them down as somebody who "
        "came along."
    )


class IsHere(Refusal):
    code = "is_here"
    says = "{name} was checked in at {at}, so nobody is missing here."


class HoursWritten(Refusal):
    code = "hours_written"
    says = "The hours of {name} are written down already, so the check-in stays. Correct the hours instead."


class ShiftCalledOff(Refusal):
    code = "shift_called_off"
    says = "This shift was called off at {at}. Nobody was checked in after that; who is there may go home."


class BadgeElsewhere(Refusal):
    code = "badge_elsewhere"
    says = "This badge or code is of nobody in this team's crew on these days. Ask them which team they look for."
    status = 404


class ActsTooMany(Refusal):
    code = "acts_too_many"
    says = (
        "{count} acts are more than one request may carry. Send at most {most}; the rest stays on the phone."
    )
    status = 413


class WalkInsUncovered(Refusal):
    code = "walk_ins_uncovered"
    says = (
        "Nobody works here without cover, and this installation has none for people who come along. Ask {name} to sign "
        "up; nothing was kept of them."
    )


class WalkInNotAsked(Refusal):
    code = "walk_in_not_asked"
    says = (
        "Tell {name} first what is kept of them and what is dangerous here, and say that both was done. Nothing was "
        "kept of them."
    )
    status = 422


class WalkInUnder18(Refusal):
    code = "walk_in_under_18"
    says = (
        "Whoever is under 18 can't be taken in on the spot: a guardian has to agree before. Ask {name} to sign up with "
        "a guardian's address; nothing was kept of them."
    )


class DeputiesEnough(Refusal):
    code = "deputies_enough"
    says = "This team has {count} deputies already. Take one back before you name another."


class DeputyOver(Refusal):
    code = "deputy_over"
    says = "You stood in for this captain until {until}, and this was done later. Give it to the captain to write down."


class PictureUnreadable(Refusal):
    code = "picture_unreadable"
    says = "The photograph did not come whole. Take it away and choose it once more."
    status = 422
