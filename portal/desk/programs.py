"""The portal's own three processes and the environment in which they, and every command of a desk, run."""

import os
import sys
from pathlib import Path

from portal.desk.home import Home
from portal.desk.keeper import PORTAL
from portal.desk.servers import Program, database_url, redis_url

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MEDIA_ROOT")
# Whoever asks a desk sits at it; nobody needs to be held back unless they say so.
WITHOUT_LIMITS = dict.fromkeys(("RATE_ANONYMOUS", "RATE_SIGNED_IN", "RATE_WRITES", "RATE_WHOLE"), "0")


def environment(home: Home, *, sockets: Path, database: str = "portal", queue: int = 0) -> dict[str, str]:
    """What the portal is told on a desk: its own servers, key and folder, and everything else as the person has it."""
    home.secret("secret_key")
    given = {name: text for name, text in os.environ.items() if name.removesuffix("_FILE") not in OURS}
    return {
        **WITHOUT_LIMITS,
        "BACKUP_DIR": str(home.folder / "backups"),
        "SECOND_FACTOR": "optional",
        **given,
        "DESK": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url(home, sockets=sockets, name=database),
        "REDIS_URL": redis_url(sockets, number=queue),
        "SECRET_KEY_FILE": str(home.folder / "secret_key"),
        "MEDIA_ROOT": str(home.folder / "media"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


def web(env: dict[str, str], *, listener: int) -> Program:
    """The web server on a socket that the parent has opened, so that no other program can take the port between two starts."""
    argv = _python("gunicorn", "--config", "python:portal.serving", "--bind", f"fd://{listener}", "--graceful-timeout", "2")
    return Program("web", argv, env, PORTAL, fds=(listener,))


def worker(env: dict[str, str]) -> Program:
    """The process that prints reports and hands on what the outbox holds."""
    argv = _python("celery", "--app", "portal.celery", "worker", "--concurrency", "2", "--loglevel", "INFO")
    return Program("worker", [*argv, "--without-gossip", "--without-mingle", "--without-heartbeat"], env, PORTAL)


def beat(env: dict[str, str]) -> Program:
    """The clock that sets off what is due."""
    return Program("beat", _python("celery", "--app", "portal.celery", "beat", "--loglevel", "INFO", "--pidfile="), env, PORTAL)


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]
