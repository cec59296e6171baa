"""The rules of the house that imports cannot see, as functions of a source tree; each returns its faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MOST_LINES, MOST_FUNCTION_LINES = 400, 50
PLAN = {
    "__init__.py", "apps.py", "models.py", "services.py", "selectors.py", "policies.py", "documents.py", "states.py",
    "types.py", "intake.py",
}  # fmt: skip
MORE = {
    "places": {"reference.py"},
    "search": {"generation.py", "readers.py"},
    "reactions": {"followers.py", "tasks.py"},
}
DOMAIN = [
    "places",
    "journal",
    "accounts",
    "access",
    "organisations",
    "search",
    "needs",
    "offers",
    "articles",
    "matching",
    "reactions",
]
WRITING = {
    "save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "add_root",
    "add_child", "raw",
}  # fmt: skip
HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|files\.pythonhosted"
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/")


def sources(tree: Path) -> Iterator[tuple[Path, ast.Module, str]]:
    """Yield the Python files below ``tree``, parsed."""
    for path in sorted(tree.rglob("*.py")):
        if "migrations" not in path.parts:
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(tree), ast.parse(text), text


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
    """Every domain room has the same plan and no other files."""
    return [
        f"{room}/{path.name}"
        for room in DOMAIN
        for path in sorted((tree / room).glob("*.py"))
        if path.name not in PLAN | MORE.get(room, set())
    ]


def writes_in_pages(tree: Path) -> list[str]:
    """A view parses, calls one service or selector, renders; it never touches a row."""
    faults = []
    for path, module, _text in sources(tree / "web"):
        for node in ast.walk(module):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            through_objects = "objects" in ast.unparse(node.func.value)
            on_user = path.name == "account_adapter.py"
            if (node.func.attr in WRITING and through_objects) or (
                node.func.attr == "save" and not on_user
            ):
                faults.append(f"web/{path}:{node.lineno} .{node.func.attr}()")
    return faults


def states_set_by_hand(tree: Path) -> list[str]:
    """Nobody assigns ``state`` outside the services that follow the table."""
    faults = []
    for path, module, _text in sources(tree):
        if path.name in {"services.py", "models.py"}:
            continue
        for node in ast.walk(module):
            if not isinstance(node, ast.Assign):
                continue
            if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in node.targets):
                faults.append(f"{path}:{node.lineno}")
    return faults


def forbidden_habits(tree: Path) -> list[str]:
    """No signals, no save overrides, no Meta.ordering, no requests below the pages."""
    faults = []
    for path, module, text in sources(tree):
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                faults += [f"{path}:{inner.lineno} {why}" for inner, why in _in_class(node)]
        if "django.dispatch" in text or "db.models.signals" in text:
            faults.append(f"{path}: signals")
        below = path.parts[0] not in {"web", "config"}
        if below and re.search(r"\bHttpRequest\b", text):
            faults.append(f"{path}: a request below the pages")
    return faults


def _in_class(node: ast.ClassDef) -> Iterator[tuple[ast.stmt, str]]:
    is_form = "Form" in node.name or "Adapter" in node.name
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "save" and not is_form:
            yield inner, "save override"
        if node.name == "Meta" and isinstance(inner, ast.Assign):
            names = {target.id for target in inner.targets if isinstance(target, ast.Name)}
            if "ordering" in names:
                yield inner, "Meta.ordering"


def sleeps_and_mocks(tree: Path) -> list[str]:
    """A test waits for what can be seen, and runs our own code."""
    pattern = re.compile(
        r"time\.sleep\(|unittest\.mock|mocker\.|monkeypatch\.setattr\(\s*[\"']?keqiao"
    )
    return [
        f"{path}: {hit.group()}"
        for path, _module, text in sources(tree)
        if path.parts[0] != "architecture"
        for hit in pattern.finditer(text)
    ]


def machine_words(root: Path, names: list[str]) -> list[str]:
    """No path of one machine and no registry's host in what is committed."""
    faults = []
    for name in names:
        path = root / name
        if path.suffix in {".po", ".lock", ".csv", ".png"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        if "tests/architecture" in name:
            continue
        faults += [
            f"{name}: {hit.group()}" for hit in (*HOSTS.finditer(text), *MACHINE.finditer(text))
        ]
    return faults
