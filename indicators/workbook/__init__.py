"""The door for workbooks and tables: what stands in them is read apart, and each row becomes an item of `entry.record`.

`Book` and its parts (`book.py`) say what was found and lose no cell. `lines.py` reads plain CSV.
"""

from indicators.workbook.book import Book, Cell, Explained, Place, Problem, Row, SheetFound, Stamp, Told
from indicators.workbook.lines import Imported, import_rows, read_rows

__all__ = [
    "Book",
    "Cell",
    "Explained",
    "Imported",
    "Place",
    "Problem",
    "Row",
    "SheetFound",
    "Stamp",
    "Told",
    "import_rows",
    "read_rows",
]
