"""A need in its owner's own words becomes a draft whose proposals are marked until a person accepts them."""

from __future__ import annotations

import zipfile
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import SECRET, Cast, browser, need_content

from keqiao.base.errors import Invalid, NotAllowed, Refused
from keqiao.base.reading import text_of
from keqiao.journal import selectors as journal
from keqiao.needs import clarifying, services
from keqiao.needs.models import Need
from keqiao.needs.types import Content
from keqiao.web.forms.needs import initial

VAGUE = (
    "我们在雅安提锂，酸法锂渣堆了三年，没有地方去。试过填埋，渗滤液不达标。"
    "希望水泥混合材掺量不低于 10%，28 天活性指数≥65%。厂区不能新建窑炉。想找高校一起做技术开发。"
)


def docx(text: str) -> bytes:
    body = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    return kept.getvalue()


def xlsx(*cells: str) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(cells))
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_a_vague_text_fills_what_it_says_and_keeps_every_word() -> None:
    told = clarifying.clarify(VAGUE)
    assert told.content.wanted == VAGUE
    assert told.content.region_id == "511800"
    assert "65%" in told.content.targets
    assert "填埋" in told.content.tried
    assert "development" in told.content.cooperation
    assert {"title", "region", "targets", "tried", "cooperation"} <= set(told.proposed)
    assert not told.is_offer


@pytest.mark.django_db
def test_a_proposal_is_marked_until_it_is_changed_or_handed_in(cast: Cast) -> None:
    need = services.draft(
        need_content(), by=cast.lin, organisation=cast.lithium, proposed=("industry", "title")
    )
    services.revise(need, need_content(industry_id="C3011"), by=cast.lin)
    assert need.proposed == ["title"]
    services.submit(need, by=cast.lin)
    assert need.proposed == []
    told = [(entry.action, entry.data) for entry in journal.about(services.subject_of(need))]
    assert told[0] == ("need.drafted", {"proposed": ["industry", "title"]})
    assert told[-1] == ("need.submitted", {"accepted": ["title"]})


@pytest.mark.django_db
def test_the_public_version_is_drafted_without_names_and_secrets(cast: Cast) -> None:
    need = services.draft(
        need_content(
            wanted=f"雅安示例锂业有限公司的{SECRET}每天出渣，预算 300 万元，请打 13800001111 找林小满。",
            secrets=(SECRET,),
            public_text="旧的公开版",
        ),
        by=cast.lin,
        organisation=cast.lithium,
    )
    with pytest.raises(services.PublicTextKept):
        services.draft_public(need, by=cast.lin)
    services.draft_public(need, by=cast.lin, replaces=True)
    shown = need.public_title + need.public_text
    for word in (SECRET, "雅安示例锂业", "300 万", "13800001111", "林小满", "旧的公开版"):
        assert word not in shown
    assert {"public_title", "public_text"} <= set(need.proposed)
    services.draft_public(
        need, by=cast.lin
    )  # nobody changed the draft: nothing of anybody's is lost
    with pytest.raises(NotAllowed):
        services.draft_public(need, by=cast.zhou)


@pytest.mark.django_db
def test_a_word_to_keep_secret_does_not_pass_in_the_public_version(cast: Cast) -> None:
    need = cast.need(secrets=("酸法",))
    with pytest.raises(Invalid) as refusal:
        services.submit(need, by=cast.lin)
    assert [problem.field for problem in refusal.value.problems] == ["public_text"]
    services.revise(need, need_content(secrets=()), by=cast.lin)
    assert services.submit(need, by=cast.lin).state == "review"


@pytest.mark.django_db
def test_words_too_many_for_a_draft_are_refused_and_none_is_cut(cast: Cast) -> None:
    client = browser(cast.lin)
    long = "锂渣没有去处。" * 900
    for entered in (
        {"text": long},
        {"text": "", "content": SimpleUploadedFile("长.txt", long.encode())},
    ):
        page = client.post("/needs/describe/", {"organisation": "", **entered})
        assert page.status_code == 422
    assert not Need.objects.exists()


@pytest.mark.django_db
def test_a_need_too_long_for_a_public_version_says_so_on_its_form(cast: Cast) -> None:
    need = cast.need(wanted="甲" * 5000, tried="乙" * 3000)
    entered = {name: value for name, value in initial(need).items() if value is not None}
    page = browser(cast.lin).post(f"/needs/{need.code}/edit/", {**entered, "then": "replace"})
    assert page.status_code == 422
    assert "请自己写一段概要" in page.content.decode()


@pytest.mark.django_db
def test_questions_ask_only_what_is_missing(cast: Cast) -> None:
    bare = services.draft(Content(title="锂渣", wanted="锂渣没有地方去。"), by=cast.lin)
    full = cast.need()
    asked = [one.field for one in clarifying.questions(bare)]
    assert "targets" in asked
    assert "targets" not in [one.field for one in clarifying.questions(full)]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("需求.docx", docx("锂渣没有去处𠮷")),
        ("需求.xlsx", xlsx("锂渣没有去处𠮷", "=1+1")),
        ("需求.txt", "锂渣没有去处𠮷".encode()),
        ("需求.txt", "锂渣没有去处㐂".encode("gb18030")),
    ],
)
def test_the_words_of_a_document_are_read(name: str, raw: bytes) -> None:
    text = text_of(BytesIO(raw), name=name, size=len(raw), most_mib=1)
    assert text.startswith("锂渣没有去处")


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("坏.docx", b"PK\x03\x04broken"),
        ("空.docx", docx("")),
        ("坏.pdf", b"%PDF-1.7 broken"),
        ("照片.png", b"\x89PNG\r\n\x1a\n...."),
        ("坏.xlsx", b"PK\x03\x04broken"),
    ],
)
def test_what_has_no_words_is_refused_in_words(name: str, raw: bytes) -> None:
    with pytest.raises(Refused):
        text_of(BytesIO(raw), name=name, size=len(raw), most_mib=1)


def test_a_bomb_in_a_document_is_not_unpacked() -> None:
    raw = docx("甲" * 60_000_000)
    with pytest.raises(Invalid):
        text_of(BytesIO(raw), name="大.docx", size=len(raw), most_mib=20)


@pytest.mark.django_db
def test_the_page_makes_a_draft_of_words_and_file(cast: Cast) -> None:
    client = browser(cast.lin)
    path = "/needs/describe/"
    empty = client.post(path, {"organisation": "", "text": ""})
    assert empty.status_code == 422
    uploaded = SimpleUploadedFile("补充.docx", docx("厂区不能新建窑炉。"))
    entered = {"organisation": cast.lithium.code, "text": VAGUE[:40], "content": uploaded}
    made = client.post(path, entered, follow=True)
    need = Need.objects.get()
    assert need.organisation == cast.lithium
    assert "厂区不能新建窑炉。" in need.wanted
    said = made.content.decode()
    assert "系统建议，请核对" in said
    assert "还想请您说说" in said
    refused = client.post(path, {"organisation": "", "text": "甲\x00乙"})
    assert refused.status_code == 422
