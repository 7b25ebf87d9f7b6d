"""The addresses of indicators, figures, entries and their review below /api/v1/."""

from django.urls import path

import indicators.api.converters  # noqa: F401 (makes <code:…> and <period:…> known)
from indicators.api.catalogue import Adopted, Indicators, OneIndicator
from indicators.api.collections import Collections
from indicators.api.editions import Changes, Releases
from indicators.api.entries import Batch, OneEntry, Reopen
from indicators.api.matrix import PilotMatrix
from indicators.api.reviewing import Begin, OneSubmission, SendBack, Submissions, Verify, Withdraw
from indicators.api.values import Values

urlpatterns = [
    path("indicators", Indicators.as_view(), name="indicators"),
    path("indicators/<code:code>", OneIndicator.as_view(), name="indicator"),
    path("pilots/<slug:slug>/indicators", Adopted.as_view(), name="pilot-indicators"),
    path("pilots/<slug:slug>/matrix", PilotMatrix.as_view(), name="pilot-matrix"),
    path("values", Values.as_view(), name="values"),
    path("releases", Releases.as_view(), name="releases"),
    path("changes", Changes.as_view(), name="changes"),
    path("entries/<slug:pilot>/<code:series>/<period:period>", OneEntry.as_view(), name="entry"),
    path("entries/<slug:pilot>/<code:series>/<period:period>:reopen", Reopen.as_view(), name="entry-reopen"),
    path("entries:batch", Batch.as_view(), name="entries-batch"),
    path("pilots/<slug:slug>/collections", Collections.as_view(), name="pilot-collections"),
    path("pilots/<slug:slug>/submissions", Submissions.as_view(), name="pilot-submissions"),
    path("submissions/<int:id>", OneSubmission.as_view(), name="submission"),
    path("submissions/<int:id>:withdraw", Withdraw.as_view(), name="submission-withdraw"),
    path("submissions/<int:id>:begin", Begin.as_view(), name="submission-begin"),
    path("submissions/<int:id>:send_back", SendBack.as_view(), name="submission-send-back"),
    path("submissions/<int:id>:verify", Verify.as_view(), name="submission-verify"),
]
