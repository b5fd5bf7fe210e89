"""What honours refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class SelfNomination(Refusal):
    code = "self_nomination"
    says = "Nobody nominates themself. Ask somebody who worked with you."


class HonourUnverified(Refusal):
    code = "honour_unverified"
    says = "Nothing this campaign brought in has been recounted yet, and a claim alone earns no honour."


class NominationReused(Refusal):
    code = "nomination_reused"
    says = "The id {client_id} stands for another nomination. Send the new one with a new id."


class NominationAnswered(Refusal):
    code = "nomination_answered"
    says = "This nomination was answered before: {state}."
