"""The digest is the same for the same content, and another one for any change of it that somebody decided."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from pilots import members, outbox, tokens, trail
from pilots.models import Door, KeptAnswer, OutboxRow, Pilot, Role, Token, TrailRow, User
from portal.management import digest
from tests import builders


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> Path:
    """A folder of stored files of this test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


def said(*options: str) -> list[str]:
    out = StringIO()
    call_command("digest", *options, stdout=out, skip_checks=True)
    return out.getvalue().splitlines()


def store(root: Path, name: str, content: bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content)


def test_digest_is_one_line_and_comes_again(own_database):
    (line,) = said()
    assert re.fullmatch(r"[0-9a-f]{64}", line)
    assert said() == [line]


def test_digest_knows_nothing_of_the_order_in_which_rows_lie(own_database):
    before, places = said(), "SELECT array_agg(slug ORDER BY ctid) FROM pilots_pilot"
    with connection.cursor() as cursor:
        cursor.execute(places)
        (lay,) = cursor.fetchone()
        cursor.execute("UPDATE pilots_pilot SET slug = slug WHERE slug = %s", [lay[0]])
        cursor.execute(places)
        assert cursor.fetchone()[0] != lay
        cursor.execute("ALTER ROLE CURRENT_USER SET timezone = 'America/New_York'")
    connection.close()
    try:
        assert said() == before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER ROLE CURRENT_USER RESET timezone")


def test_digest_changes_with_one_value_and_only_in_its_table(own_database):
    before = said("--tables")
    Pilot.objects.filter(slug="tianjin").update(city_en="Tianjin.")
    after = said("--tables")
    changed = [new.split()[2] for old, new in zip(before[:-1], after[:-1], strict=True) if old != new]
    assert changed == ["pilots_pilot"]
    assert before[-1] != after[-1]


def test_digest_changes_with_an_act_and_with_its_row_in_the_trail(own_database):
    before = said()
    members.add_person(username="zhang", name="张", password=None, by=None, door=Door.COMMAND)
    after = said()
    assert after != before
    trail.leave("members.grant", kind="membership", key="zhang", by=None, door=Door.COMMAND)
    assert said() != after


def test_digest_leaves_out_what_nobody_decided(own_database):
    user = builders.person("zhang", Role.COORDINATOR)
    token, _text = tokens.make(user=user, name="plant", scope=Token.Scope.READ, by=user, door=Door.PAGE)
    before = said()
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    tokens.note_use(token=token, by=user, door=Door.API)
    outbox.put("reports.build", key="nothing", payload={"report_id": 0})
    assert OutboxRow.objects.exists() and Token.objects.get().last_used_at
    assert said() == before
    Token.objects.update(name="works")
    assert said() != before


def test_digest_holds_every_file_by_name_and_content(own_database, files):
    empty = said()
    store(files, "reports/ab/one", b"first")
    one = said()
    store(files, "reports/ab/one", b"other")
    other = said()
    store(files, "reports/ab/one", b"first")
    store(files, "reports/ab/.unfinished-1", b"half")
    assert said() == one
    (files / "reports/ab/one").rename(files / "reports/ab/two")
    assert len({*empty, *one, *other, *said()}) == 4


def test_digest_lists_every_table_once_and_then_the_files(own_database, files):
    store(files, "reports/ab/one", b"first")
    *lines, total = said("--tables")
    counts = {name: int(count) for _sum, count, name in map(str.split, lines)}
    assert list(counts)[:-1] == sorted(list(counts)[:-1]) and list(counts)[-1] == "files"
    assert counts["files"] == 1
    assert counts["pilots_trailrow"] == TrailRow.objects.count() > 0
    assert total == said()[0]
    kept = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.app_label in digest.APPS}
    assert kept - set(counts) == digest.PASSING_TABLES
    assert {OutboxRow._meta.db_table, KeptAnswer._meta.db_table} <= digest.PASSING_TABLES


def test_digest_of_a_copy_is_that_of_the_original(demo_database, ground):
    original = said()
    with ground.own(template="seeded"):
        assert said() != original
    with ground.own(template="demo"):
        assert said() == original


def test_digest_refuses_to_run_inside_a_transaction(db):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(RuntimeError):
        list(digest.parts())
