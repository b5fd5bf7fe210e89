"""What the log refuses, each with a reason that names the place."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class EntryMalformed(Refusal):
    """An entry, or the bytes of one, that the format in docs/reference/entry-format.md does not allow."""

    code = "entry_malformed"
    says = "This ledger entry is not well formed: {field}: {what}."
    status = 422


class LogHeadMalformed(Refusal):
    """A stored right edge of the tree whose bytes do not fit together."""

    code = "log_head_malformed"
    says = "The stored head of the log is damaged: {what}."


class TileBad(Refusal):
    """A tile or an entry bundle that is missing, cut or padded; ``path`` names it."""

    code = "tile_bad"
    says = "The log file {path} is damaged: {what}."


class CheckpointBad(Refusal):
    """A checkpoint that is malformed, not signed by the expected key, or signed by it for another text."""

    code = "checkpoint_bad"
    says = "This checkpoint can't be trusted: {what}."
    status = 422


class VerifierKeyBad(Refusal):
    """A verifier key that is not of the form name+hash+key, or whose hash does not fit."""

    code = "verifier_key_bad"
    says = "This is not a verifier key: {what}."
    status = 422


class StatementBad(Refusal):
    """A statement that a log went on after a loss, which is malformed or contradicts itself."""

    code = "statement_bad"
    says = "This statement about a loss can't be trusted: {what}."
    status = 422
