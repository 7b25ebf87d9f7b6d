"""The arithmetic of figures in the database's own decimals: limits in two units, and a ratio against its parts."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Abs, Greatest

# Numerator, denominator and result are each rounded to twelve digits, so a product of them may miss by this much of its factors.
GRAIN = Decimal("0.000000000001")


def beyond_limits(rows: QuerySet, series: str) -> QuerySet:
    """Keep the rows whose `value`, in the unit of `series`, lies outside the limits of its definition, which may be in another unit."""
    outside = Q()
    for definition in ("indicator", "variable"):
        path, own, shared = f"{series}{definition}", f"{series}unit", f"{series}{definition}__unit"
        amount = F("value") * F(f"{own}__factor_numerator") * F(f"{shared}__factor_denominator")
        scale = F(f"{own}__factor_denominator") * F(f"{shared}__factor_numerator")
        rows = rows.alias(
            **{
                f"{definition}_amount": amount,
                f"{definition}_least": F(f"{path}__minimum") * scale,
                f"{definition}_most": F(f"{path}__maximum") * scale,
            }
        )
        outside |= Q(**{f"{definition}_amount__lt": F(f"{definition}_least")}) | Q(**{f"{definition}_amount__gt": F(f"{definition}_most")})
    return rows.filter(outside)


def misdivided(rows: QuerySet) -> QuerySet:
    """Keep the rows whose value is not numerator / denominator × multiplier, beyond what twelve digits after the point explain."""
    multiplier = F("series__indicator__multiplier")
    known = rows.filter(value__isnull=False, numerator__isnull=False, denominator__isnull=False)
    return known.alias(
        missed=Abs(F("value") * F("denominator") - F("numerator") * multiplier),
        allowed=(Abs(F("denominator")) + Abs(F("value")) + Greatest(Abs(multiplier), Value(Decimal(1)))) * Value(GRAIN),
    ).filter(missed__gt=F("allowed"))
