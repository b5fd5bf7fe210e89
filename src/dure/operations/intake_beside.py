"""The process beside a server that stores its sign-ups: ``python -m dure.operations.intake_beside SOCKET``."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.umask(0o077)  # the database and what lies beside it are for the owner alone
    django.setup()

    from dure.base import checkpoints
    from dure.base.beside import carry_out
    from dure.kernel.frames import in_one_piece
    from dure.operations.intake_desk import Desk

    with checkpoints.kept():
        in_one_piece(carry_out)(int(sys.argv[1]), Desk().carry_out)
