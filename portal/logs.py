"""The log: one JSON object a line on standard error, with no form contents, no headers and no query strings."""

import json
import logging
import re
from datetime import UTC, datetime

# What follows in these addresses opens an account.
LINKS = re.compile(r"(/join/|/account/password/reset/key/)[^/\s\"']+")


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
        return json.dumps({name: without_links(value) for name, value in line.items()}, ensure_ascii=True)


def without_details(text: str) -> str:
    """Leave out what PostgreSQL adds to its refusals: it quotes the whole row, with names and figures."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(("DETAIL:", "CONTEXT:", "LINE ", "  ^")))


def without_links(value: object) -> object:
    """Leave out the signs of a link that is used once: a line is read by more people than the link is for."""
    return LINKS.sub(r"\1…", value) if isinstance(value, str) else value
