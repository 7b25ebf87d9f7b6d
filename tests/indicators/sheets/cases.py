"""What a case of the collections of files is: a file, and what is to be read in it, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """A file of a name, made when it is wanted; `figures` by series (and period, where it is not 2030), `problems` by place.

    `refused` is the code of a refusal of the whole file. `told` are the codes of what is told beside. `explained` are the codes that
    must be among those explained.
    """

    name: str
    make: Callable[[], bytes]
    figures: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    refused: str = ""
    file: str = "data.xlsx"

    def __str__(self) -> str:
        return self.name
