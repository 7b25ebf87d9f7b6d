"""The door for workbooks and tables: what stands in them is read apart, and each row becomes an item of `entry.record`.

`read` gives a `Book` (`book.py`) in which every cell that is not empty is in a row or explained; `items_of` makes of it items,
problems and explanations that account for the same cells. The reading itself is in `indicators/sheets/`. `lines.py` reads plain CSV.
"""

from indicators.workbook.book import Book, Cell, Explained, Place, Problem, Row, SheetFound, Stamp, Told
from indicators.workbook.items import Items, items_of
from indicators.workbook.lines import Imported, import_rows, read_rows
from indicators.workbook.reading import read

__all__ = [
    "Book",
    "Cell",
    "Explained",
    "Imported",
    "Items",
    "Place",
    "Problem",
    "Row",
    "SheetFound",
    "Stamp",
    "Told",
    "import_rows",
    "items_of",
    "read",
    "read_rows",
]
