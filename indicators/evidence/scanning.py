"""Asks a virus scanner about files that came in; until it has found them clean, nobody gets them (DECISIONS 27)."""

from __future__ import annotations

import logging
import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from indicators.evidence import places
from indicators.models import Evidence
from pilots import trail
from pilots.models import User

log = logging.getLogger(__name__)

SECONDS = 60
CHUNK = 64 * 1024
CLEAN, FOUND = "stream: OK", " FOUND"


class Unanswered(OSError):
    """The scanner did not say whether the file is clean."""


def scan(*, evidence_id: int, by: User | None, door: str) -> bool:
    """Have a waiting file scanned and set free or refused; False where the scanner does not answer and the file goes on waiting."""
    waiting = Evidence.objects.filter(pk=evidence_id, state=Evidence.State.QUARANTINED).first()
    if waiting is None:
        return True
    try:
        virus = ask(places.path_of(waiting.sha256))
    except OSError as error:
        log.warning("The virus scanner did not answer, evidence %s goes on waiting: %s", evidence_id, error)
        return False
    settle(evidence=waiting, virus=virus, by=by, door=door)
    return True


@transaction.atomic
def settle(*, evidence: Evidence, virus: str, by: User | None, door: str) -> Evidence:
    """Set a waiting file free, or refuse it for good where a virus was found in it."""
    (locked,) = Evidence.objects.select_for_update(no_key=True).filter(pk=evidence.pk)
    if locked.state != Evidence.State.QUARANTINED:
        return locked
    locked.state = Evidence.State.REFUSED if virus else Evidence.State.CLEAN
    locked.save(update_fields=["state"])
    told = {"state": locked.state, "sha256": locked.sha256, **({"virus": virus} if virus else {})}
    trail.leave("evidence.scan", kind="evidence", key=str(locked.pk), by=by, door=door, pilot=locked.pilot, after=told)
    return locked


def again(*, by: User | None, door: str) -> int:
    """Have the files scanned that are still waiting, as long as the scanner answers; return how many were settled."""
    settled = 0
    for evidence_id in Evidence.objects.filter(state=Evidence.State.QUARANTINED).order_by("pk").values_list("pk", flat=True):
        if not settings.CLAMD or not scan(evidence_id=evidence_id, by=by, door=door):
            break
        settled += 1
    return settled


def ask(path: Path) -> str:
    """Send a file to the scanner and return the name of the virus that it found, or nothing.

    The file goes in pieces, each after its length, as clamd's INSTREAM wants it; any answer but a clear one raises Unanswered.
    """
    with path.open("rb") as file, connected() as line:
        line.sendall(b"zINSTREAM\0")
        while piece := file.read(CHUNK):
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while piece := line.recv(4096):
            answer += piece
    said = answer.decode(errors="replace").strip("\0\n ")
    if said == CLEAN:
        return ""
    if said.endswith(FOUND):
        return said.removeprefix("stream: ").removesuffix(FOUND)[:200]
    raise Unanswered(said[:200] or "no answer")


def connected() -> socket.socket:
    """Open the line to the scanner that the settings name."""
    if not settings.CLAMD:
        raise Unanswered("there is no scanner")
    address = urlsplit(settings.CLAMD)
    if address.scheme == "clamd":
        return socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    line.connect(address.path)
    return line
