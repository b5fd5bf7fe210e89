"""The WSGI door for granian or any other server: the hot doors first, Django behind them."""

import os

from django.core.wsgi import get_wsgi_application

os.umask(0o077)  # the database and what lies beside it are for the owner alone
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
django_application = get_wsgi_application()

# Imported only now: it needs Django's rooms to be set up.
from dure.api.hot_entries import HotEntries  # noqa: E402
from dure.api.hot_signups import HotSignUps  # noqa: E402
from dure.operations.intake import INTAKE  # noqa: E402

INTAKE.work_beside()

application = HotSignUps(HotEntries(django_application))
