"""What a server is not started with: accounts whose passwords everybody knows."""

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection


def refuse_demo_accounts() -> None:
    """Refuse to start a server on a database with demo accounts, whose passwords everybody knows."""
    try:
        found = get_user_model().objects.filter(demo=True, is_active=True).exists()
    except OperationalError:
        # The database is away; the web server may wait for it, and the next process asks again.
        return
    finally:
        connection.close()
    if found:
        raise ImproperlyConfigured("The database holds demo accounts. A server starts in an empty database: set DATABASE_URL to one.")
