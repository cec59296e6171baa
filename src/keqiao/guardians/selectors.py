"""Questions about what is held about minors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.activities import policies as activities
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.base.phrases import N_, Phrase
from keqiao.guardians import policies
from keqiao.guardians.models import Consent, Minor
from keqiao.guardians.types import BLANK, LABELS, READ_AFTER, READ_BEFORE, Field, Purpose
from keqiao.journal import selectors as journal

RELATED = ("session__activity__association",)
COPIED = {"grade": "school_grade"}  # in a copy ``grade`` is that of a judgement
SHOWN: dict[Purpose, str] = {
    Purpose.TAKING_PART: N_(
        "同意%(organiser)s为孩子参加“%(title)s”使用这些内容：姓名、出生日期（核对年龄）%(fields)s。"
        "只用于报名、签到和活动的组织；组织者和场次负责人可以查看，不对外公开。"
        "活动结束后保存 %(days)s 天，随后自动删除，只留下“删除过”的记录。"
        "您可以随时查看、更正、撤回同意或立即删除；撤回后，孩子的名额同时取消。"
    ),
    Purpose.EMERGENCY: N_(
        "同意%(organiser)s在“%(title)s”期间遇到紧急情况时，使用您填写的联系人姓名和电话（%(why)s）。"
        "只有场次负责人能看，限活动开始前 %(before)s 天到结束后 %(after)s 天，每次查看都留有记录。"
        "活动结束后保存 %(days)s 天，随后自动删除。不同意也可以参加；可以随时撤回，撤回后立即删除这一项。"
    ),
    Purpose.HEALTH: N_(
        "同意%(organiser)s为在“%(title)s”中照护孩子，使用您填写的健康情况（%(why)s）。这是敏感个人信息，请只写当天需要知道的。"
        "只有场次负责人能看，限活动开始前 %(before)s 天到结束后 %(after)s 天，每次查看都留有记录；组织者看不到。"
        "活动结束后保存 %(days)s 天，随后自动删除。不同意也可以参加；可以随时撤回，撤回后立即删除这一项。"
    ),
    Purpose.PHOTOGRAPHS: N_(
        "同意%(organiser)s在“%(title)s”中拍摄孩子，并把照片用于这次活动的报道和展示，不标注孩子的姓名和学校。"
        "不同意也可以参加：场次负责人会拿到“不拍照”的名单。可以随时撤回，撤回后不再拍摄和新用；"
        "已发布的照片，请联系组织者撤下。"
    ),
}


def consent_text(session: Session, purpose: Purpose) -> str:
    """Return what a guardian consents to, in the language of the page: what, why, who reads, how long, how to withdraw.

    It is kept word for word with the consent.
    """
    needed = policies.asked(session)
    plain = [one for one in (Field.SCHOOL, Field.GRADE) if one in needed]
    listed = [
        _("、%(field)s（%(why)s）") % {"field": one.label, "why": _(needed[one])} for one in plain
    ]
    if session.activity.questions:
        listed.append(_("、对活动问题的回答"))
    why = needed.get(Field.EMERGENCY if purpose == Purpose.EMERGENCY else Field.HEALTH, "")
    values = {
        "organiser": session.activity.association.name,
        "title": session.activity.title,
        "fields": "".join(listed),
        "why": why,
        "days": session.activity.retention_days,
        "before": READ_BEFORE.days,
        "after": READ_AFTER.days,
    }
    return Phrase(SHOWN[purpose], values).say(_)


def purposes(session: Session) -> list[Purpose]:
    """Return what a guardian is asked to consent to for a session, what is needed for a place first."""
    needed = policies.asked(session)
    return [
        one
        for one in Purpose
        if (one != Purpose.EMERGENCY or Field.EMERGENCY in needed)
        and (one != Purpose.HEALTH or Field.HEALTH in needed)
    ]


def get(code: str, *, by: Visitor) -> Minor:
    """Return what is held about the child of ``code`` for its guardian; raise Missing for anybody else."""
    rows = (
        Minor.objects.filter(code=code, deleted_at=None) if is_code(code) else Minor.objects.none()
    )
    found = rows.select_related(*RELATED).first()
    if found is None or not isinstance(by, Person) or not policies.is_guardian(by, found):
        raise Missing
    return found


def of_guardian(person: Person) -> list[Minor]:
    """Return the children about whom something is held by the person's consent, the next session first."""
    rows = Minor.objects.filter(guardian=person, deleted_at=None).select_related(*RELATED)
    given = Consent.objects.order_by("given_at", "pk")
    return list(
        rows.prefetch_related(Prefetch("consents", given)).order_by("session__starts_at", "pk")
    )


def consents(minor: Minor) -> list[Consent]:
    """Return every consent that was given for the child, in its order, those withdrawn among them."""
    return list(Consent.objects.filter(minor=minor).order_by("given_at", "pk"))


def live_purposes(minor: Minor) -> set[Purpose]:
    """Return to what is consented now."""
    rows = Consent.objects.filter(minor=minor, withdrawn_at=None)
    return {Purpose(one) for one in rows.values_list("purpose", flat=True)}


def led(code: str, *, by: Visitor) -> Session:
    """Return the session of ``code`` for its leader; raise Missing for anybody else."""
    rows = Session.objects.filter(code=code).select_related("activity__association", "leader")
    found = rows.first() if is_code(code) else None
    if found is None or not policies.leads(by, found):
        raise Missing
    return found


def led_by(person: Person, now: dt.datetime) -> list[Session]:
    """Return the sessions with children that the person leads and may read about now, the next first."""
    live = Minor.objects.filter(deleted_at=None).values("session")
    rows = Session.objects.filter(leader=person, pk__in=live)
    around = rows.filter(starts_at__lte=now + READ_BEFORE, ends_at__gte=now - READ_AFTER)
    return list(around.select_related("activity").order_by("starts_at", "pk"))


def child_of(session: Session, code: str) -> Minor:
    """Return the child of ``code`` in a session; raise Missing when there is none any more."""
    rows = Minor.objects.filter(session=session, deleted_at=None).select_related(*RELATED)
    found = rows.filter(code=code).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def of_session(session: Session, *, by: Visitor) -> list[Minor]:
    """Return the children of a session for its leader, by name; raise Missing for anybody else.

    Fields that are read one by one are not loaded: each reading is a deed of its own.
    """
    if not policies.leads(by, session):
        raise Missing
    rows = Minor.objects.filter(session=session, deleted_at=None).only("code", "name", "session")
    return list(rows.order_by("name", "pk"))


def not_photographed(minors: Iterable[Minor]) -> set[int]:
    """Return the numbers of the children of whom no photograph is taken: nobody consented, or took it back."""
    known = {one.pk for one in minors}
    live = Consent.objects.filter(minor__in=known, purpose=Purpose.PHOTOGRAPHS, withdrawn_at=None)
    return known - set(live.values_list("minor_id", flat=True))


def current_purposes(minor: Minor) -> set[Purpose]:
    """Return to what is consented in the words that are shown now, whatever the language.

    Words change with what an activity asks, why, and how long it keeps: a consent to others covers what it said then,
    and nothing that is entered from now on.
    """
    rows = Consent.objects.filter(minor=minor, withdrawn_at=None)
    given = {Purpose(one.purpose): one.shown for one in rows}
    current = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            current |= {one for one in given if given[one] == consent_text(minor.session, one)}
    return current


def readings(minor: Minor) -> list[tuple[dt.datetime, list[str]]]:
    """Return when the leader read whom to call and what to mind, and which fields: for the guardian."""
    told = journal.moves_of(["minor"], [minor.code], ["minor.read"])
    return [(one.at, [_(LABELS[name]) for name in one.data["fields"]]) for one in told]


def held_fields(minor: Minor) -> list[str]:
    """Return the names of the fields that hold something, never what."""
    return [name for name, blank in BLANK.items() if getattr(minor, name) != blank]


def term(session: Session, kept_days: int) -> dt.date:
    """Return the first local day on which a session's minors may be kept no more.

    ``kept_days`` were promised; an activity that came to keep for a shorter time keeps shorter, never longer.
    """
    days = min(kept_days, session.activity.retention_days)
    return activities.last_day(session.ends_at) + dt.timedelta(days=days + 1)


def due(today: dt.date) -> list[Session]:
    """Return the sessions with minors whose term is over, or that were cancelled."""
    live = Minor.objects.filter(deleted_at=None)
    over = live.filter(delete_on__lte=today) | live.filter(session__state=SessionState.CANCELLED)
    numbers = over.values("session").distinct()
    return list(Session.objects.filter(pk__in=numbers).select_related("activity").order_by("pk"))


def held() -> QuerySet[Session]:
    """Return the sessions about whose minors something is held."""
    live = Minor.objects.filter(deleted_at=None).values("session").distinct()
    return Session.objects.filter(pk__in=live).select_related("activity").order_by("pk")


def held_about(person: Person) -> Held:
    """Return what is held about a person: the children they entered, and the consents they gave for them."""
    rows = Minor.objects.filter(guardian=person, deleted_at=None).select_related("session")
    given = Consent.objects.filter(given_by=person).select_related("minor").order_by("pk")
    return {
        "minors": [
            {
                "code": one.code,
                "session_code": one.session.code,
                **{COPIED.get(name, name): getattr(one, name) for name in held_fields(one)},
                "entered_at": one.entered_at,
                "delete_on": one.delete_on,
            }
            for one in rows.order_by("pk")
        ],
        "minor_consents": [
            {
                "code": one.minor.code,
                "purpose": one.purpose,
                "shown": one.shown,
                "given_at": one.given_at,
                "withdrawn_at": one.withdrawn_at,
            }
            for one in given
        ],
    }
