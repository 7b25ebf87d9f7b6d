"""How a measurement is taken and printed: what, median, floor, ratio, peak memory."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One line: what took how long, beside the least that the machine could do it in; both medians in seconds."""

    what: str
    seconds: float
    floor: float

    def __str__(self) -> str:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return f"{self.what:<44} {self.seconds:>8.3f} s {self.floor:>8.3f} s {self.seconds / self.floor:>6.2f} {peak:>6} MB"


HEADER = f"{'what':<44} {'median':>10} {'floor':>10} {'ratio':>6} {'peak':>9}"


def median(work: Callable[[], object], *, times: int = 5) -> float:
    """The median of some runs, in seconds."""
    taken = []
    for _run in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def beside(work: Callable[[], object], floor: Callable[[], object], *, times: int = 5) -> tuple[float, float]:
    """The medians of two kinds of run that take turns, so that a machine busy with other things is so for both."""
    pairs = [(median(work, times=1), median(floor, times=1)) for _run in range(times)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
