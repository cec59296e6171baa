"""Text from people, made safe to keep: the same rules for a form, a sheet and a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from keqiao.base.errors import Invalid, Problem, invalid
from keqiao.base.phrases import N_, Phrase

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad")
NOTHING = N_("这里需要填写内容。")
TOO_LONG = N_("内容过长：最多 %(most)s 个字，现在是 %(length)s 个字。")
TOO_MANY = N_("最多填写 %(most)s 个。")
HAS_NUL = N_("内容里有无法保存的控制字符，请重新输入或改用纯文本粘贴。")
HAS_SURROGATE = N_("内容里有损坏的字符，请检查后重新输入。")
HAS_BIDI = N_("内容里有改变文字方向的隐藏符号，请删除后再提交。")


def clean_text(raw: str, *, most: int, field: str = "", required: bool = False) -> str:
    """Return ``raw`` as it may be kept, or raise Invalid.

    Line ends become ``\\n``; invisible joiners and outer white space go; nothing else is changed, so that
    traditional and rare characters and full-width punctuation stay as typed. ``most`` counts characters.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(character for character in text if character not in INVISIBLE).strip()
    refuse_unsafe(text, field=field)
    if len(text) > most:
        raise invalid(field, TOO_LONG, most=most, length=len(text))
    if required and not text:
        raise invalid(field, NOTHING)
    return text


def clean_line(raw: str, *, most: int, field: str = "", required: bool = False) -> str:
    """Return ``raw`` as one line: white space of any kind becomes single spaces."""
    return clean_text(" ".join(raw.split()), most=most, field=field, required=required)


def refuse_unsafe(text: str, *, field: str = "") -> None:
    """Raise Invalid when ``text`` has control characters, lone surrogates or bidi overrides."""
    for character in text:
        if character in "\n\t":
            continue
        if character in BIDI_CONTROLS:
            raise invalid(field, HAS_BIDI)
        category = unicodedata.category(character)
        if category == "Cc":
            raise invalid(field, HAS_NUL)
        if category == "Cs":
            raise invalid(field, HAS_SURROGATE)


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
        """Return distinct clean words in their order; more than ``most`` of them is a problem."""
        kept: list[str] = []
        for word in raw:
            cleaned = self.line(field, word, most=longest)
            if cleaned and cleaned not in kept:
                kept.append(cleaned)
        if len(kept) > most:
            self.problem(field, TOO_MANY, most=most)
        return kept[:most]

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
