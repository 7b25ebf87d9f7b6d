"""The door for workbooks and tables: what stands in them is read apart, and each row becomes an item of `entry.record`.

`read` gives a `Book` (`book.py`) in which every cell that is not empty is in a row or explained; `items_of` makes of it items,
problems and explanations that account for the same cells. The reading itself is in `indicators/sheets/`.
`lay` and `write` make the template that comes back (`stamping.py` is how it knows itself).
"""

from indicators.workbook.book import Book, Cell, Explained, Place, Problem, Row, SheetFound, Stamp, Told
from indicators.workbook.items import Items, items_of
from indicators.workbook.laying import LANGUAGES, Layout, TeamOf, lay
from indicators.workbook.reading import read
from indicators.workbook.stamping import TEXTS, Downloaded, Stamped, stamped_in, tidy
from indicators.workbook.writing import Marks, Typed, file_name, write

__all__ = [
    "LANGUAGES",
    "TEXTS",
    "Book",
    "Cell",
    "Downloaded",
    "Explained",
    "Items",
    "Layout",
    "Marks",
    "Place",
    "Problem",
    "Row",
    "SheetFound",
    "Stamp",
    "Stamped",
    "TeamOf",
    "Told",
    "Typed",
    "file_name",
    "items_of",
    "lay",
    "read",
    "stamped_in",
    "tidy",
    "write",
]
