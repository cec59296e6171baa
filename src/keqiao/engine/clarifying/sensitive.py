"""What in a text tells who, where, how much or how to reach somebody: by its form alone.

Patterns read text in which full-width letters and digits are half-width and small. They rather take too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keqiao.engine.clarifying.cues import silent
from keqiao.engine.clarifying.folding import fold, is_not_hidden
from keqiao.engine.gazetteer import Gazetteer
from keqiao.engine.newspaper import surnames
from keqiao.engine.passages import GENERIC
from keqiao.engine.text import CJK


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found at text[start:end], and its kind."""

    kind: str
    start: int
    end: int


_HAN = f"[{CJK}]"
_S = r"[ \t]*"

_WRITTEN = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
# Possessive, and never begun in the middle: a line of a million digits is read in one go.
_NUMBER = rf"(?:(?<!\d)\d[\d,.]*+|(?<![{_WRITTEN}])[{_WRITTEN}]++)"
_SUM = rf"{_NUMBER}{_S}[多余几来]?{_S}(?:[-~—–至到]{_S}{_NUMBER}{_S}[多余]?{_S})?[十百千万亿]*{_S}[多余]?"
_CURRENCY = (
    "(?:元(?!素|件|器|明|宝|月|旦|代|朝|组)|块钱|美元|美金|欧元|港元|日元|人民币|rmb|cny|usd)"
)
_MONEY = rf"{_SUM}{_S}{_CURRENCY}|[¥$€]{_S}\d[\d,.]*+{_S}[十百千万亿]*|(?:rmb|cny|usd){_S}\d[\d,.]*+{_S}[十百千万亿]*"
_PAID = (
    "预算|投资|投入|报价|价格|售价|单价|经费|费用|出资|产值|利税|利润|营收|营业额|销售额|收入|资金|造价|成本"
    "|奖金|悬赏|注册资本"
)
_COUNTED = "[吨台套件头亩只人次平立千公条根个辆米方株枚k]"
_PAID_SUM = (
    rf"(?:{_PAID})[^\d，。；,;\n]{{0,6}}?"
    rf"(?P<name>\d[\d,.]*{_S}[多余]?{_S}(?:[-~—–至到]{_S}\d[\d,.]*{_S})?[百千]?[万亿])(?!{_S}{_COUNTED})"
)

_PHONE = (
    r"(?<!\d)(?:\+?86[ \t-]{0,2})?1[3-9](?:[ \t.-]?\d){9}(?!\d)"
    r"|(?<!\d)\(?0\d{2,3}\)?[ \t-]{0,3}[2-9]\d{2,3}[ \t-]?\d{4}(?:[ \t]*(?:-|转|ext\.?)[ \t]*\d{1,5})?(?!\d)"
    r"|(?<!\d)[48]00[ \t-]?\d{3}[ \t-]?\d{4}(?!\d)"
    r"|(?:电话|手机|传真|热线)[^\d\n]{0,4}(?P<name>\d[\d \t-]{5,14}\d)"
)
_EMAIL = r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++[ \t]*(?:@|\(at\)|\[at\])[ \t]*[a-z0-9-]+(?:[ \t]?\.[ \t]?[a-z0-9-]+)+"
_WEB = rf"(?:https?://|www\.)[^\s，。；、（）()<>\"'{CJK}]+"
_ACCOUNT = (
    r"(?:微信号?|qq群?号?|weixin|wechat)[ \t]*[:为是]?[ \t]*(?P<name>[a-z0-9][a-z0-9_-]{4,19})"
)
_IDENTITY = r"(?<![a-z0-9])\d{17}[\dx](?![a-z0-9])|(?<![a-z0-9])9[1-3][0-9a-z]{16}(?![a-z0-9])"
_PATENT = r"(?<![a-z0-9])(?:zl|cn)?[ \t]?(?:19|20)\d{10}\.?[\dx](?![a-z0-9])|(?<![a-z0-9])zl[ \t]?\d{8,13}(?:\.[\dx])?"

_DOTTED = rf"{_HAN}{{1,6}}(?:[·•]{_HAN}{{1,8}}){{1,3}}"
_CALLED = (
    rf"(?:{_DOTTED}|(?:{surnames.COMPOUND}){_HAN}{{1,2}}|[{surnames.SINGLE}]{_S}{_HAN}{{1,2}})"
)
_ROLE = "联系人|负责人|法定代表人|法人代表|法人|经办人|发明人|带头人|主持人|董事长|总经理|联络人|姓名|对接人|项目经理"
_TITLE = (
    "副?教授|副?研究员|院士|博士|(?:高级)?工程师|总?高?工程师|高工|总工|农艺师|畜牧师|老师|先生|女士|小姐|主任|董事长|副?总经理|副总|经理|厂长|院长|校长|所长|会长"
    "|理事长|书记|社长|站长|村长|总监|老板|师傅|医生"
)
_LEFT = rf"(?:^|(?<=[^{CJK}])|(?<=[由请与和及向对是找的跟给让]))"
_LED = rf"(?:{_ROLE}){_S}[:为是]?{_S}(?P<name>{_CALLED})(?=$|[\s,，。、；;:()（）!！?？]|电话|手机|微信|{_TITLE})"
_TITLED = rf"{_LEFT}(?P<name>{_CALLED})(?={_S}(?:{_TITLE}))"
_SHORT = (
    rf"{_LEFT}(?P<name>(?:{surnames.COMPOUND}|[{surnames.SINGLE}])"
    rf"(?:[总工](?=$|[^{CJK}]|[说的电手])|(?=(?:{_TITLE})(?:$|[^{CJK}]|[说的电手指]))))"
)
_NO_PERSON = surnames.WORDS | silent("no person")

_BODY = (
    "有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|分公司|子公司|总公司|股份公司|公司|集团|专业合作社|合作社|研究院|研究所|设计院|科学院|农科院"
    "|大学|学院|医院|卫生院|职业学校|中学|小学|科协|商会|煤矿|钢厂|电厂|药厂|酒厂|茶厂|水泥厂|化工厂|机械厂|加工厂|家庭农场|银行"
)
_BODY_END = re.compile(rf"(?:{_BODY})(?:\({_HAN}{{2,6}}\)|{_HAN}{{2,6}}分公司)?")
_IN_NAME = re.compile(rf"[{CJK}a-z0-9&()·•]")
_SHORTEST_NAME, _LONGEST_NAME = 2, 30
_STOPS = re.compile(
    "我们|我司|委托|联合|联系|通过|由于|来自|位于|依托|包括|例如|属于|其中|作为|采用|提供|希望|对接|前往|走访|考察|邀请|去年|今年|曾|请|让|给|对|向|从|由|或|在|为|是|被|把|将|跟|并|的|了|等|到"
    "|(?<=公司|企业|单位|高校|大学|集团|我们|专家|院所|团队|学院|机构)[和与及]"
)
_GENERIC_BODY = re.compile(
    "(?:[我本该贵某各全你他另这那此多两几一家所个些用]|某某|[上下]市|国有|民营|大型|中小|中型|小型|相关|有关|同行|国[内外]|其[他它]|当地|科技|高新|技术|母|子|分|总|股份|有限"
    "|责任|集团|专业|农民|基层|乡镇|[省市县区国]级?|重点|附属|三甲|高等|职业|公立|私立|综合|知名|企业|单位|公司|中介|咨询|服务|贸易|供货|供应|检测|第三方|设计|施工|建设|研发"
    "|生产|制造|外资|合资|龙头|型|级|科研|院所|高校|院校|机构|学会|协会|地方|双方|对方|需要|需求|组建|成立|[、，,()])*"
)

_COMPANY_END = re.compile("(?:公司|集团|合作社|厂|矿|农场|银行)(?:[(（][^)）]*[)）])?$")
_TRADES = (
    "科技|技术|实业|集团|农业|机械|重工|装备|高新材料|新材料|材料|生物|化工|电子|环保|能源|新能源|制造|工业|发展|投资|贸易|建设|工程|食品|医药|制药|药业|智能|信息"
    "|种植|养殖|农牧|设备|股份|有限|责任|控股|矿业|建材|电力|水泥|汽车|茶业|酒业|锂业|纺织|服饰|塑料|橡胶|包装|物流|网络|软件|文化|教育|咨询|服务"
)
_COMMON = GENERIC | silent("no company")

_BELOW = "镇|乡|街道|村|社区|工业园区|工业园|产业园区|产业园|科技园|开发区|高新区|经开区|园区|工业集中区|农场|林场|牧场"
_AT = r"[省市县区州旗镇乡村道在于到对为是和与及从、，,。;:；(\s]"
_SMALL = rf"(?![省市县区州旗和与及的在是有对为将被]){_HAN}"
_PLACE = rf"(?:^|(?<={_AT}))(?P<name>(?:{_SMALL}){{1,6}}?(?:{_BELOW})(?:{_S}\d+{_S}[组社队号])?)"
_STREET = (
    rf"{_HAN}{{1,8}}?(?:大道|大街|路|街|巷){_S}(?:[东南西北中一二三四五六七八九十]{{1,2}}段)?{_S}"
    rf"\d+{_S}[号弄栋幢](?:{_S}\d+{_S}[号栋幢楼层室])*"
)
_NO_PLACE = re.compile(
    "(?:[各全该本两多每某新老小集重古县山进入驻下返回离名开建整跨这那我]|[一二三四五六七八九十几]个?|乡|城|村|农|特色|美丽|行政|自然|传统|贫困|脱贫|中心|产业|科技|工业|高新|技术|经济|农业|现代"
    "|国家|[省市县]级|当地|家庭|示范|智慧|化工|物流|大型|国有|集体|社会主义|乡镇|周边|所在|附近|部分|有关|相关|街道|园区|基层|偏远|山区|的|个)*"
)

_FORMS = (
    ("email", re.compile(_EMAIL)),
    ("web", re.compile(_WEB)),
    ("account", re.compile(_ACCOUNT)),
    ("number", re.compile(f"{_IDENTITY}|{_PATENT}")),
    ("phone", re.compile(_PHONE)),
    ("money", re.compile(_MONEY)),
    ("money", re.compile(_PAID_SUM)),
    ("person", re.compile(_LED, re.MULTILINE)),
    ("person", re.compile(_TITLED, re.MULTILINE)),
    ("person", re.compile(_SHORT, re.MULTILINE)),
    ("place", re.compile(_PLACE, re.MULTILINE)),
    ("place", re.compile(_STREET)),
)


def find(text: str) -> list[Hit]:
    """Return what was found, in order, apart; of two that overlap the longer, of two that touch one."""
    folded = fold(text, keep=is_not_hidden)
    hits = [*_bodies(folded.text), *_forms(folded.text)]
    kept: list[Hit] = []
    taken = bytearray(len(folded.text))
    for hit in sorted(hits, key=lambda one: (one.start - one.end, one.start, one.kind)):
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            kept.append(hit)
    joined: list[Hit] = []
    for hit in sorted(kept, key=lambda one: one.start):
        if joined and (joined[-1].end, joined[-1].kind) == (hit.start, hit.kind):
            joined[-1] = Hit(hit.kind, joined[-1].start, hit.end)
        else:
            joined.append(hit)
    return [Hit(one.kind, *folded.span(one.start, one.end)) for one in joined]


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
    stem = re.sub(rf"(?:{_BODY})+$", "", re.sub(rf"[(（]{_HAN}+[)）]", "", name))
    own = re.sub(rf"^(?:{_HAN}{{2,8}}?(?:省|自治区|市|自治州|州|县|区))+(?={_HAN}{{2}})", "", stem)
    while gazetteer is not None:
        place = next((one for one in gazetteer.find(own) if one.start == 0), None)
        if place is None:
            break
        own = own[place.end :]
    placeless, own = own, re.sub(f"(?:{_TRADES})+$", "", own)
    if len(own) < _SHORTEST_NAME or _GENERIC_BODY.fullmatch(own):
        return ()
    return (stem, placeless) if own in _COMMON else (stem, placeless, own)


def _forms(text: str) -> Iterator[Hit]:
    for kind, pattern in _FORMS:
        named = "name" in pattern.groupindex
        for hit in pattern.finditer(text):
            start, end = hit.span("name") if named and hit.group("name") else hit.span()
            said = text[start:end]
            if start == end or (kind == "person" and said in _NO_PERSON):
                continue
            if kind == "place" and _NO_PLACE.fullmatch(_without_end(said)):
                continue
            yield Hit(
                "price" if kind == "money" and not re.search("[万亿]", said) else kind, start, end
            )


def _without_end(place: str) -> str:
    return re.sub(rf"(?:{_BELOW})$", "", place)


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
        if name and not _GENERIC_BODY.fullmatch(name):
            kind = "company" if _COMPANY_END.search(hit.group()) else "organisation"
            yield Hit(kind, begin, hit.end())
