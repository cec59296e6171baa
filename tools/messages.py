"""Translations without GNU gettext: extract what people read, compile it, and check that English is complete.

``extract`` renews ``django.po`` from the sources and keeps what is translated; ``compile`` writes ``django.mo``;
``check`` fails when a sentence is missing, empty, fuzzy or has other places than its source.
"""

from __future__ import annotations

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
)
PLACES = re.compile(r"%\(\w+\)[sd]|%%")
CHINESE = re.compile(r"[\u3400-\u9fff]")
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(?:n?p?gettext|_)\(\s*{STRING}(?:\s*,\s*(?:{STRING}|\w+))*\s*\)")
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
    known, fresh = read(), Catalog(locale="en", charset="utf-8")
    for message in found():
        kept = known.get(message.id, message.context)
        string = kept.string if kept is not None else message.string
        fresh.add(message.id, string, context=message.context, flags=message.flags)
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as stream:
        pofile.write_po(
            stream, fresh, width=110, sort_output=True, omit_header=False, no_location=True
        )
    print(f"{len(fresh)} sentences in {CATALOG.relative_to(ROOT)}")
    return 0


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
    known = read()
    problems = [*bare_templates()]
    for message in found():
        kept = known.get(message.id, message.context)
        problems += faults(message, kept)
    for problem in problems:
        print(problem)
    print(f"{len(known)} sentences, {len(problems)} faults")
    return int(bool(problems))


def faults(message: Message, kept: Message | None) -> list[str]:
    """Return what is wrong with the translation of one sentence."""
    source = message.id if isinstance(message.id, str) else message.id[0]
    if kept is None:
        return [f"not in the catalogue (make it with: tools/messages.py extract): {source}"]
    strings = [kept.string] if isinstance(kept.string, str) else list(kept.string or [])
    if not all(strings):
        return [f"not translated: {source}"]
    if kept.fuzzy:
        return [f"marked fuzzy: {source}"]
    places = set(PLACES.findall(source)) - {"%%"}
    return [
        f"other places than its source: {source}"
        for string in strings
        if set(PLACES.findall(string)) - {"%%"} != places
    ]


def read() -> Catalog:
    """Return the catalogue as it is kept."""
    if not CATALOG.exists():
        return Catalog(locale="en", charset="utf-8")
    with CATALOG.open("rb") as stream:
        return pofile.read_po(stream, locale="en", charset="utf-8")


def found() -> Iterator[Message]:
    """Yield every sentence in the sources, each once."""
    catalog = Catalog(charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        add(catalog, path.read_bytes())
    for path in sorted(PACKAGE.rglob("*.html")):
        add(catalog, as_python(path).encode())
    yield from (message for message in catalog if message.id)


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


def bare_templates() -> Iterator[str]:
    """Yield the templates' Chinese text that stands outside every translation tag."""
    for path in sorted(PACKAGE.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        bare = TAG.sub(" ", BLOCK.sub(" ", text))
        hit = CHINESE.search(bare)
        if hit:
            shown = bare[max(0, hit.start() - 10) : hit.end() + 20].strip()
            yield f"{path.relative_to(ROOT)}: Chinese outside a translation tag: {shown}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
