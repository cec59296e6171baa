"""Saying what the rooms keep as codes and values: reasons of the engine, facts of a dispatch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from keqiao.base import phrases
from keqiao.engine import reasons
from keqiao.engine.twins import Kind
from keqiao.needs.types import Cooperation
from keqiao.places import reference

if TYPE_CHECKING:
    from decimal import Decimal

    from keqiao.base.errors import Problem
    from keqiao.base.phrases import Phrase
    from keqiao.engine.twins import Twin
    from keqiao.engine.types import Part, Reason
    from keqiao.places.models import Industry

register = template.Library()

FACTS = {
    "date": gettext_lazy("日期"),
    "authors": gettext_lazy("署名作者"),
    "associations": gettext_lazy("科协与学会"),
    "companies": gettext_lazy("企业"),
    "universities": gettext_lazy("高校与院所"),
    "people": gettext_lazy("人物（按原文）"),
    "need": gettext_lazy("需求"),
    "activity": gettext_lazy("活动"),
    "cooperation": gettext_lazy("达成的合作"),
    "suspicions": gettext_lazy("可疑之处"),
}

TWINS = {
    Kind.COPY: gettext_lazy("文字几乎相同："),
    Kind.PARAPHRASE: gettext_lazy("换了写法，内容相近："),
    Kind.TEMPLATE: gettext_lazy("同一套框架，换了名词："),
}


@register.simple_tag
def say(reason: Reason) -> str:
    """Say a reason of the engine in the visitor's language."""
    return reasons.sentence(reason, _, partial(reference.called, in_english=_in_english()))


@register.simple_tag
def say_phrase(phrase: Phrase) -> str:
    """Say a sentence in the reader's language."""
    return phrase.say(_)


@register.simple_tag
def problem_field(problem: Problem, labels: Mapping[str, Any]) -> str:
    """Say which field a problem concerns, before the problem itself; nothing when it concerns the whole."""
    label = labels.get(problem.field)
    return _("%(label)s：") % {"label": label} if label else ""


@register.simple_tag
def say_text(text: str) -> str:
    """Say a sentence without places that a room keeps in Chinese."""
    return _(text)


@register.simple_tag
def part_name(code: str) -> str:
    """Say the name of a part of a score."""
    return reasons.name(code, _)


@register.simple_tag
def twin_kind(twin: Twin) -> str:
    """Say what sort of twin an entry is."""
    return str(TWINS[twin.kind])


@register.filter
def names(rows: Iterable[Industry]) -> list[str]:
    """Return the names of rows."""
    return [row.name for row in rows]


@register.filter
def listed(words: Iterable[object]) -> str:
    """Return words as a list within a sentence, separated as the reader's language does."""
    return (", " if _in_english() else "、").join(str(word) for word in words)


@register.filter
def aside(text: object) -> str:
    """Return a text in brackets, to be put behind another."""
    return f" ({text})" if _in_english() else f"（{text}）"


@register.filter
def nested(text: str) -> str:
    """Return a text as it stands inside quotation marks."""
    return phrases.nested(text)


@register.filter
def after_colon(text: object) -> str:
    """Return a text behind a colon, to be put behind what it tells about."""
    return f": {text}" if _in_english() else f"：{text}"


@register.filter
def grouped(amount: Decimal) -> str:
    """Return an amount with its thousands apart and no empty decimals: ``360,000``, ``1,200.50``."""
    return f"{amount:,.2f}".removesuffix(".00")


@register.filter
def percent(share: float) -> int:
    """Return a share of 0–1 in hundredths; only a whole is 100."""
    return int(share * 100)


@register.filter
def stacked(parts: Iterable[Part]) -> Iterator[tuple[Part, str, str]]:
    """Return (part, points of the parts before it, its own points) for a bar of 100 points; skip empty parts.

    Each bar begins where the one above it ends, so that the last one ends at the score. Points are text with a
    decimal point, whatever the language, as SVG wants them.
    """
    before = 0.0
    for part in parts:
        if part.points:
            yield part, f"{before:.2f}", f"{part.points:.2f}"
            before += part.points


@register.filter
def cooperation_names(kinds: list[str]) -> list[str]:
    """Return the kinds of cooperation as people call them."""
    return [str(Cooperation(kind).label) for kind in kinds if kind in Cooperation.values]


@register.filter
def facts(found: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Return (label, values) for every kind of fact that was read out of a page."""
    for name, label in FACTS.items():
        values = found.get(name)
        if values:
            yield str(label), values if isinstance(values, list) else [str(values)]


def _in_english() -> bool:
    return (get_language() or "").startswith("en")
