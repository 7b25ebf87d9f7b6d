"""The rules for every text file of the project: it speaks of the project alone, and asks no one's registry."""

import re
from collections.abc import Iterator

from tests.house.tree import Source

# One letter of each word stands in brackets, so that this file keeps its own rule.
FOREIGN = [
    (r"/wor[k]/|/tm[p]/|/roo[t]/|/hom[e]/\w", "a folder of one machine"),
    (r"(?i)\bcl[a]ude\b|\banthr[o]pic\b|\bopen[a]i\b|\bchat[g]pt\b|\bcopil[o]t\b", "a maker of tools"),
    (r"(?i)(?<!user[ -])\b(?:sub)?ag[e]nts?\b", "a worker"),
    (
        r"\b(?:THREAT[S]|FLOW[S]|SPEE[D]|PART[S]|CONTRAC[T]|STYL[E]|LOO[K]|HOUS[E])(?:\.md)? [\dA-Z]\d*\b",
        "a page outside this tree",
    ),
    (r"(?i)files\.pythonhoste[d]|pyp[i]\.org/simple|registry\.npmj[s]|index-ur[l]", "a registry's address"),
    (r"(?i)as a (?:large )?language mode[l]|this brie[f]\b|the brie[f] says", "how it was made"),
]
HASHED = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[\w,-]+\])?==(\S+)", re.M)


def of_the_project_alone(source: Source) -> Iterator[str]:
    """No file speaks of a machine, a tool or a page outside the tree."""
    for pattern, fault in FOREIGN:
        for found in re.finditer(pattern, source.text):
            line = source.text.count("\n", 0, found.start()) + 1
            yield f"{source.path}:{line}: {fault}: {found[0]}"


def pinned_by_hash(source: Source) -> Iterator[str]:
    """Every requirement is pinned with hashes and without an address."""
    for block in re.split(r"\n(?=\S)", re.sub(r"^\s*#.*$", "", source.text, flags=re.M).strip()):
        name = block.split("\n")[0].strip()
        if name.startswith("-r ") or not name:
            continue
        if not PIN.match(block) or not HASHED.search(block):
            yield f"{source.path}: {name[:60]} is not pinned with a hash"
        if re.search(r"https?://|\s@\s", block):
            yield f"{source.path}: {name[:60]} holds an address"


TEXT_RULES = [of_the_project_alone]
REQUIREMENT_RULES = [pinned_by_hash]
