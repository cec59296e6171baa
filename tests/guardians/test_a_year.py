"""A year of children's data in 雅安, day by day, and the register of it: every line is what was done, and nothing else.

Four camps; mothers with log-ins, a class by its guardians' links; readings around the days, consents taken back,
places given up, terms that run out. What the register must say is written down here as it is done.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import zipfile
from dataclasses import dataclass, field

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django.fixtures import Settings
from tests.cast import browser
from tests.classes import room
from tests.clock import at_time, local
from tests.crew import Crew, at
from tests.guardians.camp import CONTACT, MARKS, camp, child

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.classes import services as classes
from keqiao.guardians import selectors, services
from keqiao.guardians.models import Minor
from keqiao.guardians.types import Entered, Purpose
from keqiao.journal.models import Entry
from keqiao.paperwork.register import Table
from keqiao.registrations import pupils
from keqiao.registrations import services as registrations
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db

YEAR = 2031
NAMES = ("小满𠮷子", "小秋㐂", "阿果𠮷", "尔古㐂", "小禾𠮷", "石一㐂", "小雨𠮷", "小雪㐂")
PLAIN = ("姓名", "出生日期", "学校", "年级")
CARE = ("紧急联系人", "紧急联系电话", "健康情况")
ANSWERS, BY_LINK = "对活动问题的回答", ("监护人姓名", "监护人电话")
EVERY = (*PLAIN, *CARE, ANSWERS)
CONSENTED = (
    "紧急联系",
    "健康照护",
    "拍摄和使用照片",
    "参加活动",
)  # in the order in which they are kept
ORGANISER = "雅安市科协"
Row = tuple[str, ...]


@dataclass(slots=True)
class Year:
    """What was done, as the register must tell it."""

    records: dict[str, list[str]] = field(default_factory=dict)
    readings: list[Row] = field(default_factory=list)
    withdrawals: list[Row] = field(default_factory=list)
    deletions: list[Row] = field(default_factory=list)

    def entered(
        self,
        minor: Minor,
        moment: dt.datetime,
        *,
        fields: Row = EVERY,
        purposes: Row = CONSENTED,
        kept_until: str,
    ) -> Minor:
        """Expect a record of a child."""
        session = minor.session
        given = "\n".join(f"{one} {said(moment)}" for one in purposes)
        self.records[minor.code] = [
            minor.code, session.activity.title, ORGANISER, session.code,
            f"{session.starts_at:%Y-%m-%d}", said(moment), "、".join(fields), given, kept_until, "", "否",
        ]  # fmt: skip
        return minor

    def withdrawn(self, minor: Minor, moment: dt.datetime, who: str, *purposes: str) -> None:
        """Expect that consents were taken back."""
        kept = self.records[minor.code]
        for one in purposes:
            given = next(line for line in kept[7].split("\n") if line.startswith(one))
            kept[7] = kept[7].replace(given, f"{given}（{said(moment)} 撤回）")
            self.withdrawals.append((said(moment), minor.code, minor.session.code, one, who))

    def read(self, minor: Minor, moment: dt.datetime, who: Person, *fields: str) -> None:
        """Expect that the leader read."""
        reader = f"{who.name}（{who.pk}）"
        told = "、".join(fields)
        self.readings.append((said(moment), minor.code, minor.session.code, reader, told))

    def deleted(
        self, moment: dt.datetime, why: str, *minors: Minor, fields: Row = EVERY, whole: bool = True
    ) -> None:
        """Expect a deletion: of everything, or of one purpose's fields."""
        session, many = minors[0].session, str(len(minors))
        told = "、".join(fields)
        self.deletions.append((said(moment), session.code, session.activity.title, why, many, told))
        if whole:
            for one in minors:
                self.records[one.code][9] = said(moment)


def said(moment: dt.datetime) -> str:
    """Return a moment as the register writes it."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def sign_up(session: Session, who: Person, *entered: Entered) -> list[Minor]:
    """Return what is held about children for whom somebody signed up."""
    made = registrations.sign_up(session, by=who, minors=entered)
    return [one.minor for one in made if one.minor is not None]


def without(*purposes: Purpose) -> frozenset[Purpose]:
    """Return all consents but some."""
    return frozenset(Purpose) - set(purposes)


def spring(crew: Crew, year: Year) -> None:
    """Three children of two mothers: one consent is taken back, one was never given."""
    with at_time(local(YEAR, 3, 1)) as now:
        session = camp(crew, days=20, title="春天的鸟")
        second = child(name=NAMES[1], health_note="", consents=without(Purpose.HEALTH))
        first, other = sign_up(session, crew.ma, child(), second)
        bare = child(
            name=NAMES[2], emergency_name="", emergency_phone="", health_note="", answers={},
            consents=frozenset({Purpose.TAKING_PART}),
        )  # fmt: skip
        (third,) = sign_up(session, crew.cast.lin, bare)
        year.entered(first, now, kept_until="2031-04-21")
        two = (*PLAIN, *CARE[:2], ANSWERS)
        some = (CONSENTED[0], *CONSENTED[2:])
        year.entered(other, now, fields=two, purposes=some, kept_until="2031-04-21")
        year.entered(third, now, fields=PLAIN, purposes=CONSENTED[3:], kept_until="2031-04-21")
    with at_time(local(YEAR, 3, 12)), pytest.raises(services.NotNow):
        services.read(first, by=crew.qin)
    with at_time(local(YEAR, 3, 18, 20)) as now:
        services.read(first, by=crew.qin)
        year.read(first, now, crew.qin, *CARE)
    with at_time(local(YEAR, 3, 20)) as now:
        services.withdraw(first, Purpose.HEALTH, by=crew.ma)
        year.withdrawn(first, now, str(crew.ma.pk), "健康照护")
        year.deleted(now, "监护人撤回同意", first, fields=CARE[2:], whole=False)
    with at_time(local(YEAR, 3, 21, 10)) as now:
        for one in (first, other):
            assert services.read(one, by=crew.qin).emergency_name == CONTACT
            year.read(one, now, crew.qin, *CARE[:2])
    tended(4, 20, 0)
    now = tended(4, 21, 3)
    year.deleted(now, "期限已到", first, other, third, fields=(*PLAIN, *CARE[:2], ANSWERS))


def summer(crew: Crew, year: Year) -> None:
    """Two camps: a child stays away, a place is given up, and a class comes to the second one by its links."""
    with at_time(local(YEAR, 7, 1)) as now:
        rockets = camp(crew, days=10, title="=火箭营")
        rivers = camp(crew, days=17, title="青衣江的水")
        (mine,) = sign_up(rockets, crew.ma, child())
        (away,) = sign_up(rockets, crew.cast.zhou, child(name=NAMES[3]))
        (cancelled,) = sign_up(rivers, crew.cast.lin, child(name=NAMES[2]))
        for one in (mine, away):
            year.entered(one, now, kept_until="2031-08-11")
        year.entered(cancelled, now, kept_until="2031-08-18")
    pupils_of = a_class(crew, year, rivers)
    with at_time(local(YEAR, 7, 5)) as now:
        pupils.withdraw(away, by=crew.cast.zhou)
        year.withdrawn(away, now, str(crew.cast.zhou.pk), *CONSENTED)
        year.deleted(now, "监护人撤回同意", away)
    with at_time(local(YEAR, 7, 8)) as now:
        registrations.cancel(Registration.objects.get(minor=cancelled), by=crew.cast.lin)
        year.deleted(now, "报名取消", cancelled)
    with at_time(local(YEAR, 7, 11, 13)) as now:
        services.read(mine, by=crew.qin)
        year.read(mine, now, crew.qin, *CARE)
    with at_time(local(YEAR, 7, 18, 15)) as now:
        services.read(pupils_of[0], by=crew.qin)
        year.read(pupils_of[0], now, crew.qin, *CARE, *BY_LINK)
    with at_time(local(YEAR, 7, 21)), pytest.raises(services.NotNow):
        services.read(pupils_of[0], by=crew.qin)
    year.deleted(tended(8, 11, 1), "期限已到", mine)
    every = (*PLAIN, *CARE, *BY_LINK, ANSWERS)
    year.deleted(tended(8, 18, 1), "期限已到", pupils_of[0], fields=every)


def a_class(crew: Crew, year: Year, session: Session) -> list[Minor]:
    """Return the two of 罗青's three pupils whose guardians said yes; one of them takes it back later."""
    every = (*PLAIN, *CARE, *BY_LINK, ANSWERS)
    with at_time(local(YEAR, 7, 2)):
        keys = room.links(crew, room.enter(crew, session))
    with at_time(local(YEAR, 7, 2, 19)) as now:
        named = zip(keys[:2], NAMES[4:6], strict=True)
        made = [room.confirm(key, name=name).minor for key, name in named]
        classes.refuse(room.by_key(keys[2]))
        found = [one for one in made if one is not None]
        for one in found:
            year.entered(one, now, fields=every, kept_until="2031-08-18")
    with at_time(local(YEAR, 7, 3)) as now:
        classes.withdraw(room.by_key(keys[1]))
        year.withdrawn(found[1], now, "持链接的监护人", *CONSENTED)
        year.deleted(now, "监护人撤回同意", found[1], fields=every)
    return found


def autumn(crew: Crew, year: Year) -> None:
    """One child is corrected; its term runs out in the next year only."""
    with at_time(local(YEAR, 11, 20)) as now:
        session = camp(crew, days=8, title="秋天的菌子")
        plain = child(name=NAMES[6], health_note="", consents=without(Purpose.HEALTH))
        (minor,) = sign_up(session, crew.ma, plain)
        given = (CONSENTED[0], *CONSENTED[2:])
        year.entered(minor, now, purposes=given, kept_until="2031-12-29")
    with at_time(local(YEAR, 11, 22)) as now:
        services.correct(minor, child(name=NAMES[7]), by=crew.ma)
        year.records[minor.code][7] += f"\n健康照护 {said(now)}"
    with at_time(local(YEAR, 11, 28, 12)) as now:
        services.read(minor, by=crew.qin)
        year.read(minor, now, crew.qin, *CARE)


def tended(month: int, day: int, count: int, *, year: int = YEAR) -> dt.datetime:
    """Return when the platform looked for what is due, and deleted that of ``count`` children."""
    with at_time(local(year, month, day, 3)) as now:
        assert services.delete_due(now.date()) == count
    return now


@pytest.fixture
def year(crew: Crew, settings: Settings) -> Year:
    """A whole year, until 20 December."""
    settings.STAFF_SECOND_FACTOR = False
    made = Year()
    for season in (spring, summer, autumn):
        season(crew, made)
    return made


def taken(crew: Crew, moment: dt.datetime, *, year: int = YEAR) -> tuple[dict[str, Table], str]:
    """Return the sheets that 何岚 downloads at a moment, alike in both files, and all that the bytes of both hold."""
    with at_time(moment):
        client = browser(crew.cast.he)
        book, packed = (
            client.post(reverse("minor_audit"), {"year": year, "kind": kind}).content
            for kind in ("xlsx", "zip")
        )
    held, sheets = "", {}
    for archive in (book, packed):
        with zipfile.ZipFile(io.BytesIO(archive)) as parts:
            held += "".join(parts.read(one).decode("utf-8", "ignore") for one in parts.namelist())
    workbook = load_workbook(io.BytesIO(book))
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        assert parts.namelist() == [f"{one.title}.csv" for one in workbook]
        for sheet in workbook:
            read = [tuple(str(cell or "") for cell in row) for row in sheet.values]
            text = parts.read(f"{sheet.title}.csv").decode("utf-8-sig")
            rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]
            assert [tuple(cell.removeprefix("'") for cell in row) for row in rows] == read
            sheets[sheet.title] = Table(sheet.title, read[0], tuple(read[1:]))
    return sheets, html.unescape(held)


def test_the_register_of_a_year_says_all_that_was_done_and_nothing_else(
    crew: Crew, year: Year
) -> None:
    export = local(YEAR, 12, 20, 16)
    sheets, _held = taken(crew, export)
    assert list(sheets) == ["汇总", "登记", "查看", "撤回", "删除"]
    assert sheets["登记"].rows == tuple(tuple(row) for row in year.records.values())
    assert sheets["查看"].rows == tuple(year.readings)
    assert sheets["撤回"].rows == tuple(year.withdrawals)
    assert sheets["删除"].rows == tuple(sorted(year.deletions))
    assert sheets["汇总"].rows == (
        ("审计年度", "2031"),
        ("截至", "2031-12-20"),
        ("导出人", f"何岚（{crew.cast.he.pk}）"),
        ("本年度登记的未成年人记录", "9"),
        ("本年度曾经持有的记录（含往年登记）", "9"),
        ("其中活动当天不满十四周岁", "9"),
        ("截至导出仍持有的记录", "1"),
        ("没有监护人“参加活动”同意的记录（应为 0）", "0"),
        ("超过保存期限仍未删除或逾期删除的记录（应为 0）", "0"),
        ("场次负责人查看紧急联系和健康情况的次数", "6"),
        ("监护人撤回同意的次数", "9"),
        ("删除的批次", "7"),
        ("删除涉及的记录", "9"),
    )
    audited = Entry.objects.filter(action="minors.audited").order_by("position")
    told = [(one.actor_id, one.data["readings"]) for one in audited]
    assert told == [(crew.cast.he.pk, 6)] * 2  # one for each file


@pytest.mark.usefixtures("year")
def test_no_name_no_telephone_and_no_note_stands_anywhere_in_the_files(crew: Crew) -> None:
    _sheets, held = taken(crew, local(YEAR, 12, 20))
    words = {*MARKS, *NAMES, *room.CALLED, crew.ma.name, crew.cast.lin.name, room.MOTHER.name}
    words |= {room.MOTHER.phone, crew.luo.name, crew.school.name, "四年级 2 班"}
    assert {word for word in words if word in held} == set()
    assert "青衣江的水" in held


def test_what_is_held_over_new_year_stands_in_both_years(crew: Crew, year: Year) -> None:
    late, _held = taken(crew, local(YEAR + 1, 1, 4))
    (kept,) = [row for row in late["登记"].rows if row[9] == ""]
    assert kept[10] == "是"  # the platform was not tended for six days, and the register says so
    now = tended(1, 5, 1, year=YEAR + 1)
    sheets, _held = taken(crew, local(YEAR + 1, 1, 6), year=YEAR + 1)
    assert [row[0] for row in sheets["登记"].rows] == [list(year.records)[-1]]
    assert [(row[0], row[3], row[4]) for row in sheets["删除"].rows] == [
        (said(now), "期限已到", "1")
    ]
    assert sheets["查看"].rows == ()


def test_a_session_that_ends_at_midnight_is_over_on_the_day_before(crew: Crew) -> None:
    session = camp(crew)
    day = timezone.localdate(session.starts_at)
    Session.objects.filter(pk=session.pk).update(ends_at=at(4, 0))
    session.refresh_from_db()
    assert timezone.localdate(session.ends_at) == day + dt.timedelta(days=1)
    assert selectors.term(session, 30) == day + dt.timedelta(days=31)
