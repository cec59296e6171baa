"""The register of a year: every record about a minor, every reading, withdrawal and deletion, as codes and counts.

It names no child and nothing that was entered, before a deletion or after it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.base.phrases import N_
from keqiao.guardians import policies
from keqiao.guardians.models import Consent, Deletion, Minor
from keqiao.guardians.types import LABELS, Purpose, Why
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.paperwork.register import Table

ENTRUSTED, CORRECTED, READ = "minor.entrusted", "minor.corrected", "minor.read"
AT_ONCE = 500  # codes in one question
PARTS = ("summary", "records", "readings", "withdrawals", "deletions")
TITLE = N_("未成年人个人信息处理合规审计台账 %(year)s")
BY_LINK = N_("持链接的监护人")


def years(person: Visitor) -> list[int]:
    """Return the years of which there is something to audit, the newest first; this year always."""
    mine = Minor.objects.filter(policies.audited_by(person))
    first = mine.order_by("entered_at").values_list("entered_at", flat=True).first()
    this = timezone.localdate().year
    return list(range(this, timezone.localdate(first).year - 1 if first else this - 1, -1))


def tables(year: int, *, by: Person, today: dt.date) -> list[Table]:
    """Return the tables of a year, as ``PARTS`` has them."""
    zone = timezone.get_default_timezone()
    begins, ends = (dt.datetime(one, 1, 1, tzinfo=zone) for one in (year, year + 1))
    minors = _minors(by, begins, ends)
    told = _told({one.code for one in minors})
    readings = [one for one in told[READ] if begins <= one.at < ends]
    withdrawn = _withdrawn(by, begins, ends)
    deletions = _deletions(by, begins, ends)
    late = [one for one in minors if _is_late(one, today)]
    under = sum(bool(one.data.get("is_under_14")) for one in told[ENTRUSTED])
    without = [one for one in minors if not _took_part(one)]
    entered = [one for one in minors if one.entered_at >= begins]
    counted = (
        (_("审计年度"), str(year)),
        (_("截至"), today.isoformat()),
        (_("导出人"), f"{by.name}（{by.pk}）"),
        (_("本年度登记的未成年人记录"), str(len(entered))),
        (_("本年度曾经持有的记录（含往年登记）"), str(len(minors))),
        (_("其中活动当天不满十四周岁"), str(under)),
        (_("截至导出仍持有的记录"), str(sum(one.deleted_at is None for one in minors))),
        (_("没有监护人“参加活动”同意的记录（应为 0）"), str(len(without))),
        (_("超过保存期限仍未删除或逾期删除的记录（应为 0）"), str(len(late))),
        (_("场次负责人查看紧急联系和健康情况的次数"), str(len(readings))),
        (_("监护人撤回同意的次数"), str(len(withdrawn))),
        (_("删除的批次"), str(len(deletions))),
        (_("删除涉及的记录"), str(sum(one.minors for one in deletions))),
    )
    return [
        Table(_("汇总"), (_("项目"), _("结果")), counted),
        _records(minors, told, late),
        _readings(readings),
        _withdrawals(withdrawn),
        _removed(deletions),
    ]


def _minors(by: Person, begins: dt.datetime, ends: dt.datetime) -> list[Minor]:
    rows = Minor.objects.filter(policies.audited_by(by), entered_at__lt=ends)
    held = rows.filter(Q(deleted_at=None) | Q(deleted_at__gte=begins))
    kept = held.select_related("session__activity__association").only(
        "code", "entered_at", "delete_on", "deleted_at",
        "session__code", "session__starts_at",
        "session__activity__title", "session__activity__association__name",
    )  # fmt: skip
    given = Prefetch("consents", Consent.objects.order_by("given_at", "pk"))
    return list(kept.prefetch_related(given).order_by("entered_at", "pk"))


def _told(codes: Iterable[str]) -> Mapping[str, list[Entry]]:
    """Return what the journal tells of the records, by action."""
    found: dict[str, list[Entry]] = defaultdict(list)
    known = sorted(codes)
    for start in range(0, len(known), AT_ONCE):
        some = known[start : start + AT_ONCE]
        for one in journal.moves_of(["minor"], some, [ENTRUSTED, CORRECTED, READ]):
            found[one.action].append(one)
    return found


def _withdrawn(by: Person, begins: dt.datetime, ends: dt.datetime) -> list[Consent]:
    mine = policies.audited_by(by, through="minor__session__")
    rows = Consent.objects.filter(mine, withdrawn_at__gte=begins, withdrawn_at__lt=ends)
    return list(rows.select_related("minor__session").order_by("withdrawn_at", "pk"))


def _deletions(by: Person, begins: dt.datetime, ends: dt.datetime) -> list[Deletion]:
    rows = Deletion.objects.filter(policies.audited_by(by), at__gte=begins, at__lt=ends)
    return list(rows.select_related("session__activity").order_by("at", "pk"))


def _is_late(minor: Minor, today: dt.date) -> bool:
    """Tell whether fields were, or are, kept a day too long."""
    last = timezone.localdate(minor.deleted_at) if minor.deleted_at is not None else today
    return last > minor.delete_on


def _took_part(minor: Minor) -> bool:
    return any(one.purpose == Purpose.TAKING_PART for one in minor.consents.all())


def _records(minors: list[Minor], told: Mapping[str, list[Entry]], late: list[Minor]) -> Table:
    head = (
        _("编号"), _("活动"), _("组织单位"), _("场次"), _("活动日期"), _("登记时间"), _("处理的字段"),
        _("同意的用途和时间"), _("应删除日期"), _("删除时间"), _("是否逾期"),
    )  # fmt: skip
    fields: dict[str, set[str]] = defaultdict(set)
    for one in (*told[ENTRUSTED], *told[CORRECTED]):
        fields[one.subject_key].update(one.data["fields"])
    overdue = {one.pk for one in late}
    rows = tuple(
        (
            one.code,
            one.session.activity.title,
            one.session.activity.association.name,
            one.session.code,
            timezone.localdate(one.session.starts_at).isoformat(),
            _at(one.entered_at),
            _listed(fields[one.code]),
            "\n".join(_given(consent) for consent in one.consents.all()),
            one.delete_on.isoformat(),
            _at(one.deleted_at),
            _("是") if one.pk in overdue else _("否"),
        )
        for one in minors
    )
    return Table(_("登记"), head, rows)


def _readings(readings: list[Entry]) -> Table:
    names = dict(
        Person.objects.filter(pk__in={one.actor_id for one in readings}).values_list("pk", "name")
    )
    rows = tuple(
        (
            _at(one.at),
            one.subject_key,
            one.data["session"],
            f"{names.get(one.actor_id or 0, '')}（{one.actor_id}）",
            _listed(one.data["fields"]),
        )
        for one in readings
    )
    return Table(_("查看"), (_("时间"), _("编号"), _("场次"), _("查看人"), _("查看的字段")), rows)


def _withdrawals(withdrawn: list[Consent]) -> Table:
    rows = tuple(
        (
            _at(one.withdrawn_at),
            one.minor.code,
            one.minor.session.code,
            str(Purpose(one.purpose).label),
            str(one.given_by_id) if one.given_by_id is not None else _(BY_LINK),
        )
        for one in withdrawn
    )
    head = (_("时间"), _("编号"), _("场次"), _("撤回的用途"), _("监护人（编号）"))
    return Table(_("撤回"), head, rows)


def _removed(deletions: list[Deletion]) -> Table:
    rows = tuple(
        (
            _at(one.at),
            one.session.code,
            one.session.activity.title,
            str(Why(one.why).label),
            str(one.minors),
            _listed(one.fields),
        )
        for one in deletions
    )
    head = (_("时间"), _("场次"), _("活动"), _("原因"), _("记录数"), _("删除的字段"))
    return Table(_("删除"), head, rows)


def _given(consent: Consent) -> str:
    said = f"{Purpose(consent.purpose).label} {_at(consent.given_at)}"
    if consent.withdrawn_at is None:
        return said
    return _("%(given)s（%(at)s 撤回）") % {"given": said, "at": _at(consent.withdrawn_at)}


def _listed(fields: Iterable[str]) -> str:
    known = set(fields)
    return "、".join(_(label) for name, label in LABELS.items() if name in known)


def _at(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment is not None else ""
