"""The server of `dure serve` without its hot doors: what django-ninja alone makes of the same sign-ups."""

from __future__ import annotations

import argparse
import os


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.intake_ninja")
    parser.add_argument("--port", type=int, required=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from dure.cli.serve import THREADS

    Granian(
        "dure.config.wsgi:django_application",
        address="127.0.0.1",
        port=parser.parse_args().port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main()
