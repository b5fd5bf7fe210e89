"""Whether this is a demo: nobody gets a letter from it, so what stands in one is shown on the page."""

from __future__ import annotations

import os

from dure.base.home import home

# Written by the demo into its data folder (operations.demo).
MEMORY = "demo.json"


def letters_stay_here() -> bool:
    """A demo's data folder, and no mail server: whoever tries it alone must find their code somewhere."""
    return not os.environ.get("DURE_EMAIL_URL") and (home() / MEMORY).exists()
