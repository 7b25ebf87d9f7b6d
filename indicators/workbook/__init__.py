"""The door for workbooks and tables: what stands in them is read apart, and each row becomes an item of `entry.record`.

`read` gives a `Book` (`book.py`) in which every cell that is not empty is in a row or explained; `items_of` makes of it items,
problems and explanations that account for the same cells. The reading itself is in `indicators/sheets/`.
`lay` and `write` make the template that comes back (`stamping.py` is how it knows itself).
"""

from indicators.workbook.book import Book, Cell, Explained, Place, Problem, Row, SheetFound, Stamp, Told
from indicators.workbook.items import Items, items_of
from indicators.workbook.laying import LANGUAGES, Layout, TeamOf, lay
from indicators.workbook.reading import read
from indicators.workbook.writing import Marks, file_name, write

__all__ = [
    "LANGUAGES",
    "Book",
    "Cell",
    "Explained",
    "Items",
    "Layout",
    "Marks",
    "Place",
    "Problem",
    "Row",
    "SheetFound",
    "Stamp",
    "TeamOf",
    "Told",
    "file_name",
    "items_of",
    "lay",
    "read",
    "write",
]
