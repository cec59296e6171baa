"""Where a name begins in running text: Chinese writes no spaces, so the words before it must be known."""

from __future__ import annotations

import re

from keqiao.engine.newspaper.lines import HAN

LONGEST = 36  # characters of a name that are looked at
_PART = re.compile(rf"[{HAN}A-Za-z0-9·•()（）]")
_CLOSED = re.compile(r"[(（][^()（）]{1,8}[)）]")
# Words that stand before a name and are never inside one.
_WORDS = re.compile(
    "共同邀请|特别邀请|联合邀请|邀请|特邀|组织(?!部(?![分门]))|联合(?![会体]|社(?![区会])|国(?!内))|会同|协同|走进|走访|来到|前往|深入|依托|通过|参观|考察|调研(?!员(?!工))|了解"
    "|以及|对接|协调(?!员)|帮助|引导|推荐|支持|指导(?!员(?!工)|[教老]师)|带领|陪同|分别|来自|位于|接待|授予|委托|携手|连同|聘请|选派|率领|推动"
    "|听取|鼓励|希望|督促|促成|入驻|由于|关于|如今|据悉|其中|包括|(?<!程及)(?<!学及)其|的|了|赴"
    rf"|(?<!工程)(?<!科学)及|及(?!其?[{HAN}]{{2,8}}?(?:学院|学部))|到(?!位)|由|让|请(?!求)|(?<!求)是(?!非)|称|作为"
)
# One character, or two, that are also parts of names: not in the words behind them.
_CHARACTERS = re.compile(
    rf"(?<=[协司府市县区局学院])与|与(?!(?:(?!大学)[{HAN}]){{2,8}}?(?:学院|学部))|(?<!\d)余[名家个位]|"
    "(?<!共)(?<!祥)(?<!瑞)(?<!泰)(?<!永)和(?![平田县静顺龙政林硕布邦谐睦])|(?<![大协共合会])同(?![济方仁江安心德创])"
    "|(?<![华作成])为(?!民)|(?<![现存])在(?!线)|(?<![反相应绝])对(?![外口])|(?<![面方转])向(?![阳上])|(?<![成])将(?!军)"
    "|(?<!服)从(?![化江业])|(?<![中高优])等(?![离级])|把|被|给|并(?!购)|(?<!神)经(?![济开贸典发信管营侦销验])|随"
)
_OFFICE_END = re.compile(
    "(?:科协|[局委办院所会校市县区镇乡州]|学会|协会|大学|公司|企业|政府|中心|专家|代表|单位)$"
)
_GENERAL = re.compile(r"\d+[余多]?[名家个]|[该本各某此这那其全我你他每]|[多两几三四五数][家所个]")


def run_before(text: str, end: int, start: int = 0) -> int:
    """Return where the unbroken run of name characters that ends at `end` begins."""
    begin, low = end, max(start, end - LONGEST)
    while begin > low and _PART.match(text, begin - 1):
        begin -= 1
    while begin < end and text[begin] in ")）":
        begin += 1
    for found in re.finditer(r"[(（)）]", text[begin:end]):
        at = begin + found.start()
        if text[at] in "(（" and not _CLOSED.match(text, at):
            return at + 1
    return begin


def starts(text: str, begin: int, end: int) -> list[int]:
    """Return where a name that ends at `end` may begin, nearest first.

    No name goes back over a word that is never inside one.
    """
    for hit in _WORDS.finditer(text, begin, end):
        begin = hit.end() if hit.end() < end else begin
    found = {begin, *(hit.end() for hit in _CHARACTERS.finditer(text, begin, end))}
    return sorted((place for place in found if place < end), reverse=True) or [begin]


def trimmed(text: str) -> str:
    """Return what stands behind the last word that cannot be part of a name."""
    return text[starts(text, 0, len(text))[0] :] if text else ""


def is_general(name: str) -> bool:
    """Tell whether a name begins like 该公司, 各学会: it names nobody."""
    return not name or bool(_GENERAL.match(name))


def has_word(text: str) -> bool:
    """Tell whether a text holds a word that is never inside a name."""
    return bool(_WORDS.search(text))


def is_doubtful_word(text: str) -> bool:
    """Tell whether a text ends like an office, a body or a trade, which a company's name begins no more after."""
    return bool(_OFFICE_END.search(text))
