"""Seals the trail: every day the heads of all chains are signed, kept in the database and laid out as a file to be copied away."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.utils import timezone

from pilots import chains, storing
from pilots.chains import Fault
from pilots.models import TrailHead, TrailSeal, User

log = logging.getLogger(__name__)

SALT = "pilots.sealing"
# Where each sealed chain stands now at the number that the seal names, and the last number that it has.
STANDING = """
SELECT s.chain, s.seq, l.hash = decode(s.hash, 'hex'), coalesce((SELECT max(seq) FROM pilots_traillink WHERE chain = s.chain), 0)
FROM jsonb_to_recordset(%s) AS s (chain bigint, seq bigint, hash text)
LEFT JOIN pilots_traillink l ON l.chain = s.chain AND l.seq = s.seq ORDER BY s.chain
"""


@dataclass(frozen=True)
class Document:
    """A seal as it stands in the database or in a file: the day, the heads of the chains, and the signature over both."""

    day: str
    heads: list[dict]
    signature: str
    source: str = ""

    @property
    def signed(self) -> bool:
        """Whether the portal's key made the signature, over exactly this."""
        try:
            _signer().unsign(f"{_text(self.day, self.heads)}:{self.signature}")
        except BadSignature:
            return False
        return True

    @property
    def file(self) -> bytes:
        """The seal as a file holds it."""
        content = {"day": self.day, "heads": self.heads, "signature": self.signature}
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


@dataclass(frozen=True)
class Verdict:
    """What a walk of the whole trail found, and how much it walked."""

    rows: int
    chains: int
    seals: int
    faults: list[Fault]


def seal(*, day: date, by: User | None, door: str) -> TrailSeal:
    """Walk the chains and sign where they end, once a day: a second call for the day gives the seal that stands.

    The seal is written to the database and as a file below MEDIA_ROOT/trail; a file that is missing is written again. What the
    walk finds is counted in the seal and keeps nobody from sealing: the portal goes on, and the log and the auditor's page say it.
    """
    made = TrailSeal.objects.filter(day=day).first() or _make(day)
    told = document(made)
    place = folder() / f"{told.day}.json"
    if not place.exists():
        storing.put(place, told.file)
    return made


def folder() -> Path:
    """Where the files of the seals lie: what is to be copied to another machine."""
    return Path(settings.MEDIA_ROOT) / "trail"


def verify(files: Iterable[Path] = ()) -> Verdict:
    """Walk every chain and hold it against every seal: those of the database, those in the folder, and the files given.

    Of each chain the first fault is told, and every seal that this portal has not signed.
    """
    paths = [*sorted(folder().glob("*.json")), *files]
    with _one_moment():
        rows, count = chains.length()
        comparison = Comparison(chains.faults())
        seals = [comparison.hold(document(made)) for made in TrailSeal.objects.order_by("day").iterator(chunk_size=50)]
        for path in paths:
            comparison.hold(_read(path))
    return Verdict(rows, count, len(seals), comparison.faults)


class Comparison:
    """Holds the chains against one seal after the other, the earlier days first, and keeps the first fault of each chain."""

    def __init__(self, found: Iterable[Fault]) -> None:
        """Begin with what the walk of the chains has found."""
        self.first = {fault.chain: fault for fault in found}
        self.sound: dict[int, int] = {}
        self.refused: list[Fault] = []

    @property
    def faults(self) -> list[Fault]:
        """The first fault of each chain, in the order of the chains, and then the seals that are none."""
        return [*(self.first[chain] for chain in sorted(self.first)), *self.refused]

    def hold(self, document: Document) -> None:
        """Hold the chains against a seal. One that is not signed says nothing about them."""
        if not document.signed:
            self.refused.append(Fault(None, 0, "unsigned", source=document.source))
            return
        for line in _standing(document.heads):
            fault = self._against(*line, document.source)
            # A row that is known to be bad tells more than a span that it lies in.
            if fault and (fault.chain not in self.first or (fault.until or fault.seq) < self.first[fault.chain].seq):
                self.first[fault.chain] = fault

    def _against(self, chain: int, seq: int, same: bool | None, last: int, source: str) -> Fault | None:
        if same:
            self.sound[chain] = seq
            return None
        if same is None:
            return Fault(chain, min(last + 1, seq), "cut", source=source)
        sound = self.sound.get(chain, 0)
        return Fault(chain, sound + 1 if sound < seq else 1, "rewritten", until=seq, source=source)


def stands(made: TrailSeal) -> bool:
    """Whether every chain still has, at the number where it was sealed, the hash that was sealed."""
    return all(same for _chain, _seq, same, _last in _standing(made.heads))


@transaction.atomic
def _keep(day: date, verdict: Verdict) -> tuple[TrailSeal, bool]:
    """Write the seal, unless another worker was quicker."""
    named = chains.names()
    heads = [
        {"chain": head.chain, "pilot": named.get(head.chain, ""), "seq": head.seq, "hash": bytes(head.hash).hex()}
        for head in TrailHead.objects.order_by("chain")
    ]
    told = {"made_at": timezone.now(), "heads": heads, "signature": _signer().signature(_text(day.isoformat(), heads))}
    return TrailSeal.objects.get_or_create(day=day, defaults={**told, "rows": verdict.rows, "faults": len(verdict.faults)})


def _make(day: date) -> TrailSeal:
    verdict = verify()
    made, fresh = _keep(day, verdict)
    if fresh:
        # The log goes another way than the database and the disk, so it names the file by its bytes.
        log.info("trail sealed for %s: %s rows, sha256 of the file %s", day, made.rows, hashlib.sha256(document(made).file).hexdigest())
    for fault in verdict.faults:
        log.error("trail is damaged: chain %s, row %s, %s %s", fault.chain, fault.seq, fault.kind, fault.source)
    return made


def document(made: TrailSeal) -> Document:
    """Return the seal of a day as a document."""
    return Document(made.day.isoformat(), made.heads, made.signature, made.day.isoformat())


def _standing(heads: list[dict]) -> list[tuple[int, int, bool | None, int]]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [json.dumps(heads)])
        return cursor.fetchall()


def _read(path: Path) -> Document:
    """Read the file of a seal; one that is none has no signature."""
    try:
        content = json.loads(path.read_bytes())
        return Document(content["day"], content["heads"], str(content["signature"]), str(path))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Document("", [], "", str(path))


def _text(day: str, heads: list[dict]) -> str:
    return json.dumps([day, heads], sort_keys=True, separators=(",", ":"))


def _signer() -> Signer:
    return Signer(salt=SALT)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read one state of the database; within a transaction that has begun, its own state stands."""
    begun = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not begun:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
