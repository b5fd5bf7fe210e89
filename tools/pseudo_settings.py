"""The program's own settings with the pseudo-language beside its languages: for the browser tests alone."""

import os
from pathlib import Path

from dure.config.settings import *  # noqa: F403
from dure.config.settings import LANGUAGES as _LANGUAGES
from dure.config.settings import LOCALE_PATHS as _LOCALE_PATHS
from tools import pseudo

LANGUAGES = [*_LANGUAGES, (pseudo.CODE, pseudo.NAME)]
LOCALE_PATHS = [*_LOCALE_PATHS, Path(os.environ["DURE_PSEUDO"])]
