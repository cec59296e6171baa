"""The register of a year: codes, fields, consents, readings, withdrawals, deletions; no child's name, ever."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from tests.cast import DEYANG
from tests.crew import Crew
from tests.guardians.camp import MARKS, camp, entrust

from keqiao.access import policies as access_policies
from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.base.errors import Missing, NotAllowed
from keqiao.guardians import audit, services
from keqiao.guardians.models import Minor
from keqiao.guardians.types import Purpose
from keqiao.journal.models import Entry
from keqiao.paperwork import register
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db


def taken(crew: Crew, year: int | None = None) -> dict[str, register.Table]:
    """Return the tables that 何岚 takes, by part."""
    wanted = year or timezone.localdate().year
    made = services.take_audit(wanted, by=crew.cast.he)
    return dict(zip(audit.PARTS, made, strict=True))


def summary(tables: dict[str, register.Table]) -> dict[str, str]:
    """Return what the summary says, by its line."""
    return {row[0]: row[1] for row in tables["summary"].rows}


def a_year(crew: Crew) -> list[Minor]:
    """Let one child be read about, one withdrawn from, one deleted by its term; one stays."""
    session, past = camp(crew), camp(crew)
    minors = [entrust(crew, session), entrust(crew, session, name="小秋"), entrust(crew, past)]
    services.read(minors[0], by=crew.qin)
    services.withdraw(minors[0], Purpose.HEALTH, by=crew.ma)
    services.withdraw(minors[1], Purpose.TAKING_PART, by=crew.ma)
    Minor.objects.filter(pk=minors[2].pk).update(delete_on=timezone.localdate())
    past.activity.retention_days = 0
    past.activity.save()
    past.starts_at, past.ends_at = (
        one - timedelta(days=9) for one in (past.starts_at, past.ends_at)
    )
    past.save()
    assert services.delete_due(timezone.localdate()) == 1
    return minors


def test_the_register_tells_every_record_reading_withdrawal_and_deletion(crew: Crew) -> None:
    minors = a_year(crew)
    tables = taken(crew)
    records = {row[0]: row for row in tables["records"].rows}
    assert set(records) == {one.code for one in minors}
    assert "健康情况" in records[minors[1].code][6]  # that it was held, after it was deleted
    assert records[minors[1].code][9] != ""
    assert "撤回" in records[minors[0].code][7]
    reading = tables["readings"].rows[0]
    assert reading[1] == minors[0].code
    assert "秦川" in reading[3]
    assert reading[4] == "紧急联系人、紧急联系电话、健康情况"
    assert len(tables["withdrawals"].rows) == 1 + len(Purpose)
    assert sorted(row[3] for row in tables["deletions"].rows) == [
        "期限已到",
        "监护人撤回同意",
        "监护人撤回同意",
    ]
    counted = summary(tables)
    assert counted["其中活动当天不满十四周岁"] == "3"
    assert counted["截至导出仍持有的记录"] == "1"
    assert counted["没有监护人“参加活动”同意的记录（应为 0）"] == "0"


def test_it_names_no_child_before_deletion_and_after(crew: Crew) -> None:
    a_year(crew)
    tables = list(taken(crew).values())
    packed = register.csv_zip(tables)
    book = register.book(tables, title="台账")
    for archive in (packed, book):
        with zipfile.ZipFile(io.BytesIO(archive)) as parts:
            texts = [parts.read(one).decode("utf-8", "ignore") for one in parts.namelist()]
            said = html.unescape("".join(texts))
        assert not any(mark in said for mark in (*MARKS, "小秋"))
        assert "雨城女孩科学营" in said


def test_both_files_hold_the_same_and_no_cell_is_a_formula(crew: Crew) -> None:
    session = camp(crew, title="=1+1")
    entrust(crew, session)
    tables = list(taken(crew).values())
    book = load_workbook(io.BytesIO(register.book(tables, title="台账")))
    assert book.sheetnames == ["汇总", "登记", "查看", "撤回", "删除"]
    cell = book["登记"].cell(2, 2)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    with zipfile.ZipFile(io.BytesIO(register.csv_zip(tables))) as parts:
        rows = list(csv.reader(io.StringIO(parts.read("登记.csv").decode("utf-8-sig"))))
    assert rows[1][1] == "'=1+1"
    assert len(rows) == book["登记"].max_row


def test_what_was_kept_too_long_is_counted(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    Minor.objects.filter(pk=minor.pk).update(delete_on=timezone.localdate() - timedelta(days=1))
    counted = summary(taken(crew))
    assert counted["超过保存期限仍未删除或逾期删除的记录（应为 0）"] == "1"


def test_taking_it_is_an_entry_too(crew: Crew) -> None:
    entrust(crew, camp(crew))
    taken(crew)
    entry = Entry.objects.get(action="minors.audited")
    assert entry.actor_id == crew.cast.he.pk
    assert entry.data["records"] == 1


@pytest.mark.parametrize("name", ["tang", "qin", "ma", "luo", "wu", "zheng", "lin"])
def test_only_administrators_take_it(crew: Crew, name: str) -> None:
    with pytest.raises(NotAllowed):
        services.take_audit(timezone.localdate().year, by=crew.person(name))


def test_each_administrator_takes_the_own_area_and_a_year_that_there_was(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    deyang = Association.objects.get(code=f"A-{DEYANG}")
    access.grant(crew.cast.sun, Role.ADMINISTRATOR, deyang, by=crew.cast.he)
    access_policies.forget(crew.cast.sun)
    year = timezone.localdate().year
    made = services.take_audit(year, by=crew.cast.sun)
    assert not any(minor.code in str(table.rows) for table in made)
    for wrong in (year + 1, year - 1, 1):
        with pytest.raises(Missing):
            services.take_audit(wrong, by=crew.cast.he)


def test_a_register_costs_the_same_however_long(
    crew: Crew, django_assert_max_num_queries: object
) -> None:
    session = camp(crew)
    for number in range(6):
        entrust(crew, session, name=f"孩子{number}")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        taken(crew)
