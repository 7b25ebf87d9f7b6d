"""The account that the servers run under: one's own, or for root an unprivileged one, since PostgreSQL refuses root."""

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.desk.trouble import Trouble

CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}  # from the smaller to the larger right; the numbers are Linux's


@dataclass(frozen=True)
class Account:
    """Who runs the servers; `uid` is None when it is simply the person who started the desk."""

    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid or 0)

    def command(self, argv: Sequence[str], *, paths: Sequence[Path]) -> list[str]:
        """The command as this account can run it, even where a folder above `paths` lets only root in (as /root does)."""
        if self.uid is None:
            return list(argv)
        setpriv = shutil.which("setpriv")
        who = [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        shut = next((path for path in paths if not _open_to(self.uid, path)), None)
        if shut is None:
            return [setpriv, *who, "--", *argv] if setpriv else list(argv)
        right = next((name for name, bit in CAPABILITIES.items() if _bounding_set() >> bit & 1), None)
        if setpriv is None or right is None:
            raise Trouble(
                f"PostgreSQL does not run as root, and the account it runs under instead may not enter {shut}. "
                "Start the portal as an ordinary user, or move it and its --home to a folder others may enter, such as /srv/portal."
            )
        rights = f"-all,+{right}"
        who.append("--securebits=+no_setuid_fixup")  # else access(2), which initdb asks, does not count the right
        return [setpriv, *who, f"--inh-caps={rights}", f"--ambient-caps={rights}", f"--bounding-set={rights}", "--", *argv]

    def popen(self) -> dict[str, object]:
        """What Popen needs to change the user where setpriv is not there to do it."""
        if self.uid is None or shutil.which("setpriv"):
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(data: Path) -> Account:
    """The account for a data folder: its owner, or `nobody` for a new one, when root starts the desk."""
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            owner = _name(data.stat().st_uid)
            raise Trouble(f"{data} belongs to {owner}. Start the portal as {owner}, or choose a folder of your own with --home.")
        return Account()
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user number {uid}"


def _open_to(uid: int, path: Path) -> bool:
    """May this user pass through every folder above the path, and into it?"""
    whole = path.resolve()
    for folder in (whole, *whole.parents):
        facts = folder.stat()
        allowed = stat.S_IXUSR if facts.st_uid == uid else stat.S_IXOTH
        if not facts.st_mode & allowed:
            return False
    return True


def _bounding_set() -> int:
    """The rights this process could hand on, as Linux counts them; 0 elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return next((int(line.split()[1], 16) for line in status.read_text().splitlines() if line.startswith("CapBnd")), 0)
