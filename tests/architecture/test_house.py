"""The house stands as ARCHITECTURE.md says; each rule is also shown to break when it is broken."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from tests.architecture import house

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "keqiao"
FLOORS = [
    "journal",
    "places",
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
NEIGHBOURS = {"needs", "offers", "articles"}
RULES: list[tuple[Callable[[Path], list[str]], str, str]] = [
    (house.long_modules, "needs/services.py", "x = 1\n" * 401),
    (house.long_functions, "needs/services.py", "def f():\n" + "    x = 1\n" * 51),
    (house.files_outside_the_plan, "needs/helpers.py", "x = 1\n"),
    (house.writes_in_pages, "web/views/needs.py", "Need.objects.filter(pk=1).update(title='x')\n"),
    (house.writes_in_pages, "web/views/needs.py", "need.save()\n"),
    (house.states_set_by_hand, "web/views/needs.py", "need.state = 'open'\n"),
    (
        house.forbidden_habits,
        "needs/models.py",
        "class N:\n    class Meta:\n        ordering = ['x']\n",
    ),
    (house.forbidden_habits, "needs/models.py", "class N:\n    def save(self):\n        pass\n"),
    (house.forbidden_habits, "needs/services.py", "from django.dispatch import receiver\n"),
    (house.forbidden_habits, "needs/services.py", "from django.http import HttpRequest\n"),
]


@pytest.mark.parametrize(
    "rule", {rule for rule, _path, _text in RULES}, ids=lambda rule: rule.__name__
)
def test_the_house_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(PACKAGE) == []


@pytest.mark.parametrize(("rule", "path", "text"), RULES)
def test_a_broken_house_is_seen(
    rule: Callable[[Path], list[str]], path: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / "web").mkdir(exist_ok=True)
    broken = tmp_path / path
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text(text, encoding="utf-8")
    assert rule(tmp_path)


def test_no_test_sleeps_or_mocks_our_own_code() -> None:
    assert house.sleeps_and_mocks(ROOT / "tests") == []


def test_a_sleeping_test_is_seen(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("import time\ntime.sleep(1)\n", encoding="utf-8")
    assert house.sleeps_and_mocks(tmp_path)


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout: the list of committed files is not to be had")
    assert house.machine_words(ROOT, listed.stdout.splitlines()) == []


def test_foreign_keys_point_down() -> None:
    floor = {room: number for number, room in enumerate(FLOORS)}
    for model in apps.get_models():
        room = model._meta.app_label
        if room not in floor:
            continue
        for field in model._meta.get_fields():
            if (
                not (field.many_to_one or field.one_to_one or field.many_to_many)
                or field.auto_created
            ):
                continue
            target = field.related_model._meta.app_label  # type: ignore[union-attr]
            assert target == room or floor[target] < floor[room], f"{model.__name__}.{field.name}"
            assert not {room, target} <= NEIGHBOURS or room == target, (
                f"{model.__name__}.{field.name}"
            )


def test_the_journal_has_no_foreign_keys() -> None:
    for model in apps.get_app_config("journal").get_models():
        assert not [field for field in model._meta.get_fields() if field.is_relation]
