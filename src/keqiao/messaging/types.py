"""The words of the room: kinds of notices, the ways they may take, and what is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.base.phrases import Phrase


class Kind(models.TextChoices):
    """What a notice is about; a person chooses the way of each."""

    INVITATION = "invitation", _("邀请与答复")
    MEETING = "meeting", _("座谈安排")
    OUTCOME = "outcome", _("成果确认与争议")
    TASK = "task", _("交给我方的任务")
    CASE = "case", _("对接进展")
    MILESTONE = "milestone", _("里程碑与验收")
    FOLLOW_UP = "follow_up", _("成果回访")
    REVIEW = "review", _("审核结果")
    ENDING = "ending", _("快到期与已到期")
    ORGANISATION = "organisation", _("单位核验")
    FITTING = "fitting", _("适合我的需求")
    COMPLAINT = "complaint", _("投诉与举报")
    ACTIVITY = "activity", _("活动与报名")
    VOLUNTEERING = "volunteering", _("志愿服务")
    ACCOUNT = "account", _("账号与授权")


class Way(models.TextChoices):
    """How a notice reaches a person; every way but the last shows it on the site as well."""

    SITE = "site", _("只在站内")
    AT_ONCE = "at_once", _("站内和即时邮件")
    DIGEST = "digest", _("站内和汇总邮件")
    OFF = "off", _("不提醒")


class Rhythm(models.TextChoices):
    """When a person's digest is made, at eight in the morning."""

    DAILY = "daily", _("每天")
    WEEKLY = "weekly", _("每周一")
    NEVER = "never", _("不发送")


class Language(models.TextChoices):
    """In which language a person's mails are; a code of ``settings.LANGUAGES``."""

    CHINESE = "zh-hans", _("中文")
    ENGLISH = "en", "English"


@dataclass(frozen=True, slots=True)
class Spec:
    """What may be done with a kind: for whom it is, the way it takes unless chosen, the ways that may be chosen.

    ``needs_consent`` is false only for what an account needs; such mail goes without ``Purpose.MAIL`` and has no way
    out, so ``ways`` then holds one.
    """

    for_whom: str | Promise
    default: Way
    ways: tuple[Way, ...]
    needs_consent: bool = True


ALL = (Way.AT_ONCE, Way.DIGEST, Way.SITE)
SPECS: Mapping[Kind, Spec] = {
    Kind.INVITATION: Spec(_("发给受邀的工作室和经办的经纪人"), Way.AT_ONCE, ALL),
    Kind.MEETING: Spec(
        _("发给参加座谈、企业行的各方；邮件里带日历邀请"), Way.AT_ONCE, (Way.AT_ONCE, Way.SITE)
    ),
    Kind.OUTCOME: Spec(
        _("发给对接、企业行的双方和经纪人；有争议时也发给裁定的管理员"), Way.AT_ONCE, ALL
    ),
    Kind.TASK: Spec(_("发给接到任务的一方"), Way.AT_ONCE, ALL),
    Kind.CASE: Spec(_("发给对接的各方和经纪人"), Way.DIGEST, (*ALL, Way.OFF)),
    Kind.MILESTONE: Spec(_("发给要验收或要改进的一方和经纪人"), Way.AT_ONCE, ALL),
    Kind.FOLLOW_UP: Spec(
        _("成果确认后 30、90、365 天，企业行的承诺到期时，发给双方"), Way.AT_ONCE, (*ALL, Way.OFF)
    ),
    Kind.REVIEW: Spec(_("发给提交需求或所能的人"), Way.AT_ONCE, ALL),
    Kind.ENDING: Spec(_("到期前 30 天、7 天和到期时发给需求或所能的所有者"), Way.AT_ONCE, ALL),
    Kind.ORGANISATION: Spec(_("发给单位的经办人"), Way.AT_ONCE, ALL),
    Kind.COMPLAINT: Spec(_("发给受理投诉的工作人员和投诉人"), Way.AT_ONCE, ALL),
    Kind.ACTIVITY: Spec(
        _("发给报名的人和带队人；邮件里带日历邀请"), Way.AT_ONCE, (Way.AT_ONCE, Way.SITE)
    ),
    Kind.VOLUNTEERING: Spec(_("发给志愿者、队伍负责人、复核人和评审人"), Way.AT_ONCE, ALL),
    Kind.FITTING: Spec(
        _("发给开设了工作室、并同意个性化推荐的人"), Way.DIGEST, (Way.DIGEST, Way.OFF)
    ),
    Kind.ACCOUNT: Spec(
        _("发给账号本人；关系到账号安全，不能关闭"),
        Way.AT_ONCE,
        (Way.AT_ONCE,),
        needs_consent=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Attendance:
    """A calendar entry that goes with a mail: the iCalendar text and its method, REQUEST or CANCEL."""

    method: str
    ics: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told to a person, once.

    ``key`` is what it came from, such as ``entry:71``: a person is told each key once, however often the telling runs.
    ``path`` leads to the thing on this site; ``about`` names it as the journal does (``case:C-7K3M9QXA``). The phrase
    holds public words only, as it may be mailed. ``why`` are further sentences, said already.
    """

    kind: Kind
    key: str
    phrase: Phrase
    path: str
    about: str = ""
    why: tuple[str, ...] = ()
    attendance: Attendance | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a mail tells: the sentence, where it leads, further sentences."""

    phrase: Phrase
    path: str
    why: tuple[str, ...] = field(default=())


def in_source(label: str | Promise) -> str:
    """Return a label in the source language, by which it is kept until somebody reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(label)


def packed(phrase: Phrase) -> dict[str, Any]:
    """Return a phrase as JSON; its values are plain ones or phrases."""
    values = {
        name: packed(value) if isinstance(value, Phrase) else value
        for name, value in phrase.values.items()
    }
    return {"text": phrase.text, "values": values}


def unpacked(kept: Mapping[str, Any]) -> Phrase:
    """Return the phrase that ``packed`` made JSON of."""
    values = {
        name: unpacked(value) if isinstance(value, Mapping) else value
        for name, value in kept["values"].items()
    }
    return Phrase(kept["text"], values)
