"""The rules of the house, each held against the whole tree and against a fault planted to show that the rule can see."""

import os
import subprocess
import sys
import tomllib

import pytest
from django.utils.translation import trans_real
from packaging.requirements import Requirement

from portal import __version__
from tests.house import catalogues
from tests.house.act_rules import ACT_RULES
from tests.house.page_rules import ASSET_RULES, TEMPLATE_RULES
from tests.house.planted import PLANTED
from tests.house.python_rules import PYTHON_RULES
from tests.house.text_rules import PIN, REQUIREMENT_RULES, TEXT_RULES
from tests.house.tree import ROOT, Source, ours

TEXTS = (".py", ".html", ".css", ".js", ".md", ".toml", ".yml", ".yaml", ".txt", ".json", ".po", ".typ", ".example", "Dockerfile", "run")
RULES = [
    *((rule, (".py",)) for rule in (*PYTHON_RULES, *ACT_RULES)),
    *((rule, (".html",)) for rule in TEMPLATE_RULES),
    *((rule, (".css", ".js", ".svg")) for rule in ASSET_RULES),
    *((rule, TEXTS) for rule in TEXT_RULES),
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SERVER = {"SECRET_KEY": "kV7pQ2xR9sLw4TzB6nYc8MdJ3hGf5AeUoXiKtWvZrSyPqNbC7uEgDm", "ALLOWED_HOSTS": "portal.example.cn"}
KEPT = ("PATH", "HOME", "LANG", "DATABASE_URL", "REDIS_URL")


def run(*command: str, **environ: str) -> subprocess.CompletedProcess:
    """Run a command of the virtual environment at the root, with little more in its environment than what is given."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(command, cwd=ROOT, env={**kept, **environ}, capture_output=True, text=True, check=False)


def tool(name: str) -> str:
    """Find a tool beside the running Python."""
    return os.path.join(os.path.dirname(sys.executable), name)


def name(rule: object) -> str:
    return getattr(rule, "__name__", str(rule))


@pytest.mark.parametrize(("rule", "endings"), RULES, ids=name)
def test_the_tree_keeps_the_rule(rule, endings):
    sources = ours(*endings)
    assert sources
    faults = [fault for source in sources for fault in rule(source)]
    assert not faults, "\n".join([rule.__doc__, *faults])


@pytest.mark.parametrize(("rule", "bad", "good"), PLANTED, ids=name)
def test_the_rule_sees_a_planted_fault_and_passes_honest_text(rule, bad: Source, good: Source):
    assert list(rule(bad))
    assert not list(rule(good))


def test_every_rule_has_a_planted_fault():
    assert {rule for rule, _endings in RULES} | set(REQUIREMENT_RULES) == {rule for rule, _bad, _good in PLANTED}


@pytest.mark.parametrize("rule", REQUIREMENT_RULES, ids=name)
def test_requirements_keep_the_rule(rule):
    files = [source for source in ours(".txt") if source.path.name.startswith("requirements")]
    assert {"requirements.txt", "requirements-dev.txt"} <= {file.path.name for file in files}
    faults = [fault for file in files for fault in rule(file)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("file", "groups"), [("requirements.txt", []), ("requirements-dev.txt", ["desk", "dev"])])
def test_requirements_hold_what_the_project_asks_for(file, groups):
    pins = {package.lower(): version for package, version in PIN.findall((ROOT / file).read_text(encoding="utf-8"))}
    wanted = PROJECT["project"]["dependencies"] + [line for group in groups for line in PROJECT["project"]["optional-dependencies"][group]]
    for need in map(Requirement, wanted):
        assert need.specifier.contains(pins.get(need.name.lower(), "0"), prereleases=True), need


def test_version_is_the_same_everywhere():
    assert PROJECT["project"]["version"] == __version__


@pytest.mark.parametrize("path", catalogues.catalogues(), ids=lambda path: path.relative_to(ROOT).parts[0])
def test_catalogue_is_complete_and_compiled(path):
    found = catalogues.messages(path.read_text(encoding="utf-8"))
    assert found
    assert not [message.english for message in found if message.fuzzy or not all(message.chinese)]
    machine = catalogues.compiled(path)
    for message in found:
        forms = {form for key, form in machine.items() if message.english in (key if isinstance(key, tuple) else (key,))}
        in_context = machine.get(f"{message.parts.get('msgctxt')}\x04{message.english}")
        assert set(message.chinese) <= forms | {in_context}, message.english


@pytest.mark.parametrize("path", catalogues.catalogues(), ids=lambda path: path.relative_to(ROOT).parts[0])
def test_catalogue_keeps_every_placeholder(path):
    for message in catalogues.messages(path.read_text(encoding="utf-8")):
        allowed = set(catalogues.PLACEHOLDER.findall(message.english + message.parts.get("msgid_plural", "")))
        for form in message.chinese:
            assert set(catalogues.PLACEHOLDER.findall(form)) <= allowed, message.english


def test_every_message_said_is_in_a_catalogue():
    known = {key[0] if isinstance(key, tuple) else key.split("\x04")[-1] for key in trans_real.translation("zh-hans")._catalog.keys()}  # noqa: SIM118 (it is no dict and cannot be walked)
    missing = {f"{file}: {message}" for message, file in catalogues.said().items() if message and message not in known}
    assert not missing, "\n".join(sorted(missing))


def test_layers_hold():
    done = run(tool("lint-imports"))
    assert done.returncode == 0, done.stdout


def test_code_keeps_the_style():
    for command in (["check", "--output-format", "concise"], ["format", "--check"]):
        done = run(tool("ruff"), *command, ".")
        assert done.returncode == 0, done.stdout


def test_migrations_say_what_the_models_say():
    done = run(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", DESK="1")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("more", [{}, {"PROXY_COUNT": "1"}, {"PASSWORD_PROFILE": "mlps"}], ids=str)
def test_a_server_passes_the_deployment_check(more):
    done = run(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO", **SERVER, **more)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_deployment_check_sees_plain_http():
    done = run(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO", **SERVER, HTTPS="off")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "security.W008" in done.stderr
