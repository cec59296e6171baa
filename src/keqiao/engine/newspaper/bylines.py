"""By-lines: where a dispatch says who wrote it, and the authors named there."""

from __future__ import annotations

import re

from keqiao.engine.newspaper.lines import HAN

_LONGEST = 60  # characters of a by-line
_TRADES = r"(?:特约|见习|实习|首席)?(?:记者|通讯员|撰稿人?|作者|摄影|编辑)"
_COLUMN = re.compile(
    r"^[(（]?\s*(?:本(?:栏目?|组|版)|以上)[^。]{0,8}?(?:撰稿|供稿|稿件|文章|采写|由)"
)
_SIGNATURE = re.compile(
    rf"^[□■◎○◆▲●]?\s*(?:本[报刊])?{_TRADES}[\s:：]\s*[{HAN}]|^□\s*[{HAN}]{{2,4}}"
)
_END = re.compile(rf"[(（]([^()（）。；;!?！？]{{2,{_LONGEST}}})[)）]\s*$")
_START = re.compile(rf"\s*[(（]([^()（）。]{{2,{_LONGEST}}})[)）]")
_DONE = "。！？!?”’」』…)）"
_LEAD = re.compile(
    r"^(?:本(?:栏目?|组|版)|以上)[^:：]{0,8}[:：]|^(?:本(?:栏目?|组|版)|以上)(?:稿件|内容|文章)?由|^(?:来源|供稿|撰稿|作者|文)[:：]"
)
_TAIL = re.compile(r"(?:联合)?(?:供稿|撰稿|报道|供图|整理|摄影|文[/／]图|图[/／]文)+$")
_CREDIT = re.compile("^(?:[文图摄][/／])+")
_WORD = re.compile(rf"(?:本[报刊台])?{_TRADES}")
_CREDITS = frozenset({"文", "图", "摄", "文图", "图文", "等"})
_BODY = re.compile(r"(?:科协|协会|学会|委|局|办|院|所|大学|中心|公司|学院|报|台|社|馆|组|部)$")
_NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}(?:[·•][{HAN}]{{1,8}})+")


def is_of_column(line: str) -> bool:
    """Tell whether a line signs all items of a column (本栏目撰稿:…)."""
    return len(line) <= 2 * _LONGEST and bool(_COLUMN.match(line))


def is_signature(line: str) -> bool:
    """Tell whether a whole line is a by-line without brackets, as under a headline."""
    return len(line) <= _LONGEST and bool(_SIGNATURE.match(line))


def split_end(paragraph: str) -> tuple[str, str]:
    """Split the by-line in brackets off the end of a dispatch: (text, by-line or empty)."""
    found = _END.search(paragraph, max(0, len(paragraph) - _LONGEST - 4))
    if not found:
        return paragraph, ""
    before = paragraph[: found.start()].rstrip()
    if before and before[-1] not in _DONE:
        return paragraph, ""
    return before, found[1].strip()


def split_start(line: str, after: int) -> tuple[str, int]:
    """Return the by-line right after the opening words and where the text goes on."""
    found = _START.match(line, after)
    return (found[1].strip(), found.end()) if found else ("", after)


def bare(line: str) -> str:
    """Return a by-line without brackets and signs around it."""
    return line.strip(" ()（）□■◎○◆▲●")


def authors(byline: str) -> tuple[str, ...]:
    """Return the persons of a by-line; where none is named, the bodies that sent it."""
    text = _LEAD.sub("", byline)
    persons: list[str] = []
    bodies: list[str] = []
    single = ""
    for part in re.split(r"[\s、,，;；:：]+", text):
        word = _TAIL.sub("", _CREDIT.sub("", _WORD.sub("", part))).strip(":：/")
        if word in _CREDITS:
            continue
        if len(word) == 1:
            single += word
            if len(single) > 1:
                persons.append(single)
                single = ""
            continue
        single = ""
        if _BODY.search(word):
            bodies.append(word)
        elif _NAME.fullmatch(word):
            persons.append(word)
    return tuple(dict.fromkeys(persons or bodies))
