"""The way in for the web server."""

import os
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# libpq hands this to every connection of this process: a page that asks too much is cut off, a command is not.
os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} -c statement_timeout=5s".strip()

if not settings.SECRET_KEY_GIVEN:
    raise ImproperlyConfigured("SECRET_KEY is not set. Make one with openssl rand -base64 48, or use start.py.")

application = get_wsgi_application()
# Every view is imported now, and not while the first reader waits.
import_module(settings.ROOT_URLCONF)

if settings.SERVER:
    # Models can be imported only once the application is set up.
    from portal.accounts.server import refuse_demo_accounts

    refuse_demo_accounts()
