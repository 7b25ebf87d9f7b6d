"""The administration of what is measured: the catalogue to read, figures and their review by acts."""

from indicators.admin.catalogue import SeriesAdmin
from indicators.admin.entering import CollectionAdmin, EntryAdmin
from indicators.admin.published import CurrentAdmin, ObservationAdmin
from indicators.admin.reviewing import SubmissionAdmin

__all__ = ["CollectionAdmin", "CurrentAdmin", "EntryAdmin", "ObservationAdmin", "SeriesAdmin", "SubmissionAdmin"]
