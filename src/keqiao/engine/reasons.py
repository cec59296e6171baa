"""What the engine's codes say, as a broker would put it. Chinese is the source; `translate` gives other languages."""

from __future__ import annotations

from collections.abc import Callable

from keqiao.base.phrases import N_, Phrase
from keqiao.engine.types import Reason

Called = Callable[[str, str], str]

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
    "next.terms": N_("可以换个说法再找，或请经纪人问清“%(terms)s”要达到什么"),
    "next.subject": N_("可以请上级科协代找“%(code)s”方面的工作室"),
    "next.stage": N_("如果愿意一起做中试，可以把要求放宽到 %(offer)s 级再找"),
    "next.more": N_("可以补上试过什么、卡在哪里、要达到的数字，再找一次"),
    "missing.weak": N_("最接近的一条，被认可的把握约 %(sure)s%%，不到 %(needed)s%%"),
    "order.part": N_("比下一条“%(other)s”高 %(gap)s 分，主要靠“%(part)s”（高 %(points)s 分）"),
    "order.tie": N_("与下一条“%(other)s”得分相同"),
}


def code_itself(_tree: str, code: str) -> str:
    """Call a code of a tree as it is written: where nobody knows its name."""
    return code


def sentence(
    reason: Reason, translate: Callable[[str], str] = str, called: Called = code_itself
) -> str:
    """Say a reason; an unknown code says itself, so that nothing is hidden.

    ``called(tree, code)`` gives the name of a code of the tree "industry" or "subject".
    """
    values = dict(reason.values)
    if "part" in values:
        values["part"] = name(str(values["part"]), translate)
    if "code" in values:
        tree = "industry" if "industry" in reason.code else "subject"
        values["code"] = called(tree, str(values["code"]))
    return Phrase(SENTENCES.get(reason.code, reason.code), values).say(translate)


def name(part_code: str, translate: Callable[[str], str] = str) -> str:
    """Say the name of a part."""
    return translate(NAMES.get(part_code, part_code))
