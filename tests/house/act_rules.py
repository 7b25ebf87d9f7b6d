"""The rules for acts and doors: who may write, what an act asks for, what a task takes."""

import ast
from collections.abc import Iterator

from tests.house.python_rules import name_of
from tests.house.tree import APPS, DOORS, PACKAGES, Source, at

ALWAYS_WRITE = {"create", "acreate", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
SQL_WRITES = ("INSERT ", "UPDATE ", "DELETE ", "TRUNCATE ")
ACT_ASKS = {"by", "door"}
TASK_TAKES = {"int", "str", "UUID"}
# Django's createsuperuser asks the manager of the user model to make the first person. Second factors and the list of sessions
# are rows of the sign-in library, not of the domain; what happens to them is kept by acts beside.
WRITES_ELSEWHERE = {
    ("pilots/models/people.py", "create_user"),
    ("portal/accounts/forms.py", "save"),
    ("portal/accounts/lasting.py", "keep_this"),
    ("portal/accounts/second.py", "_fits_clock"),
    ("portal/accounts/second.py", "forget"),
}
# The trail, the outbox, kept answers and the law of steps are what acts are made of: they write one row of an act that has its
# `by` and `door`.
PARTS_OF_ACTS = {"pilots/trail.py", "pilots/outbox.py", "pilots/answers.py", "pilots/steps.py"}


def writes(call: ast.Call) -> bool:
    """Whether a call changes rows: a manager's create, a queryset's update, a row's save or delete.

    `update` with positional arguments is a dictionary's or a hash's; `save` and `delete` with a name are a file's.
    """
    if not isinstance(call.func, ast.Attribute):
        return False
    verb = call.func.attr.removeprefix("a")
    if call.func.attr in ALWAYS_WRITE:
        return True
    if verb == "update":
        return bool(call.keywords) and not call.args
    return verb in {"save", "delete"} and not call.args


def write_calls(node: ast.AST) -> list[ast.Call]:
    """Every writing call below a node."""
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.Call) and writes(inner)]


def writes_only_in_acts(source: Source) -> Iterator[str]:
    """Rows are changed in act modules and migrations, nowhere else."""
    if source.package not in PACKAGES or source.is_act:
        return
    allowed = {
        id(call)
        for function in source.functions
        if (source.path.as_posix(), function.name) in WRITES_ELSEWHERE
        for call in write_calls(function)
    }
    for call in write_calls(source.tree):
        if id(call) not in allowed:
            yield at(call, source, f".{call.func.attr}() writes outside an act")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(SQL_WRITES):
            yield at(node, source, "SQL that writes stands outside an act")


def writing_functions(source: Source) -> set[str]:
    """The functions of a module that write, themselves or through other functions of the module."""
    called = {
        function.name: {name_of(call.func) for call in ast.walk(function) if isinstance(call, ast.Call)} for function in source.functions
    }
    found = {function.name for function in source.functions if write_calls(function)}
    while more := {name for name, calls in called.items() if name not in found and calls & found}:
        found |= more
    return found


def acts_name_who_and_where(source: Source) -> Iterator[str]:
    """An act, that is a public function of an act module that writes, takes keyword-only `by` and `door`, and says what it does."""
    if not source.is_act or source.path.as_posix() in PARTS_OF_ACTS:
        return
    writing = writing_functions(source)
    for function in source.public:
        if function.name not in writing:
            continue
        missing = ACT_ASKS - {argument.arg for argument in function.args.kwonlyargs}
        if missing:
            yield at(function, source, f"the act {function.name} does not ask for {' and '.join(sorted(missing))} by keyword")
        if not ast.get_docstring(function):
            yield at(function, source, f"the act {function.name} does not say what it does")


def acts_are_one_transaction(source: Source) -> Iterator[str]:
    """What an act writes and the row that it leaves in the trail are committed together or not at all."""
    if not source.is_act:
        return
    for function in source.public:
        leaves = any(name_of(call.func).lstrip("_").startswith("leave") for call in ast.walk(function) if isinstance(call, ast.Call))
        together = any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)
        if leaves and write_calls(function) and not together:
            yield at(function, source, f"{function.name} writes and leaves a row without one transaction around both")


def locks_let_others_point(source: Source) -> Iterator[str]:
    """A lock on a row does not hold up whoever only writes a row that points at it, nor the commit that checks this."""
    locks = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and name_of(node.func) == "select_for_update"]
    for lock in locks if source.package in PACKAGES else ():
        if "no_key" not in {keyword.arg for keyword in lock.keywords}:
            yield at(lock, source, "select_for_update without no_key=True")


def tasks_take_ids(source: Source) -> Iterator[str]:
    """A task is told which row to work on, never given the row."""
    if source.room != "tasks" or source.package not in (*APPS, "portal"):
        return
    for function in source.public:
        for argument in (*function.args.args, *function.args.kwonlyargs):
            kind = ast.unparse(argument.annotation) if argument.annotation else "nothing"
            if kind not in TASK_TAKES and argument.arg != "self":
                yield at(function, source, f"the task {function.name} takes {argument.arg}: {kind}; give it an id")


def doors_do_not_open_transactions(source: Source) -> Iterator[str]:
    """A door makes one call to one act; it has no transaction of its own."""
    if source.package not in APPS or source.room not in DOORS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "atomic":
            yield at(node, source, "a door opens a transaction: the act does that")


ACT_RULES = [
    writes_only_in_acts,
    acts_name_who_and_where,
    acts_are_one_transaction,
    locks_let_others_point,
    tasks_take_ids,
    doors_do_not_open_transactions,
]
