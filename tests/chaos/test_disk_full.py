"""Fills the disk: of the database (a tablespace of its own), of the kept files (MEDIA_ROOT), and of the temporary folder (TMPDIR).

Each is a small disk in memory, which only root can mount. Nothing is killed.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.conftest import UNLIMITED, OwnGround, Town, running
from tests.chaos.disks import Disk, disk, only_root
from tests.chaos.journal import Client
from tests.desks import wait
from tests.live import live
from tests.remote import CSRF, manage

DATABASE_MB, FILES_MB = 64, 8
SOON = 60.0
READ = ["/api/v1/values", "/api/v1/pilots/tianjin", "/pilots/tianjin/", "/", "/api/v1/todo"]


@dataclass
class Full:
    """A town whose three disks can be filled."""

    town: Town
    database: Disk
    media: Disk
    temporary: Disk


@pytest.fixture(scope="module")
def full(filled, tmp_path_factory) -> Iterator[Full]:
    """A portal whose database, files and temporary files lie on small disks of their own."""
    only_root()
    folder = tmp_path_factory.mktemp("full")
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(disk(folder / "database", DATABASE_MB))
        media = stack.enter_context(disk(folder / "files", FILES_MB))
        temporary = stack.enter_context(disk(folder / "temporary", FILES_MB))
        servers = stack.enter_context(running(folder / "home", durable=False))
        space = database.path / "space"
        space.mkdir(mode=0o700)
        servers.home.account.own(space)
        with servers.superuser() as cursor:
            cursor.execute("CREATE TABLESPACE small LOCATION %s", [str(space)])
            cursor.execute("CREATE DATABASE narrow TABLESPACE small")
        url = servers.database_url("narrow")
        filled.into(url)
        environ = {**UNLIMITED, "MEDIA_ROOT": str(media.path), "TMPDIR": str(temporary.path)}
        for portal in live(OwnGround(servers), database_url=url, folder=folder, **environ):
            yield Full(Town(servers, filled, portal), database, media, temporary)


@pytest.fixture(autouse=True)
def _room(full: Full) -> Iterator[None]:
    """Whatever happened, the next test finds room."""
    yield
    for one in (full.database, full.media, full.temporary):
        one.free()


def write(client: Client, cells: list[str], year: str, number: int, versions: dict[str, int]) -> tuple[int, dict]:
    """Write one number into several cells at once; the versions that it answers are kept."""
    items = [{"series": cell, "period": year, "value": str(number), "version": versions.get(cell, 0)} for cell in cells]
    status, headers, body = client.ask("POST", "entries:batch", {"pilot": "tianjin", "entries": items})
    if status == 200:
        versions.update({row["series"]: row["version"] for row in body["data"]})
    else:
        assert headers["Retry-After"].isdigit(), headers
    return status, body


def reads(full: Full) -> None:
    """Assert that everything can be read."""
    with contextlib.closing(full.town.client("lead")) as reader:
        assert {address: reader.send("GET", address)[0] for address in READ} == dict.fromkeys(READ, 200)


def test_a_full_disk_of_the_database_refuses_writing_keeps_reading_and_mends_itself(full: Full) -> None:
    cells, versions, last, applied = full.town.filled.cells, {}, 0, 0
    full.database.fill(leaving=200_000)
    with contextlib.closing(full.town.client("contributor")) as client:
        refused = 0
        for number in range(1, 2000):
            status, body = write(client, cells, "2029", number, versions)
            if status == 200:
                last, applied = number, applied + 1
                continue
            assert (status, body["code"]) == (503, "no_room"), body
            refused += 1
            if refused == 5:
                break
        assert refused == 5
        assert last, "there was room for some"
        reads(full)
        standing = full.town.query("SELECT value, version FROM indicators_entry WHERE extract(year FROM start) = 2029")
        assert set(standing) == {(last, applied)}, "each batch is wholly there or wholly absent"
        full.database.free()
        client.close()
        assert wait(lambda: write(client, cells, "2029", number + 1, versions)[0] == 200, seconds=SOON)
    assert full.town.query("SELECT count(*) FROM pilots_trailrow WHERE object_key LIKE '%%/2029' AND act = 'entry.record'") == [
        ((applied + 1) * len(cells),)
    ]
    manage(full.town.portal, "check_integrity")


def test_a_full_disk_of_the_files_fails_a_report_with_its_reason_and_leaves_nothing_half(full: Full) -> None:
    before = files(full.media)
    full.media.fill()
    report = full.town.order(2001)

    def failed() -> bool:
        full.town.patience_is_over()
        return full.town.query("SELECT state, error FROM reports_report WHERE id = %s", report) == [("failed", "no-room")]

    assert wait(failed, seconds=SOON), full.town.portal.log("worker").read_text()[-3000:]
    assert files(full.media) == before
    reads(full)
    with contextlib.closing(full.town.client("contributor")) as client:
        assert write(client, full.town.filled.cells, "2028", 1, {})[0] == 200, "figures need no room there"
    full.media.free()
    again = full.town.order(2001)
    assert wait(lambda: full.town.made(again), seconds=SOON), full.town.portal.log("worker").read_text()[-3000:]
    full.town.made_once(again)


def files(one: Disk) -> set[Path]:
    return {file for file in one.path.rglob("*") if file.is_file() and file != one.filler}


def test_a_full_temporary_folder_refuses_a_large_form_and_nothing_else(full: Full) -> None:
    large = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n' + bytes(4_000_000) + b"\r\n--x--\r\n"
    kept = files(full.temporary)
    full.temporary.fill()
    assert sign_in_with(full, large) == (503, "60")
    reads(full)
    with contextlib.closing(full.town.client("contributor")) as client:
        assert write(client, full.town.filled.cells, "2030", 1, {})[0] == 200
    assert files(full.temporary) == kept
    full.temporary.free()
    assert sign_in_with(full, large) == (200, None), "the form is read, and refused for what is in it"


def sign_in_with(full: Full, body: bytes) -> tuple[int, str | None]:
    """Send a form with a large file to the page for signing in; answer status and the time to come back."""
    import requests

    with requests.Session() as visitor:
        visitor.trust_env = False
        page = visitor.get(f"{full.town.portal.url}/account/login/").text
        head = f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{CSRF.search(page)[1]}\r\n'.encode()
        answer = visitor.post(
            f"{full.town.portal.url}/account/login/", data=head + body, headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
    return answer.status_code, answer.headers.get("Retry-After")
