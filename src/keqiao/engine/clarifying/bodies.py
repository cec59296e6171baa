"""Companies and other organisations in folded text, and what else a company is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.cues import one_of, silent
from keqiao.engine.clarifying.types import Hit
from keqiao.engine.gazetteer import Gazetteer
from keqiao.engine.passages import GENERIC
from keqiao.engine.text import CJK

_HAN = f"[{CJK}]"
_BODY = (
    "有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|分公司|子公司|总公司|股份公司|公司|集团|专业合作社|合作社|研究院|研究所|设计院|科学院|农科院"
    "|大学(?!生)|学院|医院|卫生院|职业学校|中学(?!习|到|会|教|生)|小学(?!生|习)|科协|商会|煤矿|钢厂|电厂|药厂|酒厂|茶厂|水泥厂|化工厂|机械厂|加工厂|家庭农场|银行"
)
_BODY_END = re.compile(rf"(?:{_BODY})(?:\({_HAN}{{2,6}}\)|{_HAN}{{2,6}}分公司)?")
_IN_NAME = re.compile(rf"[{CJK}a-z0-9&()·•]")
_SHORTEST_NAME, _LONGEST_NAME = 2, 30
_STOPS = re.compile(
    "供应|寻找|回收|结合|目前|现状|满足|实现|增强|减少|扩大|归|限于|指导|虽然|解决|需求|根据|基于|仍可|成果|针对|明确|促进|利用|探究|适应|提高|以及|我们|我司|委托|联合|联系|通过|由于|来自|位于|依托|包括|例如|属于|其中|作为|采用|提供|希望|对接|前往|走访|考察|邀请|去年|今年|曾|请|让|给|对|向|从|由|或|在|为|是|被|把|将|跟|并|的|了|等|到"
    "|(?<=公司|企业|单位|高校|大学|集团|我们|专家|院所|团队|学院|机构)[和与及]"
)
_GENERIC_PARTS = (
    "[我本该贵某各全你他另这那此多两几一家所个些用老旧原新]|某[某地]|[上下]市|国有|民营|大型|中小|中型|小型|相关|有关|同行|国[内外]|其[他它]|当地|科技|高新|技术|母|子|分|总|股份|有限"
    "|责任|集团|专业|农民|基层|乡镇|[省市县区国]级?|重点|附属|三甲|高等|职业|公立|私立|综合|知名|企业|单位|公司|中介|咨询|服务|贸易|供货|供应|检测|第三方|设计|施工|建设|研发"
    "|生产|制造|外资|合资|龙头|型|级|科研|院所|高校|院校|机构|学会|协会|地方|双方|对方|需要|需求|组建|成立|废弃|关停|停产|破产|改制|周边|附近|水泥|化工|机械|加工"
    "|优质|同一|跨国|上市|高科技|燃煤|该项目|方案|组织|[和与及、，,()]"
)
_COMPANY_END = re.compile("(?:公司|集团|合作社|厂|矿|农场|银行)(?:[(（][^)）]*[)）])?$")
_TRADES = (
    "科技|技术|实业|集团|农业|机械|重工|装备|高新材料|新材料|材料|生物|化工|电子|环保|能源|新能源|制造|工业|发展|投资|贸易|建设|工程|食品|医药|制药|药业|智能|信息"
    "|种植|养殖|农牧|设备|股份|有限|责任|控股|矿业|建材|电力|水泥|汽车|茶业|酒业|锂业|纺织|服饰|塑料|橡胶|包装|物流|网络|软件|文化|教育|咨询|服务"
)
_KNOWN = re.compile(f"(?P<name>{one_of('well-known company')})")
_SHORT = re.compile(
    rf"(?:^|(?<=[^{CJK}])|(?<=[给与和为向由替让是有在到找及]))"
    rf"(?P<name>(?P<own>{_HAN}{{2,4}}?)(?P<trade>{one_of('trade of a name')}))",
    re.MULTILINE,
)
_PARTNER = re.compile(rf"{one_of('partner')}(?:有|是|为|包括|叫|:)?|(?P<listed>[、,，和与及])")
_BESIDE = re.compile(
    rf"(?P<name>(?P<own>{_HAN}{{2,4}}?)(?P<trade>{one_of('trade beside a partner')}))"
    rf"(?=$|[^{CJK}]|[供代的和与及做加生])",
    re.MULTILINE,
)
_SHORT_SCHOOL = re.compile(
    rf"{_HAN}{{1,2}}(?:农大|工大|科大|职院|师大|财大|医大|交大|林大|民大)(?=$|[^{CJK}]|[和与的等教专老])"
)
_MINE = re.compile(rf"(?P<place>{_HAN}{{1,4}}?){one_of('rock')}{one_of('mineral')}")
_ENGLISH_END = re.compile(
    rf"(?<![a-z]){one_of('english company')}(?:[ \t,.]*{one_of('english company')})*(?![a-z])"
)
_ENGLISH_WORD = re.compile(r"[a-z0-9][a-z0-9'’&.-]*[ \t]*,?[ \t]*$")
_MOST_WORDS = 6  # of a company's English name before its end


def find(text: str) -> Iterator[Hit]:
    """Yield organisations: by the end of their name, their trade, what stands beside them, or as everybody knows."""
    yield from _bodies(text)
    yield from _short(text)
    yield from _partners(text)
    yield from (Hit("company", *hit.span()) for hit in _KNOWN.finditer(text))
    yield from (Hit("organisation", *hit.span()) for hit in _SHORT_SCHOOL.finditer(text))
    yield from _mines(text)
    yield from _english(text)


def kind_of(name: str) -> str:
    """Return what a given name is the name of: a company, another organisation, else a person."""
    if _COMPANY_END.search(name):
        return "company"
    return "organisation" if _BODY_END.search(name) else "person"


def called(name: str, gazetteer: Gazetteer | None = None) -> tuple[str, ...]:
    """Return what else a company is called: its name without the form, then without place, then without trade.

    Nothing when what is left is no name of its own.
    The place at the beginning goes when its name is written in full, or the gazetteer knows it.
    """
    if not _COMPANY_END.search(name):
        return ()
    whole = re.sub(rf"(?:{_BODY})+$", "", re.sub(rf"[(（]{_HAN}+[)）]", "", name))
    own = re.sub(rf"^(?:{_HAN}{{2,8}}?(?:省|自治区|市|自治州|州|县|区))+(?={_HAN}{{2}})", "", whole)
    while gazetteer is not None:
        place = next((one for one in gazetteer.find(own) if one.start == 0), None)
        if place is None:
            break
        own = own[place.end :]
    placeless, own = own, re.sub(f"(?:{_TRADES})+$", "", own)
    if len(own) < _SHORTEST_NAME or _is_generic(own):
        return ()
    return (whole, placeless) if own in _common() else (whole, placeless, own)


def _bodies(text: str) -> Iterator[Hit]:
    """Yield organisations: what their last words show, back to where their name can begin."""
    for hit in _BODY_END.finditer(text):
        begin = hit.start()
        while begin and hit.start() - begin < _LONGEST_NAME and _IN_NAME.match(text[begin - 1]):
            begin -= 1
        for stop in _STOPS.finditer(text, begin, hit.start()):
            begin = stop.end()
        begin += len(text[begin : hit.start()]) - len(text[begin : hit.start()].lstrip(")·•和与及"))
        name = text[begin : hit.start()]
        if name and not _is_generic(name):
            kind = "company" if _COMPANY_END.search(hit.group()) else "organisation"
            yield Hit(kind, begin, hit.end())


def _short(text: str) -> Iterator[Hit]:
    """Yield short names that end with a trade which is no common word: 味独珍茶业."""
    for hit in _SHORT.finditer(text):
        if _is_own(hit["own"], hit["trade"]):
            yield Hit("company", *hit.span("name"))


def _partners(text: str) -> Iterator[Hit]:
    """Yield short names beside a partner (客户有川能动力), and those that are listed behind one of them."""
    last = -1
    for cue in _PARTNER.finditer(text):
        if cue["listed"] and cue.start() != last:
            continue
        hit = _KNOWN.match(text, cue.end()) or _BESIDE.match(text, cue.end())
        if hit is not None and (hit.re is _KNOWN or _is_own(hit["own"], hit["trade"])):
            start, last = hit.span("name")
            yield Hit("company", start, last)


def _is_own(own: str, trade: str) -> bool:
    """Tell whether what stands before a trade is a name: no word, and no part of one (白|酒业)."""
    if _is_generic(own) or own in _common() or _STOPS.search(own):
        return False
    words = cues.trade_words()
    is_word = len(own) > _SHORTEST_NAME and own[-_SHORTEST_NAME:] in words
    return not is_word and own[-1] + trade[0] not in words


def _mines(text: str) -> Iterator[Hit]:
    """Yield mines and power stations that are named after a place: 大岩洞铅锌矿."""
    for hit in _MINE.finditer(text):
        leads = [one.end() for one in re.finditer("来自|[的了和与及从在由到是给自]", hit["place"])]
        begin = hit.start() + (leads[-1] if leads else 0)
        if begin < hit.end("place"):
            yield Hit("company", begin, hit.end())


def _english(text: str) -> Iterator[Hit]:
    """Yield names before Co., Ltd. and the like, back to the first plain word."""
    plain = frozenset(cues.words("english plain"))
    done = 0
    for end in _ENGLISH_END.finditer(text):
        begin, least = end.start(), max(done, end.start() - 100)
        for _word in range(_MOST_WORDS):
            word = _ENGLISH_WORD.search(text[least:begin])
            if word is None or word.group().strip(" \t,.") in plain:
                break
            begin = least + word.start()
        if begin < end.start():
            dot = text[end.end() : end.end() + 1] == "."
            yield Hit("company", begin, end.end() + dot)
            done = end.end()


def _is_generic(name: str) -> bool:
    """Tell whether a name is made of words that any company may be called by: kinds, sizes, trades."""
    return _generic().fullmatch(name) is not None


@cache
def _generic() -> re.Pattern[str]:
    trades = sorted(cues.trade_words(), key=len, reverse=True)
    return re.compile(f"(?:{_GENERIC_PARTS}|{'|'.join(map(re.escape, trades))})*")


@cache
def _common() -> frozenset[str]:
    return GENERIC | silent("no company")
