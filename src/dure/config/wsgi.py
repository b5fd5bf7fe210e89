"""The WSGI door for granian or any other server: the hot doors first, Django behind them."""

import os
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.umask(0o077)  # the database and what lies beside it are for the owner alone
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
django_application = get_wsgi_application()

# Imported only now: it needs Django's rooms to be set up.
from dure.api.hot_entries import HotEntries  # noqa: E402
from dure.api.hot_signups import HotSignUps  # noqa: E402
from dure.api.told import told_refusal  # noqa: E402
from dure.base.briefly import BRIEFLY  # noqa: E402
from dure.operations.intake import INTAKE  # noqa: E402
from dure.web.kept_door import KeptDoor  # noqa: E402
from dure.web.readers import Readers  # noqa: E402
from dure.web.warming import warm_up  # noqa: E402

TURN_S = 0.01

BRIEFLY.switch_on()
# Before anything else begins in this process, and with all pages known: the readers are copies of it.
warm_up()
readers = Readers(django_application, settings.READERS, told_refusal)
INTAKE.work_beside()
# A thread that waits for Python's turn asks for it back after so long, and each such asking costs two changes of
# thread. Here threads do little and let go of themselves, since pages are made beside: with Python's own 5 ms a surge
# spent a fifth of its time on asking (docs/why/signing-up.md). Longer would let a slow act hold up the rest.
sys.setswitchinterval(TURN_S)

application = HotSignUps(HotEntries(KeptDoor(readers)))
