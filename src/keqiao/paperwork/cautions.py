"""What the parties should know before they sign, after the law, only where it applies. No legal advice."""

from __future__ import annotations

from keqiao.base.phrases import N_, Phrase
from keqiao.paperwork.lists import ROYALTIES, Form, Kind
from keqiao.paperwork.types import Contract, Party, Side, is_abroad

WRITTEN = N_(
    "技术开发合同应当采用书面形式：请打印签字盖章，或者用可靠的电子签名，"
    "不要只靠口头或者聊天记录约定（民法典第八百五十一条）。"
)
WRITTEN_GIVEN = N_(
    "技术转让合同和技术许可合同应当采用书面形式：请打印签字盖章，或者用可靠的电子签名，"
    "不要只靠口头或者聊天记录约定（民法典第八百六十三条）。"
)
WRITTEN_TO_REGISTER = N_("申请技术合同认定登记，需要提交完整的书面合同。")
ON_DUTY = N_(
    "标的如果是职务技术成果，成果完成人在同等条件下有优先受让的权利：请先书面告知完成人转让条件，并留下答复（民法典第八百四十七条）。"
)
COMMISSIONED = N_(
    "委托开发完成的发明创造，没有约定的，申请专利的权利属于研究开发方，委托方可以依法实施；"
    "研究开发方转让专利申请权时，委托方在同等条件下优先受让。请在归属条款里写明（民法典第八百五十九条）。"
)
COOPERATIVE = N_(
    "合作开发完成的发明创造，没有约定的，申请专利的权利由各方共有；一方转让其份额时，其他各方在同等条件下优先受让。"
    "请在归属条款里写明（民法典第八百六十条）。"
)
OWNER_OF_RIGHT = N_(
    "请核对让与方或者许可方是否是专利登记簿上的权利人，有无质押、许可在先；共有的专利须按共有人的约定处分。"
)
REGISTERED = N_(
    "专利申请权、专利权的转让自国务院专利行政部门登记之日起生效，签字后请及时办理登记。"
)
RECORDED = N_("专利实施许可合同应当自生效之日起三个月内向国务院专利行政部门备案。")
EXPIRED = N_(
    "专利“%(patent)s”的有效期在合同结束前届满（%(day)s）：许可合同只在专利权有效期内有效（民法典第八百六十五条）。"
)
ABROAD = N_(
    "“%(party)s”在境外：技术进出口另有规定，属于限制进出口的技术须先取得许可，自由进出口的技术须办理合同登记；"
    "向境外转让专利申请权或者专利权还须办理专门手续（民法典第八百七十七条）。"
)
MONOPOLY = N_(
    "%(where)s里写有“%(words)s”：非法垄断技术或者侵害他人技术成果的技术合同无效，请删去对改进、对其他来源或者对竞争的不合理限制（民法典第八百五十条）。"
)
ROYALTY = N_("约定提成支付的，请同时写明查阅有关会计账目的办法（民法典第八百四十六条）。")
NO_TECHNICAL = N_("没有写技术交易额：认定登记和税收优惠以技术交易额为准，请在总额之外单独写明。")
PERSON = N_(
    "“%(party)s”以个人名义签订：请确认该成果不是执行单位任务或者主要利用单位物质技术条件完成的，否则应由单位签订（民法典第八百四十七条、第八百四十八条）。"
)
WRITTEN_FORMS = {
    Kind.DEVELOPMENT: WRITTEN,
    Kind.TRANSFER: WRITTEN_GIVEN,
    Kind.LICENCE: WRITTEN_GIVEN,
}
MONOPOLY_WORDS = (
    "不得改进",
    "不得对技术进行改进",
    "禁止改进",
    "不得在此基础上",
    "无偿回授",
    "独占性回授",
    "改进归甲方所有且无偿",
    "改进成果无偿归",
    "不得从其他来源",
    "不得使用其他来源",
    "不得获取类似技术",
    "不得引进竞争",
    "不得与他人竞争",
    "只能从乙方购买",
    "必须从乙方购买",
    "必须向乙方采购",
    "不得质疑",
    "不得提出异议",
    "不得对专利权的有效性",
    "限制产量",
    "限制销售价格",
    "限定销售价格",
    "不得低于指定价格",
)
WHERE = {
    "subject": N_("标的"),
    "scope": N_("范围"),
    "cooperation": N_("协作事项"),
    "payment_terms": N_("支付"),
    "ownership": N_("成果归属"),
    "improvement": N_("后续改进"),
    "confidentiality": N_("保密"),
    "breach": N_("违约责任"),
    "other": N_("其他约定"),
}

PATENT_GIVEN = {Form.PATENT_ASSIGNMENT, Form.APPLICATION_ASSIGNMENT}


def warnings(contract: Contract) -> tuple[Phrase, ...]:
    """Return what to tell the parties, the gravest first."""
    return (
        *_monopoly(contract),
        *_abroad(contract),
        *_first_refusal(contract),
        *_form(contract),
        *_patents(contract),
        *_money(contract),
    )


def _monopoly(contract: Contract) -> list[Phrase]:
    return [
        Phrase(MONOPOLY, {"where": Phrase(place), "words": words})
        for field, place in WHERE.items()
        for words in MONOPOLY_WORDS
        if words in "".join(getattr(contract, field).split())
    ]


def _abroad(contract: Contract) -> list[Phrase]:
    return [Phrase(ABROAD, {"party": _name(one)}) for one in contract.parties if is_abroad(one)]


def _first_refusal(contract: Contract) -> list[Phrase]:
    found = []
    if contract.form is Form.COMMISSIONED:
        found.append(Phrase(COMMISSIONED))
    if contract.form is Form.COOPERATIVE:
        found.append(Phrase(COOPERATIVE))
    sellers = [party for party in contract.parties if party.side is Side.SELLER]
    is_firm = not sellers or any(not party.is_person for party in sellers)
    if contract.kind is Kind.TRANSFER and is_firm and contract.made_on_duty is not False:
        found.append(Phrase(ON_DUTY))
    if contract.made_on_duty is not False:
        persons = [party for party in sellers if party.is_person]
        found += [Phrase(PERSON, {"party": _name(one)}) for one in persons]
    return found


def _form(contract: Contract) -> list[Phrase]:
    return [Phrase(WRITTEN_FORMS.get(contract.kind, WRITTEN_TO_REGISTER))]


def _patents(contract: Contract) -> list[Phrase]:
    found = []
    if contract.form in PATENT_GIVEN or contract.form is Form.PATENT_LICENCE:
        found.append(Phrase(OWNER_OF_RIGHT))
        found.append(Phrase(REGISTERED if contract.form in PATENT_GIVEN else RECORDED))
    if contract.kind is Kind.LICENCE and contract.ends_on is not None:
        found += [
            Phrase(EXPIRED, {"patent": patent.name, "day": patent.valid_until.isoformat()})
            for patent in contract.patents
            if patent.valid_until is not None and patent.valid_until < contract.ends_on
        ]
    return found


def _money(contract: Contract) -> list[Phrase]:
    found = []
    if contract.payment in ROYALTIES:
        found.append(Phrase(ROYALTY))
    if contract.total is not None and contract.technical is None:
        found.append(Phrase(NO_TECHNICAL))
    return found


def _name(party: Party) -> str:
    return party.name or "＿＿＿"
