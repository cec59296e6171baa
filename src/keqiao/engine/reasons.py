"""What the engine's codes say, as a broker would put it. Chinese is the source; `translate` gives other languages."""

from __future__ import annotations

from collections.abc import Callable

from keqiao.base.phrases import N_, Phrase
from keqiao.engine.types import Reason

NAMES = {
    "title": N_("题目"),
    "words": N_("内容"),
    "meaning": N_("意思"),
    "industry": N_("行业"),
    "subject": N_("学科"),
    "stage": N_("成熟度"),
    "place": N_("地区"),
}
SENTENCES = {
    "words.shared": N_("都提到“%(terms)s”"),
    "words.weak": N_("只有一般性的说法相同"),
    "words.none": N_("没有共同的关键说法"),
    "meaning.near": N_("意思接近：需求说“%(need)s”，所能说“%(offer)s”"),
    "meaning.far": N_("意思相差较远"),
    "meaning.waiting": N_("意思还没有比较，先按字面排"),
    "industry.class": N_("行业相同（%(code)s）"),
    "industry.group": N_("行业相近（同属 %(code)s）"),
    "industry.none": N_("行业不同或未填"),
    "subject.same": N_("学科相同（%(code)s）"),
    "subject.near": N_("学科相近（同属 %(code)s）"),
    "subject.none": N_("学科不同或未填"),
    "stage.fits": N_("成熟度够用（要 %(need)s 级，有 %(offer)s 级）"),
    "stage.early": N_("成熟度还差 %(gap)s 级（要 %(need)s 级，有 %(offer)s 级）"),
    "stage.unknown": N_("成熟度未填"),
    "place.county": N_("在同一个县（区）"),
    "place.city": N_("在同一个市（州）"),
    "place.province": N_("在同一个省"),
    "place.far": N_("不在同一个省"),
    "place.unknown": N_("地区未填"),
    "missing.nothing": N_("库里还没有可比的条目"),
    "missing.terms": N_("没有条目涉及“%(terms)s”"),
    "missing.industry": N_("没有这个行业（%(code)s）的条目"),
    "missing.subject": N_("没有这个学科（%(code)s）的条目"),
    "missing.nearest": N_("最接近的条目属于学科 %(code)s"),
    "missing.stage": N_("没有成熟度达到 %(need)s 级的条目，最高 %(offer)s 级"),
    "missing.weak": N_("最接近的一条，被认可的把握约 %(sure)s%%，不到 %(needed)s%%"),
    "order.part": N_("比下一条“%(other)s”高 %(gap)s 分，主要靠“%(part)s”（高 %(points)s 分）"),
    "order.tie": N_("与下一条“%(other)s”得分相同"),
}


def sentence(reason: Reason, translate: Callable[[str], str] = str) -> str:
    """Say a reason; an unknown code says itself, so that nothing is hidden."""
    values = dict(reason.values)
    if "part" in values:
        values["part"] = name(str(values["part"]), translate)
    return Phrase(SENTENCES.get(reason.code, reason.code), values).say(translate)


def name(part_code: str, translate: Callable[[str], str] = str) -> str:
    """Say the name of a part."""
    return translate(NAMES.get(part_code, part_code))
