"""A technical contract: what the case says about it, and its draft as DOCX and PDF."""

from __future__ import annotations

from keqiao.base.codes import is_credit_code
from keqiao.base.errors import Invalid, Problem
from keqiao.base.phrases import N_, Phrase
from keqiao.paperwork import amounts, clauses, pdf, word
from keqiao.paperwork.fields import cleaned
from keqiao.paperwork.lists import PAYMENTS
from keqiao.paperwork.types import Contract, Party, Patent, Side, Step, is_abroad

__all__ = [
    "Contract",
    "Party",
    "Patent",
    "Side",
    "Step",
    "checked",
    "draft_docx",
    "draft_pdf",
    "lacking",
]
WRONG_AMOUNT = N_("金额请填 0 到 1 万亿元之间的数，单位是元，最多两位小数。")
TECHNICAL_TOO_LARGE = N_(
    "技术交易额不能大于合同总额：请核对，总额里的设备、材料费用不算技术交易额。"
)
WRONG_CREDIT_CODE = N_("统一社会信用代码应为 18 位且校验位正确，请对照营业执照核对；自然人请留空。")
UNKNOWN_PAYMENT = N_("请从列表里选择支付方式。")
ENDS_BEFORE = N_("结束日期早于开始日期，请核对。")
TWO_NEEDED = N_("甲方和乙方都要有，请补上缺少的一方。")


def checked(contract: Contract) -> Contract:
    """Return the contract with clean texts, or raise Invalid; blanks are no problem, wrong values are."""
    contract = cleaned(contract)
    problems = list(_problems(contract))
    if problems:
        raise Invalid(problems)
    return contract


def draft_docx(contract: Contract) -> bytes:
    """Return the draft as DOCX; raise Invalid as ``checked`` does."""
    return word.document(clauses.paper(checked(contract)))


def draft_pdf(contract: Contract) -> bytes:
    """Return the draft as tagged PDF with its fonts; raise Invalid as ``checked`` does."""
    return pdf.document(clauses.paper(checked(contract)))


def lacking(contract: Contract) -> tuple[Problem, ...]:
    """Return what the parties must still fill in before the draft can be signed: a side without a party."""
    sides = {party.side for party in contract.parties if party.name.strip()}
    if {Side.BUYER, Side.SELLER} <= sides:
        return ()
    return (Problem("parties", Phrase(TWO_NEEDED)),)


def _problems(contract: Contract) -> list[Problem]:
    found: list[Problem] = []
    for name in ("total", "technical"):
        amount = getattr(contract, name)
        if amount is not None and not amounts.is_amount(amount):
            found.append(Problem(name, Phrase(WRONG_AMOUNT)))
    if not found and contract.technical is not None and contract.total is not None:  # noqa: SIM102
        if contract.technical > contract.total:
            found.append(Problem("technical", Phrase(TECHNICAL_TOO_LARGE)))
    for place, party in enumerate(contract.parties):
        is_wrong = bool(party.credit_code) and not is_credit_code(party.credit_code)
        if is_wrong and not is_abroad(party):
            found.append(Problem(f"parties.{place}.credit_code", Phrase(WRONG_CREDIT_CODE)))
    if contract.payment and contract.payment not in PAYMENTS:
        found.append(Problem("payment", Phrase(UNKNOWN_PAYMENT)))
    if contract.starts_on and contract.ends_on and contract.ends_on < contract.starts_on:
        found.append(Problem("ends_on", Phrase(ENDS_BEFORE)))
    return found
