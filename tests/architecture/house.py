"""The rules of the house that imports cannot see, as functions of a source tree; each returns its faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

MOST_LINES, MOST_FUNCTION_LINES = 400, 50
LEAST_WORDS = 40  # characters of a room's own paragraph
PLAN = {
    "__init__.py", "apps.py", "models.py", "services.py", "selectors.py", "policies.py", "documents.py", "states.py",
    "types.py", "intake.py",
}  # fmt: skip
MORE = {
    "classes": {"columns.py"},
    "casework": {"concerns.py", "persons.py", "steps.py"},
    "assignments": {"carrying.py", "planning.py", "weighing.py"},
    "places": {"reference.py"},
    "activities": {"moves.py"},
    "tours": {"planning.py", "sides.py", "weighing.py"},
    "needs": {"clarifying.py", "moves.py"},
    "search": {
        "gathered.py",
        "generation.py",
        "holding.py",
        "imprints.py",
        "keeper.py",
        "readers.py",
        "sources.py",
        "vectors.py",
    },
    "registrations": {"lots.py", "pupils.py", "turns.py"},
    "sheets": {"columns.py"},
    "visits": {"moves.py", "steps.py"},
    "volunteering": {
        "counted.py",
        "evidence.py",
        "held.py",
        "hours.py",
        "judged.py",
        "projects.py",
        "reviewing.py",
    },
    "guardians": {"audit.py"},
    "messaging": {"letters.py", "post.py"},
    "reactions": {
        "about_activities.py",
        "about_cases.py",
        "about_complaints.py",
        "about_entries.py",
        "about_meetings.py",
        "about_registrations.py",
        "about_visits.py",
        "about_volunteering.py",
        "audience.py",
        "followers.py",
        "reminders.py",
        "tasks.py",
        "telling.py",
        "visit_reminders.py",
    },
}
WRITERS = {
    "services.py",
    "concerns.py",
    "lots.py",
    "moves.py",
    "steps.py",
    "turns.py",
    "projects.py",
    "hours.py",
    "reviewing.py",
}
FOLDERS = {"migrations", "data", "templates", "__pycache__"}
NO_ROOMS = {"config", "web", "api", "ops", "engine", "paperwork", "base", "locale"}
ALWAYS_WRITES = {
    "save", "asave", "create", "acreate", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete",
    "adelete", "add_root", "add_child", "add_sibling", "raw", "execute", "executemany", "select_for_update",
}  # fmt: skip
MAKES_ROWS = {"create", "acreate", "get_or_create", "update_or_create"}
QUERIES = re.compile(r"\.objects\b|\.(?:filter|exclude|exists|count|aggregate|all|first|last)\(")
HOSTS = re.compile(  # addresses of package indexes, by what such hosts are called
    r"https?://[\w.-]*(?:pypi|pythonhosted|registry|npmjs|yarnpkg|goproxy)[\w.-]*"
)
MACHINE = re.compile(r"(?<![\w.~:/])/(?:work|root|tmp/\w|home/\w+)/")


def sources(tree: Path) -> Iterator[tuple[Path, ast.Module, str]]:
    """Yield the Python files below ``tree``, parsed; migrations are generated and left out."""
    for path in sorted(tree.rglob("*.py")):
        if "migrations" not in path.parts:
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(tree), ast.parse(text), text


def rooms(tree: Path) -> list[str]:
    """Return the domain rooms: every folder that is none of the other floors."""
    found = (path.name for path in tree.iterdir() if path.is_dir() and path.name != "__pycache__")
    return sorted(set(found) - NO_ROOMS)


def long_modules(tree: Path) -> list[str]:
    """A module over 400 lines is a second idea."""
    return [
        f"{path}: {text.count(chr(10))} lines"
        for path, _module, text in sources(tree)
        if text.count("\n") > MOST_LINES
    ]


def long_functions(tree: Path) -> list[str]:
    """So is a function over 50."""
    return [
        f"{path}:{node.lineno} {node.name}"
        for path, module, _text in sources(tree)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION_LINES
    ]


def files_outside_the_plan(tree: Path) -> list[str]:
    """Every domain room has the same plan and no other files or folders."""
    faults = []
    for room in rooms(tree):
        for path in sorted((tree / room).iterdir()):
            allowed = FOLDERS if path.is_dir() else PLAN | MORE.get(room, set())
            if path.name not in allowed:
                faults.append(f"{room}/{path.name}")
    return faults


def rooms_without_a_word(tree: Path) -> list[str]:
    """A room's ``__init__`` says in one paragraph what it owns and what it does not know."""
    return [
        str(path)
        for path, module, _text in sources(tree)
        if path.name == "__init__.py"
        and len(path.parts) == len(("room", "__init__.py"))
        and len(ast.get_docstring(module) or "") < LEAST_WORDS
    ]


def writes_in_pages(tree: Path) -> list[str]:
    """A view or an operation parses, calls one service or selector, renders; it never touches a row.

    One place may: the adapter through which the library of log-ins makes a person, in the service's transaction.
    """
    faults = []
    for floor in ("web", "api"):
        for path, module, _text in sources(tree / floor):
            imported = _imported(module)
            faults += [
                f"{floor}/{path}:{getattr(node, 'lineno', 0)}"
                for node in ast.walk(module)
                if path.name != "account_adapter.py" and _writes(node, imported)
            ]
    return faults


def _imported(module: ast.Module) -> set[str]:
    """Return the names that imports bind: a call on one of them is a room's, not a row's."""
    return {
        (name.asname or name.name).split(".")[0]
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }


def _writes(node: ast.AST, imported: set[str]) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    on, verb = node.func.value, node.func.attr
    if isinstance(on, ast.Name) and on.id in imported:
        return False
    if verb == "execute" and node.args and ast.unparse(node.args[0]) == "'SELECT 1'":
        return False  # whether the database answers
    if verb in ALWAYS_WRITES:
        return True
    from_query = isinstance(on, ast.Call) or "objects" in ast.unparse(on)
    named_only = bool(node.keywords) and not node.args
    return verb == "update" and (from_query or named_only)


def states_set_by_hand(tree: Path) -> list[str]:
    """``state`` changes by one way only: an update in a room's services, to what its machine's table answered."""
    faults = []
    for path, module, _text in sources(tree):
        models = _models(module)
        moved = _from_machine(module) if path.name in WRITERS else set()
        faults += [
            f"{path}:{getattr(node, 'lineno', 0)}"
            for node in ast.walk(module)
            if _assigns_state(node) or _makes_with_state(node, models, moved)
        ]
    return faults


def _models(module: ast.Module) -> set[str]:
    """Return the names of row classes that a module imports."""
    return {
        name.asname or name.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        and re.fullmatch(r"keqiao\.\w+\.models", node.module or "")
        for name in node.names
    }


def _from_machine(module: ast.Module) -> set[str]:
    """Return the names bound to what a table answered: ``MACHINE.after(…)``, or that of a second one in the room."""
    return {
        target.id
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and re.match(r"[A-Z]+\.after\(", ast.unparse(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _assigns_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr":
        named = node.args[1] if len(node.args) > 1 else None
        return isinstance(named, ast.Constant) and named.value == "state"
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)


def _makes_with_state(node: ast.AST, models: set[str], moved: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    given = [keyword.value for keyword in node.keywords if keyword.arg == "state"]
    called = ast.unparse(node.func).rsplit(".", 1)[-1]
    if not given:
        return False
    if called == "update":
        return not (isinstance(given[0], ast.Name) and given[0].id in moved)
    return called in MAKES_ROWS or called in models


def services_without_a_person(tree: Path) -> list[str]:
    """Every service that changes something in a transaction says by whom."""
    faults = []
    for path, module, _text in sources(tree):
        if path.name not in WRITERS:
            continue
        for node in module.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            is_atomic = any("atomic" in ast.unparse(one) for one in node.decorator_list)
            names = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
            if is_atomic and "by" not in names:
                faults.append(f"{path}:{node.lineno} {node.name}")
    return faults


def forbidden_habits(tree: Path) -> list[str]:
    """No signals, no save overrides, no Meta.ordering, no property that queries, no requests below the pages."""
    faults = []
    for path, module, text in sources(tree):
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                rows = path.name == "models.py"
                faults += [
                    f"{path}:{inner.lineno} {why}" for inner, why in _in_class(node, rows=rows)
                ]
        if re.search(r"django\.dispatch|db\.models\.signals|\bpost_save\b|\bpre_save\b", text):
            faults.append(f"{path}: signals")
        if path.parts[0] not in {"web", "api", "config"} and re.search(r"\bHttpRequest\b", text):
            faults.append(f"{path}: a request below the pages")
    return faults


def _in_class(node: ast.ClassDef, *, rows: bool) -> Iterator[tuple[ast.stmt, str]]:
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef):
            if rows and inner.name in {"save", "delete"}:
                yield inner, f"{inner.name} override"
            decorators = {ast.unparse(one).rsplit(".", 1)[-1] for one in inner.decorator_list}
            if decorators & {"property", "cached_property"} and QUERIES.search(ast.unparse(inner)):
                yield inner, "a property that queries"
        if node.name == "Meta" and isinstance(inner, ast.Assign | ast.AnnAssign):
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            if any(isinstance(one, ast.Name) and one.id == "ordering" for one in targets):
                yield inner, "Meta.ordering"


def sleeps_and_mocks(tree: Path) -> list[str]:
    """A test waits for what can be seen, and runs our own code."""
    pattern = re.compile(
        r"\bsleep\(|unittest\.mock|unittest import mock|\bmocker\b|wait_for_timeout\(|setattr\(\s*[\"']keqiao"
    )
    return [
        f"{path}: {hit.group()}"
        for path, _module, text in sources(tree)
        if path.parts[0] != "architecture"
        for hit in pattern.finditer(text)
    ]


def machine_words(root: Path, names: Iterable[str]) -> list[str]:
    """No path of one machine and no registry's host in what is committed."""
    faults = []
    for name in names:
        path = root / name
        if name.startswith("tests/architecture/") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        hits = (*HOSTS.finditer(text), *MACHINE.finditer(text))
        faults += [f"{name}: {hit.group()}" for hit in hits]
    return faults


def keys_pointing_up(
    edges: Iterable[tuple[str, str, str]], floors: Iterable[Iterable[str]]
) -> list[str]:
    """Foreign keys point down. Edges are (room, what points, room it points to); floors come from the top."""
    height = {room: -number for number, floor in enumerate(floors) for room in floor}
    return [
        f"{what} points from {room} to {target}"
        for room, what, target in edges
        if room != target and room in height and target in height and height[target] >= height[room]
    ]
