"""A process with the program loaded, which forks one for each run: loading it takes longer than most runs do.

``python -m tests.faults.template`` takes one JSON object a line on stdin: ``program``, ``arguments``, ``given``,
``out`` and ``err`` (files for what the run says) and ``waits`` (stop until somebody continues it: strace takes hold of
it then). It says the run's process id once it is forked and, when it has ended, its return code as subprocess has it.
It opens no database and starts no thread itself, so that a fork has nothing of another's.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import sys
import traceback
from pathlib import Path

import django

django.setup()


def live(asked: dict[str, object]) -> None:
    """One run, in the forked process, from here to its end."""
    for number, name, flags in (
        (0, "given", os.O_RDONLY),
        (1, "out", os.O_WRONLY),
        (2, "err", os.O_WRONLY),
    ):
        os.dup2(os.open(str(asked[name]), flags), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  the one that was taken over has read ahead
    if asked["waits"]:
        os.kill(os.getpid(), signal.SIGSTOP)
    arguments = asked["arguments"]
    assert isinstance(arguments, list)
    sys.argv = [str(asked["program"]), *arguments]
    runpy.run_module(str(asked["program"]), run_name="__main__")


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        # Loaded here, once, for all that are forked.
        importlib.import_module(asked["program"])
        for name in ("out", "err"):
            Path(asked[name]).touch()
        pid = os.fork()
        if pid == 0:
            try:
                live(asked)
                sys.stdout.flush()
                code = 0
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
                code = 1
            os._exit(code)
        say(pid)
        say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()
