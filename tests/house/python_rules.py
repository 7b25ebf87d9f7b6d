"""The rules for every Python file: size, docstrings, names, no signals, no unsafe text, no floats."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import APPS, PACKAGES, Source, at

FUNCTION_LINES, FILE_LINES = 40, 300
FORBIDDEN_NAMES = {"services", "selectors", "utils", "helpers", "common", "core", "base", "constants", "signals", "exceptions"}
FLOAT_HOLDERS = {"FloatField", "float"}
UNSAFE = {"mark_safe", "SafeString", "SafeText"}
LATER = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")
TRANSLATORS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
REFUSALS = {"ValidationError", "PermissionDenied"}
# Request first, then what the address names; a view is called by the URLconf, by keyword.
CALLED_BY_OTHERS = {"views", "health", "middleware", "management", "templatetags"}
# Folders that Django looks into itself; they give nothing out.
FOLDERS = {"management", "templatetags", "migrations"}
# A share of likeness and a number of seconds are no figures of the domain.
NO_FIGURES = {"cutoff", "timeout"}


def name_of(node: ast.expr) -> str:
    """The last word of a dotted name: `models.FloatField` gives `FloatField`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def short_functions(source: Source) -> Iterator[str]:
    """A function has at most 40 lines."""
    for function in source.functions:
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield at(function, source, f"{function.name} has {lines} lines, {FUNCTION_LINES} are allowed")


def short_files(source: Source) -> Iterator[str]:
    """A file has at most 300 lines."""
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        yield f"{source.path}: {lines} lines, {FILE_LINES} are allowed"


def opening_sentence(source: Source) -> Iterator[str]:
    """Every module that says anything opens with one sentence."""
    if not source.text.strip():
        return
    first = (ast.get_docstring(source.tree) or "").split("\n")[0]
    if not first.endswith((".", "。")):
        yield f"{source.path}: the module opens without a sentence that ends in a full stop on its first line"


def honest_names(source: Source) -> Iterator[str]:
    """A module is named after a thing of the domain, never after a drawer."""
    for part in (*source.path.parts[:-1], source.path.stem):
        if part in FORBIDDEN_NAMES:
            yield f"{source.path}: `{part}` names a drawer, not a thing"


def no_signals(source: Source) -> Iterator[str]:
    """Nothing happens behind a caller's back."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in {"signals", "dispatch"}:
            yield at(node, source, "signals are not used here: call the act")


def no_unsafe_text(source: Source) -> Iterator[str]:
    """Users' text stays text."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute) and name_of(node) in UNSAFE:
            yield at(node, source, f"{name_of(node)} lets text become markup")


def no_floats(source: Source) -> Iterator[str]:
    """Numbers of the domain are Decimal: no float field, no float(), no float literal."""
    if source.package not in APPS:
        return
    nodes = list(ast.walk(source.tree))
    no_figures = {id(node.value) for node in nodes if isinstance(node, ast.keyword) and node.arg in NO_FIGURES}
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute) and name_of(node) in FLOAT_HOLDERS:
            yield at(node, source, f"{name_of(node)} is not exact: use Decimal")
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and id(node) not in no_figures:
            yield at(node, source, f"{node.value} is a float: write Decimal(...)")


def named_fields(source: Source) -> Iterator[str]:
    """Forms, serializers and filters name their fields one by one."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value == "__all__":
            yield at(node, source, 'fields = "__all__" gives out what is added later')


def nothing_put_off(source: Source) -> Iterator[str]:
    """What is not done is not in the tree."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if LATER.search(line):
            yield f"{source.path}:{number}: {LATER.search(line)[0]} puts something off"


def typed_functions(source: Source) -> Iterator[str]:
    """A public function says the types of what it takes and gives, and takes at most two things by position."""
    if source.package not in PACKAGES:
        return
    for function in source.public:
        arguments = [*function.args.posonlyargs, *function.args.args]
        untyped = [argument.arg for argument in (*arguments, *function.args.kwonlyargs) if argument.annotation is None]
        if untyped or function.returns is None:
            yield at(function, source, f"{function.name} does not say the types of {', '.join(untyped) or 'its answer'}")
        by_request = bool(arguments) and arguments[0].arg == "request"
        if len(arguments) > 2 and not by_request and source.room not in CALLED_BY_OTHERS:
            yield at(function, source, f"{function.name} takes {len(arguments)} things by position: keyword-only beyond two")


def translated_refusals(source: Source) -> Iterator[str]:
    """A refusal speaks the reader's language: its words go through gettext, and gettext gets a plain string."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        bare = isinstance(first, ast.JoinedStr) or (isinstance(first, ast.Constant) and isinstance(first.value, str))
        if source.package in PACKAGES and name_of(node.func) in REFUSALS and bare:
            yield at(node, source, f"{name_of(node.func)} speaks one language only: wrap the words in gettext")
        if name_of(node.func) in TRANSLATORS and isinstance(first, ast.JoinedStr):
            yield at(node, source, "an f-string cannot be translated: use %(name)s")


def rooms_through_their_door(source: Source) -> Iterator[str]:
    """What another room needs is imported from the package, not from a module inside it."""
    if source.package not in PACKAGES:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        package, room, *inside = [*node.module.split("."), "", ""][:3]
        if package in APPS and inside[0] and room not in FOLDERS and (package, room) != (source.package, source.room):
            yield at(node, source, f"{node.module} is inside {package}.{room}: import it from there")


PYTHON_RULES = [
    short_functions,
    short_files,
    opening_sentence,
    honest_names,
    no_signals,
    no_unsafe_text,
    no_floats,
    named_fields,
    nothing_put_off,
    typed_functions,
    translated_refusals,
    rooms_through_their_door,
]
