"""A copy of one's own data as a ZIP: ``copy.json`` for machines, ``copy.html`` to be read, and the files."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Choices
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keqiao.access.types import Role
from keqiao.accounts.types import Purpose
from keqiao.activities.states import State as ActivityState
from keqiao.articles.states import State as DispatchState
from keqiao.assignments.states import State as PlanState
from keqiao.attendance.types import QUESTIONS
from keqiao.attendance.types import Answer as FeedbackAnswer
from keqiao.base.phrases import N_
from keqiao.casework.states import Stage
from keqiao.casework.types import NoteKind, Side
from keqiao.complaints.states import State as ComplaintState
from keqiao.complaints.types import Kind as ComplaintKind
from keqiao.guardians.types import Purpose as MinorPurpose
from keqiao.invitations.states import State as InvitationState
from keqiao.matching.types import RefusalReason
from keqiao.meetings.states import State as MeetingState
from keqiao.messaging.states import State as MailState
from keqiao.messaging.types import Kind as NoticeKind
from keqiao.messaging.types import Language, Rhythm, Way
from keqiao.needs.states import State as NeedState
from keqiao.needs.types import Resolution
from keqiao.offers.states import State as OfferState
from keqiao.organisations.types import Standing
from keqiao.outcomes.states import State as OutcomeState
from keqiao.outcomes.types import Answer, Use
from keqiao.outcomes.types import Kind as OutcomeKind
from keqiao.privacy.types import SECTIONS, Copy
from keqiao.registrations.states import State as RegistrationState
from keqiao.reviews.types import Decision
from keqiao.sheets.states import State as SheetState
from keqiao.visits.states import State as VisitState
from keqiao.visits.types import Answer as VisitAnswer
from keqiao.visits.types import Side as VisitSide
from keqiao.volunteering.states import Membership as TeamState
from keqiao.volunteering.states import State as HoursState
from keqiao.volunteering.types import Gender, MarkKind

FORMAT, VERSION = "keqiao-copy", 1
FIELDS = {  # how people call the keys
    "gender": N_("性别"), "given_on": N_("日期"), "issuer": N_("授予的一方"),
    "phone": N_("电话"), "place": N_("地点"), "quality": N_("服务质量"), "recorded_at": N_("记录时间"),
    "services": N_("愿意做的服务"), "shift_code": N_("班次"), "signed_up_at": N_("报名时间"), "skills": N_("技能"),
    "team_name": N_("志愿服务队"), "until_on": N_("有效期至"), "volunteer_minutes": N_("时长（分钟）"),
    "work": N_("服务内容"),
    "about": N_("关于"), "accepted_at": N_("验收时间"), "action": N_("操作"), "activity": N_("活动"),
    "added_at": N_("添加时间"), "agenda": N_("议程"), "amount": N_("金额（元）"),
    "answers": N_("答复"), "association": N_("科协"), "at": N_("时间"),
    "budget_high": N_("预算上限（万元）"), "budget_low": N_("预算下限（万元）"),
    "came_from": N_("原阶段"), "capacity": N_("同时可承接"), "case_code": N_("对接单"),
    "checked_at": N_("核验时间"), "closed_at": N_("结束时间"), "code": N_("编号"),
    "confirmed_at": N_("确认时间"), "contact": N_("联系邮箱"), "cooperation": N_("合作方式"),
    "created_at": N_("建立时间"), "criteria": N_("验收标准"), "deadline_on": N_("希望解决的日期"),
    "decision": N_("裁定"), "delivered_at": N_("交付时间"), "description": N_("说明"),
    "did": N_("操作"), "dispute": N_("异议"), "done_at": N_("完成时间"),
    "due_on": N_("期限"), "email": N_("邮箱"), "ended_at": N_("结束时间"),
    "entered": N_("填写的内容"), "entered_at": N_("登记时间"), "evidence": N_("佐证"),
    "founded_at": N_("开设时间"), "grade": N_("判断（0–3）"), "granted_at": N_("给予时间"),
    "happened_on": N_("取得日期"), "headline": N_("标题"), "is_representative": N_("是负责人"),
    "is_shared": N_("各方可见"), "joined_at": N_("加入时间"), "kept_word": N_("说到做到"),
    "keywords": N_("关键词"), "kind": N_("类型"), "last_log_in_at": N_("上次登录"),
    "last_used_at": N_("上次使用"), "left_at": N_("离开时间"), "limits": N_("限制条件"),
    "made_at": N_("保存时间"), "minutes": N_("会议记录"), "name": N_("名称"), "need_code": N_("需求"),
    "note": N_("记事"), "number": N_("序号"), "offer_code": N_("所能"),
    "opened_at": N_("公开时间"), "organisation": N_("单位"), "outcome_code": N_("成果"),
    "people": N_("培训人数"), "public_text": N_("公开版正文"), "public_title": N_("公开版标题"),
    "published_at": N_("发布时间"), "purpose": N_("用途"), "reason": N_("原因"),
    "received_at": N_("收到时间"), "region": N_("地区代码"), "resolution": N_("结果"),
    "rights": N_("知识产权"), "role": N_("角色"),
    "secrets": N_("不公开的词"), "sha256": "SHA-256", "side": N_("哪一方"),
    "size": N_("大小（字节）"), "stage": N_("成熟度"), "standing": N_("核验"),
    "starts_at": N_("开始时间"), "state": N_("状态"), "studio": N_("工作室"),
    "succeeded": N_("是否成功"), "targets": N_("指标"), "text": N_("内容"),
    "title": N_("标题"), "tried": N_("试过的办法"), "type": N_("类型"),
    "use": N_("现在的使用情况"), "verified": N_("已验证"), "version": N_("版本"),
    "wanted": N_("完整需求"), "was_clear": N_("沟通清楚"), "went_to": N_("新阶段"),
    "applied_at": N_("执行时间"), "comments": N_("意见"), "count": N_("数量"), "expires_at": N_("失效时间"),
    "is_chosen": N_("被选中"), "language": N_("语言"), "last_used_on": N_("上次使用"), "prefix": N_("开头几位"),
    "read_at": N_("阅读时间"), "revoked_at": N_("吊销时间"), "rhythm": N_("汇总频率"), "scopes": N_("权限范围"),
    "score": N_("分数"), "sent_at": N_("发出时间"), "settled_at": N_("了结时间"), "subject": N_("主题"),
    "way": N_("方式"), "week_on": N_("哪一周"),
    "seen": N_("看到了什么"), "advice": N_("给出的建议"), "visit_code": N_("企业行编号"),
    "answer": N_("回答"), "decided_at": N_("决定时间"),
    "born_on": N_("出生日期"), "school": N_("学校"), "school_grade": N_("年级"),
    "emergency_name": N_("紧急联系人"), "emergency_phone": N_("紧急联系电话"), "health_note": N_("健康情况"),
    "session_code": N_("场次"), "delete_on": N_("自动删除日期"), "shown": N_("当时显示的内容"),
    "given_at": N_("给予时间"),
    "registration_code": N_("报名"), "arrived_at": N_("到场时间"), "undone_at": N_("撤销时间"),
    "understood": N_("听得懂"), "learned": N_("有收获"), "comes_again": N_("愿意再参加"),
    "is_for_child": N_("为孩子报名"), "until": N_("保留到"),
    "why": N_("理由"), "withdrawn_at": N_("收回时间"), "would_again": N_("愿意再合作"),
}  # fmt: skip
_NEED: Mapping[str, type[Choices]] = {"state": NeedState, "resolution": Resolution}
_OFFER: Mapping[str, type[Choices]] = {"state": OfferState}
_ANSWERS = dict.fromkeys(("kept_word", "was_clear", "would_again"), Answer)
CHOICES: Mapping[str, Mapping[str, type[Choices]]] = {  # whose codes have names, by section and key
    "consents": {"purpose": Purpose},
    "minor_consents": {"purpose": MinorPurpose},
    "registrations": {"state": RegistrationState},
    "volunteer": {"gender": Gender},
    "volunteer_marks": {"kind": MarkKind},
    "team_memberships": {"state": TeamState},
    "hours": {"state": HoursState},
    "hours_handled": {"state": HoursState},
    "grants": {"role": Role},
    "grants_given": {"role": Role},
    "organisations_checked": {"standing": Standing},
    **dict.fromkeys(
        ("needs_unpublished", "needs_published", "needs_of_organisations", "needs_reviewed"), _NEED
    ),
    **dict.fromkeys(
        ("offers_unpublished", "offers_published", "offers_of_organisations", "offers_reviewed"),
        _OFFER,
    ),
    "dispatches": {"state": DispatchState},
    "activities_made": {"state": ActivityState},
    "complaints": {"kind": ComplaintKind, "state": ComplaintState},
    "reviews": {"decision": Decision},
    "sheets": {"state": SheetState},
    "notice_preferences": {"kind": NoticeKind, "way": Way, "language": Language, "rhythm": Rhythm},
    "notices": {"kind": NoticeKind},
    "mails": {"kind": NoticeKind, "state": MailState},
    "plans": {"state": PlanState},
    "refusals": {"reason": RefusalReason},
    "cases_brokered": {"state": Stage},
    "case_seats": {"side": Side},
    "case_steps": {"came_from": Stage, "went_to": Stage},
    "case_notes": {"kind": NoteKind},
    "invitations_sent": {"state": InvitationState},
    "invitations_answered": {"state": InvitationState, "reason": RefusalReason},
    "meetings": {"state": MeetingState},
    "outcomes": {"state": OutcomeState, "kind": OutcomeKind},
    "confirmations": {"side": Side},
    "follow_ups_told": {"side": Side, "use": Use},
    "ratings": {"side": Side, **_ANSWERS},
    "feedback": dict.fromkeys(QUESTIONS, FeedbackAnswer),
    "visits": {"state": VisitState},
    "visit_words": {"side": VisitSide},
    "visit_answers": {"side": VisitSide, "answer": VisitAnswer},
}


def packed(copy: Copy) -> IO[bytes]:
    """Return the ZIP, open at its beginning; it goes when it is closed."""
    stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.json", as_json(copy))
        archive.writestr("copy.html", as_html(copy))
        for kept in copy.files:
            with kept.content.open("rb") as content, archive.open(kept.path, "w") as target:
                for chunk in iter(lambda: content.read(1 << 16), b""):
                    target.write(chunk)
    stream.seek(0)
    return stream


def as_json(copy: Copy) -> str:
    """Return the copy with stable English keys; ``docs/reference/copy.md`` tells them."""
    told = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": copy.made_at,
        "sections": copy.sections,
        "files": [kept.path for kept in copy.files],
        "left_out": copy.left_out,
    }
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def as_html(copy: Copy) -> str:
    """Return the copy as one page that needs nothing else, in the reader's language."""
    sections = [
        (_(section.label), section.key, list(_rows(section.key, copy.sections[section.key])))
        for section in SECTIONS
    ]
    context = {
        "copy": copy,
        "sections": [one for one in sections if one[2]],
        "empty": [label for label, _key, rows in sections if not rows],
        "language": get_language(),
    }
    return render_to_string("web/privacy/copy.html", context)


def _rows(section: str, rows: list[Mapping[str, Any]]) -> Iterator[list[tuple[str, str]]]:
    names = CHOICES.get(section, {})
    for row in rows:
        said = ((FIELDS.get(key, key), _said(value, names.get(key))) for key, value in row.items())
        yield [(_(label), value) for label, value in said if value]


def _said(value: Any, choices: type[Choices] | None = None) -> str:
    """Return a value as people read it; empty when there is none."""
    match value:
        case None:
            said = ""
        case bool():
            said = _("是") if value else _("否")
        case dt.datetime():
            said = timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        case list() | tuple():
            said = "、".join(_said(part) for part in value)
        case dict():
            said = "\n".join(f"{key}: {_said(part)}" for key, part in value.items())
        case _ if choices is not None and value in choices.values:
            said = str(choices(value).label)
        case _:
            said = str(value)
    return said
