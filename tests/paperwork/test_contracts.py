"""Drafts of technical contracts: what the case said is in them, what it did not say is a blank."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.hostile.corpus import KINDS, NAMES
from tests.paperwork import made

from keqiao.base.errors import Invalid
from keqiao.paperwork import clauses, contracts, pdf, wording
from keqiao.paperwork.lists import FORMS, KIND_OF, Form
from keqiao.paperwork.paper import BLANK

Draft = tuple[Callable[[contracts.Contract], bytes], Callable[[bytes], str]]
DRAFTS: list[Draft] = [
    (contracts.draft_pdf, made.pdf_text),
    (contracts.draft_docx, made.docx_text),
]
both = pytest.mark.parametrize(("draft", "read"), DRAFTS, ids=["pdf", "docx"])
SAID = (
    "技术开发（委托开发）合同",
    "酸法锂渣作水泥混合材的配方与工艺开发",
    "雅安示例锂业有限公司",
    made.LITHIUM.credit_code,
    f"{made.RARE}建材（示例）有限公司",
    "掺量不低于10%，28天活性指数≥65%",
    "签订后180日内",
    "人民币1,200,000.00元（大写：壹佰贰拾万元整）",
    "人民币950,000.00元（大写：玖拾伍万元整）",
    "分期支付",
    "2026年9月1日",
    "不构成法律意见",
    "科桥不经手、不代收代付任何款项",
)


@both
def test_the_draft_of_lithium_and_chen_says_what_the_case_says(draft: Any, read: Any) -> None:
    text = read(draft(made.contract()))
    assert [said for said in SAID if said not in text] == []


@both
@pytest.mark.parametrize("form", list(Form), ids=[form.value for form in Form])
def test_a_case_that_said_nothing_gives_a_draft_of_every_kind_with_blanks(
    form: Form, draft: Any, read: Any
) -> None:
    text = read(draft(contracts.Contract(form=form)))
    assert FORMS[form] in text
    assert BLANK in text
    assert "None" not in text
    assert "{" not in text


@pytest.mark.parametrize("form", list(Form), ids=[form.value for form in Form])
def test_every_kind_has_the_content_that_article_845_lists(form: Form) -> None:
    said = "".join(clause.title + "".join(clause.paragraphs) for clause in wording.CLAUSES[form])
    for content in (
        "标的的内容、范围和要求", "履行", "保密", "归属", "验收标准和方法", "名词和术语的解释", "技术文档", "争议",
    ):  # fmt: skip
        assert content in said, content
    titles = [clause.title for clause in wording.CLAUSES[form]]
    assert len(titles) == len(set(titles))


def test_every_kind_has_its_own_clauses() -> None:
    assert set(wording.CLAUSES) == set(Form) == set(FORMS) == set(KIND_OF)
    assert wording.PATENTS in wording.CLAUSES[Form.PATENT_LICENCE]
    assert wording.PATENTS not in wording.CLAUSES[Form.SECRET_LICENCE]


@pytest.mark.parametrize("draft", [contracts.draft_pdf, contracts.draft_docx])
def test_the_same_contract_gives_the_same_bytes(draft: Any) -> None:
    assert draft(made.contract()) == draft(made.contract())


def test_nothing_in_a_docx_tells_when_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(contracts.draft_docx(made.contract()))) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_the_pdf_carries_its_fonts_and_its_tags() -> None:
    reader = PdfReader(io.BytesIO(contracts.draft_pdf(made.contract())))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh")
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile3", "/FontFile2"} & set(descriptor)


def test_rare_characters_show_and_those_that_no_font_has_are_named() -> None:
    assert pdf.missing(f"{made.RARE}，ＡＢ１２《》￥㎡①") == ""
    assert pdf.missing("甲\U0002a6a5乙\U0001f642\U0002a6a5") == "\U0002a6a5\U0001f642"
    text = made.pdf_text(contracts.draft_pdf(made.contract(title="\U0002a6a5的开发")))
    assert "〓的开发" in text
    assert "U+2A6A5" in text


@both
def test_more_than_one_party_on_a_side_is_numbered(draft: Any, read: Any) -> None:
    parties = (made.LITHIUM, replace(made.CHEN, name="甲某"), replace(made.CHEN, name="乙某"))
    text = read(draft(made.contract(parties=parties)))
    assert "乙方1（研究开发方）" in text
    assert "乙方2（研究开发方）" in text


@both
def test_royalties_bring_the_clause_on_looking_at_the_accounts(draft: Any, read: Any) -> None:
    assert "查阅甲方有关会计账目" in read(draft(made.contract(payment="p3")))
    assert "查阅甲方有关会计账目" not in read(draft(made.contract(payment="p1")))


@both
def test_a_very_long_name_is_printed_whole(draft: Any, read: Any) -> None:
    name = "雅安" * 95 + "有限公司"
    latin = "Lithium" * 25
    parties = (replace(made.LITHIUM, name=name), replace(made.CHEN, name=latin))
    text = read(draft(made.contract(parties=parties)))
    assert name in text
    assert latin in text


@pytest.mark.parametrize(("name", "text"), KINDS, ids=NAMES)
def test_hostile_text_is_printed_or_refused_with_its_field(name: str, text: str) -> None:  # noqa: ARG001 - names the case
    hostile = made.contract(
        title=text, subject=text, schedule=(contracts.Step(work=text),), parties=(replace(made.LITHIUM, name=text),)
    )  # fmt: skip
    for draft in (contracts.draft_pdf, contracts.draft_docx):
        try:
            draft(hostile)
        except Invalid as refusal:
            fields = {problem.field for problem in refusal.problems}
            assert fields <= {"title", "subject", "schedule.0.work", "parties.0.name"}


def test_markup_and_places_of_the_wording_stay_text() -> None:
    text = "#panic() *b* $x$ {total} %(name)s <b>&amp;"
    for draft, read in DRAFTS:
        assert made.squeezed(text) in read(draft(made.contract(subject=text)))


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(
        st.characters(
            exclude_categories=["C", "Zl", "Zp"],
            exclude_characters="\u2800\u3164\uffa0\u115f\u1160\u034f\u17b4\u17b5",
        ),
        max_size=60,
    )
)
def test_whatever_is_typed_is_in_the_docx(text: str) -> None:
    assert made.squeezed(text) in made.docx_text(contracts.draft_docx(made.contract(title=text)))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total": Decimal(-1)}, "total"),
        ({"total": Decimal("NaN")}, "total"),
        ({"total": Decimal("1.001")}, "total"),
        ({"technical": Decimal(1_200_001)}, "technical"),
        ({"payment": "p9"}, "payment"),
        ({"ends_on": made.contract().starts_on.replace(year=2020)}, "ends_on"),  # type: ignore[union-attr]
        ({"parties": (replace(made.LITHIUM, credit_code="91511800MAKQ000010"),)}, "parties.0.credit_code"),
        ({"parties": (made.LITHIUM,) * 21}, "parties"),
        ({"title": "锂" * 201}, "title"),
        ({"subject": "锂\x00渣"}, "subject"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_beside_its_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        contracts.draft_docx(made.contract(**changes))
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert str(refusal.value.problems[0].phrase)


def test_a_foreign_code_is_not_judged_by_our_standard() -> None:
    parties = (replace(made.LITHIUM, credit_code="HRB 1234", country="304"),)
    assert "德国" in made.docx_text(contracts.draft_docx(made.contract(parties=parties)))


def test_a_contract_lacks_the_side_that_nobody_named() -> None:
    assert contracts.lacking(made.contract()) == ()
    assert [one.field for one in contracts.lacking(made.contract(parties=(made.CHEN,)))] == [
        "parties"
    ]


def test_a_draft_changes_nothing_in_the_contract() -> None:
    contract = made.contract()
    contracts.draft_docx(contract)
    assert contract == made.contract()
    assert clauses.name(contract) == "技术开发（委托开发）合同"
