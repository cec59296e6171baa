"""How Chinese place names are written: suffixes, short forms, and the words they hide in.

Which forms a full name may take (四川省 → 四川, 阿坝藏族羌族自治州 → 阿坝州, 阿坝), and whether
a form found in running text stands there as a word of its own.
"""

from __future__ import annotations

import re
from typing import Literal

from keqiao.engine import placewords

Level = Literal["province", "city", "county"]

SHORTEST = 2  # characters of a name: 川 and 京 are never read as places

# Longest first: 特别行政区 before 区.
_SUFFIXES = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "联合旗",
    "地区",
    "新区",
    "矿区",
    "林区",
    "特区",
    "省",
    "市",
    "县",
    "区",
    "州",
    "盟",
    "旗",
)

# Nationalities as written in the names of autonomous areas; 东乡族, 水族 and 土族 only with 族.
_PEOPLES = sorted(
    (  # noqa: SIM905 — as below
        "各族|蒙古族|蒙古|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族"
        "|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族"
        "|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|锡伯|阿昌族|普米族"
        "|塔吉克族|塔吉克|怒族|鄂温克族|保安族|裕固族|独龙族"
    ).split("|"),
    key=len,
    reverse=True,
)

# Banners told apart by left, right, front, rear are only named in full.
_DIRECTION_BANNER = re.compile(r"[左右前中后]旗$")

# Its stem is only ever read as the province of that name.
_STEM_OF_A_PROVINCE = frozenset({"河南蒙古族自治县"})


def stem(name: str) -> str:
    """Return the name without suffix and peoples: 马边彝族自治县 → 马边, 雅安市 → 雅安."""
    suffix = next((end for end in _SUFFIXES if name.endswith(end) and len(name) > len(end)), "")
    if not suffix or _DIRECTION_BANNER.search(name):
        return name
    bare = name.removesuffix(suffix)
    if suffix in {"自治区", "自治州", "自治县", "自治旗", "区"}:
        bare = _without_peoples(bare)
    return bare


def _without_peoples(bare: str) -> str:
    while True:
        people = next(
            (p for p in _PEOPLES if bare.endswith(p) and len(bare) - len(p) >= SHORTEST), ""
        )
        if not people or bare == "内蒙古":
            return bare.removesuffix("族") if bare in {"鄂温克族", "东乡族"} else bare
        bare = bare.removesuffix(people)


def common(name: str) -> str:
    """Return the everyday form with its suffix: 阿坝藏族羌族自治州 → 阿坝州."""
    bare = stem(name)
    for long, short in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("区", "区")):
        if name.endswith(long) and bare + short != name and not name.endswith("自治区"):
            return bare + short
    return name


def short_name(name: str, level: Level) -> str:
    """Return what people write: 四川, 雅安, 阿坝州, 岳池; districts keep their suffix.

    A stem of one character is never short for anything: 泸县 stays 泸县.
    """
    bare = stem(name)
    if len(bare) < SHORTEST:
        return name
    if name.endswith("自治州") or name in _STEM_OF_A_PROVINCE:
        return common(name)
    if level == "county" and name.endswith(("区", "旗")) and not name.endswith(("林区", "特区")):
        return common(name)
    return name if name.endswith("盟") else bare


def forms(name: str, short: str) -> dict[str, bool]:
    """Map every form of a name to whether it is a bare stem, which needs more care."""
    found = {name: False, common(name): False}
    for bare in (short, stem(name)):
        if len(bare) >= SHORTEST and bare not in found:
            found[bare] = True
    if name in _STEM_OF_A_PROVINCE:
        del found[stem(name)]
    return found


# What follows a name that is only the name of a street.
STREET = re.compile(
    r"[东南西北中一二三四]{0,2}(?:大道|大街|路(?![线径由网面况政边口人演桥])|街(?![头道区上])|巷)"
)

# What follows 市/县/区 where that character belongs to the next word: 合作|市场, 岳池|县域.
_SUFFIX_WORDS = {"市": "场", "县": "域级", "区": "域别块间位划", "州": "", "旗": "舰帜"}

# Offices that only a place has.
OFFICE = re.compile(r"科协|科学技术协会|人大|政协|机场|[市县区]?委|人民政府|法院|检察院|政府")
WORD_OFFICE = re.compile(r"科协|科学技术协会|人大常|政协|机场")

# Waters, mountains, strata and names with a middle dot are not the county they share a name with.
_LANDSCAPE = re.compile(r"[江河湖水山岭峡洋·•]|盆地|凹陷|坳陷|组(?!织)|断裂|期|型")

_BOUNDARY = frozenset("在到赴往从由至向于是及与、访据自")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def is_word_start(text: str, start: int) -> bool:
    """Tell whether a name can begin here: no character or a preposition before it."""
    left = text[start - 1 : start] if start else ""
    return not _HAN.match(left) or left in _BOUNDARY


def cuts_left(text: str, start: int) -> bool:
    """Tell whether the character before and the first here are one word: 推广|安全, 确保|定点."""
    return start > 0 and text[start - 1 : start + 1] in placewords.LEFT_WORDS


def cuts_right(text: str, end: int) -> bool:
    """Tell whether the last character and the next are one word (高安|全) or name."""
    return text[end - 1 : end + 1] in placewords.RIGHT_WORDS or bool(_LANDSCAPE.match(text, end))


def is_one_character_county(text: str, start: int) -> bool:
    """Tell whether 兴县, 和县 … is a name here: 惠民兴县 is not, 赴兴县 is."""
    return text[start] in placewords.RARE_STEMS or is_word_start(text, start)


def suffix_belongs_to_next(form: str, text: str, end: int) -> bool:
    """Tell whether the form's 市, 县 or 区 begins the next word: 合作|市场, 岳池|县域."""
    following = text[end : end + 1]
    return bool(following) and following in _SUFFIX_WORDS.get(form[-1], "")


def is_name(text: str, start: int, end: int, *, is_short: bool, touching: bool) -> bool:
    """Tell whether text[start:end] names a place though its parent does not stand before it.

    `touching`: another name ends where this one begins.
    """
    form = text[start:end]
    if form in placewords.WORDS:
        return bool(WORD_OFFICE.match(text, end))
    if form in placewords.PLAIN_FULL_NAMES:
        return bool(OFFICE.match(text, end))
    if is_short:
        return (touching or not cuts_left(text, start)) and not STREET.match(text, end)
    return len(form) > SHORTEST or touching or is_one_character_county(text, start)
