"""What safety refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class StoodDownAlready(Refusal):
    code = "stood_down_already"
    says = "{area} is stood down already, since {at:%d %B %H:%M} UTC: {why}"


class NobodyWorksThere(Refusal):
    code = "nobody_works_there"
    says = "No open campaign has work in {area}, so there is nobody to send home. Choose the area that is in danger."
    status = 422


class HomeCallOver(Refusal):
    code = "home_call_over"
    says = "This search has ended: {how}. If that was a mistake, write an incident, so that somebody looks again."


class IncidentClosed(Refusal):
    code = "incident_closed"
    says = "This incident is closed. Open it again before you change what follows from it."


class OwnerOutside(Refusal):
    code = "owner_outside"
    says = "{name} doesn't organise the place where it happened. Choose who does, or let them organise there first."
    status = 422


class LookedUpEarly(Refusal):
    code = "looked_up_early"
    says = (
        "How to reach them is shown once they and their captain were asked, from {at:%H:%M} UTC, or when they ask for "
        "help."
    )
