"""Who takes part in the programme, in what framework, and what was done."""

from pilots.models.answers import KeptAnswer
from pilots.models.framework import (
    Clause,
    Confidence,
    Edition,
    Goal,
    GoalTarget,
    Issue,
    Phase,
    Purpose,
    RecordType,
    Stage,
    Standard,
)
from pilots.models.invitations import Invitation
from pilots.models.keeping import kept_whole, known, never_emptied, stays_whole
from pilots.models.language import Described, Named, choose
from pilots.models.notices import Cover, Digest, Notice
from pilots.models.outbox import OutboxRow
from pilots.models.passwords import FormerPassword
from pilots.models.people import PILOT_ROLES, PROGRAMME_ROLES, Mail, Membership, Role, Token, User, keeps_people, led_by
from pilots.models.personal import IMPERSONAL, PERSONAL, Personal
from pilots.models.pilot import Fact, Milestone, Pilot, Qualifier, Stakeholder, Trial
from pilots.models.trail import PROGRAMME, Door, TrailHead, TrailLink, TrailRow, TrailSeal

__all__ = [
    "IMPERSONAL",
    "PERSONAL",
    "PILOT_ROLES",
    "PROGRAMME",
    "PROGRAMME_ROLES",
    "Clause",
    "Confidence",
    "Cover",
    "Described",
    "Digest",
    "Door",
    "Edition",
    "Fact",
    "FormerPassword",
    "Goal",
    "GoalTarget",
    "Invitation",
    "Issue",
    "KeptAnswer",
    "Mail",
    "Membership",
    "Milestone",
    "Named",
    "Notice",
    "OutboxRow",
    "Personal",
    "Phase",
    "Pilot",
    "Purpose",
    "Qualifier",
    "RecordType",
    "Role",
    "Stage",
    "Stakeholder",
    "Standard",
    "Token",
    "TrailHead",
    "TrailLink",
    "TrailRow",
    "TrailSeal",
    "Trial",
    "User",
    "choose",
    "keeps_people",
    "kept_whole",
    "known",
    "led_by",
    "never_emptied",
    "stays_whole",
]
