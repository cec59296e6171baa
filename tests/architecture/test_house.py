"""The house stands as ARCHITECTURE.md says; each rule is also shown to break when it is broken."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from tests.architecture import house

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "keqiao"
Rule = Callable[[Path], list[str]]
META = "class N:\n    class Meta:\n        ordering = ['x']\n"
MODEL = "from keqiao.needs.models import Need\n"
BROKEN: list[tuple[Rule, str, str]] = [
    (house.long_modules, "needs/services.py", "x = 1\n" * 401),
    (house.long_functions, "needs/services.py", "def f():\n" + "    x = 1\n" * 51),
    (house.files_outside_the_plan, "needs/helpers.py", "x = 1\n"),
    (house.files_outside_the_plan, "needs/management/commands.py", "x = 1\n"),
    (house.rooms_without_a_word, "needs/__init__.py", '"""Needs."""\n'),
    (house.writes_in_pages, "web/views/needs.py", "Need.objects.filter(pk=1).update(title='x')\n"),
    (house.writes_in_pages, "web/views/needs.py", "rows.update(title='x')\n"),
    (house.writes_in_pages, "web/views/needs.py", "need.save()\n"),
    (house.writes_in_pages, "web/views/needs.py", "Need.objects.create(title='x')\n"),
    (house.writes_in_pages, "web/views/needs.py", "need.attachments.all().delete()\n"),
    (house.writes_in_pages, "api/own.py", "Need.objects.create(title='x')\n"),
    (house.writes_in_pages, "web/forms/needs.py", "Need.objects.bulk_create([])\n"),
    (house.states_set_by_hand, "web/views/needs.py", "need.state = 'open'\n"),
    (house.states_set_by_hand, "needs/services.py", "need.state = 'open'\n"),
    (house.states_set_by_hand, "needs/services.py", "setattr(need, 'state', 'open')\n"),
    (house.states_set_by_hand, "needs/services.py", "rows.update(state=State.OPEN)\n"),
    (house.states_set_by_hand, "ops/demo/loading.py", f"{MODEL}Need(state='open')\n"),
    (house.states_set_by_hand, "matching/services.py", "Need.objects.create(state='open')\n"),
    (
        house.services_without_a_person,
        "needs/services.py",
        "@transaction.atomic\ndef close(need):\n    pass\n",
    ),
    (house.forbidden_habits, "needs/models.py", META),
    (house.forbidden_habits, "needs/models.py", META.replace("ordering", "ordering: list")),
    (house.forbidden_habits, "needs/models.py", "class N:\n    def save(self):\n        pass\n"),
    (
        house.forbidden_habits,
        "needs/models.py",
        "class N:\n    @property\n    def many(self):\n        return self.files.count()\n",
    ),
    (house.forbidden_habits, "needs/services.py", "from django.dispatch import receiver\n"),
    (house.forbidden_habits, "needs/services.py", "from django.http import HttpRequest\n"),
]
RULES = list(dict.fromkeys(rule for rule, _path, _text in BROKEN))
KEPT: list[tuple[Rule, str, str]] = [
    (house.writes_in_pages, "web/views/x.py", "from keqiao.needs import services\nservices.save()"),
    (house.writes_in_pages, "web/views/x.py", "context.update({'need': need})"),
    (
        house.states_set_by_hand,
        "needs/services.py",
        "state = MACHINE.after(verb, need.state)\nrows.update(state=state)\n",
    ),
    (house.states_set_by_hand, "needs/selectors.py", f"{MODEL}Need.objects.filter(state='open')\n"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert rule(PACKAGE) == []


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_broken_house_is_seen(rule: Rule, path: str, text: str, tmp_path: Path) -> None:
    assert rule(tree(tmp_path, path, text))


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_what_is_right_is_not_called_broken(
    rule: Rule, path: str, text: str, tmp_path: Path
) -> None:
    assert rule(tree(tmp_path, path, text)) == []


def tree(folder: Path, path: str, text: str) -> Path:
    """Return a source tree with one file in it."""
    (folder / "web").mkdir()
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("folder", ["tests", "tools", "bench"])
def test_no_module_beside_the_package_is_long(folder: str) -> None:
    assert house.long_modules(ROOT / folder) == []


@pytest.mark.parametrize("folder", ["tools", "bench"])
def test_no_function_of_a_tool_is_long(folder: str) -> None:
    assert house.long_functions(ROOT / folder) == []


def test_no_test_sleeps_or_mocks_our_own_code() -> None:
    assert house.sleeps_and_mocks(ROOT / "tests") == []


@pytest.mark.parametrize(
    "line",
    ["time.sleep(1)", "from unittest import mock", "page.wait_for_timeout(500)", "def test(mocker): ..."],
)  # fmt: skip
def test_a_sleeping_or_mocking_test_is_seen(line: str, tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(f"{line}\n", encoding="utf-8")
    assert house.sleeps_and_mocks(tmp_path)


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout: the list of committed files is not to be had")
    assert house.machine_words(ROOT, listed.stdout.split("\0")) == []


@pytest.mark.parametrize(
    "text", ["see /root/keqiao", "--index-url https://registry.example/simple"]
)
def test_a_machine_or_a_registry_is_seen(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    assert house.machine_words(tmp_path, ["page.md"])


def floors() -> list[list[str]]:
    """Return the floors from the top, each with its neighbours, as the contract of imports states them."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = stated["tool"]["importlinter"]["contracts"][0]["layers"]
    return [[name.strip().removeprefix("keqiao.") for name in layer.split("|")] for layer in layers]


def keys() -> Iterator[tuple[str, str, str]]:
    """Yield every relation of every model: its room, its name, the room it points to."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            relates = field.many_to_one or field.one_to_one or field.many_to_many
            if relates and not field.auto_created and field.related_model is not None:
                target = field.related_model
                assert not isinstance(target, str)
                name = f"{model.__name__}.{field.name}"
                yield model._meta.app_label, name, target._meta.app_label


def test_foreign_keys_point_down() -> None:
    assert house.keys_pointing_up(keys(), floors()) == []


@pytest.mark.parametrize("edge", [("journal", "needs"), ("needs", "offers"), ("search", "needs")])
def test_a_key_that_points_up_or_across_is_seen(edge: tuple[str, str]) -> None:
    assert house.keys_pointing_up([(edge[0], "Row.key", edge[1])], floors())


def test_the_journal_has_no_foreign_keys() -> None:
    for model in apps.get_app_config("journal").get_models():
        assert not [field for field in model._meta.get_fields() if field.is_relation]


def test_every_room_stands_on_a_floor() -> None:
    stated = {room for floor in floors() for room in floor}
    there = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert stated == there
