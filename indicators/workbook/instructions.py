"""What the template says about filling it in, paragraph by paragraph."""

from django.utils.translation import gettext_lazy as _

PARAGRAPHS = (
    _("How to fill in this workbook"),
    _("Fill in the white cells. Grey ones are locked: codes, names, last year, and figures that the portal computes."),
    _("Write figures in digits in the unit of the line: 1234.5. The portal also reads 1,234.5, 1.2万 and 3亿. 0 is a figure."),
    _("Where a figure is not exact, choose ≥, ≤, > or ≈ in the column beside it."),
    _("Where there is no figure, leave the cell empty and choose the reason. For “not yet available” write the day on which it will be."),
    _("Red: the figure is outside its limits, or has a reason for having none. Correct one of them."),
    _("Amber: the figure is far from last year's, or may be a fraction where per cent is meant. Correct it, or explain it."),
    _("Blue: exactly last year's figure. Check that it is this year's."),
    _("Name the source of each figure. Use “Explanation” for what a reviewer will ask about."),
    _("A line that you leave as it is changes nothing. An emptied figure stays in the portal; clear it on the entry page."),
    _("Bring the workbook back on the import page of its period. First the portal shows what is new, what changes and what is wrong."),
    _("Did a colleague change a figure meanwhile? Then the portal shows yours and theirs, and you choose."),
    _("Do not rename, move or add columns, nor copy lines into another workbook: hidden notes tell your changes from your colleagues'."),
    _("The workbook needs no macros. If it is protected by a company policy (IRM) or a password, save it without before you bring it."),
)
