"""People named in a dispatch, with their role as printed.

A name is only read beside a role: 科协主席 + name, name + 教授, name + 当选为 … A role may go back over 、 while
what stands there is a role too. A name that follows another after 、 has the same role.
"""

from __future__ import annotations

import itertools
import re

from keqiao.engine.newspaper import boundaries, surnames
from keqiao.engine.newspaper.lines import HAN
from keqiao.engine.newspaper.types import Named

_TITLE = (
    "书记|主席|部长|院长|校长|所长|会长|理事长|秘书长|主任|局长|处长|科长|股长|市长|县长|区长|州长|省长|镇长|乡长|村长|司长|厅长"
    "|董事长|总经理|经理|总监|总裁|总工程师|工程师|总工|教授|研究员|院士|博士|讲师|农艺师|畜牧师|技师|药师|技术员|负责人|专家|教师|老师"
    "|常委|委员|成员|组长|队长|站长|馆长|园长|厂长|社长|台长|巡视员|调研员|特派员|顾问|创始人|科学家|辅导员|支书|理事|志愿者|理事"
    "|主委|政委|主编|班长|团长|医师|医生|护士长|护士|讲解员|主持人|学生|同学|代表|村民|农户|种植户|养殖户|领办人|法人"
)
_SURE_TITLE = re.compile(
    "(?:副?教授|副?研究员|院士|博士|(?:高级)?(?:工程师|农艺师)|老师|主任|董事长|总经理|校长|院长|所长|会长|主席|书记)"
)
_HAN = f"[{HAN}]"
_NAME = (
    rf"(?:{_HAN}{{1,6}}(?:[·•‧]{_HAN}{{1,8}}){{1,3}}|(?:{surnames.COMPOUND}){_HAN}{{1,2}}"
    rf"|[{surnames.SINGLE}]{_HAN}{{2}}|[{surnames.SINGLE}]{_HAN})"
)
_FOLLOW = (
    r"(?=$|[\s,，。、；;:：()（）!！?？”\"]|同志|主持|出席|表示|指出|强调|介绍|说|坦言|告诉|认为|谈|讲|对|代表|等|一行|率|带|作[了为出]?"
    "|为|分享|讨论|阐述|点评|致谢|感慨|激动|高兴|笑着|现为|系|在|和|与|及|以及|先后|分别|参[加与观]|到|就|向|从|根据|建议|提[出到]|现场|用|围绕|结合|一同|陪同|携|深入|走|受邀|应邀|致|宣"
    "|主讲|(?<!教)授|传授|领[着学]|通过|还|也|则|来到|前往|赴|给|把|将|担任|当选|任|的|是|以|详细|逐一|听|发[表言布]|首先|最后|亲|汇报|传达|解[读答]|做|演示|展示"
    "|教|邀|组织|随|回[顾应]|调研|考察|检查|看|充分|高度|全程|耐心|仔细|细致|认真|简要|具体|重点|补充|总结|开[展幕]|启动|颁|揭|赠|必须|获|团队|所|长期|曾|正|及其|会同|协同|联合|陪|莅临|[一二两三四五六七八九十0-9]+[位名]|[两三四五六七八九十]人|透露|解释|提醒|呼吁|希望|勉励|鼓励|要求|宣布"
    "|教授|博士|院士|研究员|老师|先生|女士|牵头|负责|分管|协助|帮助|指导|回答|通报|部署|安排)"
)
_ROLE_NAME = re.compile(rf"(?:{_TITLE})(?P<name>{_NAME}){_FOLLOW}")
_STRANGE = re.compile(  # a name without a known surname, where the verb leaves no doubt
    rf"(?:{_TITLE})(?P<name>{_HAN}{{2,5}})(?=(?:表示|指出|强调|介绍|坦言|主持会议|出席))"
)
_NO_NAME = re.compile(
    "[会议单位团组等们部门领导处室科协企业专家要并先后]|现场|一致|分别|同志|代表|进一步|最后|首先|详细|共同|重点"
)
_NAME_ROLE = re.compile(
    rf"(?P<name>{_NAME})(?P<title>{_SURE_TITLE.pattern})(?!团|们|级|会|室|单位)"
)
_ELECTED = re.compile(
    rf"(?P<name>{_NAME})(?:同志)?(?:当选|连任|担任|就任|出任|受聘|被聘|被选举|被推选|任)为?"
    rf"(?P<role>[^,，。;；、!！?？]{{2,30}}?(?:{_TITLE}))(?=[,，。;；、!！?？]|$)"
)
_NEXT = re.compile(rf"[、和与](?P<name>{_NAME}){_FOLLOW}")
_ENDS_WITH_TITLE = re.compile(rf"(?:{_TITLE})$")
_ENDS_WITH_BODY = re.compile(
    "(?:大学|学院|公司|研究院|研究所|科学院|协会|学会|中心|科协|医院|局|站|专家|[一二三]院)$"
)
_BODY_BEFORE = re.compile(
    "^[^·]*(?:[院所校部局站司心家]|大学|[学协]会|邀请|[由请为是和与])(?=[^·]+·)"
)
_CITED = re.compile(r"关于|(?:的)?(?:系列)?重要(?:讲话|指示|论述|批示)|(?:新时代|思想)")
_STOP = re.compile(r"[,，。；;!！?？:：\s“”\"()（）…《》]")
_LONGEST_ROLE = 44
_SHORTEST_NAME = 2
_SOMEBODY = "某"  # stands for the name, so that 与 right before it ends what stands before
_MOST = 300  # finds of one pattern in one dispatch


def people(text: str) -> list[Named]:
    """Return the persons named with their roles, each name once, in the order of the text."""
    found: dict[str, tuple[int, str]] = {}
    for pattern in (_ROLE_NAME, _STRANGE):
        for hit in itertools.islice(pattern.finditer(text), _MOST):
            _keep_after_role(text, hit, found)
    for hit in itertools.islice(_ELECTED.finditer(text), _MOST):
        _keep(found, hit["name"], hit.start(), boundaries.trimmed(hit["role"]))
    for hit in itertools.islice(_NAME_ROLE.finditer(text), _MOST):
        _keep_before_role(text, hit, found)
    ordered = sorted(found.items(), key=lambda pair: pair[1][0])
    return [Named(name, role) for name, (_place, role) in ordered]


def _keep_after_role(text: str, hit: re.Match[str], found: dict[str, tuple[int, str]]) -> None:
    name, start = hit["name"], hit.start("name")
    name = name[:-1] if len(name) > _SHORTEST_NAME and name[-1] == "说" else name
    if name[:2] in surnames.WORDS or (hit.re is _STRANGE and _NO_NAME.search(name)):
        return
    if name[-1] in "省市县区镇乡村":
        return
    if _CITED.match(text, hit.end()):
        return
    if any(place <= start < place + len(known) for known, (place, _role) in found.items()):
        return
    role = _role_before(text, start)
    _keep(found, name, start, role)
    following = _NEXT.match(text, hit.end("name"))
    while following and following["name"][:2] not in surnames.WORDS:
        if _ENDS_WITH_TITLE.search(following["name"]):
            return
        _keep(found, following["name"], following.start("name"), role)
        following = _NEXT.match(text, following.end("name"))


def _keep_before_role(text: str, hit: re.Match[str], found: dict[str, tuple[int, str]]) -> None:
    name = _BODY_BEFORE.sub("", hit["name"]) if "·" in hit["name"] else hit["name"]
    start = hit.end("name") - len(name)
    if (
        name[:2] in surnames.WORDS
        or _ENDS_WITH_TITLE.search(name)
        or name[-1] in "副总院局委厅处所会部系科室省市县区镇乡村"
    ):
        return
    begin = _segment(text, start)
    before = boundaries.trimmed(text[begin:start] + _SOMEBODY).removesuffix(_SOMEBODY)
    if before and not _ENDS_WITH_BODY.search(before):
        return
    _keep(found, name, start, before + hit["title"])


def _keep(found: dict[str, tuple[int, str]], name: str, place: int, role: str) -> None:
    known = found.get(name)
    if known is None or len(role) > len(known[1]):
        found[name] = (min(place, known[0]) if known else place, role)


def _segment(text: str, end: int) -> int:
    begin, low = end, max(0, end - _LONGEST_ROLE)
    while begin > low and not _STOP.match(text, begin - 1) and text[begin - 1] != "、":
        begin -= 1
    return begin


def _role_before(text: str, end: int) -> str:
    begin = _segment(text, end)
    first = begin
    while begin > max(0, end - _LONGEST_ROLE) and text[begin - 1] == "、":
        if not _ENDS_WITH_TITLE.search(text, max(0, begin - 7), begin - 1):
            break
        first = begin = _segment(text, begin - 1)
    role = text[first:end]
    head, mark, rest = role.partition("、")
    return boundaries.trimmed(head) + mark + rest
