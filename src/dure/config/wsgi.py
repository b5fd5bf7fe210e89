"""The WSGI door for granian or any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.umask(0o077)  # the database and what lies beside it are for the owner alone
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
application = get_wsgi_application()
