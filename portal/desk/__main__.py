"""The desk's own words at the terminal; start.py hands over to it once everything is installed."""

import argparse
import sys
from pathlib import Path

from portal.desk.command import manage
from portal.desk.programs import ROOT
from portal.desk.run import run
from portal.desk.trouble import Trouble, plainly

PORT = 8000


def main(words: list[str]) -> int:
    """Run the portal or one management command; a fault is one plain message and exit code 1."""
    reader = argparse.ArgumentParser(prog="start.py", description=__doc__)
    reader.add_argument("--home", type=Path, default=ROOT / "var", metavar="DIR")
    reader.add_argument("--port", type=int, default=PORT, metavar="N")
    reader.add_argument("--no-demo", dest="demo", action="store_false")
    reader.add_argument("do", choices=["run", "manage"])
    reader.add_argument("words", nargs=argparse.REMAINDER)
    chosen = reader.parse_args(words)
    try:
        with plainly():
            if chosen.do == "manage":
                return manage(chosen.home, chosen.words)
            run(chosen.home, port=chosen.port, demo=chosen.demo)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
