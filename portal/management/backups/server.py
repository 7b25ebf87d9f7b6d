"""The database server as backups need it: its own programs for copying, and databases made, exchanged and removed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.core.management import CommandError
from django.db import connection, connections
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from portal import carried

# Holds a portal for one restore at a time; the database frees it by itself when the process ends.
LOCK = 371012
SYSTEM = Path("/usr/lib/postgresql")
NOT_FOR_TOOLS = {"password", "cursor_factory", "client_encoding"}
Cursor = psycopg2.extensions.cursor


def name() -> str:
    """The name of the portal's database."""
    return str(connection.settings_dict["NAME"])


def address(database: str) -> tuple[str, dict[str, str]]:
    """How PostgreSQL's programs reach a database: words that may be seen, and an environment that holds the password."""
    params = {key: value for key, value in connection.get_connection_params().items() if key not in NOT_FOR_TOOLS}
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    if password := connection.settings_dict["PASSWORD"]:
        env["PGPASSWORD"] = password
    return make_dsn(**{**params, "dbname": database}), env


def tool(program: str, *, at_least: int) -> tuple[str, int]:
    """Find pg_dump or pg_restore in the version nearest to the server's, never below `at_least`; answer its path and major version."""
    places = [carried.program(carried.POSTGRESQL, program), shutil.which(program), *sorted(SYSTEM.glob(f"*/bin/{program}"))]
    found = sorted((major_of(place), str(place)) for place in places if place)
    for major, place in found:
        if major >= at_least:
            return place, major
    have = f" This machine has version {found[-1][0]}." if found else ""
    raise CommandError(
        f"{program} of PostgreSQL {at_least} or later is needed here.{have} "
        f"Install it (on Debian and Ubuntu: sudo apt install postgresql-client-{at_least}) and try again."
    )


def major_of(program: str | Path) -> int:
    """The major version of one of PostgreSQL's programs."""
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own choice of program
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else 0


def version() -> int:
    """The major version of the server."""
    connection.ensure_connection()
    return connection.pg_version // 10000


@contextmanager
def maintenance() -> Iterator[Cursor]:
    """A cursor outside any transaction beside the portal's database, held for this portal by one process at a time."""
    params = {key: value for key, value in connection.get_connection_params().items() if key != "cursor_factory"}
    try:
        beside = psycopg2.connect(**{**params, "dbname": "postgres"})
    except psycopg2.OperationalError as error:
        raise CommandError(f"A restore works from the database called postgres, which cannot be entered: {error}") from None
    try:
        beside.autocommit = True
        with beside.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, name()])
            if not cursor.fetchone()[0]:
                raise CommandError("Another restore of this portal is running. Wait until it has ended.")
            yield cursor
    finally:
        beside.close()


def lacks_right(cursor: Cursor) -> str:
    """Say what a role that may not make databases lacks, with the words that give it the right; nothing where it may."""
    cursor.execute("SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
    role, allowed = cursor.fetchone()
    if allowed:
        return ""
    return (
        f"The database role {role} may not make databases, and a restore is proven in a new one. "
        f'Let an administrator of the server say: ALTER ROLE "{role}" CREATEDB; and try again.'
    )


def guests(cursor: Cursor, database: str) -> int:
    """How many programs are connected to a database."""
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND coalesce(backend_type, 'client backend') = 'client backend'",
        [database],
    )
    return cursor.fetchone()[0]


def make_empty(cursor: Cursor, database: str, *, like: str) -> None:
    """Make an empty database that sorts and spells as another one does."""
    cursor.execute("SELECT to_jsonb(d), pg_encoding_to_char(encoding) FROM pg_database d WHERE datname = %s", [like])
    facts, encoding = cursor.fetchone()
    words = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {}").format(sql.Identifier(database), sql.Literal(encoding))
    words += sql.SQL(" LC_COLLATE {} LC_CTYPE {}").format(sql.Literal(facts["datcollate"]), sql.Literal(facts["datctype"]))
    locale = facts.get("datlocale") or facts.get("daticulocale")
    if facts.get("datlocprovider") == "b":
        words += sql.SQL(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {}").format(sql.Literal(locale))
    elif facts.get("datlocprovider") == "i":
        words += sql.SQL(" LOCALE_PROVIDER icu ICU_LOCALE {}").format(sql.Literal(locale))
    cursor.execute(words)


def drop(cursor: Cursor, database: str) -> None:
    """Remove a database, whoever is connected to it."""
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def named(cursor: Cursor, beginning: str) -> list[str]:
    """The databases whose names begin so and go on with a time."""
    cursor.execute("SELECT datname FROM pg_database ORDER BY datname")
    return [found for (found,) in cursor.fetchall() if re.fullmatch(re.escape(beginning) + r"\d{8}t\d{6}", found)]


def exchange(cursor: Cursor, *, old: str, aside: str, new: str) -> None:
    """Give the new database the name of the old one, and the old one the name `aside`: both at one stroke, or neither.

    Refused while anybody is connected to either.
    """
    first = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(aside))
    second = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new), sql.Identifier(old))
    try:
        cursor.execute(sql.SQL("BEGIN; {}; {}; COMMIT").format(first, second))
    except psycopg2.Error as error:
        cursor.execute("ROLLBACK")
        raise CommandError(f"The databases could not be exchanged, and the portal is as it was: {error}") from None


@contextmanager
def working_on(database: str) -> Iterator[None]:
    """Let this process work on another database of the server for a while."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
