"""What is still to ask, most useful first, and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from keqiao.base.phrases import N_, Phrase
from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.parts import HEADING, STRONG
from keqiao.engine.clarifying.simplifying import simplified
from keqiao.engine.clarifying.types import Content, Proposals, Question

LEAST_WANTED = 15  # characters from which a need is more than a headline
SURE = 0.4  # score from which a proposal answers its question
_SINCE = re.compile(
    r"自?\d{4}年|[近这过]?[一二两三四五六七八九十几\d]+(?:个月|年|季度)(?:来|前|以来|间)|(?:去|今|前)年|从[^，。；]{1,10}(?:开始|起)|长期以来|一直|建厂以来|投产[以之]?[来后]|上个?月|最近|近期"
)
_FAILED = re.compile(
    "失败|效果不|不理想|没有(?:效果|成功|解决)|因为|由于|原因|仍|还是|无法|不稳|太[多少高低大小慢快贵]|不达标|不够|达不到|未能|成本(?:太|过)?高"
)
_FIGURE = re.compile(
    r"\d[\d.]*\s*(?:%|％|‰|℃|°|[a-zA-Zμ]+|[吨克米元天年月日时分秒倍个台套件亩头只人次级万])"
)
_LIMIT_KINDS = {
    "site": re.compile("场地|占地|厂房|空间|停机|停产|现场|安装位置|供电|停线"),
    "waste": re.compile("废水|废气|废渣|固废|排放|粉尘|噪声|异味|环保"),
    "cost": re.compile("成本|费用|造价|预算|投资|回收期|元|便宜|性价比"),
    "rules": re.compile("标准|法规|认证|资质|许可|食品级|防爆|环评|国标|GB|批准|同意"),
}
# Where a question of the site or of waste makes sense; elsewhere (a shop, a school, welding) nobody can answer it.
_CONCERNS = {
    "site": ("A", "B", "C", "D", "E", "G59", "N"),
    "waste": (
        *("A03", "A04", "A05", "B", "C13", "C14", "C151", "C152", "C17", "C19", "C22", "C25"),
        *(
            "C26",
            "C27",
            "C28",
            "C29",
            "C30",
            "C31",
            "C32",
            "C336",
            "C384",
            "C398",
            "D44",
            "D46",
            "N77",
        ),
    ),
}
_SECRET = re.compile("保密|秘密|不(?:便|能|得)(?:公开|外传|外泄)|脱敏|可以?公开|无需保密|知识产权")
_PARTNER = re.compile(
    "高校|大学|院校|研究院|研究所|专家|教授|团队|企业合作|厂家|供应商|工程师|学会|博士|技术人员|科研院所|科研单位"
)
_PAYS = re.compile(
    r"出资|预算|经费|投入资金|支付|付费|免费|公益|自筹|面议|(?:投资|投入|费用|出)\D{0,6}\d[\d.]*\s*[万亿]?元|按效果"
)


@dataclass(frozen=True, slots=True)
class _Ask:
    """A question, why it is asked, the field that it fills, and whether it is answered already."""

    code: str
    text: str
    why: str
    field: str
    is_answered: Callable[[Content, Proposals, str], bool]


def questions(content: Content, proposals: Proposals) -> tuple[Question, ...]:
    """Return what neither the content nor a sure proposal says, most useful first."""
    said = _said(content, proposals)
    industry = _industry(content, proposals)
    asks = [
        ask
        for ask in _ASKS
        if _concerns(ask.code, industry) and not ask.is_answered(content, proposals, said)
    ]
    if not industry:
        asks.sort(key=lambda ask: ask.code in _CONCERNS)
    return tuple(Question(ask.code, Phrase(ask.text), Phrase(ask.why), ask.field) for ask in asks)


def _industry(content: Content, proposals: Proposals) -> str:
    """Return the code of the industry that was entered, else of one that is proposed surely, else nothing."""
    sure = next((one.value for one in proposals.industries if one.score >= SURE), "")
    return getattr(content, "industry_id", "") or sure


def _concerns(code: str, industry: str) -> bool:
    """Tell whether a question makes sense in an industry; in an unknown one every question does."""
    return not industry or industry.startswith(_CONCERNS.get(code, ("",)))


def _said(content: Content, proposals: Proposals) -> str:
    """Return all that is said of the need: what was entered, else what is proposed."""
    pairs = (
        (getattr(content, "title", ""), proposals.title),
        (content.wanted, proposals.wanted),
        (content.tried, proposals.tried),
        (content.targets, proposals.targets),
        (content.limits, proposals.limits),
    )
    said = "\n".join(entered or (proposed.value if proposed else "") for entered, proposed in pairs)
    return simplified(said)


def _has(pattern: re.Pattern[str]) -> Callable[[Content, Proposals, str], bool]:
    return lambda _content, _proposals, said: pattern.search(said) is not None


def _is_wanted(content: Content, proposals: Proposals, _said: str) -> bool:
    wanted = simplified(content.wanted or (proposals.wanted.value if proposals.wanted else ""))
    return len(wanted) >= LEAST_WANTED


def _has_targets(content: Content, proposals: Proposals, _said: str) -> bool:
    """Tell whether a figure is named as the target, or what is wanted names one that is to be reached."""
    targets = simplified(content.targets or (proposals.targets.value if proposals.targets else ""))
    wanted = simplified(content.wanted or (proposals.wanted.value if proposals.wanted else ""))
    return _FIGURE.search(targets) is not None or any(
        cue.pattern.search(wanted)
        for cue in cues.cues("part")
        if cue.value == "targets" and STRONG <= cue.weight < HEADING
    )


def _is_tried(content: Content, proposals: Proposals, _said: str) -> bool:
    return bool(content.tried) or proposals.tried is not None


def _is_known_why(content: Content, proposals: Proposals, said: str) -> bool:
    tried = simplified(content.tried or (proposals.tried.value if proposals.tried else ""))
    return not _is_tried(content, proposals, said) or _FAILED.search(tried) is not None


def _has_limit(kind: str) -> Callable[[Content, Proposals, str], bool]:
    def is_answered(content: Content, proposals: Proposals, _said: str) -> bool:
        limits = simplified(content.limits or (proposals.limits.value if proposals.limits else ""))
        return _LIMIT_KINDS[kind].search(limits) is not None

    return is_answered


def _is_paid(content: Content, proposals: Proposals, said: str) -> bool:
    amounts = getattr(content, "budget_low", None), getattr(content, "budget_high", None)
    is_entered = any(amount is not None for amount in amounts)
    return is_entered or proposals.budget is not None or _PAYS.search(said) is not None


def _has_region(content: Content, proposals: Proposals, _said: str) -> bool:
    known = proposals.region is not None and proposals.region.score >= SURE
    return bool(getattr(content, "region_id", "")) or known


def _has_stage(content: Content, proposals: Proposals, _said: str) -> bool:
    return getattr(content, "stage", None) is not None or proposals.stage is not None


def _has_cooperation(content: Content, proposals: Proposals, _said: str) -> bool:
    known = any(one.score >= SURE for one in proposals.cooperation)
    return bool(getattr(content, "cooperation", ())) or known


_ASKS = (
    _Ask(
        "hurts",
        N_("现在遇到的具体问题是什么？出在哪道工序、哪种产品上，造成了什么损失？"),
        N_("专家先看问题落在哪里，才知道自己能不能帮；只写“想升级”找不到人。"),
        "wanted",
        _is_wanted,
    ),
    _Ask(
        "targets",
        N_("做到什么程度算解决了？请写能测量的数：现在是多少，希望到多少。"),
        N_("有数字的需求才能判断谁做得到，也是以后验收的依据。"),
        "targets",
        _has_targets,
    ),
    _Ask(
        "tried",
        N_("已经试过哪些办法？用过什么设备、配方，或者请过谁？"),
        N_("试过的办法不必再走一遍，专家可以从您停下的地方开始。"),
        "tried",
        _is_tried,
    ),
    _Ask(
        "why_failed",
        N_("试过的办法为什么没有成功？卡在效果、成本、稳定性还是操作上？"),
        N_("失败的原因往往就是真正要解决的问题。"),
        "tried",
        _is_known_why,
    ),
    _Ask(
        "pays",
        N_("这件事由谁出钱？大概能投入多少，还是希望面议？"),
        N_("钱从哪一方流向哪一方，决定这是需求还是所能，也决定哪些合作方式合适。"),
        "budget_low",
        _is_paid,
    ),
    _Ask(
        "region",
        N_("问题在哪个县（市、区）？"),
        N_("当地科协会派经纪人来对接，专家也要知道能不能到现场。"),
        "region",
        _has_region,
    ),
    _Ask(
        "cooperation",
        N_("希望怎样合作：一起研发、买技术、用专利、请教，还是请人来做？"),
        N_("不同的合作方式对应不同的技术合同，能接的单位也不一样。"),
        "cooperation",
        _has_cooperation,
    ),
    _Ask(
        "partner",
        N_("希望对方是什么样的单位或个人：高校、研究所、同行企业，还是退休工程师？"),
        N_("要理论分析和要上门调试，找的不是同一类人。"),
        "wanted",
        _has(_PARTNER),
    ),
    _Ask(
        "site",
        N_("现场有什么限制？例如场地大小、能不能停产、已有设备能不能动。"),
        N_("实验室里成立的办法，常常因为现场条件而用不上。"),
        "limits",
        _has_limit("site"),
    ),
    _Ask(
        "cost",
        N_("成本上有什么限制？例如每吨、每件或单台最多多少。"),
        N_("超出成本的方案再好也不会采用，先说清楚可以少谈几轮。"),
        "limits",
        _has_limit("cost"),
    ),
    _Ask(
        "waste",
        N_("会产生什么废水、废气、废渣？现在怎样处理，有什么不能再增加？"),
        N_("新的办法不能把问题变成另一种污染。"),
        "limits",
        _has_limit("waste"),
    ),
    _Ask(
        "rules",
        N_("必须符合哪些标准、许可或行业规定？"),
        N_("食品、药品、特种设备等行业，不合规定的方案不能用。"),
        "limits",
        _has_limit("rules"),
    ),
    _Ask(
        "since",
        N_("这个问题是从什么时候开始的？一直这样，还是换了原料、设备以后才有？"),
        N_("开始的时间常常指出原因。"),
        "wanted",
        _has(_SINCE),
    ),
    _Ask(
        "stage",
        N_("现在做到哪一步：只有想法、做过小试、做过中试，还是已经在生产？"),
        N_("成熟度相近的双方最容易合作；相差太远，多半谈不成。"),
        "stage",
        _has_stage,
    ),
    _Ask(
        "secrecy",
        N_("哪些内容不能让外人知道？例如配方、客户、产量。"),
        N_("写清楚以后，公开版会把它们去掉。"),
        "limits",
        _has(_SECRET),
    ),
)
