"""Which words two texts share, and which sentences stand nearest: the evidence behind a score."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from keqiao.engine.text import RUN, normalise, sentences, terms

LONGEST_PASSAGE = 60  # characters shown of one sentence
MOST_TERMS = 5
EDGES = "的了和与及在是等以其从到并或之把被由这那"
OUTSIDE = re.compile("^.的|的.$")  # the end of one word and the beginning of another
BEFORE, AFTER = (
    "系该",
    "中内时后前",
)  # what stands beside a word and is none of it: 钛系吸附剂, 母液中
UNITS = frozenset(["mg", "kg", "cm", "mm", "km", "ml", "mpa", "kpa", "kw", "kwh", "hz", "db"])
GENERIC = frozenset(
    [
        "技术",
        "研究",
        "应用",
        "企业",
        "项目",
        "开发",
        "进行",
        "方法",
        "问题",
        "系统",
        "公司",
        "产品",
        "希望",
        "需要",
        "解决",
        "提高",
        "实现",
        "工作",
        "生产",
        "主要",
        "目前",
        "采用",
        "使用",
        "要求",
        "国内",
        "市场",
        "我们",
        "通过",
        "以及",
        "具有",
        "开展",
        "建立",
        "服务",
        "合作",
        "示例",
        "提供",
        "相关",
        "领域",
        "专业",
        "技能",
        "方案",
        "单位",
        "国家",
        "自然",
        "基金",
        "承担",
        "公开",
        "立项",
        "事实",
        "尚未",
        "入驻",
        "联系",
        "批准",
        "执行",
        "关键",
        "键词",
        "机理",
        "年立",
        "至今",
        "待补",
        "补充",
        "术问",
        "术难",
        "难题",
    ]
)


def shared_terms(one: str, other: str, weights: Mapping[str, float]) -> list[str]:
    """Return the strongest maximal pieces of text that both say, heaviest first.

    Pieces are whole: bigrams that follow each other in both texts are one piece; particles at the edges go.
    """
    first, second = normalise(one), normalise(other)
    pieces = {
        piece for piece in (_trimmed(piece) for piece in _common(first, second)) if len(piece) > 1
    }
    weighed = {piece: _weight(piece, weights) for piece in pieces}
    ordered = sorted((p for p in weighed if weighed[p] > 0), key=lambda p: (-weighed[p], p))
    kept: list[str] = []
    for piece in ordered:
        if not any(piece in other or other in piece for other in kept):
            kept.append(piece)
    return kept[:MOST_TERMS]


def pieces(text: str, wanted: AbstractSet[str]) -> list[str]:
    """Return the longest pieces of `text` all of whose terms are `wanted`, in their order, each once."""
    found: list[str] = []
    for run in RUN.finditer(normalise(text)):
        whole, start = run.group(), 0
        if run.lastgroup != "cjk":
            found += [whole] if whole in wanted else []
            continue
        for place in range(len(whole)):
            if whole[place : place + 2] in wanted:
                continue
            found += [whole[start : place + 1]] if place > start else []
            start = place + 1
    trimmed = (_trimmed(piece) for piece in found)
    return [piece for piece in dict.fromkeys(trimmed) if len(piece) > 1]


def carrying(text: str, weights: Mapping[str, float], most: int) -> str:
    """Return `text`, or of one longer than `most` characters its first line and the sentences that carry most.

    They stand in their order; what a sentence carries is the weight of its terms, for its length.
    """
    if len(text) <= most:
        return text
    first, _newline, rest = text.partition("\n")
    if not rest or len(first) >= most:  # no title that could be kept
        first, rest = "", text
    told, room, kept = sentences(rest), most - len(first), set[int]()
    for place in sorted(range(len(told)), key=lambda at: (-_carried(told[at], weights), at)):
        if len(told[place]) <= room:
            kept.add(place)
            room -= len(told[place])
    carried = "".join(told[place] for place in sorted(kept))
    return "\n".join(piece for piece in (first, carried) if piece) or text[:most]


def _carried(sentence: str, weights: Mapping[str, float]) -> float:
    weight = sum(weights.get(term, 0.0) for term in set(terms(sentence)))
    return float(weight) / math.sqrt(20 + len(sentence))


def cut(passage: str) -> str:
    """Return a passage short enough to be shown."""
    return passage if len(passage) <= LONGEST_PASSAGE else passage[: LONGEST_PASSAGE - 1] + "…"


def _common(first: str, second: str) -> set[str]:
    """Return the maximal common pieces of two texts, by walking the shared bigrams of the second."""
    pairs = {first[place : place + 2] for place in range(len(first) - 1)}
    found: set[str] = set()
    start = 0
    while start < len(second) - 1:
        if second[start : start + 2] not in pairs or not second[start].isalnum():
            start += 1
            continue
        end = start + 2
        while end < len(second) and second[end].isalnum() and second[start : end + 1] in first:
            end += 1
        if second[start:end].isalnum():
            found.add(second[start:end])
        start = max(start + 1, end - 1)
    return found


def _trimmed(piece: str) -> str:
    if piece.isascii():
        return "" if piece.isdigit() or piece in UNITS else piece
    inner = OUTSIDE.sub("", piece).strip(EDGES)
    whole = inner.lstrip(BEFORE).rstrip(AFTER)
    return whole if len(whole) > 1 else inner


def _weight(piece: str, weights: Mapping[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in set(terms(piece)) if term not in GENERIC)
