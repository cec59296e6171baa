"""A class from a county school: the teacher keeps places, guardians answer by their links, the leader reads."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.browser.conftest import Open
from tests.crew import Crew
from tests.guardians.camp import CONTACT, NAME, NOTE, PHONE, camp

from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db


def addresses(sheet: Path) -> list[str]:
    """Return the paths of the links that a printed sheet holds."""
    said = "".join(part.extract_text() for part in PdfReader(io.BytesIO(sheet.read_bytes())).pages)
    said = said.replace("\u200b", "").replace("\n", "")
    return [f"/pupils/{part[:43]}/" for part in said.split("/pupils/")[1:]]


def test_a_class_is_registered_by_its_guardians_and_nobody_else(crew: Crew, opened: Open) -> None:
    session = camp(crew)
    teacher = opened(crew.luo, f"/sessions/{session.code}/")
    teacher.get_by_role("link", name="为班级留名额").click()
    teacher.get_by_label("班级").fill("四年级 2 班")
    teacher.get_by_label("学生名单").fill("小满\n𠮷子\n小秋")
    teacher.get_by_role("button", name="登记这个班").click()
    expect(teacher.get_by_role("heading", level=1)).to_have_text("四年级 2 班")
    with teacher.expect_download() as printed:
        teacher.get_by_role("button", name="打印链接").click()
    first, second, _third = addresses(Path(printed.value.path()))

    guardian = opened(None, first, width=375)
    expect(guardian.get_by_role("heading", level=1)).to_contain_text("小满")
    guardian.get_by_label("您的姓名（监护人）").fill("马兰")
    guardian.get_by_label("您的电话").fill(PHONE)
    guardian.get_by_label("孩子的姓名").fill(NAME)
    guardian.get_by_label("出生日期").fill("2017-05-01")
    guardian.get_by_label("年级").fill("四年级")
    guardian.get_by_label("紧急联系人").fill(CONTACT)
    guardian.get_by_label("紧急联系电话").fill(PHONE)
    guardian.get_by_label("健康情况（如过敏、用药）").fill(NOTE)
    guardian.get_by_label("同意：参加活动").check()
    guardian.get_by_label("同意：紧急联系").check()
    guardian.get_by_role("button", name="我是监护人，确认报名").click()
    expect(guardian.get_by_role("alert")).to_contain_text("健康照护")
    assert not Registration.objects.exists()
    guardian.get_by_label("同意：健康照护").check()
    guardian.get_by_role("button", name="我是监护人，确认报名").click()
    expect(guardian.get_by_role("heading", level=1)).to_have_text(NAME)

    other = opened(None, second)
    other.locator("summary", has_text="不同意，退回名额").click()
    other.get_by_role("button", name="确认不同意").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("已退回名额")

    teacher.reload()
    expect(teacher.get_by_text("监护人已同意")).to_have_count(1)
    expect(teacher.get_by_text("监护人未同意")).to_have_count(1)
    expect(teacher.get_by_text(NOTE)).to_have_count(0)
    session.refresh_from_db()
    assert (Registration.objects.count(), session.taken) == (1, 2)

    leader = opened(crew.qin, f"/sessions/{session.code}/care/")
    leader.get_by_role("button", name="查看紧急联系和健康情况").click()
    expect(leader.get_by_text(NOTE)).to_be_visible()

    guardian.get_by_text("撤回参加，立即删除").click()
    guardian.get_by_role("button", name="撤回同意并立即删除").click()
    expect(guardian.get_by_role("heading", level=1)).to_have_text("已撤回并删除")
    session.refresh_from_db()
    assert session.taken == 1
