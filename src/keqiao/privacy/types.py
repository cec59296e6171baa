"""The words of the room: what is held about a person, section by section, and what erasure makes of each.

A section is one key of ``held_about`` in one room. Every column of the database that points to a person stands in
``columns`` of a section, or in ``NOT_COPIED``; a test says which one is forgotten.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from keqiao.accounts.types import Held
from keqiao.base.phrases import N_, Phrase


class Fate(StrEnum):
    """What erasure makes of the rows of a section."""

    ERASED = "erased"  # the rows go, and so do the files
    NAMELESS = (
        "nameless"  # the rows stay, without name and without words that were only the person's
    )
    KEPT = "kept"  # the rows stay with their words, and point to nobody in particular


@dataclass(frozen=True, slots=True)
class Ground:
    """For how long something is kept, and why."""

    term: str
    why: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section. ``done`` says what is done to rows that lose their name; ``ground`` why anything is kept."""

    key: str
    label: str
    fate: Fate
    columns: tuple[str, ...] = ()
    ground: Ground | None = None
    done: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A section and how many rows of it are held about a person."""

    section: Section
    count: int


@dataclass(frozen=True, slots=True)
class Block:
    """Why an account cannot be erased now, and what to do; ``kind`` and ``code`` name the thing to go to."""

    phrase: Phrase
    kind: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasure would do now: what goes or loses its name, what is kept, and what stands in the way."""

    goes: list[Counted]
    kept: list[Counted]
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of the person: its place in the copy, and its content as the storage keeps it."""

    path: str
    size: int
    content: Any


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is held about a person at one moment; ``left_out`` are the places of files that found no room."""

    person: int
    made_at: dt.datetime
    sections: Held
    files: list[OwnFile]
    left_out: list[str]


AUDIT = Ground(
    N_("不少于 180 天；逐条相链，不能单独删去"),
    N_("《网络安全法》和网络安全等级保护要求留存网络日志；留痕里只有编号，没有姓名和邮箱"),
)
PROOF = Ground(
    N_("不少于 3 年"),
    N_("《个人信息保护法》第六十九条：处理者要能证明自己没有过错，同意和收回的记录就是证明"),
)
SHARED = Ground(
    N_("合作结束后不少于 3 年"),
    N_("是与对方共同形成的记录，《民法典》第一百八十八条的诉讼时效内双方都可能用来举证"),
)
DUTY = Ground(
    N_("随业务档案保存"),
    N_("是代表科协履行职责的记录，删去后就说不清当时由谁、凭什么权限办理"),
)
BODY = Ground(
    N_("由该单位决定"),
    N_("属于您所代表的单位，单位的其他成员继续使用"),
)
PAPERS = Ground(
    N_("长期"),
    N_("发出的证明要能随时核验；其中没有姓名，只有加盐的摘要"),
)
HOURS = Ground(
    N_("长期"),
    N_(
        "《志愿服务记录与证明出具办法（试行）》要求如实记录志愿服务信息；志愿者可以随时凭记录要求出具证明"
    ),
)
COMPLAINT = Ground(
    N_("办结后不少于 3 年"),
    N_("《网络安全法》要求建立投诉、举报制度并及时处理；您的姓名和联系邮箱会从中去掉"),
)
IN_CASE = Ground(
    N_("合作结束后不少于 3 年"),
    N_("只保留进入过对接单的公开文字，对方凭它说明对接的是什么；其余内容和附件一律删除"),
)
GIVEN_UP = N_("取消还没有开始的场次，删去您填写的回答")
ATTENDED = Ground(
    N_("随活动档案保存"),
    N_("是活动办过、有多少人到场的凭据；账号注销后不再指向任何人"),
)
HIDDEN = N_("下架，去掉姓名和您写的内容")
WORDLESS = N_("去掉您写的文字，三个选项只作合计")
UNSIGNED = N_("去掉姓名和联系邮箱，继续办理")
SECTIONS = (
    Section("account", N_("姓名、登录邮箱、密码"), Fate.ERASED),
    Section("emails", N_("登录邮箱及其验证"), Fate.ERASED, ("account.EmailAddress.user",)),
    Section("second_factors", N_("双重验证"), Fate.ERASED, ("mfa.Authenticator.user",)),
    Section("tokens", N_("程序接口的访问令牌"), Fate.ERASED, ("tokens.Token.person",)),
    Section(
        "notice_preferences", N_("提醒方式"), Fate.ERASED, ("messaging.Reader.person", "messaging.Preference.person")
    ),
    Section("notices", N_("收到的提醒"), Fate.ERASED, ("messaging.Notice.person",)),
    Section("mails", N_("发给您的邮件"), Fate.ERASED, ("messaging.Mail.person",)),
    Section("needs_unpublished", N_("个人需求（未公开过）"), Fate.ERASED, ("needs.Need.author",)),
    Section("need_files", N_("个人需求的附件"), Fate.ERASED, ("needs.Attachment.added_by",)),
    Section("places_kept", N_("填写报名表时保留的名额"), Fate.ERASED, ("registrations.Hold.person",)),
    Section("volunteer", N_("志愿者资料"), Fate.ERASED, ("volunteering.Volunteer.person",)),
    Section("minors", N_("为孩子报名时填写的内容"), Fate.ERASED, ("guardians.Minor.guardian",)),
    Section("offers_unpublished", N_("个人工作室的所能（未公开过）"), Fate.ERASED, ("offers.Offer.author",)),
    Section("studios", N_("个人工作室"), Fate.NAMELESS, ("offers.Studio.person",), done=HIDDEN),
    Section("needs_published", N_("个人需求（公开过）"), Fate.NAMELESS, ("needs.Need.author",), IN_CASE, HIDDEN),
    Section(
        "offers_published", N_("个人工作室的所能（公开过）"), Fate.NAMELESS, ("offers.Offer.author",), IN_CASE, HIDDEN
    ),
    Section(
        "complaints", N_("提出的投诉举报"), Fate.NAMELESS,
        ("complaints.Complaint.author", "complaints.Step.by"), COMPLAINT, UNSIGNED,
    ),
    Section(
        "registrations", N_("活动报名"), Fate.NAMELESS, ("registrations.Registration.person",), DUTY, GIVEN_UP
    ),
    Section("feedback", N_("活动结束后的反馈"), Fate.NAMELESS, (), ATTENDED, WORDLESS),
    Section("deeds", N_("留痕：登录和操作"), Fate.KEPT, (), AUDIT),
    Section("consents", N_("同意记录"), Fate.KEPT, ("accounts.Consent.person",), PROOF),
    Section("minor_consents", N_("以监护人身份给出的同意"), Fate.KEPT, ("guardians.Consent.given_by",), PROOF),
    Section("classes", N_("登记过的班级"), Fate.KEPT, ("classes.SchoolClass.teacher",), DUTY),
    Section("grants", N_("担任的角色"), Fate.KEPT, ("access.Grant.person",), DUTY),
    Section("grants_given", N_("授予他人的角色"), Fate.KEPT, ("access.Grant.granted_by",), DUTY),
    Section("memberships", N_("所代表的单位"), Fate.KEPT, ("organisations.Membership.person",), SHARED),
    Section(
        "organisations_checked", N_("核验过的单位"), Fate.KEPT, ("organisations.Organisation.checked_by",), DUTY
    ),
    Section("needs_of_organisations", N_("为单位写的需求"), Fate.KEPT, ("needs.Need.author",), BODY),
    Section(
        "need_files_of_organisations", N_("为单位需求上传的附件"), Fate.KEPT, ("needs.Attachment.added_by",), BODY
    ),
    Section("needs_reviewed", N_("审核过的需求"), Fate.KEPT, ("needs.Need.reviewed_by",), DUTY),
    Section("offers_of_organisations", N_("为单位写的所能"), Fate.KEPT, ("offers.Offer.author",), BODY),
    Section("offers_reviewed", N_("审核过的所能"), Fate.KEPT, ("offers.Offer.reviewed_by",), DUTY),
    Section(
        "dispatches", N_("导入和编辑过的动态"), Fate.KEPT,
        ("articles.Dispatch.brought_by", "articles.Dispatch.edited_by"), DUTY,
    ),
    Section("reviews", N_("给出的审核意见"), Fate.KEPT, ("reviews.Review.by",), DUTY),
    Section("sheets", N_("为单位导入的表格"), Fate.KEPT, ("sheets.Sheet.held_by",), BODY),
    Section("refusals", N_("谢绝过的需求和原因"), Fate.KEPT, ("matching.Refusal.by",), SHARED),
    Section("judgements", N_("经纪人对匹配的判断"), Fate.KEPT, ("matching.Judgement.by",), DUTY),
    Section("cases_brokered", N_("经办过的对接单"), Fate.KEPT, ("casework.Case.broker",), DUTY),
    Section("case_seats", N_("作为一方参加的对接单"), Fate.KEPT, ("casework.Party.person",), SHARED),
    Section("case_steps", N_("记下的进展"), Fate.KEPT, ("casework.Step.by",), DUTY),
    Section(
        "case_tasks", N_("布置和完成的任务"), Fate.KEPT, ("casework.Task.added_by", "casework.Task.done_by"), SHARED
    ),
    Section("case_notes", N_("对接单里的往来与记事"), Fate.KEPT, ("casework.Note.by",), SHARED),
    Section("case_files", N_("上传到对接单的文件"), Fate.KEPT, ("casework.CaseFile.added_by",), SHARED),
    Section("invitations_sent", N_("发出的邀请"), Fate.KEPT, ("invitations.Invitation.sent_by",), DUTY),
    Section(
        "invitations_answered", N_("答复过的邀请"), Fate.KEPT, ("invitations.Invitation.answered_by",), SHARED
    ),
    Section("invitation_words", N_("邀请里的提问和回复"), Fate.KEPT, ("invitations.Word.by",), SHARED),
    Section("letters", N_("放进对接单的邮件"), Fate.KEPT, ("correspondence.Letter.added_by",), SHARED),
    Section("contract_drafts", N_("合同草稿与登记表"), Fate.KEPT, ("contracts.Draft.made_by",), SHARED),
    Section(
        "meetings", N_("召集和记录的座谈"), Fate.KEPT,
        ("meetings.Meeting.called_by", "meetings.Meeting.held_by"), SHARED,
    ),
    Section(
        "milestones", N_("里程碑与验收"), Fate.KEPT,
        ("outcomes.Milestone.added_by", "outcomes.Milestone.delivered_by", "outcomes.Milestone.accepted_by"), SHARED,
    ),
    Section(
        "outcomes", N_("登记、提出异议或裁定的成果"), Fate.KEPT,
        ("outcomes.Outcome.entered_by", "outcomes.Outcome.disputed_by", "outcomes.Outcome.decided_by"), SHARED,
    ),
    Section("confirmations", N_("替一方确认过的成果"), Fate.KEPT, ("outcomes.Confirmation.by",), SHARED),
    Section("follow_ups_told", N_("成果回访的回答"), Fate.KEPT, ("outcomes.Told.by",), SHARED),
    Section("ratings", N_("对合作的评价"), Fate.KEPT, ("outcomes.Rating.by",), SHARED),
    Section("attendance", N_("到场签到的记录"), Fate.KEPT, (), ATTENDED),
    Section(
        "check_ins_made", N_("为别人签到和撤销的签到"), Fate.KEPT,
        ("attendance.CheckIn.by", "attendance.CheckIn.undone_by"), DUTY,
    ),
    Section("head_counts", N_("登记过的到场人数"), Fate.KEPT, ("attendance.HeadCount.by",), DUTY),
    Section("team_memberships", N_("加入过的志愿服务队"), Fate.KEPT, ("volunteering.Member.person",), HOURS),
    Section("volunteer_marks", N_("登记的保险、培训、表彰和评价"), Fate.KEPT, (), HOURS),
    Section("shift_sign_ups", N_("报名的志愿服务班次"), Fate.KEPT, ("volunteering.SignUp.person",), HOURS),
    Section("hours", N_("志愿服务时长"), Fate.KEPT, ("volunteering.Hours.person",), HOURS),
    Section(
        "hour_wishes", N_("时长的更正申请"), Fate.KEPT,
        ("volunteering.Wish.person", "volunteering.Wish.asked_by"), HOURS,
    ),
    Section("project_scores", N_("对志愿服务项目的评审意见"), Fate.KEPT, ("volunteering.Reviewer.person",), SHARED),
    Section(
        "volunteer_work", N_("组织志愿服务的记录"), Fate.KEPT,
        (
            "volunteering.Team.made_by", "volunteering.Member.answered_by", "volunteering.Mark.given_by",
            "volunteering.Project.made_by", "volunteering.Milestone.added_by", "volunteering.Milestone.reached_by",
            "volunteering.Indicator.added_by", "volunteering.Value.entered_by", "volunteering.Shift.leader",
            "volunteering.Shift.made_by", "volunteering.Review.opened_by", "volunteering.Review.decided_by",
            "volunteering.Reviewer.invited_by",
        ), DUTY,
    ),
    Section(
        "hours_handled", N_("记录、复核、答复和抽查的时长"), Fate.KEPT,
        (
            "volunteering.Hours.recorded_by", "volunteering.Hours.checked_by", "volunteering.Wish.answered_by",
            "volunteering.Draw.drawn_by", "volunteering.Sample.found_by",
        ), DUTY,
    ),
    Section("proofs", N_("持有的证明"), Fate.KEPT, ("proofs.Proof.holder",), PAPERS),
    Section("proofs_issued", N_("出具的证明"), Fate.KEPT, ("proofs.Proof.issued_by",), DUTY),
    Section(
        "complaints_handled", N_("办理过的投诉举报"), Fate.KEPT,
        ("complaints.Complaint.handler", "complaints.Step.by"), DUTY,
    ),
    Section("series_made", N_("建立的系列活动"), Fate.KEPT, ("activities.Series.made_by",), DUTY),
    Section("activities_made", N_("组织的活动"), Fate.KEPT, ("activities.Activity.made_by",), DUTY),
    Section("sessions_led", N_("带队的活动场次"), Fate.KEPT, ("activities.Session.leader",), DUTY),
    Section("activity_files", N_("为活动上传的附件"), Fate.KEPT, ("activities.Document.added_by",), DUTY),
    Section(
        "plans", N_("做出和执行的派单方案"), Fate.KEPT,
        ("assignments.Plan.made_by", "assignments.Plan.applied_by"), DUTY,
    ),
    Section("plan_rulings", N_("在派单方案里定下的规则"), Fate.KEPT, ("assignments.Ruling.by",), DUTY),
    Section("plan_cases", N_("按派单方案接手的对接"), Fate.KEPT, ("assignments.Item.taken_by",), DUTY),
    Section(
        "visits", N_("安排和记录的企业行"), Fate.KEPT, ("visits.Visit.arranged_by", "visits.Visit.written_by"), DUTY
    ),
    Section("visit_rounds", N_("组织的企业行活动"), Fate.KEPT, ("visits.Round.made_by",), DUTY),
    Section("visits_made", N_("作为专家参加的企业行"), Fate.KEPT, ("visits.Expert.person",), SHARED),
    Section(
        "visit_words", N_("对企业行记录的确认、异议和补充"), Fate.KEPT,
        ("visits.Confirmation.by", "visits.Visit.disputed_by", "visits.Addendum.by"), SHARED,
    ),
    Section("visit_needs", N_("替单位写成草稿的企业行需求"), Fate.KEPT, ("visits.Finding.decided_by",), BODY),
    Section("visit_answers", N_("对企业行承诺的回答"), Fate.KEPT, ("visits.Told.by",), SHARED),
    Section(
        "plan_proposals", N_("派单方案对您的安排"), Fate.KEPT,
        ("assignments.Choice.broker", "assignments.Ruling.broker", "assignments.Capacity.broker"), DUTY,
    ),
    Section("tours", N_("做出和安排的企业行计划"), Fate.KEPT, ("tours.Plan.made_by", "tours.Plan.applied_by"), DUTY),
    Section("tour_rulings", N_("在企业行计划里定下的锁定和排除"), Fate.KEPT, ("tours.Ruling.by",), DUTY),
    Section("tour_days", N_("企业行计划给您的工作室排的行程"), Fate.KEPT, (), DUTY),
)  # fmt: skip
NOT_COPIED = {  # columns that no section tells, and why; erasure leaves them, pointing to nobody
    "complaints.Barred.person": "would tell the one complained about that somebody complained",
    "needs.Hand.person": "says again who wrote or carried a need, which other sections tell",
}
