"""A damaged or forged archive is refused with the reason, and the portal's rows and files stay as they were."""

import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError

from portal.management.backups import server
from reports import shelf
from tests import archives


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> Path:
    """A folder of stored files of this test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


SOUND: list[Path] = []


@pytest.fixture
def sound(own_database, tmp_path_factory) -> Path:
    """A sound archive, made once for all tests that damage it."""
    shelf.keep(b"a file of before")
    if not SOUND:
        shelf.keep(b"another file of before")
        SOUND.append(archives.backup(tmp_path_factory.mktemp("sound") / "a.zip"))
    return SOUND[0]


def member_of(facts: dict, number: int) -> str:
    return f"files/{facts['files'][number]['path']}"


def swapped(content: archives.Members) -> archives.Members:
    """Two files, each under the name of the other."""
    names = [name for name, _data in content if name.startswith("files/")]
    other = {names[0]: names[1], names[1]: names[0]}
    return [(other.get(name, name), data) for name, data in content]


def renamed(path: str):
    """A file under another path, in the archive and in its manifest."""

    def forge(content: archives.Members) -> archives.Members:
        first = next(name for name, _data in content if name.startswith("files/"))

        def restate(facts: dict) -> None:
            facts["files"][0]["path"] = path

        return archives.restated(restate)([(f"files/{path}" if name == first else name, data) for name, data in content])

    return forge


def another_table(facts: dict) -> None:
    facts["tables"][0]["sha256"] = "0" * 64
    archives.resummed(facts)


def half(data: bytes) -> int:
    return len(data) // 2


UNLIKE = "not what its manifest says"
FORGERIES = {
    "a byte of the dump": (
        archives.changed("database.dump", lambda data: archives.flipped(data, len(data) // 2)),
        "not what its manifest says",
    ),
    "a byte of a file": (archives.changed("files/", lambda data: archives.flipped(data, 3)), UNLIKE),
    "a byte of the manifest": (
        archives.restated(lambda facts: facts.update(digest="0" * 64)),
        "fit together",
    ),
    "a torn manifest": (archives.changed("manifest.json", lambda data: data[:-9]), "cannot be read"),
    "no manifest": (lambda content: content[:-1], "no manifest"),
    "a manifest that is no object": (archives.changed("manifest.json", lambda data: b"[]"), "cannot be read"),
    "two files swapped": (swapped, UNLIKE),
    "a file missing": (lambda content: [content[0], *content[2:]], "missing from the archive"),
    "the dump missing": (lambda content: content[1:], "missing from the archive"),
    "a file too many": (lambda content: [("files/reports/zz/more", b"more"), *content], "does not name"),
    "a member twice": (lambda content: [*content, content[1]], "more than once"),
    "a way out of the folder": (renamed("../../out"), "fit together"),
    "a path from the root": (renamed("/out"), "fit together"),
    "a hidden file": (renamed(".before-1/x"), "fit together"),
    "another format": (archives.restated(lambda facts: facts.update(format=2)), "format"),
    "another kind": (archives.restated(lambda facts: facts.update(kind="other")), "format"),
    "a newer portal": (archives.restated(lambda facts: facts.update(app="99.0")), "made by version 99.0"),
    "a migration of later": (archives.restated(lambda facts: facts["migrations"].append(["pilots", "9999_later"])), "pilots.9999_later"),
    "a newer server": (archives.restated(lambda facts: facts.update(postgresql=99)), "PostgreSQL 99"),
    "a dump that is none": (archives.with_dump(b"no dump at all" * 99), "could not be brought back"),
    "a torn dump": (lambda content: archives.with_dump(dict(content)["database.dump"][:-5000])(content), "could not be brought back"),
    "sums of other rows": (archives.restated(another_table), "not what was backed up"),
}


@pytest.mark.parametrize("fault", FORGERIES)
def test_a_forged_archive_is_refused_with_the_data_untouched(sound, tmp_path, files, fault):
    forge, words = FORGERIES[fault]
    path = archives.written(tmp_path / "forged.zip", forge(archives.members(sound)))
    before, around = archives.digest(), sorted(files.rglob("*"))
    with pytest.raises(CommandError, match=words):
        archives.restore(path)
    assert (archives.digest(), sorted(files.rglob("*")), archives.databases()) == (before, around, {server.name()})


def encrypted(data: bytes) -> bytes:
    """The archive with the mark of encryption on its first member."""
    place = data.index(b"PK\x01\x02") + 8
    return data[:place] + bytes([data[place] | 1]) + data[place + 1 :]


DAMAGES = {
    "cut by one byte": lambda data: data[:-1],
    "cut in half": lambda data: data[: len(data) // 2],
    "one byte more": lambda data: data + b"x",
    "an empty file": lambda data: b"",
    "not an archive": lambda data: b"hello" * 100,
    "encrypted": encrypted,
    **{f"a byte at {part}/7": lambda data, part=part: archives.flipped(data, (len(data) - 1) * part // 7) for part in range(8)},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_archive_is_refused_with_the_data_untouched(sound, tmp_path, files, damage):
    path = tmp_path / "damaged.zip"
    path.write_bytes(DAMAGES[damage](sound.read_bytes()))
    before, around = archives.digest(), sorted(files.rglob("*"))
    with pytest.raises(CommandError, match="damaged"):
        archives.restore(path)
    assert (archives.digest(), sorted(files.rglob("*")), archives.databases()) == (before, around, {server.name()})


@pytest.mark.parametrize("words", [b"encrypted", b"packed"])
def test_an_encrypted_or_packed_member_is_refused_though_the_seal_fits(sound, tmp_path, words):
    path = archives.written(
        tmp_path / "a.zip", archives.members(sound), packing=zipfile.ZIP_DEFLATED if words == b"packed" else zipfile.ZIP_STORED
    )
    if words == b"encrypted":
        data = encrypted(path.read_bytes())[:-64]
        path.write_bytes(data + archives.sha256(data).encode())
    with pytest.raises(CommandError, match="encrypted or packed"):
        archives.restore(path)


def test_another_dump_that_restores_is_refused_because_its_rows_are_others(sound, tmp_path):
    archives.somebody_new()
    other = dict(archives.members(archives.backup(tmp_path / "other.zip")))["database.dump"]
    before = archives.digest()
    path = archives.written(tmp_path / "forged.zip", archives.with_dump(other)(archives.members(sound)))
    with pytest.raises(CommandError, match=r"not what was backed up: .*pilots_user"):
        archives.restore(path)
    assert archives.digest() == before
