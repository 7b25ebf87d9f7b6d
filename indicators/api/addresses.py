"""The addresses of indicators, figures, entries and their review below /api/v1/."""

from django.urls import path

import indicators.api.converters  # noqa: F401 (makes <code:…> and <period:…> known)
from indicators.api.catalogue import Adopted, Indicators, OneIndicator
from indicators.api.collections import Collections
from indicators.api.comments import Comments, ReopenThread, Resolve
from indicators.api.editions import Changes, Releases
from indicators.api.entries import Batch, OneEntry, Reopen
from indicators.api.evidence import Cites, EvidenceFile, OneCitation, OneEvidence, PilotEvidence
from indicators.api.gathering import ChooseMode, Confirm, OnPaper
from indicators.api.importing import Apply, Cancel, Imports, OneImport, Template, Undo
from indicators.api.judging import (
    Accept,
    Advise,
    AskToUnlock,
    Assign,
    Grant,
    PutMark,
    Refuse,
    ReplyToMark,
    TakeBack,
    Unmark,
)
from indicators.api.judging import Values as ReviewedValues
from indicators.api.matrix import PilotMatrix
from indicators.api.reviewing import Begin, OneSubmission, SendBack, Submissions, Verify, Withdraw
from indicators.api.values import Values

urlpatterns = [
    path("indicators", Indicators.as_view(), name="indicators"),
    path("indicators/<code:code>", OneIndicator.as_view(), name="indicator"),
    path("pilots/<slug:slug>/indicators", Adopted.as_view(), name="pilot-indicators"),
    path("pilots/<slug:slug>/indicators/<code:series>:choose_mode", ChooseMode.as_view(), name="choose-mode"),
    path("pilots/<slug:slug>/matrix", PilotMatrix.as_view(), name="pilot-matrix"),
    path("values", Values.as_view(), name="values"),
    path("releases", Releases.as_view(), name="releases"),
    path("changes", Changes.as_view(), name="changes"),
    path("entries/<slug:pilot>/<code:series>/<period:period>", OneEntry.as_view(), name="entry"),
    path("entries/<slug:pilot>/<code:series>/<period:period>:reopen", Reopen.as_view(), name="entry-reopen"),
    path("entries/<slug:pilot>/<code:series>/<period:period>/comments", Comments.as_view(), name="comments"),
    path("entries/<slug:pilot>/<code:series>/<period:period>/comments:resolve", Resolve.as_view(), name="comments-resolve"),
    path("entries/<slug:pilot>/<code:series>/<period:period>/comments:reopen", ReopenThread.as_view(), name="comments-reopen"),
    path("entries:batch", Batch.as_view(), name="entries-batch"),
    path("entries:on_paper", OnPaper.as_view(), name="entries-on-paper"),
    path("entries:confirm", Confirm.as_view(), name="entries-confirm"),
    path("pilots/<slug:slug>/collections", Collections.as_view(), name="pilot-collections"),
    path("pilots/<slug:slug>/evidence", PilotEvidence.as_view(), name="pilot-evidence"),
    path("evidence/<int:id>", OneEvidence.as_view(), name="evidence"),
    path("evidence/<int:id>/file", EvidenceFile.as_view(), name="evidence-file"),
    path("evidence/<int:id>/citations", Cites.as_view(), name="evidence-citations"),
    path("citations/<int:id>", OneCitation.as_view(), name="citation"),
    path("pilots/<slug:slug>/workbook", Template.as_view(), name="pilot-workbook"),
    path("pilots/<slug:slug>/imports", Imports.as_view(), name="pilot-imports"),
    path("imports/<int:id>", OneImport.as_view(), name="import"),
    path("imports/<int:id>:apply", Apply.as_view(), name="import-apply"),
    path("imports/<int:id>:undo", Undo.as_view(), name="import-undo"),
    path("imports/<int:id>:cancel", Cancel.as_view(), name="import-cancel"),
    path("pilots/<slug:slug>/submissions", Submissions.as_view(), name="pilot-submissions"),
    path("submissions/<int:id>", OneSubmission.as_view(), name="submission"),
    path("submissions/<int:id>:withdraw", Withdraw.as_view(), name="submission-withdraw"),
    path("submissions/<int:id>:begin", Begin.as_view(), name="submission-begin"),
    path("submissions/<int:id>:send_back", SendBack.as_view(), name="submission-send-back"),
    path("submissions/<int:id>:verify", Verify.as_view(), name="submission-verify"),
    path("submissions/<int:id>/values", ReviewedValues.as_view(), name="submission-values"),
    path("submissions/<int:id>:accept", Accept.as_view(), name="submission-accept"),
    path("submissions/<int:id>:take_back", TakeBack.as_view(), name="submission-take-back"),
    path("submissions/<int:id>:mark", PutMark.as_view(), name="submission-mark"),
    path("submissions/<int:id>:unmark", Unmark.as_view(), name="submission-unmark"),
    path("submissions/<int:id>:advise", Advise.as_view(), name="submission-advise"),
    path("submissions/<int:id>:ask_to_unlock", AskToUnlock.as_view(), name="submission-ask-to-unlock"),
    path("submissions:assign", Assign.as_view(), name="submissions-assign"),
    path("marks/<int:id>:reply", ReplyToMark.as_view(), name="mark-reply"),
    path("unlock_requests/<int:id>:grant", Grant.as_view(), name="unlock-grant"),
    path("unlock_requests/<int:id>:refuse", Refuse.as_view(), name="unlock-refuse"),
]
