"""A contract as a paper: the parties, then the clauses of its kind in order, blanks where the case did not say."""

from __future__ import annotations

from decimal import Decimal

from keqiao.paperwork import amounts
from keqiao.paperwork.lists import COUNTRIES, FORMS, KINDS, PAYMENTS, ROYALTIES, Form, Kind
from keqiao.paperwork.paper import (
    BLANK,
    LONG_BLANK,
    SHORT_BLANK,
    Block,
    Heading,
    Lines,
    Paper,
    Signatures,
    Table,
    body,
    chinese_number,
    day,
    facts,
)
from keqiao.paperwork.types import Contract, Party, Patent, Side, is_abroad
from keqiao.paperwork.wording import CLAUSES, ROYALTY, Clause

FOOT = "草稿　由科桥按对接单填写　不构成法律意见"
NOTE = (
    "说明：本草稿由科桥按对接单中的内容填写，仅供各方协商使用，不构成法律意见。画线处是对接单没有写明、须由各方协商填写的内容。",
    "金额由各方自行约定并直接结算，科桥不经手、不代收代付任何款项。签署前请逐条核对，并请法律专业人员审阅。",
)
PREAMBLE = (
    "依照《中华人民共和国民法典》的有关规定，各方本着平等、自愿、公平、诚信的原则，"
    "经协商一致，就“{title}”订立本合同。"
)
ROLES = {
    Kind.DEVELOPMENT: ("委托方", "研究开发方"),
    Kind.TRANSFER: ("受让方", "让与方"),
    Kind.LICENCE: ("被许可方", "许可方"),
    Kind.CONSULTING: ("委托方", "受托方"),
    Kind.SERVICE: ("委托方", "受托方"),
}
JOINT = {Form.COOPERATIVE: ("合作方", "合作方"), Form.CONVERSION: ("成果使用方", "成果提供方")}
STEMS = "丙丁戊己庚辛壬癸"
MANY_LINES = {"subject", "plan", "targets", "acceptance", "scope", "cooperation", "payment_terms", "risk", "ownership",
              "improvement", "confidentiality", "breach", "dispute", "terms", "other"}  # fmt: skip


def paper(contract: Contract) -> Paper:
    """Return the draft of a clean contract."""
    values = _values(contract)
    blocks: list[Block] = [Lines(NOTE, style="note")]
    for party, role in _named(contract):
        blocks.append(_party(party, role))
    blocks.append(body(PREAMBLE.format(title=contract.title or BLANK)))
    for number, clause in enumerate(CLAUSES[contract.form], start=1):
        blocks.append(Heading(f"第{chinese_number(number)}条　{clause.title}"))
        blocks.extend(_clause(clause, contract, values))
    blocks.append(Signatures(tuple(_place(party, role) for party, role in _named(contract))))
    return Paper(
        title=name(contract),
        subtitle=f"（草稿）　合同编号：{contract.number or SHORT_BLANK}　项目名称：{contract.title or BLANK}",
        blocks=tuple(blocks),
        note=FOOT,
    )


def name(contract: Contract) -> str:
    """Return what the contract is called: 技术开发（委托开发）合同."""
    kind, form = KINDS[contract.kind], FORMS[contract.form]
    return f"{kind}合同" if kind == form else f"{kind}（{form}）合同"


def _named(contract: Contract) -> list[tuple[Party, str]]:
    """Return the parties with what the contract calls them; a missing side is there with blanks."""
    buyer, seller = JOINT.get(contract.form, ROLES[contract.kind])
    named: list[tuple[Party, str]] = []
    for side, stem, role in ((Side.BUYER, "甲方", buyer), (Side.SELLER, "乙方", seller)):
        parties = [party for party in contract.parties if party.side is side]
        for number, party in enumerate(parties or [Party(side=side)], start=1):
            which = str(number) if len(parties) > 1 else ""
            named.append((party, f"{stem}{which}（{role}）"))
    others = [party for party in contract.parties if party.side is Side.OTHER]
    for place, party in enumerate(others):
        stem = f"{STEMS[place]}方" if place < len(STEMS) else f"第{place + 3}方"
        named.append((party, f"{stem}（参与方）"))
    return named


def _party(party: Party, role: str) -> Table:
    pairs = _person(party) if party.is_person else _body_of(party)
    if is_abroad(party):
        country = COUNTRIES.get(party.country, party.country)
        pairs += [("国家或者地区", country), ("", "")]
    return facts(pairs, title=role)


def _person(party: Party) -> list[tuple[str, str]]:
    return [
        ("姓名", party.name or BLANK),
        ("身份证件号码", "签署时核对证件，不在草稿中填写"),
        ("住所", party.address or BLANK),
        ("联系方式", party.phone or BLANK),
    ]


def _body_of(party: Party) -> list[tuple[str, str]]:
    return [
        ("名称", party.name or BLANK),
        ("统一社会信用代码", party.credit_code or BLANK),
        ("住所地", party.address or BLANK),
        ("法定代表人", party.legal_representative or BLANK),
        ("联系人", party.contact or BLANK),
        ("联系方式", party.phone or BLANK),
    ]


def _values(contract: Contract) -> dict[str, str]:
    """Return a text for every place of the wording."""
    values = {name: getattr(contract, name) or LONG_BLANK for name in MANY_LINES}
    values |= {
        "title": contract.title or BLANK,
        "place": contract.place or BLANK,
        "signed_at": contract.signed_at or BLANK,
        "signed_on": day(contract.signed_on),
        "starts_on": day(contract.starts_on),
        "ends_on": day(contract.ends_on),
        "total": _amount(contract.total),
        "technical": _amount(contract.technical),
        "payment": PAYMENTS.get(contract.payment, BLANK),
        "royalty": ROYALTY if contract.payment in ROYALTIES else "",
        "registrant": "乙方" if contract.form not in JOINT else "＿＿方",
    }
    return values


def _amount(amount: Decimal | None) -> str:
    if amount is None:
        return f"人民币{BLANK}元（大写：{BLANK}）"
    return f"人民币 {amounts.figures(amount)} 元（大写：{amounts.written(amount)}）"


def _clause(clause: Clause, contract: Contract, values: dict[str, str]) -> list[Block]:
    said = "\n".join(one.format_map(values) for one in clause.paragraphs)
    blocks: list[Block] = [body(said)]
    if clause.table == "schedule":
        blocks.append(_schedule(contract))
    elif clause.table == "patents":
        blocks.extend(_patent(one) for one in contract.patents or (Patent(),))
    return blocks


def _schedule(contract: Contract) -> Table:
    rows = [
        (step.until or SHORT_BLANK, step.work or SHORT_BLANK, step.result or SHORT_BLANK)
        for step in contract.schedule
    ]
    empty = [(SHORT_BLANK, SHORT_BLANK, SHORT_BLANK)] * 3
    return Table(
        rows=tuple(rows or empty), widths=(2, 5, 4), head=("期限", "工作内容", "成果和交付")
    )


def _patent(patent: Patent) -> Table:
    return facts(
        [
            ("发明创造名称", patent.name or BLANK),
            ("专利号", patent.patent_number or BLANK),
            ("专利申请人", patent.applicant or BLANK),
            ("专利权人", patent.owner or BLANK),
            ("申请日期", day(patent.applied_on)),
            ("申请号", patent.application_number or BLANK),
            ("有效期限至", day(patent.valid_until)),
            ("", ""),
        ]
    )


def _place(party: Party, role: str) -> tuple[str, ...]:
    seal, signs = (
        ("（签字）", "签字：") if party.is_person else ("（盖章）", "法定代表人或者授权代表签字：")
    )
    return (role, f"{party.name or BLANK}{seal}", signs, BLANK, f"日期：{day(None)}")
