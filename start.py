#!/usr/bin/env python3
"""From nothing to a running portal: makes .venv, installs what is pinned, and hands over to the desk.

python3 start.py                     serve the portal
python3 start.py test [words]        run the tests; words are pytest's
python3 start.py manage COMMAND      run a management command
python3 start.py bench [name]        run the benchmarks
python3 start.py wheelhouse DIR      collect everything that an installation without Internet needs
"""
# The standard library alone, in words that Python 3.4 can still read: an old Python must get as far as being refused.
# ruff: noqa: UP031

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
ROOM = 1500 * 1024 * 1024  # bytes that .venv takes while it is being filled
COMMANDS = ("run", "test", "manage", "bench", "wheelhouse")
VALUED = ("--home", "--port", "--wheelhouse")


class Trouble(Exception):
    """What stops the start, with its remedy."""


def check_system(version: tuple, system: str) -> None:
    """Refuse a Python or a system that the portal does not run on."""
    if tuple(version[:2]) < OLDEST:
        raise Trouble(
            "Python 3.11 or newer is needed, and this is Python %d.%d. Install a newer one "
            "(on Debian 12 and Ubuntu 24.04: sudo apt install python3 python3-venv) and start again with it." % tuple(version[:2])
        )
    if system == "nt":
        raise Trouble("A Windows desk runs the portal in WSL or with Docker: see docs/install.md.")


def check_room(folder: Path, needed: int = ROOM) -> None:
    """Refuse to fill a disk that has fewer than `needed` bytes free."""
    free = shutil.disk_usage(str(folder)).free
    if free < needed:
        raise Trouble(
            "The disk that holds %s has %d MB free and installing needs %d MB. Free some space and start again."
            % (folder, free >> 20, needed >> 20)
        )


def check_venv_can_be_made() -> None:
    """Refuse a Python whose ensurepip was left out, as Debian's is until its package is installed."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise Trouble(
            "This Python cannot make a virtual environment, because ensurepip is missing. "
            "Install it (on Debian and Ubuntu: sudo apt install python3-venv) and start again."
        ) from None


def installed(kind: str) -> bool:
    """Does .venv hold what the requirements file of this kind pins?"""
    stamp = VENV / ("installed-" + kind)
    return stamp.exists() and stamp.read_text() == wanted(kind) and python().exists()


def wanted(kind: str) -> str:
    """The stamp of an installation: the digest of its requirements and the Python that it is for."""
    return "%s %s" % (hashlib.sha256(requirements(kind).read_bytes()).hexdigest(), sys.implementation.cache_tag)


def requirements(kind: str) -> Path:
    """The pinned file for a kind: `desk` to run, `dev` to test."""
    return ROOT / ("requirements-%s.txt" % kind)


def python() -> Path:
    """The Python of .venv."""
    return VENV / "bin" / "python"


def install(kind: str, wheelhouse: "Path | None") -> None:
    """Bring .venv to what is pinned; one that somebody made by hand is completed and never removed."""
    import fcntl

    with open(str(ROOT / "start.py")) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two first starts at once would fill .venv together
        if installed(kind):
            return
        check_room(ROOT)
        os.umask(0o022)
        if not python().exists():
            make_venv()
        tell("Installing the portal's parts into .venv. This is done once and takes a minute or two.")
        source = ["--no-index", "--find-links", str(wheelhouse.resolve())] if wheelhouse else []
        done = subprocess.call([*installer(), "--require-hashes", "--requirement", str(requirements(kind)), *source])
        if done:
            raise Trouble(
                "The parts could not be installed; the lines above say why. Without Internet, set PIP_INDEX_URL to a mirror, or "
                "collect the parts on another machine with: python3 start.py wheelhouse DIR, and start here with: --wheelhouse DIR"
            )
        for each in ("desk", "dev") if kind == "dev" else ("desk",):
            (VENV / ("installed-" + each)).write_text(wanted(each))


def make_venv() -> None:
    """Make .venv, with uv where it is at hand."""
    tell("Making .venv")
    uv = shutil.which("uv")
    if not uv:
        check_venv_can_be_made()
    command = [uv, "venv", "--quiet", "--seed", "--allow-existing", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
    if subprocess.call([*command, str(VENV)]):
        raise Trouble("The folder .venv could not be made; the lines above say why.")


def installer() -> list:
    """The command that installs: uv, or the pip of .venv, put there first where a .venv made by hand has none."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", str(python())]
    pip = [str(python()), "-m", "pip"]
    try:
        if subprocess.call([*pip, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            check_venv_can_be_made()
            subprocess.check_call([str(python()), "-m", "ensurepip"], stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        raise Trouble("The folder .venv belongs to a Python that is no longer there. Remove it (rm -r .venv) and start again.") from None
    return [*pip, "install", "-qq", "--disable-pip-version-check", "--no-input"]


def collect(folder: Path) -> int:
    """Collect every pinned wheel into a folder, for machines without Internet."""
    installer()
    pip = [str(python()), "-m", "pip", "download", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    return subprocess.call([*pip, "--requirement", str(requirements("dev")), "--dest", str(folder)])


def peel(words: list) -> tuple:
    """Part the leading options of start.py from the words that follow them."""
    mine, rest = [], list(words)
    while rest and rest[0].split("=")[0] in (*VALUED, "--no-demo"):
        count = 2 if rest[0] in VALUED else 1
        mine, rest = mine + rest[:count], rest[count:]
    return mine, rest


def read(words: list) -> argparse.Namespace:
    """Read the command line: options stand before or right after the command; the rest is the command's own."""
    reader = argparse.ArgumentParser(prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--home", metavar="DIR", default=str(ROOT / "var"), help="the folder for the data (var)")
    reader.add_argument("--port", metavar="N", type=int, default=8000, help="the port of the web server (8000); 0 takes a free one")
    reader.add_argument("--no-demo", action="store_true", help="an empty portal, without demo data and demo accounts")
    reader.add_argument("--wheelhouse", metavar="DIR", type=Path, help="install from the wheels in this folder, without Internet")
    mine, rest = peel(words)
    more, after = peel(rest[1:])
    if rest and rest[0] not in COMMANDS:
        mine += rest[:1]  # argparse says what is wrong with it, or answers --help
    chosen = reader.parse_args(mine + more)
    chosen.do, chosen.words = (rest[0] if rest else "run"), after
    return chosen


def hand_over(chosen: argparse.Namespace) -> int:
    """Become the program that was asked for."""
    env = dict(os.environ, PYTHONPATH=str(ROOT))
    if chosen.do == "wheelhouse":
        if len(chosen.words) != 1:
            raise Trouble("Say where to collect the wheels: python3 start.py wheelhouse DIR")
        return collect(Path(chosen.words[0]))
    if chosen.do in ("test", "bench"):
        os.chdir(str(ROOT))
        module = ["pytest" if chosen.do == "test" else "benchmarks"]
    else:
        no_demo = ["--no-demo"] if chosen.no_demo else []
        module = ["portal.desk", "--home", chosen.home, "--port", str(chosen.port), *no_demo, chosen.do]
    # -P: a folder named like one of the portal's own, wherever the person stands, must not come first.
    return os.execve(str(python()), [str(python()), "-P", "-m", *module, *chosen.words], env)  # noqa: S606 - there is no shell to want


def tell(words: str) -> None:
    """Speak beside the standard output, which is the command's."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def main(words: list) -> int:
    """Prepare .venv and hand over; whatever stops it is one plain message."""
    try:
        check_system(sys.version_info, os.name)
        chosen = read(words)
        kind = "dev" if chosen.do in ("test", "bench") else "desk"
        if not installed(kind):
            install(kind, chosen.wheelhouse)
        return hand_over(chosen)
    except Trouble as trouble:
        tell("\n" + str(trouble))
    except OSError as fault:
        tell("\n%s: %s. Free some space, or check who may write there, and start again." % (fault.filename or "start.py", fault.strerror))
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
