"""Runs the benchmarks that are named, or all: python3 start.py bench [name]."""

import argparse
import importlib
import pkgutil
import sys
from inspect import signature

import benchmarks
from benchmarks.measure import HEADER


def main(words: list[str]) -> None:
    """Print one line for each measurement of the chosen benchmarks."""
    known = [each.name for each in pkgutil.iter_modules(benchmarks.__path__) if each.name not in {"__main__", "measure"}]
    reader = argparse.ArgumentParser(prog="start.py bench", description=__doc__)
    reader.add_argument("names", nargs="*", metavar="name", help=f"one of: {', '.join(known)}")
    reader.add_argument("--rows", type=int, action="append", default=[], help="the sizes to measure, for what is measured by size")
    given = reader.parse_args(words)
    chosen = given.names or known
    unknown = set(chosen) - set(known)
    if unknown:
        reader.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    print(HEADER)
    for name in chosen:
        measurements = importlib.import_module(f"benchmarks.{name}").measurements
        sizes = [given.rows] if given.rows and signature(measurements).parameters else []
        for measurement in measurements(*sizes):
            print(measurement, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
