"""Text from people, made safe to keep: the same rules for a form, a sheet and a page."""

from __future__ import annotations

import unicodedata

from keqiao.base.errors import invalid
from keqiao.base.phrases import N_

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad")
NOTHING = N_("这里需要填写内容。")
TOO_LONG = N_("内容过长：最多 %(most)s 个字，现在是 %(length)s 个字。")
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
