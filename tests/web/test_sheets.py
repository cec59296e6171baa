"""Bringing a spreadsheet in by the browser."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser

from keqiao.journal.models import Entry
from keqiao.needs.models import Need
from keqiao.sheets.models import Sheet

pytestmark = pytest.mark.django_db
TABLE = (
    "名称,内容,截止日期\n"
    "锂渣<b>的消纳,提锂后的酸法锂渣堆存压力大，想找到稳定的消纳途径。,2030-12-31\n"
    "焊缝,焊缝气孔多，返修率高，想用机器视觉在线检测。,\n"
    "坏行,这一行的日期看不懂。,明年\n"
)


def sent(client: Client, content: str = TABLE, name: str = "需求.csv", **more: str) -> HttpResponse:
    uploaded = SimpleUploadedFile(name, content.encode())
    return client.post("/needs/import/", {"content": uploaded, **more})  # type: ignore[return-value]


def test_a_sheet_is_shown_row_by_row_and_applied_once(cast: Cast) -> None:
    lin = browser(cast.lin)
    answer = sent(lin, organisation=cast.lithium.code)
    assert answer.status_code == 302
    page = lin.get(answer.headers["Location"]).content.decode()
    assert "新需求 2 行，已经有了 0 行，有问题 1 行" in page
    assert "希望何时前解决：看不懂日期“明年”。请写成 2027-03-31 的样子。" in page
    assert "锂渣&lt;b&gt;的消纳" in page
    assert "系统建议，请核对" in page
    assert not Need.objects.exists()
    done = lin.post(answer.headers["Location"], {"left_out": ["3", "x", "４"]}, follow=True)
    assert "已存为 1 条草稿" in done.content.decode()
    assert [need.title for need in Need.objects.all()] == ["锂渣<b>的消纳"]
    again = lin.post(answer.headers["Location"], follow=True).content.decode()
    assert "这一步现在不能进行" in again
    assert "不会再导入第二次" in again
    assert "看不懂日期“明年”" in again
    assert Need.objects.count() == 1


def test_a_broker_brings_a_sheet_in_for_an_enterprise(cast: Cast, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    wu = browser(cast.wu)
    for code in ("", "O-NOTTHERE", cast.rival.code):
        answer = sent(wu, code=code)
        assert answer.status_code == 422
        assert 'id="id_code-error"' in answer.content.decode()
    assert sent(wu, code=f" {cast.lithium.code.lower()} ").status_code == 302
    assert Sheet.objects.get().organisation == cast.lithium


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "这是空文件"),
        ("a.pdf", "x", "内容与扩展名不符"),
        ("a.txt", "名称\n锂渣", "只收 XLSX 和 CSV 表格"),
        ("a.xlsx", "x", "内容与扩展名不符"),
        ("a.csv", "名称\n", "没有可读的行"),
    ],
)
def test_a_bad_file_is_refused_on_the_page(cast: Cast, name: str, content: str, said: str) -> None:
    before = Entry.objects.count()
    answer = sent(browser(cast.lin), content, name, organisation=cast.lithium.code)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (Sheet.objects.count(), Entry.objects.count()) == (0, before)


def test_who_acts_for_nobody_is_told_the_way_and_refused(cast: Cast) -> None:
    ji = browser(cast.ji)
    assert "先登记单位" in ji.get("/needs/import/").content.decode()
    assert sent(ji, organisation=cast.lithium.code).status_code in {403, 422}
    assert not Sheet.objects.exists()


def test_a_sheet_is_put_away_from_its_page(cast: Cast) -> None:
    lin = browser(cast.lin)
    path = sent(lin, organisation=cast.lithium.code).headers["Location"]
    assert "等您确认的表格" in lin.get("/needs/import/").content.decode()
    assert lin.post(f"{path}drop/").status_code == 302
    assert lin.get(path).status_code == 404
    assert "等您确认的表格" not in lin.get("/needs/import/").content.decode()


def test_the_blank_is_handed_out(cast: Cast) -> None:
    answer = browser(cast.lin).get("/needs/import/blank.xlsx")
    assert answer.content.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_ways_there(cast: Cast) -> None:
    lin = browser(cast.lin)
    for path in ("/desk/", "/needs/new/"):
        assert 'href="/needs/import/"' in lin.get(path).content.decode()
