"""The press: sets a sheet as PDF, apart from the worker that asks for it (`pilots.apart`).

This file is also the program of that other process. Whatever a text does to the typesetter, the worker survives it.
"""

import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from pilots import apart
from pilots.apart import TooMuch

__all__ = ["TooMuch", "press"]

HERE = Path(__file__).resolve().parent
TEMPLATES, FONTS = HERE / "typst", HERE.parent / "fonts"
SECONDS = 60
MEMORY = 1024 * 1024 * 1024
LARGEST = 256 * 1024 * 1024


def press(sheet: dict[str, Any], moment: datetime, *, template: str = "report.typ") -> bytes:
    """Set the sheet by one of our templates and return the PDF, dated `moment`; the same sheet and moment give the same bytes.

    Raises TooMuch when a limit is reached, and RuntimeError with the typesetter's words when it cannot be set.
    """
    limits = apart.Limits(memory=MEMORY, seconds=SECONDS, answer=LARGEST)
    with tempfile.TemporaryFile() as order:
        told = {"sheet": json.dumps(sheet, ensure_ascii=False), "moment": moment.isoformat(), "template": template}
        order.write(json.dumps(told).encode())
        with apart.done(Path(__file__).resolve(), order=order, limits=limits) as answer:
            return answer.read()


def _set() -> None:
    """Read the order, set it, and hand the PDF back."""
    order = json.load(sys.stdin.buffer)
    import typst

    sys.stdout.buffer.write(
        typst.compile(
            TEMPLATES / order["template"],
            root=TEMPLATES,
            # Only the faces that lie beside the code: a report looks the same on every machine.
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
            sys_inputs={"sheet": order["sheet"]},
            pdf_standards=["ua-1"],
            timestamp=datetime.fromisoformat(order["moment"]),
            # A folder of ours without packages: no template may fetch one from anywhere.
            package_path=TEMPLATES,
            package_cache_path=TEMPLATES,
        )
    )


if __name__ == "__main__":
    _set()
