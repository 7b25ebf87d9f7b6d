"""Brings a database up to date: its tables, the catalogue, the pilots and, on a desk, the demo data."""

import argparse
import os
import sys

import django
from django.core.management import call_command


def prepare(*, demo: bool) -> None:
    """Migrate and load. Every step is safe to repeat; each loader says what it did."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_catalogue")
    call_command("load_pilots")
    if demo:
        call_command("demo_data")


def first_administrator() -> None:
    """In a portal without people, make its first administrator from the environment or by asking at the terminal."""
    from django.contrib.auth import get_user_model

    if get_user_model().objects.exists():
        return
    if os.environ.get("DJANGO_SUPERUSER_USERNAME") and os.environ.get("DJANGO_SUPERUSER_PASSWORD"):
        call_command("createsuperuser", interactive=False)
    elif sys.stdin.isatty():
        print("This portal has no people yet. Make its first administrator.", flush=True)
        call_command("createsuperuser")
    else:
        print(
            "This portal has no people yet. Make its first administrator with: python3 start.py manage createsuperuser\n"
            "or set DJANGO_SUPERUSER_USERNAME, DJANGO_SUPERUSER_PASSWORD and DJANGO_SUPERUSER_EMAIL before the start.",
            flush=True,
        )


def main() -> None:
    """Read the two choices a desk and a server make, and prepare."""
    words = argparse.ArgumentParser(prog="python -m portal.desk.prepare", description=__doc__)
    words.add_argument("--demo", action="store_true", help="load the demo data too")
    words.add_argument("--administrator", action="store_true", help="make the first administrator when there are no people")
    chosen = words.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    prepare(demo=chosen.demo)
    if chosen.administrator:
        first_administrator()


if __name__ == "__main__":
    main()
