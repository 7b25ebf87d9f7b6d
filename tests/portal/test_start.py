"""start.py runs on a bare Python, and names what is missing together with its remedy."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import start

ROOT = Path(start.__file__).parent


def pins(kind: str) -> dict[str, str]:
    """The versions a requirements file pins, by the package's plain name."""
    text = (ROOT / f"requirements{kind}.txt").read_text()
    return {name.lower().replace("_", "-"): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def test_start_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "start.py").read_text())
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert {name.split(".")[0] for name in named} <= set(sys.stdlib_module_names)


def test_an_old_python_can_read_start_far_enough_to_be_refused_by_it() -> None:
    young = (ast.JoinedStr, ast.NamedExpr, ast.Match, ast.AnnAssign, ast.AsyncFunctionDef)
    tree = ast.parse((ROOT / "start.py").read_text())
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, young)] == []
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hints = [hint for each in functions for hint in (each.returns, *(arg.annotation for arg in each.args.args))]
    assert [ast.unparse(hint) for hint in hints if isinstance(hint, ast.Subscript | ast.BinOp)] == []


def test_an_old_python_is_refused_with_the_way_to_a_newer_one() -> None:
    with pytest.raises(start.Trouble, match=r"Python 3.11 or newer is needed, and this is Python 3.9.*apt install python3"):
        start.check_system((3, 9, 2), "posix")
    start.check_system((3, 11, 0), "posix")


def test_windows_is_shown_its_way() -> None:
    with pytest.raises(start.Trouble, match="WSL or with Docker"):
        start.check_system((3, 12, 0), "nt")


def test_a_python_without_ensurepip_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(start.Trouble, match="apt install python3-venv"):
        start.check_venv_can_be_made()


def test_a_disk_without_room_is_named() -> None:
    with pytest.raises(start.Trouble, match=r"has \d+ MB free and installing needs"):
        start.check_room(ROOT, needed=2**62)


@pytest.mark.parametrize(
    ("words", "do", "home", "rest"),
    [
        ([], "run", "var", []),
        (["--home", "x"], "run", "x", []),
        (["manage", "check", "--deploy"], "manage", "var", ["check", "--deploy"]),
        (["--home", "x", "manage", "check"], "manage", "x", ["check"]),
        (["manage", "--home=x", "check", "--home", "y"], "manage", "x", ["check", "--home", "y"]),
        (["test", "-n", "2", "-h"], "test", "var", ["-n", "2", "-h"]),
    ],
)
def test_options_stand_before_or_right_after_the_command(words: list[str], do: str, home: str, rest: list[str]) -> None:
    chosen = start.read(words)
    assert (chosen.do, Path(chosen.home).name, chosen.words) == (do, home, rest)


def test_a_word_it_does_not_know_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        start.read(["serve"])
    assert "unrecognized arguments: serve" in capsys.readouterr().err


def test_without_a_network_the_two_ways_out_are_named(tmp_path: Path) -> None:
    for name in ("start.py", "requirements-desk.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "empty").mkdir()
    env = {"PATH": os.defpath, "HOME": str(tmp_path)}
    words = [sys.executable, str(tmp_path / "start.py"), "--wheelhouse", str(tmp_path / "empty")]
    answer = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "wheelhouse DIR" in answer.stderr
    assert "PIP_INDEX_URL" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert (tmp_path / ".venv" / "bin" / "python").exists(), "the next start goes on from here"
    assert not (tmp_path / ".venv" / "installed-desk").exists()


@pytest.mark.parametrize("kind", ["", "-desk", "-dev"])
def test_every_requirement_is_held_by_a_hash_and_names_no_address(kind: str) -> None:
    text = (ROOT / f"requirements{kind}.txt").read_text()
    assert "://" not in text
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_server_desk_and_tests_run_on_the_same_versions() -> None:
    server, desk, dev = pins(""), pins("-desk"), pins("-dev")
    assert server.items() <= desk.items() <= dev.items()


def test_the_pinned_files_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {
        "": project["dependencies"],
        "-desk": extras["desk"],
        "-dev": extras["dev"],
    }
    for kind, lines in asked.items():
        names = {re.match(r"[\w.-]+", line)[0].lower() for line in lines}
        assert names - set(pins(kind)) == set()
