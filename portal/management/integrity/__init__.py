"""The checks of integrity: sentences that are true of every sound database, each with the rows that break it."""

from portal.management.integrity import catalogue, entries, evidence, imports, joined, published, releases, reports, reviews, trail
from portal.management.integrity.naming import CHECKS, SHOWN, Check

__all__ = [
    "CHECKS",
    "SHOWN",
    "Check",
    "catalogue",
    "entries",
    "evidence",
    "imports",
    "joined",
    "published",
    "releases",
    "reports",
    "reviews",
    "trail",
]
