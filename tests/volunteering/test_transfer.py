"""The transfer file: in the fields of the rules, whole when it is read, and one's own record."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from tests.cast import browser
from tests.crew import Crew
from tests.volunteering import field as fields
from tests.volunteering.field import worked

from keqiao.paperwork import transfer
from keqiao.records import selectors as records
from keqiao.volunteering import hours, services
from keqiao.volunteering.types import Marked, MarkKind, Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    return fields.laid(crew)


def made(field: fields.Field) -> bytes:
    return transfer.as_json(records.transfer(field.crew.cast.ji))


def test_a_record_is_taken_away_in_the_fields_of_the_rules(field: fields.Field) -> None:
    crew = field.crew
    services.describe(Profile(phone="12345", skills=("=1+1",)), by=crew.cast.ji)
    day = timezone.localdate()
    training = Marked(MarkKind.TRAINING, "安全须知", issuer="雅安市科协", given_on=day, minutes=60)
    services.mark(field.member(crew.cast.ji), training, by=crew.qin)
    old = field.checked(crew.cast.ji)
    new = hours.correct(old, worked(field.shift, minutes=120, reason="早走"), by=crew.qin)
    hours.check(new, by=crew.luo)
    content = json.loads(made(field))
    (row,) = content["志愿服务情况"]
    assert (row["编号"], row["更正的记录"], row["服务时间（分钟）"]) == (new.code, old.code, "120")
    assert (row["记录人"], row["复核人"], row["记录单位"]) == ("秦川", "罗青", "雅安市科协")
    assert content["培训情况"][0]["学时（分钟）"] == "60"
    assert content["个人基本信息"]["身份证件号码"] == "（本平台不收集）"
    book = load_workbook(io.BytesIO(transfer.as_xlsx(records.transfer(crew.cast.ji))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in {cell.value for cell in cells}


def test_a_file_that_is_whole_is_read(field: fields.Field) -> None:
    field.checked(field.crew.cast.ji)
    verdict = transfer.read(made(field))
    assert (verdict.name, verdict.count, verdict.minutes, verdict.problems) == (
        "𠮷田㐂",
        1,
        180,
        (),
    )


def test_a_file_that_was_changed_is_found_out(field: fields.Field) -> None:
    field.checked(field.crew.cast.ji)
    content = json.loads(made(field))
    content["志愿服务情况"][0]["服务时间（分钟）"] = "1800"
    found = transfer.read(json.dumps(content).encode())
    assert {one.text for one in found.problems} == {
        transfer.DAMAGED,
        transfer.MINUTES_WRONG,
        transfer.SUM_WRONG,
    } - ({transfer.MINUTES_WRONG} if found.minutes == 1800 else set())
    content["志愿服务情况"] *= 2
    content["服务时间合计（分钟）"] = 3600
    content["sha256"] = transfer.digest(content)
    assert transfer.TWICE in {
        one.text for one in transfer.read(json.dumps(content).encode()).problems
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00", b"[]", b"{}", b"null", b"[" * 100_000, "𠮷".encode("utf-16"), b"PK\x03\x04",
        b'{"format": "keqiao-volunteer-record", "version": 1}',
        b'{"format": "keqiao-volunteer-record", "version": "=1"}',
        b'{"format": "keqiao-volunteer-record", "version": 1, "x": "\\ud800"}',
        b"x" * (transfer.MOST_BYTES + 1),
    ],
)  # fmt: skip
def test_whatever_is_brought_is_answered(raw: bytes) -> None:
    assert transfer.read(raw).problems


def test_the_page_reads_a_file_and_keeps_nothing(field: fields.Field) -> None:
    field.checked(field.crew.cast.ji)
    kept = io.BytesIO(made(field))
    kept.name = "记录.json"
    answer = Client().post("/volunteering/transfer/", {"content": kept})
    assert "文件完整" in answer.content.decode()
    broken = io.BytesIO(b"{")
    broken.name = "记录.json"
    answer = Client().post("/volunteering/transfer/", {"content": broken})
    assert "文件有问题" in answer.content.decode()


def test_everybody_reads_and_takes_only_the_own_record(field: fields.Field) -> None:
    field.checked(field.crew.cast.ji)
    own = browser(field.crew.cast.ji)
    content = own.get("/record/record.json").json()
    assert (content["name"], content["volunteer_minutes"]) == ("𠮷田㐂", 180)
    assert len(content["volunteer_services"]) == 1
    assert own.get("/record/record.pdf").content.startswith(b"%PDF")
    other = browser(field.crew.cast.gu).get("/record/record.json").json()
    assert (other["volunteer_minutes"], other["volunteer_services"]) == (0, [])
    assert other["studios"][0]["title"] == "古力·阿依视觉工作室"
