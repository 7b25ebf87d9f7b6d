"""What is measured, the working entries, their review and the published observations."""

from indicators.models.catalogue import (
    Aggregation,
    Direction,
    Indicator,
    Mapping,
    Mode,
    Origin,
    PastDefinition,
    Theme,
    Unit,
    Variable,
)
from indicators.models.entries import FLAG_OF_REASON, TYPED_FLAGS, TYPED_REASONS, Collection, Entry, Flag, Reason
from indicators.models.evidence import Citation, Comment, Evidence
from indicators.models.gathering import Import, SignOff
from indicators.models.judging import Judgement, Mark, Offered, Phrase, Reply, UnlockRequest
from indicators.models.observations import Current, Observation, Pace, Published, Release, Revision
from indicators.models.reopenings import Reopening
from indicators.models.review import UNDER_WAY, Submission
from indicators.models.roster import RosterWord
from indicators.models.series import Baseline, Series, Target

__all__ = [
    "FLAG_OF_REASON",
    "TYPED_FLAGS",
    "TYPED_REASONS",
    "UNDER_WAY",
    "Aggregation",
    "Baseline",
    "Citation",
    "Collection",
    "Comment",
    "Current",
    "Direction",
    "Entry",
    "Evidence",
    "Flag",
    "Import",
    "Indicator",
    "Judgement",
    "Mapping",
    "Mark",
    "Mode",
    "Observation",
    "Offered",
    "Origin",
    "Pace",
    "PastDefinition",
    "Phrase",
    "Published",
    "Reason",
    "Release",
    "Reopening",
    "Reply",
    "Revision",
    "RosterWord",
    "Series",
    "SignOff",
    "Submission",
    "Target",
    "Theme",
    "Unit",
    "UnlockRequest",
    "Variable",
]
