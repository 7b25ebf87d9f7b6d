"""XML read as it comes, element by element: no document type, no entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.parsers import expat

from indicators.sheets.refused import Refused

Attributes = dict[str, str]


class Reader:
    """Walks through a part. Subclasses say what happens at the beginning and the end of an element.

    Names come without the prefix of the outermost element; elements with another prefix are extensions and keep theirs.
    """

    def __init__(self) -> None:
        # The text of the element at hand is gathered only while this is a list.
        self.text: list[str] | None = None

    def begin(self, name: str, attributes: Attributes) -> None:
        """Meet the beginning of an element."""

    def end(self, name: str) -> None:
        """Meet the end of an element."""

    def walk(self, pieces: Iterable[bytes]) -> None:
        """Read the whole part, or refuse it."""
        for _piece in self.steps(pieces):
            pass

    def steps(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """Read the part piece by piece, and stop after each."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = lambda name, attributes: self._meet_outermost(parser, name, attributes)
        parser.CharacterDataHandler = self._characters
        try:
            for piece in pieces:
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield
        except (expat.ExpatError, LookupError, ValueError) as fault:
            raise Refused("damaged") from fault

    def _meet_outermost(self, parser: expat.XMLParserType, name: str, attributes: Attributes) -> None:
        """Learn which prefix the part uses, and hand all further elements on without it."""
        prefix, colon, _local = name.rpartition(":")
        own = prefix + colon
        parser.StartElementHandler, parser.EndElementHandler = self.begin, self.end
        if own:
            parser.StartElementHandler = lambda name, attributes: self.begin(name.removeprefix(own), attributes)
            parser.EndElementHandler = lambda name: self.end(name.removeprefix(own))
        parser.StartElementHandler(name, attributes)

    def _characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)


def _refuse_doctype(*_declaration: object) -> None:
    raise Refused("doctype")


def attribute(attributes: Attributes, name: str) -> str:
    """Return an attribute that stands with or without a prefix; empty where there is none."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")
