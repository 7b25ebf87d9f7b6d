"""The words that every printed report carries, in the language that is switched on."""

from django.utils.translation import gettext as _


def page_words() -> dict[str, str]:
    """Headings, table heads and captions, by the name the page template uses for them."""
    return _heads() | _columns() | _sentences()


def _heads() -> dict[str, str]:
    return {
        "contents": _("Contents"),
        "summary": _("At a glance"),
        "profile": _("The pilot"),
        "figures": _("Key figures"),
        "background": _("Background"),
        "achievements": _("Achievements"),
        "matrix": _("Purposes and issues"),
        "issues": _("Figures by issue"),
        "objectives": _("Objectives of the cycle"),
        "all_figures": _("All figures"),
        "notes": _("Notes and method"),
        "colophon": _("About this report"),
        "demo": _("Demo data"),
    }


def _columns() -> dict[str, str]:
    return {
        "code": _("Code"),
        "indicator": _("Indicator"),
        "indicators": _("Indicators"),
        "unit": _("Unit"),
        "value": _("Value"),
        "previous": _("Last year"),
        "change": _("Change"),
        "target": _("Target"),
        "pace": _("Progress"),
        "issue": _("Issue"),
        "reported": _("Reported"),
        "missing": _("Missing"),
        "fact": _("Fact"),
        "year": _("Year"),
        "source": _("Source"),
        "objective": _("Objective"),
        "total": _("Total"),
    }


def _sentences() -> dict[str, str]:
    return {
        "standard": _("Management system for sustainable development in communities, ISO 37101"),
        "demo_note": _("Invented figures that show how the portal works. They say nothing about the place."),
        "matrix_note": _(
            "Each cell counts the indicators that serve its purpose and its issue. The sign and the bar show where they stand. "
            "Hatched cells are blind spots: no indicator and no action."
        ),
        "no_figures": _("No figure has been published for this year yet. Figures appear here once a coordinator has verified them."),
        "method_rounding": _("Figures are rounded half up to the decimals of their indicator. The portal keeps every digit."),
        "method_computed": _(
            "A computed figure is its numerator divided by its denominator, times its multiplier, without rounding on the way."
        ),
        "method_pace": _(
            "Progress compares a figure with the straight way from the baseline, or from the first figure, to the target. "
            "On track is at least as far as the way asks for, behind is at least half as far, off track is less. "
            "A target without a year, or whose year is past, is reached or missed."
        ),
        "no_facts": _("No facts have been entered yet."),
        "blind": _("blind spot"),
        "not_a_priority": _("not a priority"),
        "doubt": _("In doubt"),
        "corrected": _("Probably meant"),
        "undated": _("no year given"),
        "quoted": _("As printed"),
    }
