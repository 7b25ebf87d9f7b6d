"""Whether the portal lives and whether it can work, for those who watch over it."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from pilots.models import Role
from portal import __version__, rotation
from portal.celery import app

LEAST_FREE_BYTES = 500 * 1024 * 1024


def database_answers() -> bool:
    """Say whether the database answers a question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def broker_answers() -> bool:
    """Say whether the broker of jobs lets us in within a second."""
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return False
    return True


def disk_has_room() -> bool:
    """Say whether at least 500 MiB are free where files are kept."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free >= LEAST_FREE_BYTES


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the web process is alive, asking nothing of anything else."""
    return JsonResponse({"status": "alive", "version": __version__})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether requests can be served: 503 without the database, degraded without broker or disk space.

    Figures can be entered without the broker; jobs wait in the outbox until it is back. An administrator sees what the last backup came to.
    """
    note = rotation.last()
    parts = {"database": database_answers(), "broker": broker_answers(), "disk": disk_has_room(), "backup": note is None or note.sound}
    status = "ready" if all(parts.values()) else "degraded"
    if not parts["database"]:
        status = "down"
    words = {part: "ok" if fine else "failing" for part, fine in parts.items()}
    if rotation.folder() is None:
        words["backup"] = "off"
    words["virus_scan"] = "on" if settings.CLAMD else "off"
    if note and parts["database"] and Role.ADMINISTRATOR in getattr(request.user, "programme_roles", ()):
        words["last_backup"] = note.told()
    return JsonResponse({"status": status, "version": __version__, **words}, status=503 if status == "down" else 200)
