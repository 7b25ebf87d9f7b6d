"""The process that reads may hang, die, flood or lie: whoever asked hears a refusal in words, and goes on."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from indicators import workbook
from indicators.workbook import reading
from tests.indicators.sheets.makers import table

FIGURES = table(["编号", "数值"], ["TJ-60", 5])
ROW = ["row", 2, [["series", 1, "TJ-60", "TJ-60", ""]]]


def said(*records: object) -> str:
    """A program that answers with these lines whatever it is asked."""
    lines = "\n".join(json.dumps(record) for record in records)
    return f"import sys; sys.stdout.write({lines!r})"


PROGRAMS = {
    "hangs": ("import time; time.sleep(60)", "too_much"),
    "computes for ever": ("while True: pass", "too_much"),
    "aborts": ("import os; os.abort()", "too_much"),
    "takes a wrong address": ("import ctypes; ctypes.string_at(0)", "too_much"),
    "takes all memory": ("x = bytes(10**9)", "too_much"),
    "calls itself for ever": ("f = lambda: f()\nf()", "unreadable"),
    "floods its answer": ("import sys\nwhile True: sys.stdout.write('x' * 10**6)", "unreadable"),
    "floods its complaints": ("import sys\nwhile True: sys.stderr.write('x' * 10**6)", "unreadable"),
    "fails": ("1 / 0", "unreadable"),
    "ends without a word": ("", "unaccounted"),
    "says what is no JSON": ("print('{')", "unreadable"),
    "says what nobody asked": (said(["book"]), "unreadable"),
    "says a line of another shape": (said(["row", 2]), "unreadable"),
    "says a number in place of a line": (said(5), "unreadable"),
    "refuses for a reason nobody knows": (said(["refused", "because", {}]), "unreadable"),
    "keeps a cell for itself": (said(["kind", "csv"], ROW, ["counted", 2], ["end", 2]), "unaccounted"),
    "counts a cell twice": (said(["kind", "csv"], ROW, ROW, ["counted", 1], ["end", 1]), "unaccounted"),
    "counts sheets otherwise": (said(["kind", "csv"], ROW, ["counted", 2], ["end", 1]), "unaccounted"),
    "stops in the middle": (said(["kind", "csv"], ROW, ["counted", 1]), "unaccounted"),
}


@pytest.fixture
def asked(tmp_path):
    """A file that is in order."""
    path = tmp_path / "file"
    path.write_bytes(FIGURES)
    return path


@pytest.mark.parametrize("name", PROGRAMS)
def test_whatever_the_reading_process_does_is_a_refusal(name, asked, tmp_path, monkeypatch):
    text, code = PROGRAMS[name]
    program = tmp_path / "program.py"
    program.write_text(text, encoding="utf-8")
    monkeypatch.setattr(reading, "PROGRAM", program)
    monkeypatch.setattr(reading, "SECONDS", 3)
    monkeypatch.setattr(reading, "ANSWER", 2_000_000)
    with pytest.raises(ValidationError) as refused:
        workbook.read(asked, name="data.xlsx")
    assert refused.value.code == code
    monkeypatch.undo()
    assert workbook.read(asked, name="data.xlsx").counted == 4


def test_what_the_reading_process_started_ends_with_it(asked, tmp_path, monkeypatch):
    told = tmp_path / "told"
    program = tmp_path / "program.py"
    program.write_text(
        "import os, time\n"
        "if os.fork() == 0:\n"
        f"    fd = os.open({str(told)!r}, os.O_CREAT | os.O_WRONLY); os.write(fd, str(os.getpid()).encode()); time.sleep(60)\n"
        f"while not (os.path.exists({str(told)!r}) and os.path.getsize({str(told)!r})): time.sleep(0.01)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(reading, "PROGRAM", program)
    with pytest.raises(ValidationError):
        workbook.read(asked, name="data.xlsx")
    assert ended(int(told.read_text(encoding="ascii")))


def ended(process: int) -> bool:
    """Whether a process is gone, or dead and only not yet fetched, within a few seconds."""
    for _try in range(100):
        stat = Path(f"/proc/{process}/stat")
        if not stat.exists() or stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_the_reading_process_knows_nothing_of_where_it_is(asked, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for children")
    program = tmp_path / "program.py"
    program.write_text(
        "import os, socket, sys\n"
        "assert 'SECRET_KEY' not in os.environ and not os.listdir('.') and 'django' not in sys.modules\n"
        "assert not set(sys.path) & {'', '.'}\n"
        "try:\n"
        "    socket.create_connection(('127.0.0.1', 9), 1)\n"
        "except ConnectionRefusedError:\n"
        "    sys.exit('the network answers')\n"
        "except OSError:\n"
        "    pass\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(reading, "PROGRAM", program)
    with pytest.raises(ValidationError) as refused:
        workbook.read(asked, name="data.xlsx")
    assert refused.value.code == "unaccounted" or not may_have_no_network()


def may_have_no_network() -> bool:
    """Whether this system lets a process give up the network."""
    child = os.fork()
    if child == 0:
        import ctypes

        os._exit(0 if ctypes.CDLL(None).unshare(0x50000000) == 0 else 1)
    return os.waitpid(child, 0)[1] == 0


def test_an_answer_without_room_becomes_a_refusal(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("\r\n".join(["编号,数值", *(f"TJ-60,{n}" for n in range(9_000))]), encoding="utf-8")
    monkeypatch.setattr(reading, "ANSWER", 100_000)
    with pytest.raises(ValidationError) as refused:
        workbook.read(path, name="data.csv")
    assert refused.value.code == "too_much"


def test_a_refusal_hands_over_nothing_of_what_was_read_before(tmp_path):
    lines = ["编号,数值", *(f"TJ-60,{n}" for n in range(20_050)), 'TJ-60,"5']
    path = tmp_path / "file"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    with pytest.raises(ValidationError) as refused:
        workbook.read(path, name="data.csv")
    assert refused.value.code == "line"
