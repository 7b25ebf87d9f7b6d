"""Work done apart holds its limits and ends with whoever asked for it."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pilots import apart

ROOT = Path(__file__).resolve().parents[2]
MB = 1024 * 1024
LIMITS = apart.Limits(memory=256 * MB, seconds=5, answer=MB)


@pytest.fixture
def work(tmp_path):
    """Do what a text of Python says, apart, and return its answer."""

    def work(text: str, order: bytes = b"", limits: apart.Limits = LIMITS, *arguments: str) -> bytes:
        program = tmp_path / "work.py"
        program.write_text(text, encoding="utf-8")
        with tempfile.TemporaryFile() as file:
            file.write(order)
            with apart.done(program, order=file, limits=limits, arguments=arguments) as answer:
                return answer.read()

    return work


def test_done_gives_the_order_and_returns_the_answer(work):
    said = work("import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1] + sys.argv[1].encode())", b"abc", LIMITS, "!")
    assert said == b"cba!"


def test_the_work_may_use_the_project(work):
    assert work("from indicators.sheets import ON_A_PAGE; print(ON_A_PAGE.rows)") == b"20000\n"


@pytest.mark.parametrize("text", ["import time; time.sleep(9)", "while True: pass", "bytes(300 * 1024 * 1024)", "import os; os.abort()"])
def test_done_gives_up_work_that_takes_too_much_or_dies(work, text):
    with pytest.raises(apart.TooMuch):
        work(text, b"", apart.Limits(memory=256 * MB, seconds=1, answer=MB))


def test_done_tells_the_last_words_of_work_that_fails(work):
    with pytest.raises(RuntimeError, match="because of this"):
        work("raise ValueError('because of this')")


def test_an_answer_has_a_largest_size(work):
    with pytest.raises(RuntimeError, match="File too large"):
        work("import sys; sys.stdout.write('x' * 2_000_000)")


def test_the_work_ends_when_whoever_asked_is_killed(tmp_path):
    program, told = tmp_path / "work.py", tmp_path / "told"
    program.write_text("import os, sys, time; os.write(1, str(os.getpid()).encode()); time.sleep(60)", encoding="utf-8")
    asking = (
        "from pathlib import Path; from pilots import apart\n"
        f"made = open({str(told)!r}, 'w+b')\n"
        "apart.tempfile.TemporaryFile = lambda: made\n"
        f"with apart.done(Path({str(program)!r}), order=open('/dev/null', 'rb'), limits=apart.Limits({256 * MB}, 60, {MB})): pass\n"
    )

    asker = subprocess.Popen([sys.executable, "-c", asking], cwd=ROOT)
    worker = int(waited(lambda: told.exists() and told.read_text(encoding="ascii")))
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    assert waited(lambda: ended(worker))


def waited(until: object, seconds: int = 20) -> object:
    """Ask again until there is an answer."""
    for _try in range(seconds * 20):
        if answer := until():  # type: ignore[operator]
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def ended(process: int) -> bool:
    """Whether a process is gone, or dead and only not yet fetched."""
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
