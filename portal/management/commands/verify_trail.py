"""Walks the trail and its seals, and names in each chain the first row that does not fit; ends with 1 where there is one."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from pilots import chains, sealing
from pilots.chains import Fault
from pilots.sealing import Verdict


class Command(BaseCommand):
    help = "Check every row of the trail against its chain and against the daily seals; change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=Path, action="append", default=[], metavar="FILE", help="also hold the trail against this seal")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: object) -> None:
        verdict = sealing.verify(options["head"])
        self.tell_json(verdict) if options["json"] else self.tell(verdict)
        if verdict.faults:
            raise SystemExit(1)

    def tell(self, verdict: Verdict) -> None:
        """Print a line for each fault, and how much was walked."""
        named = chains.names()
        for fault in verdict.faults:
            self.stdout.write(": ".join(filter(None, (place(fault, named), fault.sentence))))
        told = {"rows": verdict.rows, "chains": verdict.chains, "seals": verdict.seals, "faults": len(verdict.faults)}
        self.stdout.write(_("%(rows)s rows in %(chains)s chains, %(seals)s seals, %(faults)s faults") % told)

    def tell_json(self, verdict: Verdict) -> None:
        """Print what was found for a program to read."""
        named = chains.names()
        faults = [{"pilot": named.get(fault.chain) or None, **asdict(fault), "sentence": fault.sentence} for fault in verdict.faults]
        told = {"sound": not faults, "rows": verdict.rows, "chains": verdict.chains, "seals": verdict.seals, "faults": faults}
        self.stdout.write(json.dumps(told, ensure_ascii=False))


def place(fault: Fault, named: dict[int, str]) -> str:
    """Say where a fault is: the chain, the number or numbers, the row of the table and the seal that tells."""
    if fault.chain is None:
        return fault.source
    chain = named.get(fault.chain, f"pilot {fault.chain}") or _("programme")
    until = f"–{fault.until}" if fault.until else ""
    row = " " + _("(row %(row)s of the table)") % {"row": fault.row} if fault.row else ""
    seal = " " + _("(seal %(seal)s)") % {"seal": fault.source} if fault.source else ""
    return f"{chain} {fault.seq}{until}{row}{seal}"
