"""The process beside a long import that makes its people ready: ``python -m dure.operations.imports.making_beside``."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.umask(0o077)  # a secret that is made here is for the owner alone
    django.setup()

    from dure.base.beside import carry_out
    from dure.operations.imports.making import Bench

    carry_out(int(sys.argv[1]), Bench().carry_out)
    os._exit(
        0
    )  # whoever imports waits for the end, and taking an interpreter apart takes a third of a second
