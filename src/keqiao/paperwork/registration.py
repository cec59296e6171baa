"""The registration form of a technical contract (技术合同登记表): filled from the contract, as XLSX and PDF."""

from __future__ import annotations

from dataclasses import replace

from keqiao.paperwork import amounts, pdf, sheet
from keqiao.paperwork.fields import cleaned
from keqiao.paperwork.lists import (
    CHINA,
    COUNTRIES,
    FIELDS,
    FORMS,
    GOALS,
    KINDS,
    NATURES,
    PAYMENTS,
    RIGHTS,
    SOURCES,
    shown,
)
from keqiao.paperwork.paper import Lines, Paper, Table, chinese_number, day, facts
from keqiao.paperwork.registration_rules import problems
from keqiao.paperwork.types import Body, Contract, RegistrationForm, Side

__all__ = ["Body", "RegistrationForm", "form_pdf", "form_xlsx", "prefilled", "problems"]
TITLE = "技术合同登记表"
FOOT = "由科桥按各方填写的内容生成　登记以技术合同登记机构的认定为准"
NOTES = (
    "合同登记编号由技术合同登记机构填写。技术交易额指从合同成交总额中扣除购置设备、仪器、零部件、原材料等非技术性费用后的剩余金额。",
    "金额由各方填写并直接结算，科桥不经手任何款项。",
)


def form_xlsx(form: RegistrationForm) -> bytes:
    """Return the form as a sheet, every cell text; blanks stay empty. Raise Invalid for text that cannot be kept."""
    return sheet.book(paper(cleaned(form)), name=TITLE)


def form_pdf(form: RegistrationForm) -> bytes:
    """Return the form as PDF; blanks stay empty. Raise Invalid for text that cannot be kept."""
    return pdf.document(paper(cleaned(form)))


def prefilled(contract: Contract) -> RegistrationForm:
    """Return the form with everything that the contract already says, so that nobody types it again."""

    def bodies(side: Side) -> tuple[Body, ...]:
        return tuple(
            Body(
                name=party.name,
                nature="person" if party.is_person else "",
                credit_code=party.credit_code,
                country=party.country or CHINA,
                address=party.address,
                legal_representative=party.legal_representative,
                contact=party.contact,
                phone=party.phone,
            )
            for party in contract.parties
            if party.side is side
        )

    return RegistrationForm(
        form=contract.form,
        title=contract.title,
        signed_on=contract.signed_on,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        sellers=bodies(Side.SELLER),
        buyers=bodies(Side.BUYER),
        total=contract.total,
        technical=contract.technical,
        payment=contract.payment,
    )


def paper(form: RegistrationForm) -> Paper:
    """Return a clean form as a paper; what is wrong in it is shown as it was entered."""
    blocks: list[Table] = [_contract(form)]
    for title, bodies in (
        ("卖方（让与方、受托方）", form.sellers),
        ("买方（受让方、委托方）", form.buyers),
    ):
        for number, body in enumerate(bodies or (Body(),), start=1):
            which = f"　{number}" if len(bodies) > 1 else ""
            blocks.append(_body(body, f"{title}{which}"))
    if form.broker is not None:
        blocks.append(_body(form.broker, "中介方"))
    blocks += [_classes(form), _money(form), _hands()]
    numbered = (
        replace(block, title=f"{chinese_number(place)}、{block.title}")
        for place, block in enumerate(blocks, start=1)
    )
    notes = Lines(NOTES, style="note")
    return Paper(title=TITLE, blocks=(*numbered, notes), note=FOOT, is_form=True)


def _contract(form: RegistrationForm) -> Table:
    term = f"{day(form.starts_on)}至{day(form.ends_on)}"
    return facts(
        [
            ("项目名称", form.title),
            ("合同登记编号", form.number),
            ("合同类别", f"{KINDS[form.kind]}（{FORMS[form.form]}）"),
            ("签订日期", day(form.signed_on)),
            ("合同有效期限", term),
            ("支付方式", PAYMENTS.get(form.payment, form.payment)),
        ],
        title="合同",
    )


def _body(body: Body, title: str) -> Table:
    country = COUNTRIES.get(body.country, "")
    return facts(
        [
            ("名称", body.name),
            ("统一社会信用代码", body.credit_code),
            ("单位性质", shown(NATURES, body.nature) or body.nature),
            ("国别（地区）代码", f"{body.country} {country}".strip()),
            ("行政区划代码", f"{body.region} {body.region_name}".strip()),
            ("通信地址", body.address),
            ("法定代表人", body.legal_representative),
            ("联系人和电话", f"{body.contact} {body.phone}".strip()),
        ],
        title=title,
    )


def _classes(form: RegistrationForm) -> Table:
    rights = "、".join(RIGHTS.get(code, code) for code in form.rights)
    return facts(
        [
            ("国民经济行业", f"{form.industry} {form.industry_name}".strip()),
            ("技术领域", shown(FIELDS, form.field) or form.field),
            ("社会经济目标", shown(GOALS, form.goal) or form.goal),
            ("知识产权类型", rights),
            ("计划来源", shown(SOURCES, form.source) or form.source),
            ("计划项目名称或编号", form.plan),
        ],
        title="分类",
    )


def _money(form: RegistrationForm) -> Table:
    total, technical = form.total, form.technical
    can_tell = total is not None and technical is not None and technical <= total
    other = total - technical if can_tell and total is not None and technical is not None else None
    rows = [
        (name, amounts.figures(value), amounts.in_wan(value), amounts.written(value))
        if value is not None and amounts.is_amount(value)
        else (name, "", "", "")
        for name, value in (("合同成交总额", total), ("其中：技术交易额", technical), ("其中：非技术性费用", other))
    ]  # fmt: skip
    head = ("金额", "元", "万元", "大写")
    return Table(rows=tuple(rows), widths=(3, 3, 2, 5), head=head, title="金额")


def _hands() -> Table:
    return facts(
        [("填报人", ""), ("填报日期", ""), ("登记机构（盖章）", ""), ("登记日期", "")],
        title="填报和登记",
    )
