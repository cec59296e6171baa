"""What a dispatch is about, in its own short words: need, activity, cooperation.

Each pattern is a way in which newspapers of associations put the thing; none knows a topic.
"""

from __future__ import annotations

import re

from keqiao.engine.newspaper.lines import HAN

_SAME = 0.5  # share of character pairs that two phrases with the same meaning have in common
_MOST_PHRASES = 30  # of one kind in one dispatch
_TEXT = rf"[{HAN}A-Za-z0-9、·“”%‰+\-]"
_X = rf"(?P<x>{_TEXT}{{3,40}}?)"
_KIND = "(?:技术|具体|实际|现实|共性|关键|突出|生产)?"
_HARD = "(?:难题|瓶颈|困难|痛点|堵点|短板)"
_ASKED = "(?:需求|难题|问题|瓶颈)"
_END = "(?=[,，。；;]|$)"
_NEEDS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|[,，。；;]|的|负责人|专家|双方|代表)[^,，。；;就]{{0,40}}就{_X}(?:技术)?等?{_ASKED}(?:进行|开展|展开|与|作)",
        rf"(?:攻克|破解|攻关|解决|突破)(?:了|关于|好)?{_X}(?:的|等)?{_KIND}{_HARD}",
        rf"在{_X}(?:过程)?(?:中|方面|上)?所?(?:遇到|存在|面临)的?{_TEXT}{{0,40}}?{_KIND}(?:问题|{_HARD})",
        rf"(?:以及|了解[了到]?|提出了?|反映了?|存在|面临着?|遇到了?|在){_X}等?(?:方面)?的?{_KIND}{_ASKED}",
        rf"(?:攻克|破解|解决)(?:了|好)?{_X}的问题",
        rf"针对{_X}等?的?{_KIND}{_ASKED}",
        rf"对{_X}等[^,，。;；]{{0,8}}(?:出现|发生|遇到)的{_TEXT}{{0,6}}问题",
        rf"(?:急需|亟需|亟待|迫切需要){_X}{_END}",
        rf"(?:缺乏|缺少|紧缺){_X}{_END}",
    )
)
_EMPTY_WORDS = re.compile(
    "企业|公司|工作者?|需要|各[种类]|现状|、|开展|群众|科技|技术|各项|实际|具体|中遇到|遇到|存在|他们|我们|当前|一些|有关|相关|生产|发展|经营|基层|问题"
    "|困难|难题|需求|意见|建议|过程|方面|农户|全面|有效|真切|帮助|推动|关键|核心|现实|共性|瓶颈|提出|农民|产业|行业|基本|实实在在"
    "|乡镇|科协|创新|服务|听取|汇报|进行|广大|交流|调研|系列|这些|哪些|什么|更好地?|资源|配置|长期|以来|直到|[等的了中和及与在其各镇对后上下]"
)
_LEAST_LEFT = 3  # characters that must be left beyond the empty words
_TRIM = re.compile(
    "^(?:关于|对于|如何|该|其|公司|企业|了|对|在|为|解决)+|(?:等|的|中|方面|实际|具体|技术|工作|过程|处理技术)+$"
)

_EVENT = (
    "活动|夏令营|冬令营|科学营|研学营|集市|讲座|论坛|沙龙|竞赛|大赛|比赛|展览|巡展|培训班|培训会|培训|座谈会|座谈交流|座谈|推进会"
    "|部署会|动员会|筹备会|对接会|评审会|研讨会|交流会|年会|代表大会|大会|[)）]会议|学习会议|专题会议|会议|专题调研|调研|考察|会诊"
    "|义诊|宣讲|项目|志愿服务|科普行|企业行|启动仪式|签约仪式|仪式|讲堂|课堂|例会|会"
)
_HELD = (
    "(?:召开|举办|举行|开展|组织|打造|启动|参加|承办|主办|进行|实施)[了的]?|赴[^,，。]{2,12}开展"
)
_SPAN = rf"[{HAN}A-Za-z0-9·—\-()（）“”\"]"
_MAIN_EVENT = "代表大会|[大年]会|大赛|仪式|论坛|活动|培训[班会]?|讲座|座谈会|[推促]进会|对接会|研讨会|夏令营|展览"
_ACTIVITY = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{_HELD})(?P<x>{_SPAN}{{0,30}}?(?:{_EVENT}))(?=[,，。；;!！、上中内暨以之并—在 ]|情况|[a-z]{{2}}|$)",
        rf"(?P<x>[“\"][^“”\"]{{1,24}}[”\"]{_SPAN}{{0,14}}?(?:{_EVENT}))(?=[,，。；;!！、的在]|情况|$)",
        rf"(?:^|[,，。])(?P<x>{_SPAN}{{2,40}}?(?:{_MAIN_EVENT}))[在于][^,，。]{{2,20}}(?:召开|举行|举办|开幕)",
        rf"(?P<x>[“\"][^“”\"]{{2,34}}(?:{_MAIN_EVENT})[”\"])",
        rf"(?:^|[,，。])(?P<x>{_SPAN}{{4,40}}?(?:{_MAIN_EVENT}))(?:正式|成功|隆重)?(?:启动|开幕|举[行办]|召开)",
    )
)
_GENERAL_EVENT = re.compile(
    "(?:一?次|此次|多[项次]|各[项类]|[相有]关|系列|丰富|工作|该|本次|的|了|现场|实地|走访)*"
    "(?:会|会议|活动|项目|大会|培训|比赛|竞赛|展览|仪式|讲座|考察|调研|座谈|宣讲|志愿服务|交流会)?"
)

_PLAIN_EVENT = re.compile(  # with what it was about: 调研…工作, 走访慰问…
    rf"(?:(?:实地|专题|走访|集中)?调研|走访慰问|慰问|走访|考察|检查|督导)(?!员|组|结束|时|中|期间){_TEXT}{{2,30}}{_END}"
    "|(?:走访|实地|专题|集中)?调研|座谈交流|座谈|产学研对接|(?:技术|需求|供需|校企)对接|授牌|揭牌|挂牌|签约|义诊|宣讲|培训"
)

_AGREED = "(?:合作意向|意向|一致意见|合作协议|协议|共识|合作)"
_JOINT_BODY = (
    "(?:实验室|研发团队|攻关小组|攻关团队|工作站|试验站|实训基地(?:建设)?|示范基地|实践基地|研发中心|技术中心|创新中心"
    "|工程中心|联合体|服务站|专家站|创新联盟)"
)
_COOPERATION = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:就{_TEXT}{{3,40}}?)?(?:初步|一致|正式)?达成[^,，。；;]{{0,10}}?{_AGREED}",
        "(?:现场|正式)?(?:签订|签署|签约)了?[^,，。；;]{0,24}?(?:协议书?|合同|意向书|备忘录)",
        rf"(?:联合|共同|合作|一起)?(?:共建|组建|成立|建立|共同推进|设立|挂牌)了?{_TEXT}{{0,24}}?{_JOINT_BODY}",
    )
)
_EXHORTATION = re.compile("(?<![重需主必首])要(?![求点素闻])")
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_LEAD = 200  # characters in which a dispatch tells what took place


def needs(text: str) -> list[str]:
    """Return what somebody lacks or asks for, without phrases that say no more than "problems"."""
    found: list[str] = []
    for sentence in _SENTENCE.findall(text):
        for pattern in _NEEDS:
            for hit in pattern.finditer(sentence):
                phrase = _TRIM.sub("", hit["x"]).strip("、")
                left = _EMPTY_WORDS.sub("", phrase)
                if len(left) >= _LEAST_LEFT:
                    found.append(phrase)
    return distinct(found)


def activities(headline: str, lead: str) -> list[str]:
    """Return what took place, as the first paragraph names it; at most two."""
    lead = lead[:_LEAD]
    found: list[tuple[int, str]] = []
    for pattern in _ACTIVITY:
        for hit in pattern.finditer(lead):
            phrase = hit["x"].strip("—- ").removeprefix("的")
            is_whole = phrase.count("“") == phrase.count("”")
            if is_whole and not _GENERAL_EVENT.fullmatch(phrase):
                found.append((hit.start("x"), phrase))
    found.sort()
    phrases = distinct([phrase for _place, phrase in found])
    if not phrases:
        phrases = [hit["x"] for pattern in _ACTIVITY[:1] for hit in pattern.finditer(headline)]
    if not phrases and (plain := _PLAIN_EVENT.search(lead)):
        phrases = [plain.group()]
    return phrases[:2]


def cooperations(text: str) -> list[str]:
    """Return what was agreed: intents, contracts, joint bodies."""
    found: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if _EXHORTATION.search(sentence):
            continue
        hits = [hit for pattern in _COOPERATION for hit in pattern.finditer(sentence)]
        hits.sort(key=lambda hit: hit.start())
        found.extend(hit.group() for hit in hits)
    return distinct(found)


def distinct(phrases: list[str]) -> list[str]:
    """Drop phrases that say what another one says: most of their character pairs are in it."""
    kept: list[str] = []
    for phrase in phrases[:_MOST_PHRASES]:
        same = next((k for k, other in enumerate(kept) if _overlap(phrase, other) > _SAME), None)
        if same is None:
            kept.append(phrase)
    return kept


def _overlap(one: str, other: str) -> float:
    pairs = {one[k : k + 2] for k in range(len(one) - 1)}
    others = {other[k : k + 2] for k in range(len(other) - 1)}
    smaller = min(len(pairs), len(others))
    return len(pairs & others) / smaller if smaller else 0.0
