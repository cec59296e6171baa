"""Translations without GNU gettext: extract what people read, compile it, and check that English is complete.

``extract`` renews ``django.po`` from the sources and keeps what is translated; ``compile`` writes ``django.mo``;
``check`` fails when a sentence is missing, empty, fuzzy, left in Chinese, no longer used, or has other places than its
source, and when Chinese that people would read stands outside translation: in a template, a script or a room's code.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "keqiao"
CATALOG = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = (
    dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "N_"))
    | dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
    | dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
    | dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
)
DATA = {  # Chinese that is no sentence of a page: where, and what it is
    "engine": "words to read with, and facts",
    "paperwork": "papers for Chinese law are written in Chinese; what a page shows of them is marked",
    "places": "names of regions and associations",
    "ops": "the operator's terminal speaks both languages at once",
    "config/env.py": "defaults that an operator sets",
    "classes/columns.py": "words that teachers write in tables",
    "sheets/columns.py": "words that people write in tables, and a blank that is written in Chinese",
    "web/forms/choices.py": "names of subjects and regions as their lists print them",
}
SAME = {"中文"}  # the name of a language is written in that language
OWN_NAME = "科桥"  # what the platform is called, in every language
PLACES = re.compile(r"%\(\w+\)[-+ #0]*\d*(?:\.\d+)?[sdifrxgG]")
QUOTED = re.compile(r"“[^”]*”")
CHINESE = re.compile(r"[\u3400-\u9fff]")
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(?:n?p?gettext|_)\(\s*{STRING}(?:\s*,\s*(?:{STRING}|\w+))*\s*\)")
MARKED = re.compile(
    r"""{%\s*trans(?:late)?\b.*?%}|_\((?:"[^"]*"|'[^']*')\)|{%\s*(?:block)?trans.*?%}""", re.DOTALL
)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.DOTALL)
BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%\s*comment\b.*?{%\s*endcomment\s*%}",
    re.DOTALL,
)


def main(words: list[str]) -> int:
    """Run one of the three commands; return the exit status."""
    match words:
        case ["extract"]:
            return extract()
        case ["compile"]:
            return compile_catalog()
        case ["check"]:
            return check()
    print("usage: messages.py extract | compile | check", file=sys.stderr)
    return 2


def extract() -> int:
    """Renew the catalogue; translations of sentences that are still there stay."""
    known = read()
    fresh = empty(since=known.creation_date if CATALOG.exists() else None)
    for message in found():
        kept = known.get(message.id, message.context)
        string = kept.string if kept is not None else message.string
        flags = message.flags | (kept.flags & {"fuzzy"} if kept is not None else set())
        fresh.add(message.id, string, context=message.context, flags=flags)
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as stream:
        pofile.write_po(stream, fresh, width=110, sort_output=True, no_location=True)
    print(f"{len(fresh)} sentences in {CATALOG.relative_to(ROOT)}")
    return 0


def empty(since: dt.datetime | str | None = None) -> Catalog:
    """Return a catalogue with a head that says nothing of the day or the machine it was written on."""
    return Catalog(
        locale="en",
        project="Keqiao",
        version="1",
        charset="utf-8",
        msgid_bugs_address="the issues of the repository",
        header_comment="# The English of Keqiao's pages. Renew it with: make messages",
        last_translator="The Keqiao authors",
        language_team="English",
        creation_date=since,
        revision_date=since,
        fuzzy=False,
    )


def compile_catalog() -> int:
    """Write the binary form beside the catalogue, if the catalogue is there."""
    if CATALOG.exists():
        target = CATALOG.with_suffix(".mo")
        buffer = io.BytesIO()
        write_mo(buffer, read())
        target.write_bytes(buffer.getvalue())
    return 0


def check() -> int:
    """Print every fault; return 1 if there is one."""
    known, used = read(), list(found())
    problems = [
        *bare_templates(PACKAGE),
        *bare_scripts(PACKAGE),
        *bare_code(PACKAGE),
        *unused(known, used),
    ]
    for message in used:
        problems += faults(message, known.get(message.id, message.context))
    for problem in problems:
        print(problem)
    print(f"{len(known)} sentences, {len(problems)} faults")
    return int(bool(problems))


def unused(known: Catalog, used: list[Message]) -> list[str]:
    """Return what is in the catalogue and no longer in the sources."""
    keys = {(source_of(message), message.context) for message in used}
    return [
        f"no longer used (make messages): {source_of(message)}"
        for message in known
        if message.id and (source_of(message), message.context) not in keys
    ]


def source_of(message: Message) -> str:
    """Return the sentence as it stands in the source; of a plural, the singular."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


def faults(message: Message, kept: Message | None) -> list[str]:
    """Return what is wrong with the translation of one sentence."""
    source = source_of(message)
    if kept is None:
        return [f"not in the catalogue (make messages): {source}"]
    strings = [kept.string] if isinstance(kept.string, str) else list(kept.string or [])
    if not strings or not all(string.strip() for string in strings):
        return [f"not translated: {source}"]
    if kept.fuzzy:
        return [f"marked fuzzy: {source}"]
    if source not in SAME and any(CHINESE.search(QUOTED.sub("", string)) for string in strings):
        return [f"still Chinese (words may be quoted “so”): {source}"]
    places = sorted(PLACES.findall(source))
    if any(sorted(PLACES.findall(string)) != places for string in strings):
        return [f"other places than its source: {source}"]
    return []


def read() -> Catalog:
    """Return the catalogue as it is kept."""
    if not CATALOG.exists():
        return empty()
    with CATALOG.open("rb") as stream:
        return pofile.read_po(stream, locale="en", charset="utf-8")


def found() -> Iterator[Message]:
    """Yield every sentence in the sources, each once."""
    catalog = Catalog(charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        add(catalog, path.read_bytes())
    for path in templates(PACKAGE):
        add(catalog, as_python(path).encode())
    yield from (message for message in catalog if message.id)


def templates(package: Path) -> list[Path]:
    """Return the templates of pages, and those of mails that are plain text."""
    return sorted([*package.rglob("*.html"), *package.rglob("templates/**/*.txt")])


def add(catalog: Catalog, source: bytes) -> None:
    """Add the sentences of one Python source."""
    options = {"encoding": "utf-8"}
    for _line, ids, _comments, context in babel_extract(
        "python", io.BytesIO(source), keywords=KEYWORDS, options=options
    ):
        if CHINESE.search(ids if isinstance(ids, str) else ids[0]):
            catalog.add(ids, context=context)


def as_python(path: Path) -> str:
    """Return the translation calls of a template, as Django's own extraction finds them."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(call.group() for call in CALL.finditer(source))


def bare_templates(package: Path) -> Iterator[str]:
    """Yield the templates' Chinese text that stands outside every translation tag."""
    for path in templates(package):
        text = path.read_text(encoding="utf-8")
        bare = TAG.sub(" ", BLOCK.sub(" ", text))
        hit = CHINESE.search(bare)
        if hit:
            shown = " ".join(bare[max(0, hit.start() - 10) : hit.end() + 20].split())
            yield f"{path.relative_to(package)}: Chinese outside a translation tag: {shown}"
        for tag in TAG.findall(BLOCK.sub(" ", text)):
            if tag.startswith(("{%", "{{")) and CHINESE.search(
                MARKED.sub(" ", tag).replace(OWN_NAME, "")
            ):
                yield f"{path.relative_to(package)}: Chinese in a tag that translates nothing: {tag}"


def bare_scripts(package: Path) -> Iterator[str]:
    """Yield the scripts that hold Chinese: what a script says comes from the page, translated there."""
    for path in sorted(package.rglob("*.js")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if CHINESE.search(line.split("//")[0]):
                yield f"{path.relative_to(package)}:{number}: Chinese in a script: {line.strip()}"


def bare_code(package: Path) -> Iterator[str]:
    """Yield the Chinese literals of the rooms' code that nothing marks for translation; docstrings and DATA aside."""
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if "migrations" in name.parts or any(name.is_relative_to(place) for place in DATA):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        passed = {id(node) for call in ast.walk(tree) if marks(call) for node in ast.walk(call)}
        passed |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in passed:
                continue
            if isinstance(node.value, str) and CHINESE.search(node.value):
                yield f"{name}:{node.lineno}: Chinese outside gettext: {node.value}"


def marks(node: ast.AST) -> bool:
    """Tell whether a node is a call that marks its text for translation."""
    if not isinstance(node, ast.Call):
        return False
    called = (
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    )
    return called in KEYWORDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
