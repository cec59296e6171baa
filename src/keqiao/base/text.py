"""Text from people, made safe to keep: the same rules for a form, a sheet and a page."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping

from keqiao.base.errors import Invalid, Problem, invalid
from keqiao.base.phrases import N_, Phrase

BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff\ufffd]")  # and what a decoder puts where bytes were broken
# Joiners, marks, fillers and tags that take no room; variation selectors stay, as they choose a glyph.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f"
    "\u2800\u3164\ufeff\uffa0\U000e0000-\U000e00ff]"
)
NOTHING = N_("这里需要填写内容。")
TOO_LONG = N_("内容过长：最多 %(most)s 个字，现在是 %(length)s 个字。")
TOO_MANY = N_("最多填写 %(most)s 个。")
HAS_NUL = N_("内容里有无法保存的控制字符，请重新输入或改用纯文本粘贴。")
HAS_SURROGATE = N_("内容里有损坏的字符，请检查后重新输入。")
NOT_PLAIN = N_("内容里有无法保存的值，请检查后重新输入。")
HAS_BIDI = N_("内容里有改变文字方向的隐藏符号，请删除后再提交。")


def clean_text(raw: str, *, most: int, field: str = "", required: bool = False) -> str:
    r"""Return ``raw`` as it may be kept, or raise Invalid.

    Line ends become ``\n``; invisible joiners and outer white space go; nothing else is changed, so that
    traditional and rare characters and full-width punctuation stay as typed. ``most`` counts characters.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = INVISIBLE.sub("", text).strip()
    if len(text) > most:
        raise invalid(field, TOO_LONG, most=most, length=len(text))
    refuse_unsafe(text, field=field)
    if required and not text:
        raise invalid(field, NOTHING)
    return text


def clean_line(raw: str, *, most: int, field: str = "", required: bool = False) -> str:
    """Return ``raw`` as one line: white space of any kind becomes single spaces."""
    visible = INVISIBLE.sub("", raw)
    return clean_text(" ".join(visible.split()), most=most, field=field, required=required)


def as_name(raw: str) -> str:
    """Return what can be looked for as part of a name: a clean line of two characters at least, else nothing."""
    try:
        line = clean_line(raw, most=100)
    except Invalid:
        return ""
    return line if len(line) > 1 else ""


def bare(name: str) -> str:
    """Return a name without what is only a way of writing it: width, case, spaces, dots, marks. Nothing is guessed."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def refuse_unsafe(text: str, *, field: str = "") -> None:
    """Raise Invalid when ``text`` has control characters, lone surrogates or bidi overrides."""
    for unsafe, told in (
        (BIDI_CONTROLS, HAS_BIDI),
        (CONTROLS, HAS_NUL),
        (SURROGATES, HAS_SURROGATE),
    ):
        if unsafe.search(text):
            raise invalid(field, told)


def refuse_unsafe_values(value: object, *, field: str = "") -> None:
    """Raise Invalid when a JSON ``value`` holds, however deep, what not every database keeps."""
    match value:
        case str():
            refuse_unsafe(value, field=field)
        case Mapping():
            refuse_unsafe_values([*value.keys(), *value.values()], field=field)
        case list() | tuple():
            for part in value:
                refuse_unsafe_values(part, field=field)
        case None | bool() | int():
            pass
        case float() if math.isfinite(value):
            pass
        case _:
            raise invalid(field, NOT_PLAIN)


class Intake:
    """Takes in one form or row field by field and gathers every problem before it refuses."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def line(self, field: str, raw: str, *, most: int, required: bool = False) -> str:
        """Return one clean line; a problem is kept for later and the result is empty."""
        try:
            return clean_line(raw, most=most, field=field, required=required)
        except Invalid as refusal:
            self.problems.extend(refusal.problems)
            return ""

    def text(self, field: str, raw: str, *, most: int, required: bool = False) -> str:
        """Return clean text of several lines; a problem is kept for later and the result is empty."""
        try:
            return clean_text(raw, most=most, field=field, required=required)
        except Invalid as refusal:
            self.problems.extend(refusal.problems)
            return ""

    def words(self, field: str, raw: Iterable[str], *, most: int, longest: int) -> list[str]:
        """Return distinct clean words in their order; one problem, the first, stops the count.

        More than ``most`` words are a problem, and a word of more than ``longest`` characters is.
        """
        kept: list[str] = []
        for word in raw:
            known = len(self.problems)
            cleaned = self.line(field, word, most=longest)
            if len(self.problems) > known:
                break
            if not cleaned or cleaned in kept:
                continue
            if len(kept) == most:
                self.problem(field, TOO_MANY, most=most)
                break
            kept.append(cleaned)
        return kept

    def check(self, holds: bool, field: str, text: str, **values: object) -> None:  # noqa: FBT001 - reads as a sentence
        """Keep a problem unless it ``holds``."""
        if not holds:
            self.problem(field, text, **values)

    def problem(self, field: str, text: str, **values: object) -> None:
        """Keep one problem."""
        self.problems.append(Problem(field, Phrase(text, values)))

    def finish(self) -> None:
        """Raise Invalid with every problem, if there is one."""
        if self.problems:
            raise Invalid(self.problems)
