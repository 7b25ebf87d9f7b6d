"""Triggers for the tables from which nothing may go: the database itself refuses, whoever asks."""

import pgtrigger


def never_emptied() -> pgtrigger.Trigger:
    """Refuse TRUNCATE, which passes by every trigger that looks at rows."""
    return pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;",
    )


def stays_whole() -> list[pgtrigger.Trigger]:
    """Refuse to delete rows, one by one or all at once; they may change."""
    return [pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Delete), never_emptied()]


def kept_whole() -> list[pgtrigger.Trigger]:
    """Refuse to change or delete rows: such a table only grows."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete), never_emptied()]
