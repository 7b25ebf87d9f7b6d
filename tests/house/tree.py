"""The files of the house as the rules see them: path, text, and for Python the app and the layer they stand in."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("pilots", "indicators", "cycles", "reports")
PACKAGES = ("charts", *APPS, "portal")
DOORS = {"urls", "views", "api", "admin", "management", "forms", "workbook", "templatetags", "tasks"}
# Rooms that look and reckon, and write nothing.
READS = {
    "access",
    "apart",
    "content",
    "details",
    "extracts",
    "figures",
    "formulas",
    "gates",
    "grid",
    "matrix",
    "numbers",
    "pace",
    "periods",
    "render",
    "rules",
    "schema",
    "sheets",
    "units",
}
NOT_OURS = {
    ".git",
    ".venv",
    "var",
    "vendor",
    "fonts",
    "node_modules",
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".import_linter_cache",
    ".hypothesis",
}


def _given_out(door: ast.Module) -> set[str]:
    """What a package gives to others: its `__all__`, or without one whatever its `__init__` imports."""
    for node in door.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return {alias.name for node in ast.walk(door) if isinstance(node, ast.ImportFrom) for alias in node.names}


@dataclass(frozen=True)
class Source:
    """One file: `path` is relative to the root."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """The first folder, such as `indicators`."""
        return self.path.parts[0]

    @property
    def room(self) -> str:
        """The module or folder inside the package, such as `models` or `entry`."""
        return Path(self.path.parts[1]).stem if len(self.path.parts) > 1 else self.path.stem

    @property
    def is_act(self) -> bool:
        """Whether the file may write to the domain: a module of an app that is neither a door, nor a model, nor there to be read."""
        return self.package in APPS and self.room not in DOORS | READS | {"models", "migrations", "apps", "__init__"}

    @cached_property
    def functions(self) -> list[ast.FunctionDef]:
        """Every function and method."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def public(self) -> list[ast.FunctionDef]:
        """The functions others may call: those without underscore, and inside a package those that its `__init__` gives out."""
        found = [node for node in self.tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
        door = ROOT / self.path.parent / "__init__.py"
        if len(self.path.parts) < 3 or self.path.name == "__init__.py" or not door.exists():
            return found
        given = _given_out(ast.parse(door.read_text(encoding="utf-8")))
        return [node for node in found if node.name in given]


def ours(*endings: str) -> list[Source]:
    """Read our own files with these endings; `.py` leaves out migrations."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        if not path.is_file() or not path.name.endswith(endings) or NOT_OURS & set(inside.parts):
            continue
        if path.suffix == ".py" and "migrations" in inside.parts:
            continue
        found.append(Source(inside, path.read_text(encoding="utf-8")))
    return found


def at(place: ast.AST, source: Source, fault: str) -> str:
    """Say where a fault stands and what it is."""
    return f"{source.path}:{getattr(place, 'lineno', 1)}: {fault}"
