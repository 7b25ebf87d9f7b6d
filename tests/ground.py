"""The ground that tests stand on: one PostgreSQL and one Valkey for a whole run, and databases copied from templates."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from portal.desk.home import Home
from portal.desk.programs import ROOT, environment
from portal.desk.servers import Servers

# Each template is the one before it, and one step more.
TEMPLATES = {
    "migrated": [["migrate", "--verbosity=0", "--no-input", "--skip-checks"]],
    "seeded": [["load_catalogue"], ["load_pilots"]],
    "demo": [["demo_data"]],
}
FOLDER, SOCKETS = "TEST_FOLDER", "TEST_SOCKETS"  # how the workers of one run find what its first process has made


class Ground:
    """The servers of this test run, and the database of this process."""

    def __init__(self, *, durable: bool = False) -> None:
        """Choose the addresses, before anything runs and before the settings are read; what is measured durably is written so."""
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
        self.first = "PYTEST_XDIST_WORKER" not in os.environ
        self.folder = Path(tempfile.mkdtemp(prefix="i37-tests-")) if self.first else Path(os.environ[FOLDER])
        self.servers = Servers(Home(self.folder), durable=durable, sockets=None if self.first else Path(os.environ[SOCKETS]))
        self.database = f"test_{self.worker}"
        self.queue = int(self.worker.removeprefix("gw")) % 15 + 1
        os.environ.update(self.environment(), **{FOLDER: str(self.folder), SOCKETS: str(self.servers.sockets)})

    def environment(self, database: str = "") -> dict[str, str]:
        """What a process of the portal is told to work on one database of this ground."""
        env = environment(self.servers.home, sockets=self.servers.sockets, database=database or self.database, queue=self.queue)
        return {**env, "MEDIA_ROOT": str(self.folder / "media" / (database or self.database))}

    def start(self) -> None:
        """Start the servers, once, in the first process of the run."""
        if self.first and self.servers.keeper is None:
            self.servers.start()

    def stop(self) -> None:
        """Leave nothing behind."""
        if self.first:
            self.servers.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def template(self, name: str) -> str:
        """The name of a template, made by the first process that asks for it."""
        with (self.folder / "templates.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._make(name)
        return name

    def clone(self, name: str, *, template: str) -> str:
        """Make a fresh database from a template and answer its address."""
        self.servers.drop_database(name)
        return self.servers.create_database(name, template=self.template(template))

    @contextlib.contextmanager
    def own(self, *, template: str) -> Iterator[str]:
        """A database of one test's own: Django's connections and every process started from here work on it until it is dropped."""
        from django.db import connections

        name = f"own_{self.worker}"
        url = self.clone(name, template=template)
        self._bring_files(template, name)
        before = connections["default"].settings_dict["NAME"]
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        try:
            yield url
        finally:
            connections.close_all()
            connections["default"].settings_dict["NAME"] = before
            self.servers.drop_database(name)

    def _bring_files(self, template: str, name: str) -> None:
        """Copy the files that the rows of a template name to where this process, and those started from here, look for them."""
        for made in (self.folder / "media" / f"making_{one}" for one in TEMPLATES):
            if made.is_dir() and list(TEMPLATES).index(made.name.removeprefix("making_")) <= list(TEMPLATES).index(template):
                for place in (name, self.database):
                    shutil.copytree(made, self.folder / "media" / place, dirs_exist_ok=True)

    def _make(self, name: str) -> None:
        with self.servers.superuser() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return
        failed = self.folder / f"{name}.failed"
        if failed.exists():
            raise RuntimeError(failed.read_text())
        names = list(TEMPLATES)
        earlier = names[names.index(name) - 1] if names.index(name) else None
        if earlier:
            self._make(earlier)
        unfinished = f"making_{name}"
        self.servers.drop_database(unfinished)
        self.servers.create_database(unfinished, template=earlier)
        for words in TEMPLATES[name]:
            self._manage(words, database=unfinished, failed=failed)
        with self.servers.superuser() as cursor:
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')

    def _manage(self, words: list[str], *, database: str, failed: Path) -> None:
        """Run a command in a process of its own, so that no connection stays open on a template."""
        argv = [sys.executable, str(ROOT / "manage.py"), *words]
        done = subprocess.run(argv, env=self.environment(database), capture_output=True, text=True, check=False)
        if done.returncode:
            failed.write_text(f"manage.py {' '.join(words)} failed on an empty database:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
            raise RuntimeError(failed.read_text())
