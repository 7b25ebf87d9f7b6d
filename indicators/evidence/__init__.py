"""Acts on evidence: files that show where figures come from, kept by their sha256, and the citations that tie them to cells."""

from indicators.evidence.citing import cite, cited_cells, end_citation, uncited
from indicators.evidence.keeping import Brought, Outcome, bring, put, replace, used_by
from indicators.evidence.places import path_of
from indicators.evidence.scanning import again, scan, settle
from indicators.evidence.tending import Trouble, rehash, sweep

__all__ = [
    "Brought",
    "Outcome",
    "Trouble",
    "again",
    "bring",
    "cite",
    "cited_cells",
    "end_citation",
    "path_of",
    "put",
    "rehash",
    "replace",
    "scan",
    "settle",
    "sweep",
    "uncited",
    "used_by",
]
