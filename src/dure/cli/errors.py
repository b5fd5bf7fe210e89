"""What the command line refuses by itself."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class OutputUnwritable(Refusal):
    code = "output_unwritable"
    says = "{file} can't be written: {why}. Name another file with --json."
    status = 500


class AddressTaken(Refusal):
    code = "address_taken"
    says = "{address} can't be used: {why}. Name another port with --port."
    status = 500


class DatabaseUnreachable(Refusal):
    code = "database_unreachable"
    says = (
        "The database can't be reached: {why}. Check DATABASE_URL (without it, SQLite in DURE_HOME is used)."
    )
    status = 500


class DateUnreadable(Refusal):
    code = "date_unreadable"
    says = "{text} is no date. Write it like 2026-10-03."
    status = 422


class NothingToExplain(Refusal):
    code = "nothing_to_explain"
    says = "Name one thing to explain: a post with --post, or a person with --person, --campaign and --day."
    status = 422


class AlmanacUnreadable(Refusal):
    code = "almanac_unreadable"
    says = "{file} can't be used as an almanac: {why}. Write each case as [[case]] with id, claims and want."
    status = 422
