"""What people refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class ConsentMissing(Refusal):
    code = "consent_missing"
    says = "Nobody is registered without their consent to {purpose}."
    status = 422


class TooYoung(Refusal):
    code = "too_young"
    says = "People can register from the year after they turn {age}."
    status = 422


class GuardianMissing(Refusal):
    """Only the birth year is kept, so whoever turns 18 this year still counts as 17."""

    code = "guardian_missing"
    says = "Whoever may be under 18 needs the e-mail address of a parent or guardian, who is asked to agree."
    status = 422


class RegistrationReused(Refusal):
    code = "registration_reused"
    says = "The id {key} was used before for another registration. Send the new one with a new id."


class GroupUnknown(Refusal):
    code = "group_unknown"
    says = "No group has the code {code}. Look at it again, or ask whoever gave it to you."
    status = 404


class GroupFull(Refusal):
    code = "group_full"
    says = "This group has {most} people, the most who can be placed together. Open a second one."


class InAnotherGroup(Refusal):
    code = "in_another_group"
    says = "You come with a group already. Leave it first, then you can join another one."


class CodeWrong(Refusal):
    code = "code_wrong"
    says = (
        "This code does not fit. Look for the eight digits in our newest message to you and type them again."
    )
    status = 422


class Unconfirmed(Refusal):
    code = "unconfirmed"
    says = "First show that we reach you: open your link and type the code from our message there."
    status = 403


class LinkGone(Refusal):
    """One answer for a link that was tampered with, revoked, or whose person has left."""

    code = "link_gone"
    says = "This link doesn't work any more. Ask for a new one with your e-mail address."
    status = 404


class AlikeDecided(Refusal):
    code = "alike_decided"
    says = "Somebody has decided about these two already."


class AlikeBothHold(Refusal):
    """Ending either would take a post or a record from somebody; people can still leave by themselves."""

    code = "alike_both_hold"
    says = "Both have a post ahead or work on record, so neither can be ended. Ask them to leave with one of the two."


class TeamKeyReused(Refusal):
    code = "team_key_reused"
    says = "The id {key} was used before for another team. Send the new one with a new id."


class TeamNameTaken(Refusal):
    code = "team_name_taken"
    says = "There is a team called {name} in this area already."
