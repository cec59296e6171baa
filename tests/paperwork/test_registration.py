"""The registration form: what is wrong is said beside its field; what is right is on the sheet."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.hostile.corpus import FORMULAS, KINDS, NAMES
from tests.paperwork import made

from keqiao.base.errors import Invalid
from keqiao.paperwork import registration
from keqiao.paperwork.lists import Form

BUYER, SELLER = made.form().buyers[0], made.form().sellers[0]
KNOWN: dict[str, Any] = {
    "regions": {"511800", "510100"},
    "industries": {"C3011"},
    "today": datetime.date(2026, 9, 1),
}


def faults(form: registration.RegistrationForm, **known: Any) -> list[str]:
    return [problem.field for problem in registration.problems(form, **known)]


def test_a_form_filled_from_the_contract_and_completed_can_be_handed_in() -> None:
    assert faults(made.form(), **KNOWN) == []


def test_an_empty_form_is_told_everything_that_it_needs() -> None:
    assert faults(registration.RegistrationForm(form=Form.SERVICE)) == [
        "title", "signed_on", "starts_on", "sellers", "buyers", "industry", "field", "goal", "rights", "source",
        "total", "technical", "payment",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "2026"}, "number"),
        ({"number": "１２３４５６７８９０１２３４５６"}, "number"),
        ({"title": " "}, "title"),
        ({"signed_on": datetime.date(2026, 9, 2)}, "signed_on"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": datetime.date(2020, 1, 1)}, "ends_on"),
        ({"industry": "3011"}, "industry"),
        ({"industry": "C9999"}, "industry"),
        ({"field": "x"}, "field"),
        ({"goal": "99"}, "goal"),
        ({"rights": ()}, "rights"),
        ({"rights": ("r10", "r01")}, "rights"),
        ({"rights": ("r01",), "form": Form.PATENT_LICENCE}, "rights"),
        ({"rights": ("r02",), "form": Form.SECRET_LICENCE}, "rights"),
        ({"source": "s13"}, "plan"),
        ({"source": ""}, "source"),
        ({"total": None}, "total"),
        ({"total": Decimal(0), "technical": Decimal(0)}, "total"),
        ({"technical": Decimal("1200000.01")}, "technical"),
        ({"technical": Decimal("0.001")}, "technical"),
        ({"payment": "cash"}, "payment"),
        ({"buyers": (replace(BUYER, name=""),)}, "buyers.0.name"),
        ({"buyers": (replace(BUYER, nature="999"),)}, "buyers.0.nature"),
        ({"buyers": (replace(BUYER, credit_code=""),)}, "buyers.0.credit_code"),
        ({"buyers": (replace(BUYER, credit_code="91511800MAKQ000010"),)}, "buyers.0.credit_code"),
        ({"buyers": (replace(BUYER, country="86"),)}, "buyers.0.country"),
        ({"buyers": (replace(BUYER, region="5118"),)}, "buyers.0.region"),
        ({"buyers": (replace(BUYER, region="991800"),)}, "buyers.0.region"),
        ({"buyers": (replace(BUYER, region="511899"),)}, "buyers.0.region"),
        ({"buyers": (replace(BUYER, region="511800", country="304"),)}, "buyers.0.region"),
        ({"buyers": (replace(BUYER, phone="请致电"),)}, "buyers.0.phone"),
        ({"sellers": (replace(SELLER, credit_code=BUYER.credit_code),)}, "sellers.0.credit_code"),
        ({"sellers": (replace(SELLER, nature="abroad"),)}, "sellers.0.nature"),
        ({"sellers": (BUYER,)}, "buyers.0.credit_code"),
        ({"broker": replace(BUYER, name="")}, "broker.name"),
    ],
)
def test_each_field_is_checked_as_the_form_demands(changes: dict[str, Any], field: str) -> None:
    found = registration.problems(made.form(**changes), **KNOWN)
    assert field in {problem.field for problem in found}
    assert all("%(" not in str(problem.phrase) for problem in found)


def test_a_person_needs_no_code_and_a_foreigner_no_region() -> None:
    foreign = replace(SELLER, name="Beispiel GmbH", nature="abroad", country="304", region="")
    assert faults(made.form(sellers=(foreign,))) == []
    assert SELLER.nature == "person"


def test_the_sheet_and_the_pdf_say_what_the_form_says() -> None:
    form = made.form(broker=replace(BUYER, name="雅安市科协服务中心"))
    sheet = "".join(str(cell.value) for cell in made.cells(registration.form_xlsx(form)))  # type: ignore[attr-defined]
    for text in (made.squeezed(sheet), made.pdf_text(registration.form_pdf(form))):
        for said in (
            "技术合同登记表", "酸法锂渣作水泥混合材的配方与工艺开发", "技术开发（委托开发）", BUYER.credit_code,
            "150有限责任公司",
            "142中国", "511800四川省雅安市", "C3011水泥制造", "环境保护与资源综合利用",
            "01环境保护、生态建设及污染防治", "技术秘密",
            "计划外", "1,200,000.00", "950,000.00", "250,000.00", "玖拾伍万元整", "雅安市科协服务中心",
        ):  # fmt: skip
            assert said in text, said


def test_an_empty_form_can_be_printed_to_fill_in_by_hand() -> None:
    form = registration.RegistrationForm(form=Form.TRAINING)
    assert "None" not in made.pdf_text(registration.form_pdf(form))
    assert all(cell.value != "None" for cell in made.cells(registration.form_xlsx(form)))  # type: ignore[attr-defined]


def test_the_form_of_two_parties_stands_on_one_page() -> None:
    assert len(PdfReader(io.BytesIO(registration.form_pdf(made.form()))).pages) == 1


@pytest.mark.parametrize("formula", [*FORMULAS, "＝1+1", "＋1", "－1", "＠x"])
def test_a_formula_stays_text(formula: str) -> None:
    book = registration.form_xlsx(made.form(title=formula, plan=formula))
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == formula.strip()]
    assert found
    assert {(cell.data_type, cell.quotePrefix) for cell in found} <= {("s", True), ("s", False)}
    assert all(cell.quotePrefix or formula.startswith("％") for cell in found)


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_no_cell_is_ever_a_formula(text: str) -> None:
    book = registration.form_xlsx(made.form(title="=" + text))
    assert {cell.data_type for cell in made.cells(book)} == {"s"}  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(total=st.decimals(0, 10**12, places=2), technical=st.decimals(0, 10**12, places=2))
def test_the_technical_part_is_never_more_than_the_whole(
    total: Decimal, technical: Decimal
) -> None:
    found = faults(made.form(total=total, technical=technical))
    assert ("technical" in found) == (technical > total)
    assert ("total" in found) == (total == 0)


def test_the_same_form_gives_the_same_bytes() -> None:
    assert registration.form_xlsx(made.form()) == registration.form_xlsx(made.form())
    assert registration.form_pdf(made.form()) == registration.form_pdf(made.form())


@pytest.mark.parametrize(("name", "text"), KINDS, ids=NAMES)
def test_hostile_text_is_printed_or_refused(name: str, text: str) -> None:  # noqa: ARG001 - names the case
    hostile = made.form(title=text, plan=text, buyers=(replace(BUYER, name=text, region=text),))
    registration.problems(hostile)
    for draw in (registration.form_xlsx, registration.form_pdf):
        try:
            draw(hostile)
        except Invalid as refusal:
            assert refusal.problems  # noqa: PT017 - the other way is fine too
