"""The role that runs the portal does everything that people do, and can change neither the tables nor what stays."""

import secrets

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction

from pilots.models import Pilot
from portal.management.commands.grant_portal import kept
from tests.builders import cast
from tests.isolation import world
from tests.visitors import signed_in

REFUSED = "42501"


@pytest.fixture
def role(own_database, ground):
    """A role with the portal's rights; Django's connection is signed in as it, and as the owner again afterwards."""
    name, password = f"app_{ground.worker}", secrets.token_hex(16)
    with ground.servers.superuser() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {name}")
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
    call_command("grant_portal", name)
    call_command("grant_portal", name)
    settings = connections["default"].settings_dict
    owner = {"USER": settings["USER"], "PASSWORD": settings["PASSWORD"]}
    connection.close()
    settings.update(USER=name, PASSWORD=password)
    yield name
    connection.close()
    settings.update(owner)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {name}")
    connection.close()
    with ground.servers.superuser() as cursor:
        cursor.execute(f"DROP ROLE {name}")


def test_the_role_walks_a_year_to_its_report_and_reads_every_page(role):
    pilot = Pilot.objects.get(slug="tianjin")
    people = cast(pilot, Pilot.objects.get(slug="qujiang"))
    world.furnished(pilot, people)
    for address in ("/", "/todo", "/pilots/tianjin/matrix", "/pilots/tianjin/reports/", "/api/v1/values", "/admin/"):
        assert signed_in(people.lead).get(address).status_code == 200


def test_the_role_can_change_no_table_and_nothing_that_stays(role):
    attempts = ["CREATE TABLE mine (id int)", "DROP TABLE pilots_user", "ALTER TABLE pilots_user ADD COLUMN mine int"]
    attempts += ["SET session_replication_role = replica", "DELETE FROM django_migrations"]
    for table, operations in kept().items():
        attempts += [f"TRUNCATE {table} CASCADE", f"ALTER TABLE {table} DISABLE TRIGGER USER"]
        attempts += [f"DELETE FROM {table}"] if "DELETE" in operations else []
        attempts += [f"UPDATE {table} SET {column(table)} = {column(table)}"] if "UPDATE" in operations else []
    told = {statement: refusal_of(statement) for statement in attempts}
    assert {statement: code for statement, code in told.items() if code != REFUSED} == {}
    assert len(attempts) > 40


def column(table: str) -> str:
    """Any column of a table."""
    with connection.cursor() as cursor:
        return connection.introspection.get_table_description(cursor, table)[0].name


def refusal_of(statement: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return error.__cause__.pgcode
    return ""


def test_a_role_that_is_not_there_and_one_that_owns_the_tables_are_refused(own_database):
    with pytest.raises(CommandError, match="There is no role nobody_there"):
        call_command("grant_portal", "nobody_there")
    with pytest.raises(CommandError, match="superuser"):
        call_command("grant_portal", connections["default"].settings_dict["USER"])
