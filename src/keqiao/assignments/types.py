"""The words of the room: the terms of a plan, and what its reasons say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.phrases import N_, Phrase
from keqiao.engine.assignment.wording import SENTENCES as ENGINE_SENTENCES
from keqiao.engine.types import Reason

MOST_WANTED = 3  # studios for one need
MOST_PLACES = 200  # of one studio in a week, or live cases of one broker
LIVE_CASES = 12  # that a broker carries at once, unless the plan says otherwise
NEWCOMER_DAYS = 365
DUE_DAYS = 7  # until when a studio answers what a plan's row asked
NAME_LENGTH = 24  # characters of a title inside a reason
CODE = re.compile(r"\b[A-Z]-[0-9A-Z]+\b")
BROKER_KEY = "B-{}"


class RulingKind(models.TextChoices):
    """What somebody ruled about a pair: always together, or never."""

    LOCK = "lock", _("锁定")
    BAN = "ban", _("排除")


class Skipped(models.TextChoices):
    """Why a row of a plan could not be carried out: the world moved on."""

    GONE = "gone", _("需求已不在征集，或已由别的对接单承接")
    REFUSED = "refused", _("这个工作室谢绝过这条需求")
    INVITED = "invited", _("已经邀请过这个工作室")
    FULL = "full", _("这个工作室本周已没有名额")
    CLOSED = "closed", _("这项所能已不再开放")
    STAKE = "stake", _("经办人与这一方有利害关系")
    OTHER = "other", _("邀请没有发出，请到对接单里查看")


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a plan as a broker sets them: points 0–100, the newcomers' share in hundredths.

    ``floor`` None is no floor. ``has_cases`` takes in needs whose case has nobody to answer yet.
    """

    threshold: int = 30
    floor: int | None = None
    newcomers: int = 20
    wanted: int = 1
    has_cases: bool = False


SENTENCES: Mapping[str, str] = {
    **ENGINE_SENTENCES,
    "input.rules": N_(
        "门槛和底线应为 0 到 100 的整数，新人比例应为 0 到 100，每条需求的工作室应为 1 到 3 个。"
    ),
    "lock.conflict": N_("“%(need)s”和“%(expert)s”须回避，不能锁定在一起。请先解锁这一对。"),
    "lock.twice": N_("“%(need)s”和“%(expert)s”已经锁定。"),
    "lock.capacity": N_(
        "“%(expert)s”本周只有 %(capacity)s 个名额，却锁定了 %(count)s 条：%(needs)s。"
        "请解锁其中几条，或先把名额调高。"
    ),
    "lock.wanted": N_(
        "“%(need)s”只要 %(wanted)s 个，却锁定了 %(count)s 个：%(experts)s。"
        "请解锁其中几个，或先把每条需求的工作室数调高。"
    ),
    "gap.nothing": N_("系统没有为它建议过任何工作室"),
    "gap.not_run": N_("系统还没有比对过它"),
    "gap.no_good": N_("系统比对过，没有足够相关的所能，不硬凑"),
    "gap.refused": N_("有 %(count)s 个工作室谢绝过它"),
    "gap.invited": N_("已邀请 %(count)s 个工作室，等它们答复"),
    "gap.banned": N_("本计划里排除了 %(count)s 个工作室"),
    "gap.no_broker": N_("没有能经办它、又没有利害关系的经纪人"),
    "gap.banned_brokers": N_("本计划里排除了 %(count)s 位经纪人"),
    "note.lock": N_("“%(need)s”给“%(expert)s”的锁定已经不成立（谢绝、回避或名额已满），已解除。"),
    "note.moved": N_("和上一次排的相比：%(moved)s 条换了人，新来 %(came)s 条，离开 %(left)s 条。"),
    "note.same": N_("和上一次排的一样，没有一条换人。"),
    "part.room": N_("手上有 %(live)s 个对接单，最多 %(capacity)s 个，还能接 %(free)s 个"),
    "part.contact": N_("办过这家单位的对接单，熟悉情况"),
    "part.no_contact": N_("没有办过这家单位的对接单"),
    "part.subject": N_("办过同一学科的需求"),
    "part.no_subject": N_("没有办过这个学科的需求"),
    "part.place": N_("就在这个地方，或办过这里的对接单"),
    "part.no_place": N_("没有在这个地方办过"),
}
PARTS: Mapping[str, str] = {
    "room": N_("余力"),
    "contact": N_("打过交道"),
    "subject": N_("同学科"),
    "place": N_("同地"),
}


def names_within(reasons: Iterable[Reason]) -> set[str]:
    """Return the codes that the values of some reasons name."""
    texts = (str(value) for reason in reasons for value in reason.values.values())
    return {code for text in texts for code in CODE.findall(text)}


def phrase(reason: Reason, names: Mapping[str, str]) -> Phrase:
    """Return what a reason says, each code replaced by its name; a code that nobody knows stays."""

    def named(value: object) -> object:
        return (
            CODE.sub(lambda hit: names.get(hit[0], hit[0]), value)
            if isinstance(value, str)
            else value
        )

    values = {name: named(value) for name, value in reason.values.items()}
    return Phrase(SENTENCES.get(reason.code, reason.code), values)


def sentence(
    reason: Reason, names: Mapping[str, str], translate: Callable[[str], str] = str
) -> str:
    """Say a reason of a plan."""
    return phrase(reason, names).say(translate)


def short(title: str) -> str:
    """Return a title as a reason names it."""
    return title if len(title) <= NAME_LENGTH else f"{title[: NAME_LENGTH - 1]}…"
