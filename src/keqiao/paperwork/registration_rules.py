"""What is wrong with a registration form, field by field, each with what to do about it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Container
from decimal import Decimal

from keqiao.base.codes import is_credit_code
from keqiao.base.errors import Problem
from keqiao.base.phrases import N_, Phrase
from keqiao.paperwork import amounts
from keqiao.paperwork.lists import (
    CHINA,
    FIELDS,
    FORMS,
    GOALS,
    NATURES,
    NO_CREDIT_CODE,
    NO_PLAN,
    NO_RIGHT,
    PATENTS,
    PAYMENTS,
    PROVINCES,
    RIGHTS,
    SECRET,
    SOURCES,
    Form,
)
from keqiao.paperwork.types import Body, RegistrationForm

NUMBER = re.compile(r"[0-9]{16}")
COUNTRY = re.compile(r"[0-9]{3}")
REGION = re.compile(r"[0-9]{6}")
INDUSTRY = re.compile(r"[A-T]([0-9]{2,4})?")
PHONE = re.compile(r"[0-9+()（）\-－ ]{5,30}")
NUMBER_WRONG = N_("合同登记编号由登记机构填写，应为 16 位数字；还没有编号时请留空。")
TITLE_NEEDED = N_("请填写项目名称，与合同上的名称一致。")
SIGNED_NEEDED = N_("请填写合同签订日期。")
SIGNED_LATER = N_("合同签订日期在今天以后：签订后才能申请登记，请核对。")
TERM_NEEDED = N_("请填写合同有效期限的开始和结束日期。")
ENDS_BEFORE = N_("合同有效期限的结束日期早于开始日期，请核对。")
PARTY_NEEDED = N_("请填写%(side)s，至少一方。")
NAME_NEEDED = N_("请填写%(side)s的全称，与公章或者身份证件一致。")
NATURE_NEEDED = N_("请从列表里选择%(side)s的单位性质。")
CODE_NEEDED = N_("请填写%(side)s的统一社会信用代码，18 位，见营业执照或者法人证书。")
CODE_WRONG = N_("%(side)s的统一社会信用代码不对：应为 18 位且校验位正确，请对照证照核对。")
CODE_OF_PERSON = N_("%(side)s是自然人，请把统一社会信用代码留空；身份证件号码不在这里填写。")
COUNTRY_WRONG = N_("%(side)s的国别（地区）代码应填满三位数字，中国为 142。")
NATURE_ABROAD = N_("%(side)s的单位性质是境外机构，国别（地区）代码却是中国，请核对其中一项。")
REGION_WRONG = N_("%(side)s的行政区划代码应填满六位数字（GB/T 2260），例如雅安市为 511800。")
REGION_UNKNOWN = N_("没有行政区划代码“%(code)s”，请从地区列表里选择%(side)s所在地。")
REGION_ABROAD = N_("%(side)s在境外，请把行政区划代码留空。")
PHONE_WRONG = N_("%(side)s的联系电话里只能有数字、加号、括号和短横线。")
INDUSTRY_WRONG = N_("请填写国民经济行业代码（GB/T 4754），例如 C3011。")
INDUSTRY_UNKNOWN = N_("没有行业代码“%(code)s”，请从行业列表里选择。")
FIELD_NEEDED = N_("请从列表里选择技术领域。")
GOAL_NEEDED = N_("请从列表里选择服务的社会经济目标。")
RIGHT_NEEDED = N_("请从列表里选择知识产权类型；不涉及时选“未涉及知识产权”。")
RIGHT_AND_NONE = N_("“未涉及知识产权”不能与其他知识产权类型同时选择。")
RIGHT_OF_PATENT = N_("合同类别是%(form)s，知识产权类型里应有发明、实用新型或者外观设计专利。")
RIGHT_OF_SECRET = N_("合同类别是%(form)s，知识产权类型里应有技术秘密。")
SOURCE_NEEDED = N_("请从列表里选择计划来源；没有列入计划时选“计划外”。")
PLAN_NEEDED = N_("选择了计划来源，请填写计划项目的名称或者编号。")
TOTAL_NEEDED = N_("请填写合同成交总额，单位是元，大于 0。")
TECHNICAL_NEEDED = N_("请填写技术交易额，单位是元；全部是技术性收入时与总额相同。")
AMOUNT_WRONG = N_("金额请填 0 到 1 万亿元之间的数，单位是元，最多两位小数。")
TECHNICAL_LARGE = N_("技术交易额不能大于合同成交总额：设备、仪器、零部件、原材料的费用要扣除。")
PAYMENT_NEEDED = N_("请从列表里选择支付方式。")
SAME_PARTY = N_("买方和卖方是同一家（%(code)s），不能登记，请核对。")
SIDES = {
    "sellers": N_("卖方（让与方、受托方）"),
    "buyers": N_("买方（受让方、委托方）"),
    "broker": N_("中介方"),
}
OF_PATENTS = {Form.PATENT_ASSIGNMENT, Form.APPLICATION_ASSIGNMENT, Form.PATENT_LICENCE}
OF_SECRETS = {Form.SECRET_ASSIGNMENT, Form.SECRET_LICENCE}


class Faults:
    """Gathers what is wrong; ``expect`` keeps a problem unless something holds."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def expect(self, holds: object, field: str, text: str, **values: object) -> bool:
        """Keep the problem unless it ``holds``; return whether it does."""
        if not holds:
            self.problems.append(Problem(field, Phrase(text, values)))
        return bool(holds)


def problems(
    form: RegistrationForm,
    *,
    regions: Container[str] | None = None,
    industries: Container[str] | None = None,
    today: datetime.date | None = None,
) -> list[Problem]:
    """Return what is wrong with a form, in the order of its fields; none means that it can be handed in.

    Without ``regions`` and ``industries`` only the shape of those codes is looked at; without ``today`` no day is late.
    """
    faults = Faults()
    faults.expect(not form.number or NUMBER.fullmatch(form.number), "number", NUMBER_WRONG)
    faults.expect(form.title.strip(), "title", TITLE_NEEDED)
    _days(faults, form, today)
    for field in ("sellers", "buyers"):
        bodies: tuple[Body, ...] = getattr(form, field)
        faults.expect(bodies, field, PARTY_NEEDED, side=Phrase(SIDES[field]))
        for place, body in enumerate(bodies):
            _body(faults, body, f"{field}.{place}", Phrase(SIDES[field]), regions)
    if form.broker is not None:
        _body(faults, form.broker, "broker", Phrase(SIDES["broker"]), regions)
    _same(faults, form)
    if faults.expect(INDUSTRY.fullmatch(form.industry), "industry", INDUSTRY_WRONG):
        known = industries is None or form.industry in industries
        faults.expect(known, "industry", INDUSTRY_UNKNOWN, code=form.industry)
    faults.expect(form.field in FIELDS, "field", FIELD_NEEDED)
    faults.expect(form.goal in GOALS, "goal", GOAL_NEEDED)
    _rights(faults, form)
    if faults.expect(form.source in SOURCES, "source", SOURCE_NEEDED):
        faults.expect(form.source == NO_PLAN or form.plan.strip(), "plan", PLAN_NEEDED)
    _amounts(faults, form)
    faults.expect(form.payment in PAYMENTS, "payment", PAYMENT_NEEDED)
    return faults.problems


def _days(faults: Faults, form: RegistrationForm, today: datetime.date | None) -> None:
    if faults.expect(form.signed_on, "signed_on", SIGNED_NEEDED) and form.signed_on and today:
        faults.expect(form.signed_on <= today, "signed_on", SIGNED_LATER)
    if form.starts_on is None or form.ends_on is None:
        missing = "starts_on" if form.starts_on is None else "ends_on"
        faults.expect(False, missing, TERM_NEEDED)
    else:
        faults.expect(form.starts_on <= form.ends_on, "ends_on", ENDS_BEFORE)


def _body(
    faults: Faults, body: Body, at: str, side: Phrase, regions: Container[str] | None
) -> None:
    faults.expect(body.name.strip(), f"{at}.name", NAME_NEEDED, side=side)
    faults.expect(body.nature in NATURES, f"{at}.nature", NATURE_NEEDED, side=side)
    _credit_code(faults, body, f"{at}.credit_code", side)
    is_country = faults.expect(
        COUNTRY.fullmatch(body.country), f"{at}.country", COUNTRY_WRONG, side=side
    )
    is_home = body.country == CHINA
    contradicts = body.nature == "abroad" and is_home
    faults.expect(not contradicts, f"{at}.nature", NATURE_ABROAD, side=side)
    if is_home:
        _region(faults, body.region, f"{at}.region", side, regions)
    elif is_country:
        faults.expect(not body.region, f"{at}.region", REGION_ABROAD, side=side)
    is_phone = not body.phone or PHONE.fullmatch(body.phone)
    faults.expect(is_phone, f"{at}.phone", PHONE_WRONG, side=side)


def _credit_code(faults: Faults, body: Body, at: str, side: Phrase) -> None:
    if body.nature == "person":
        faults.expect(not body.credit_code, at, CODE_OF_PERSON, side=side)
    elif body.credit_code:
        is_right = is_credit_code(body.credit_code) or body.nature in NO_CREDIT_CODE
        faults.expect(is_right, at, CODE_WRONG, side=side)
    else:
        is_foreign = body.country not in {"", CHINA}
        faults.expect(body.nature in NO_CREDIT_CODE or is_foreign, at, CODE_NEEDED, side=side)


def _region(
    faults: Faults, code: str, at: str, side: Phrase, regions: Container[str] | None
) -> None:
    is_code = REGION.fullmatch(code) and code[:2] in PROVINCES
    if faults.expect(is_code, at, REGION_WRONG, side=side):
        known = regions is None or code in regions
        faults.expect(known, at, REGION_UNKNOWN, side=side, code=code)


def _same(faults: Faults, form: RegistrationForm) -> None:
    """Nobody contracts with himself; persons are not compared, as they have no code here."""
    sold = {body.credit_code for body in form.sellers} - {""}
    for place, body in enumerate(form.buyers):
        is_other = body.credit_code not in sold
        at = f"buyers.{place}.credit_code"
        faults.expect(is_other, at, SAME_PARTY, code=body.credit_code)


def _rights(faults: Faults, form: RegistrationForm) -> None:
    rights = set(form.rights)
    is_chosen = bool(rights) and rights <= set(RIGHTS)
    if not faults.expect(is_chosen, "rights", RIGHT_NEEDED):
        return
    faults.expect(NO_RIGHT not in rights or len(rights) == 1, "rights", RIGHT_AND_NONE)
    form_name = Phrase(FORMS[form.form])
    if form.form in OF_PATENTS:
        faults.expect(rights & PATENTS, "rights", RIGHT_OF_PATENT, form=form_name)
    if form.form in OF_SECRETS:
        faults.expect(SECRET in rights, "rights", RIGHT_OF_SECRET, form=form_name)


def _amounts(faults: Faults, form: RegistrationForm) -> None:
    total = _amount(faults, form.total, "total", TOTAL_NEEDED)
    technical = _amount(faults, form.technical, "technical", TECHNICAL_NEEDED)
    if total is not None:
        faults.expect(total > 0, "total", TOTAL_NEEDED)
    if total is not None and technical is not None:
        faults.expect(technical <= total, "technical", TECHNICAL_LARGE)


def _amount(faults: Faults, amount: Decimal | None, at: str, needed: str) -> Decimal | None:
    if amount is None:
        faults.expect(False, at, needed)
        return None
    return amount if faults.expect(amounts.is_amount(amount), at, AMOUNT_WRONG) else None
