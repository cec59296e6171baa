"""What the cast would sign: made contracts, forms, minutes, and how their papers are read again."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from decimal import Decimal

import docx
import openpyxl
from pypdf import PdfReader

from keqiao.base.codes import credit_check
from keqiao.paperwork import contracts, minutes, registration
from keqiao.paperwork.lists import Form

RARE = "𠮷田㐂·阿依古丽"
LITHIUM_BODY = "91511800MAKQ00001"
LITHIUM = contracts.Party(
    side=contracts.Side.BUYER,
    name="雅安示例锂业有限公司",
    credit_code=LITHIUM_BODY + credit_check(LITHIUM_BODY),
    address="四川省雅安市示例工业园区七号路 1 号",
    legal_representative="林小满",
    contact="林小满",
    phone="0835-0000000",
)
CHEN = contracts.Party(side=contracts.Side.SELLER, name="陈砚", is_person=True)
BUILDER = contracts.Party(side=contracts.Side.OTHER, name=f"{RARE}建材（示例）有限公司")


def contract(**changes: object) -> contracts.Contract:
    """Return the contract of 雅安示例锂业 with 陈砚, with ``changes``."""
    made = contracts.Contract(
        form=Form.COMMISSIONED,
        title="酸法锂渣作水泥混合材的配方与工艺开发",
        parties=(LITHIUM, CHEN, BUILDER),
        subject="开发可稳定掺入水泥的混合材配方。\n范围包括小试和中试。",
        targets="掺量不低于 10%，28 天活性指数≥65%。",
        schedule=(contracts.Step(until="签订后 180 日内", work="千吨级试验", result="中试报告"),),
        total=Decimal(1_200_000),
        technical=Decimal(950_000),
        payment="p2",
        starts_on=datetime.date(2026, 9, 1),
        ends_on=datetime.date(2027, 8, 31),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def form(**changes: object) -> registration.RegistrationForm:
    """Return a form that can be handed in, with ``changes``."""
    made = registration.prefilled(contract())
    buyer = replace(made.buyers[0], nature="150", region="511800", region_name="四川省雅安市")
    made = replace(
        made,
        signed_on=datetime.date(2026, 8, 20),
        buyers=(buyer,),
        sellers=(replace(made.sellers[0], region="510100", region_name="四川省成都市"),),
        industry="C3011",
        industry_name="水泥制造",
        field="f07",
        goal="01",
        rights=("r01",),
        source="s00",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def meeting(**changes: object) -> minutes.Meeting:
    """Return the minutes that 郑立 wrote, with ``changes``."""
    made = minutes.Meeting(
        title="锂渣消纳利用三方",
        case_code="C-7K3M9QXA",
        place="雅安市科协三楼会议室",
        started_at=datetime.datetime(2026, 7, 8, 14, 30, tzinfo=datetime.UTC),
        ended_at=datetime.datetime(2026, 7, 8, 17, 0, tzinfo=datetime.UTC),
        chair="吴桥",
        recorder="郑立",
        attendees=(
            minutes.Attendee(name="林小满", organisation="雅安示例锂业有限公司", duty="总工程师"),
            minutes.Attendee(name=RARE, organisation="示例建材有限公司"),
        ),
        topic="酸法锂渣作水泥混合材的可行性。",
        speeches=(minutes.Speech(speaker="陈砚", said="三氧化硫是关键。"),),
        decisions=(
            minutes.Decision(
                what="提供渣样 200 kg", who="林小满", due_on=datetime.date(2026, 7, 20)
            ),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def pdf_text(made: bytes) -> str:
    """Return the text of a PDF without white space and places to break."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return squeezed("".join(pages))


def docx_text(made: bytes) -> str:
    """Return the text of a DOCX, cells included, without white space."""
    book = docx.Document(io.BytesIO(made))
    return squeezed("".join(part.text or "" for part in book.element.body.iter() if part.text))


def cells(made: bytes) -> list[object]:
    """Return every cell of a workbook that has something in it."""
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def squeezed(text: str) -> str:
    """Return ``text`` without white space and zero-width spaces."""
    return "".join(text.replace("\u200b", "").split())
