"""Refusals of the parts that work without a database."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class LogUnreachable(Refusal):
    """Another's log, or witness, that can't be read over HTTP."""

    code = "log_unreachable"
    says = "{url} can't be read: {why}."
    status = 502


class LogUnproved(Refusal):
    """What a log serves does not show what it has signed; ``path`` names the file."""

    code = "log_unproved"
    says = "{path}: {what}."
    status = 502


class LogUnknown(Refusal):
    code = "log_unknown"
    says = "The log {origin} is none that this witness watches. Add it with: dure witness once URL."
    status = 404


class LogForked(Refusal):
    """The log has signed two states that contradict each other."""

    code = "log_forked"
    says = (
        "The log {origin} has signed two states that contradict each other, at {old_size} and at {new_size} entries. "
        "Nothing was cosigned; the evidence is in {evidence}."
    )


class LogWentBack(Refusal):
    code = "log_went_back"
    says = (
        "The log {origin} shows {size} entries, but signed {known_size} as {known_origin} before, and says nothing "
        "about a loss. "
        "It was told; nothing was cosigned."
    )


class LogKeyChanged(Refusal):
    code = "log_key_changed"
    says = "{url} is not the log {origin} that was expected: {what}."


class WitnessUnnamed(Refusal):
    code = "witness_unnamed"
    says = "This witness has no key yet. Make one with: dure witness keygen NAME."


class WitnessNamed(Refusal):
    code = "witness_named"
    says = "This witness is called {name} already, and its key is known to others under that name."


class EvidenceBad(Refusal):
    """A file that does not show what it claims."""

    code = "evidence_bad"
    says = "{file} proves nothing: {what}."
    status = 422
