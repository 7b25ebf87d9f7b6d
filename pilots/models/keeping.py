"""What the database itself refuses, whoever asks: that rows go from a table, and that a column holds what its list does not."""

import pgtrigger
from django.db import models


def known(field: str, choices: type[models.TextChoices], *, of: str, blank: bool = False) -> models.CheckConstraint:
    """Hold a column of the model `of` to the values of its list, and to nothing where `blank` allows it."""
    values = [*([""] if blank else []), *choices.values]
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": values}), name=f"{of}_{field}_is_known")


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
