"""The log: one JSON object a line on standard error, with no form contents, no headers and no query strings."""

import json
import logging
from datetime import UTC, datetime


class Lines(logging.Formatter):
    """Write a record as one line of JSON, so that nothing a stranger typed can begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Compose the line: time in UTC, level, logger, message; for a request its method, path and status."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "request", None)
        if hasattr(request, "method"):
            line |= {"method": request.method, "path": request.path, "status": getattr(record, "status_code", None)}
        if record.exc_info:
            line["exception"] = without_details(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)


def without_details(text: str) -> str:
    """Leave out what PostgreSQL adds to its refusals: it quotes the whole row, with names and figures."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(("DETAIL:", "CONTEXT:", "LINE ", "  ^")))
