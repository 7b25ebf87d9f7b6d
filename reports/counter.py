"""The counter: hands a printed file to a reader, as a download and never as a page."""

from __future__ import annotations

from django.http import FileResponse, Http404

from reports import shelf
from reports.models import Language, ReportFile

CONTENT_TYPES = {"pdf": "application/pdf"}


def hand_out(file: ReportFile) -> FileResponse:
    """Return the file as an attachment that a browser neither guesses at nor runs; 404 when it is not on this server's disk."""
    try:
        opened = shelf.path_of(file.sha256).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=download_name(file), content_type=CONTENT_TYPES[file.kind])
    response["ETag"] = tag_of(file)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


def download_name(file: ReportFile) -> str:
    """The name under which a reader keeps the file, in its own language."""
    report = file.report
    if file.language == Language.EN:
        return f"{report.code}-en.{file.kind}"
    return f"{report.pilot.short_name_zh}{report.year}年度报告-{report.number}.{file.kind}"


def tag_of(file: ReportFile) -> str:
    """The validator of a file: its bytes never change."""
    return f'"{file.sha256}"'
