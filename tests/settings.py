"""The program's own settings on a data folder that goes away with the test run."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="dure-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["DURE_HOME"] = _home

from dure.config.settings import *  # noqa: E402, F403  the line above must come first
from dure.config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads race for it in tests/race as they do in life.
    DATABASES["default"]["TEST"] = {"NAME": Path(_home) / "test.sqlite3"}
else:
    # Django drops and makes the test database, which a pool would hold on to.
    DATABASES["default"]["OPTIONS"] = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; only the test cast uses it
