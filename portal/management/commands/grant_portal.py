"""Gives the database role that runs the portal exactly the rights it needs: none over the tables themselves, none against what stays."""

import pgtrigger
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg2 import sql

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
# Only the owner migrates.
READ_ONLY = frozenset({"django_migrations"})


class Command(BaseCommand):
    help = "Give a database role the rights to run the portal, and take every other right on its tables from it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that web, worker and beat sign in with")

    def handle(self, *, role: str, **options: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            refuse_mighty(cursor, role)
            name = sql.Identifier(role)
            for words in ("REVOKE ALL ON ALL TABLES", "REVOKE ALL ON ALL SEQUENCES"):
                cursor.execute(sql.SQL(words + " IN SCHEMA public FROM {}").format(name))
            cursor.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(name))
            cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
            cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
            tables = connection.introspection.table_names(cursor)
            for table in tables:
                rights = sql.SQL(", ").join(map(sql.SQL, rights_on(table)))
                cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, sql.Identifier(table), name))
        self.stdout.write(f"{role} may run the portal: {len(tables)} tables, {len(kept())} of which it cannot take rows from.")


def refuse_mighty(cursor: object, role: str) -> None:
    """Refuse a role that does not exist, or one that no grant would hold back: a superuser, or the owner of the tables."""
    cursor.execute(
        "SELECT rolsuper, EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = rolname)"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    )
    found = cursor.fetchone()
    if found is None:
        raise CommandError(f"There is no role {role}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '…'.")
    if any(found):
        raise CommandError(f"{role} owns the tables or is a superuser, so no right can be taken from it. Choose a role of its own.")


def kept() -> dict[str, frozenset[str]]:
    """What triggers refuse to everybody, by table: UPDATE, DELETE or both."""
    found: dict[str, frozenset[str]] = {}
    for model, trigger in pgtrigger.registered():
        if isinstance(trigger, pgtrigger.Protect) and trigger.condition is None:
            table = model._meta.db_table
            found[table] = found.get(table, frozenset()) | frozenset(str(trigger.operation).split(" OR "))
    return found


def rights_on(table: str) -> tuple[str, ...]:
    """The rights that running the portal needs on a table."""
    if table in READ_ONLY:
        return ("SELECT",)
    return tuple(right for right in EVERYTHING if right not in kept().get(table, ()))
