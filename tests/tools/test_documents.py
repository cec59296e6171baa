"""What the pages say is there: every link, every command, every word after ``make``, every decision."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keqiao.ops import cli

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    broken = [link for link in LINK.findall(text(page)) if not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_word_after_make_is_a_target(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    said = re.findall(r"(?:`|^)make((?: [a-z]+)+)", text(page), re.MULTILINE)
    assert {word for words in said for word in words.split()} <= targets


def test_make_help_tells_every_target() -> None:
    makefile = text(ROOT / "Makefile")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) == set(phony[1].split())


def test_every_command_is_on_the_page_of_commands_and_nothing_else() -> None:
    page = text(DOCS / "reference" / "commands.md")
    told = set(re.findall(r"^\| `([a-z-]+)", page, re.MULTILINE))
    assert told == set(cli.command_names())


def test_every_decision_is_in_the_index_and_in_the_menu() -> None:
    index, menu = text(DOCS / "decisions" / "index.md"), text(ROOT / "mkdocs.yml")
    numbers = []
    for path in sorted((DOCS / "decisions").glob("0*.md")):
        assert path.name in index
        assert path.name in menu
        numbers.append(int(path.name[:4]))
        assert text(path).startswith(f"# {numbers[-1]}. ")
    assert numbers == list(range(1, len(numbers) + 1))


def test_both_readmes_tell_the_same_commands_and_figures() -> None:
    english, chinese = text(ROOT / "README.md"), text(ROOT / "README.zh-CN.md")
    for row in (r"^make [a-z]+", r"^\| `make \w+`.*\|$"):
        told = [
            [re.findall(r"make \w+|\d+", found) for found in re.findall(row, page, re.MULTILINE)]
            for page in (english, chinese)
        ]
        assert told[0]
        assert told[0] == told[1]


def test_news_come_as_fragments_that_name_an_issue_and_a_kind() -> None:
    kinds = "feature|bugfix|doc|removal|misc"
    for path in (ROOT / "changes").iterdir():
        named = re.fullmatch(rf"(?:\d+|\+[\w-]+)\.(?:{kinds})(?:\.\d+)?\.md", path.name)
        assert named or path.name == ".gitignore", path.name
