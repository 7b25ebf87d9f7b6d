"""Walks the chains of the trail and names, in each, the first row that does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from pilots.models import PROGRAMME, Pilot, TrailHead, TrailLink

WORDS = {
    "changed": _("the row says something else than when it was written"),
    "missing": _("the row is missing"),
    "inserted": _("a row was put in here"),
    "order": _("another row stands in the place of this one"),
    "tail": _("the chain ends before this row"),
    "head": _("the head of the chain does not fit its last row"),
    "cut": _("the chain was sealed with this row, which is gone: its end was cut off, or the database was put back to an earlier moment"),
    "rewritten": _("this row or one after it was rewritten after the chain was sealed"),
    "unsigned": _("this is not a seal that was signed with the key of this portal"),
}

# Each link beside the one before it and the row that it names; what comes out is what does not fit, the first of each chain.
LINKS = """
SELECT DISTINCT ON (chain) chain, seq, row_id, kind, previous FROM (
  SELECT l.chain, l.seq, l.row_id, lag(l.hash) OVER links AS previous, CASE
    WHEN l.seq = lag(l.seq) OVER links THEN 'inserted'
    WHEN l.seq <> coalesce(lag(l.seq) OVER links, 0) + 1 THEN 'gap'
    WHEN r.id IS NULL THEN 'missing'
    WHEN l.hash <> sha256(coalesce(lag(l.hash) OVER links, '') || trail_body(r, l.chain, l.seq)) THEN 'changed'
  END AS kind
  FROM pilots_traillink l LEFT JOIN pilots_trailrow r ON r.id = l.row_id
  WINDOW links AS (PARTITION BY l.chain ORDER BY l.seq)
) AS walked WHERE kind IS NOT NULL ORDER BY chain, seq
"""
# A row that hangs nowhere stands behind the last link whose row is older.
LOOSE = """
SELECT DISTINCT ON (chain) chain, coalesce((SELECT max(seq) FROM pilots_traillink before
  WHERE before.chain = loose.chain AND before.row_id < loose.id), 0) + 1, id
FROM (SELECT coalesce(r.pilot_id, 0)::bigint AS chain, r.id FROM pilots_trailrow r LEFT JOIN pilots_traillink l ON l.row_id = r.id
  WHERE l.row_id IS NULL) AS loose ORDER BY chain, id
"""
ENDS = """
SELECT coalesce(l.chain, h.chain), coalesce(l.seq, 0), coalesce(h.seq, 0), coalesce(l.hash, '') = coalesce(h.hash, '')
FROM (SELECT DISTINCT ON (chain) chain, seq, hash FROM pilots_traillink ORDER BY chain, seq DESC) l
FULL JOIN pilots_trailhead h ON h.chain = l.chain
WHERE l.seq IS DISTINCT FROM h.seq OR l.hash IS DISTINCT FROM h.hash
"""
# Whether a row elsewhere is the one that a link was made for.
ELSEWHERE = """
SELECT r.id FROM pilots_trailrow r, pilots_traillink l
WHERE l.chain = %s AND l.seq = %s AND r.id <> l.row_id AND coalesce(r.pilot_id, 0) = l.chain
AND l.hash = sha256(%s || trail_body(r, l.chain, l.seq)) LIMIT 1
"""
# Whether a link fits as it is once the one before it is left out.
PUSHED_ON = """
SELECT 1 FROM pilots_traillink l JOIN pilots_trailrow r ON r.id = l.row_id
WHERE l.chain = %(chain)s AND l.seq = %(seq)s AND l.hash = sha256(coalesce((SELECT hash FROM pilots_traillink
  WHERE chain = %(chain)s AND seq = %(seq)s - 2), '') || trail_body(r, l.chain, l.seq - 1))
"""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a chain, at which number, and with which row where one is there.

    Where only a span is known, `seq` is its first number and `until` its last. `source` is the seal that tells: its day or its
    file. A seal that is none has no chain.
    """

    chain: int | None
    seq: int
    kind: str
    row: int | None = None
    until: int | None = None
    source: str = ""

    @property
    def sentence(self) -> str:
        """Say what is wrong, in the reader's language."""
        return str(WORDS[self.kind])


def faults() -> list[Fault]:
    """Walk every chain and return the first fault of each, in the order of the chains; nothing where all is well.

    The walk is one statement over all rows in the server; it reads the hashes that stand, so a chain that was written anew from
    some row on with right hashes is sound to it: `sealing.verify` compares with what was signed before.
    """
    found = [*_links(), *_ends(), *_loose()]
    first: dict[int, Fault] = {}
    for fault in found:
        standing = first.get(fault.chain)
        if standing is None or fault.seq < standing.seq:
            first[fault.chain] = fault
    return [first[chain] for chain in sorted(first)]


def names() -> dict[int, str]:
    """Name the chains as the pilots' addresses name them; the programme's has no name."""
    return {PROGRAMME: "", **dict(Pilot.objects.values_list("pk", "slug"))}


def length() -> tuple[int, int]:
    """How many rows hang in how many chains."""
    heads = TrailHead.objects.count()
    return TrailLink.objects.count(), heads


def _links() -> list[Fault]:
    return [_judged(*line) for line in _ask(LINKS)]


def _judged(chain: int, seq: int, row: int, kind: str, previous: bytes | None) -> Fault:
    """Tell a changed row from one that changed places and from one that follows a row put in."""
    if kind == "gap":
        last = TrailLink.objects.filter(chain=chain, seq__lt=seq).order_by("-seq").values_list("seq", flat=True).first()
        return Fault(chain, (last or 0) + 1, "missing")
    if kind == "changed":
        if _ask(ELSEWHERE, [chain, seq, bytes(previous or b"")]):
            kind = "order"
        elif _ask(PUSHED_ON, {"chain": chain, "seq": seq}):
            return Fault(chain, seq - 1, "inserted")
    return Fault(chain, seq, kind, row)


def _loose() -> list[Fault]:
    return [Fault(chain, seq, "inserted", row) for chain, seq, row in _ask(LOOSE)]


def _ends() -> list[Fault]:
    return [_end(*line) for line in _ask(ENDS)]


def _end(chain: int, last: int, head: int, same: bool) -> Fault:
    if last < head:
        return Fault(chain, last + 1, "tail")
    return Fault(chain, last, "head") if last == head else Fault(chain, head + 1, "inserted")


def _ask(sql: str, given: object = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()
