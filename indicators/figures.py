"""How a number is written for a reader: grouped, rounded half up, in 万 and 亿 or in million and billion.

The rule, the same on every page, chart and report:

* Digits are grouped by commas in threes, in both languages, because every spreadsheet reads them back.
* A value is rounded half up to the decimals of its series, and padded to them; without decimals it keeps its own digits.
* In running text (`scaled=True`) a round large number takes the reader's own step, if no digit is lost by it: Chinese 万
  from ten thousand and 亿 from a hundred million (41.3万, 198.47亿), English million and billion (413,000; 5.65 billion).
  At most two digits stand after the point; a smaller step than the number has is taken only whole (19,847 million).
  In tables numbers stay unscaled, so that a column can be compared.
* The minus is U+2212, a true minus of the width of a digit.
* A qualifier stands before the figure (≥ ≤ ≈ >). In running text Chinese writes > as 多 (600多万) and English says "more than".
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext

EXACT = "="
QUALIFIERS = ("≥", "≤", "≈", ">")
MINUS = "\u2212"
STEPS = {
    "zh": ((8, "亿"), (4, "万")),
    "en": ((9, " billion"), (6, " million")),
}


def format_figure(value: Decimal, *, decimals: int | None, language: str, scaled: bool = False, qualifier: str = EXACT) -> str:
    """The value as text in `language` ("zh" or "en"), with `decimals` fraction digits (None keeps its own).

    `qualifier` is one of = ≥ ≤ ≈ > (= is not written); any other, and a value that is not finite, is refused with ValueError.
    """
    if qualifier not in (EXACT, *QUALIFIERS):
        raise ValueError(f"Unknown qualifier {qualifier!r}.")
    if not value.is_finite():
        raise ValueError("Only a finite number can be written.")
    # Wide enough for every number the database holds; with the default 28 digits even a sign would round some.
    with localcontext(prec=100):
        number = _rounded(value, decimals)
        digits, step = _scaled(number, language) if scaled else (_grouped(number), "")
    return _qualified(digits, step, qualifier, language) if scaled else _marked(digits + step, qualifier)


def _rounded(value: Decimal, decimals: int | None) -> Decimal:
    if decimals is not None:
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _grouped(number: Decimal) -> str:
    text = f"{abs(number):,f}"
    return MINUS + text if number < 0 else text


def _scaled(number: Decimal, language: str) -> tuple[str, str]:
    if number == number.to_integral_value():
        fraction = 2
        for power, word in STEPS[language]:
            if abs(number) < Decimal(10) ** power:
                continue
            if number % Decimal(10) ** (power - fraction) == 0:
                return _grouped(_rounded(number.scaleb(-power), None)), word
            fraction = 0
    return _grouped(number), ""


def _marked(text: str, qualifier: str) -> str:
    return text if qualifier == EXACT else f"{qualifier} {text}"


def _qualified(digits: str, step: str, qualifier: str, language: str) -> str:
    if qualifier != ">":
        return _marked(digits + step, qualifier)
    if language == "en":
        return f"more than {digits}{step}"
    # 多 follows a round count only: 600多万, 25多; with a fraction Chinese says 超过.
    return f"{digits}多{step}" if "." not in digits else f"超过 {digits}{step}"
