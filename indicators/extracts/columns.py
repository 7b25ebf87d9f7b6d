"""The columns of an extract, and how PostgreSQL itself writes a row of them as JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import NullIf
from django.utils.translation import get_language

# A spreadsheet takes a text that begins so for a formula.
FORMULA_SIGNS = r"^([=+@\t\r＝＋－＠-])"


class PeriodCode(Func):
    """The code of a period: 2024, 2024-H1, 2024-Q1, 2024-03."""

    output_field = TextField()

    def as_sql(self, compiler: object, connection: object, **context: object) -> tuple[str, list]:
        """Write it from the first day and the frequency."""
        (start, first), (frequency, second) = (compiler.compile(source) for source in self.source_expressions)
        half = f"CASE WHEN extract(month FROM {start}) < 7 THEN '1' ELSE '2' END"
        quarter = f"to_char({start}, 'YYYY-\"Q\"Q')"
        sql = (
            f"CASE {frequency} WHEN 'year' THEN to_char({start}, 'YYYY') WHEN 'month' THEN to_char({start}, 'YYYY-MM') "
            f"WHEN 'quarter' THEN {quarter} ELSE to_char({start}, 'YYYY-\"H\"') || {half} END"
        )
        return sql, [*second, *first, *first, *first, *first, *first]


class Digits(Func):
    """A number with all its digits and no idle zeros."""

    template = "trim_scale(%(expressions)s)::text"
    output_field = TextField()


class Moment(Func):
    """A time in UTC as ISO 8601 writes it."""

    template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    output_field = TextField()


@dataclass(frozen=True)
class Column:
    """A column: its name, what it says, and its kind.

    `code` is text of a fixed alphabet, `text` is what people wrote, `number` an exact decimal as text, `whole` a small whole
    number, `truth` is true or false.
    """

    name: str
    expression: Callable[[], object]
    kind: str = "code"


def in_language(path: str) -> Case:
    """Choose a name in the reader's language, the pilot's own before the definition's."""
    first, second = ("zh", "en") if (get_language() or "zh").startswith("zh") else ("en", "zh")
    names = [f"{place}name_{language}" for place in (path, f"{path}indicator__") for language in (first, second)]
    return Case(*[When(~Q(**{name: ""}), then=F(name)) for name in names], default=Value(""), output_field=TextField())


def pilot_name() -> F:
    """The pilot's short name in the reader's language."""
    return F("pilot__short_name_zh") if (get_language() or "zh").startswith("zh") else F("pilot__short_name_en")


STANDING = (
    Column("pilot", lambda: F("pilot__slug")),
    Column("indicator", lambda: F("series__code"), "text"),
    Column("shared", lambda: F("series__indicator__code"), "text"),
    Column("period", lambda: PeriodCode(F("start"), F("frequency"))),
    Column("value", lambda: Digits(F("value")), "number"),
    Column("qualifier", lambda: F("qualifier")),
    Column("unit", lambda: F("unit")),
    Column("flag", lambda: F("flag")),
    Column("reason", lambda: NullIf(F("reason"), Value(""))),
    Column("numerator", lambda: Digits(F("numerator")), "number"),
    Column("denominator", lambda: Digits(F("denominator")), "number"),
    Column("target", lambda: Digits(F("target")), "number"),
    Column("pace", lambda: F("pace")),
    Column("definition", lambda: F("definition"), "whole"),
    Column("source", lambda: F("source"), "text"),
    Column("demo", lambda: F("demo"), "truth"),
    Column("release", lambda: NullIf(F("release"), Value(""))),
    Column("verified_at", lambda: Moment(F("verified_at"))),
)
ON_REQUEST = (
    Column("frequency", lambda: F("frequency")),
    Column("name", lambda: in_language("series__"), "text"),
    Column("pilot_name", pilot_name, "text"),
)
COLUMNS = {column.name: column for column in (*STANDING, *ON_REQUEST)}


class Line(Func):
    """A whole row as one line of text, put together in the database: Python only carries it."""

    output_field = TextField()

    def __init__(self, columns: Sequence[Column], form: str) -> None:
        """Choose the columns in their order, and `json` or `csv`."""
        super().__init__(*[column.expression() for column in columns])
        self.columns, self.form = columns, form

    def as_sql(self, compiler: object, connection: object, **context: object) -> tuple[str, list]:
        """Join the columns as the form wants them."""
        parts, params = [], []
        for column, source in zip(self.columns, self.source_expressions, strict=True):
            sql, given = compiler.compile(source)
            parts.append(as_json(column, sql) if self.form == "json" else as_csv(column, sql))
            params += given
        if self.form == "json":
            return "'{' || " + " || ',' || ".join(parts) + " || '}'", params
        return " || ',' || ".join(parts), params

    def copy(self) -> Line:
        """Copy with the columns, as Django does when it resolves names."""
        copied = super().copy()
        copied.columns, copied.form = self.columns, self.form
        return copied


def as_json(column: Column, sql: str) -> str:
    """Write a column as a member of a JSON object; what is missing is null."""
    inner = f"({sql})::text" if column.kind in {"whole", "truth"} else f"to_json(({sql})::text)::text"
    return f"'\"{column.name}\":' || coalesce({inner}, 'null')"


def as_csv(column: Column, sql: str) -> str:
    """Write a column as a CSV cell; what people wrote is quoted and never begins as a formula, numbers stay as they are."""
    if column.kind != "text":
        return f"coalesce(({sql})::text, '')"
    harmless = f"regexp_replace({sql}, '{FORMULA_SIGNS}', '''\\1')"
    return f"coalesce('\"' || replace({harmless}, '\"', '\"\"') || '\"', '')"
