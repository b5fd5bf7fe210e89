"""`dure ledger verify --url` and `--sealed`: the ledger checked by somebody who has no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from dure.cli.answer import REFUSED, Answer

if TYPE_CHECKING:
    from dure.movement.ledger.outside.checking import Question, Verdict
    from dure.movement.ledger.types import Fault

FAULTS_SHOWN_MAX = 50


def verify_url(answer: Answer, url: str, question: Question) -> None:
    """Read a published log and say what was found."""
    from dure.movement.ledger.outside.checking import check
    from dure.movement.ledger.outside.web import Web

    with answer.progress("Reading") as bar:
        verdict = check(Web(), url, question, bar.advance)
    log = verdict.log
    answer.say(f"{log.checkpoint.origin}: {log.checkpoint.size:,} entries, root {log.checkpoint.root.hex()}.")
    if not log.key_is_given:
        answer.say("The key was taken from the same address. Compare it with one you know, or give --key.")
    for name, at in verdict.witnesses:
        answer.say(f"Cosigned by {name} on {at:%Y-%m-%d %H:%M} UTC.")
    if verdict.other_names:
        answer.say(f"Not checked, for want of a --witness key: {', '.join(verdict.other_names)}.")
    for note in verdict.notes:
        answer.say(note)
    _say_signed(answer, verdict.faults, "The published log")
    answer.give(_as_json(verdict))


def say_faults(answer: Answer, faults: Sequence[Fault], *, sound: str, unsound: str) -> None:
    """``sound``, or ``unsound`` with the first faults and the exit code."""
    if not faults:
        answer.say(sound)
        return
    answer.exit_code = REFUSED
    answer.say(unsound)
    for fault in faults[:FAULTS_SHOWN_MAX]:
        answer.say(f"  {fault.where}: {fault.what}")
    if len(faults) > FAULTS_SHOWN_MAX:
        answer.say(f"  … and {len(faults) - FAULTS_SHOWN_MAX:,} more; --json lists them")


def _say_signed(answer: Answer, faults: Sequence[Fault], what: str) -> None:
    say_faults(
        answer,
        faults,
        sound=f"{what} is sound: every file fits the signed root.",
        unsound=f"{what} is NOT sound: {len(faults):,} faults.",
    )


def _as_json(verdict: Verdict) -> dict[str, object]:
    log = verdict.log
    return {
        "sound": not verdict.faults,
        "origin": log.checkpoint.origin,
        "size": log.checkpoint.size,
        "root": log.checkpoint.root.hex(),
        "key_was_known": log.key_is_given,
        "witnesses": [{"name": name, "cosigned_at": at} for name, at in verdict.witnesses],
        "unchecked_signers": verdict.other_names,
        "losses": [
            {
                "number": one.number,
                "kept": one.kept_size,
                "missing_from": one.kept_size,
                "missing_to": one.lost_end,
            }
            for one in log.losses
        ],
        "notes": verdict.notes,
        "faults": [asdict(fault) for fault in verdict.faults],
    }


def verify_sealed(answer: Answer, folder: Path, keys: Sequence[str]) -> None:
    """Check the files of sealed days alone."""
    from dure.analytics.sealed.checking import check_folder
    from dure.kernel.refusals import BadInput
    from dure.movement.ledger.types import Fault

    if not folder.is_dir():
        raise BadInput(
            where="--sealed", what=f"{folder} is no folder", wanted="the folder with the sealed days"
        )
    try:
        with answer.progress("Reading") as bar:
            found = check_folder(folder, keys, bar.advance)
    except OSError as broken:
        why = (broken.strerror or str(broken)).lower()
        raise BadInput(
            where="--sealed", what=f"{folder}: {why}", wanted="a folder that can be read"
        ) from broken
    if not found.days and not found.problems:
        raise BadInput(
            where="--sealed",
            what=f"{folder} holds no sealed day",
            wanted="the folder above the days, which are named like 2026-10-03",
        )
    faults = [Fault(problem.where, problem.what) for problem in found.problems]
    answer.say(f"{len(found.days):,} sealed days in {folder}.")
    _say_signed(answer, faults, "What is sealed")
    answer.give({"sound": not faults, "days": len(found.days), "faults": [asdict(one) for one in faults]})
