"""What a contract and its registration form say, as values. Empty fields are what nobody said."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from keqiao.paperwork.fields import line, many, text
from keqiao.paperwork.lists import CHINA, KIND_OF, Form, Kind


class Side(StrEnum):
    """On which side a party stands: who pays and takes, who does and gives, or a third."""

    BUYER = "buyer"
    SELLER = "seller"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One who signs. ``country`` is the customs' three-digit code; a person has no credit code."""

    side: Side
    name: str = line(200)
    is_person: bool = False
    credit_code: str = line(18)
    country: str = line(3)
    address: str = line(300)
    legal_representative: str = line(100)
    contact: str = line(100)
    phone: str = line(60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the plan; ``until`` is a day or words such as 签订后 90 日内."""

    until: str = line(60)
    work: str = text(1000)
    result: str = text(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patent:
    """A patent or application that the contract concerns (article 845)."""

    name: str = line(300)
    applicant: str = line(300)
    owner: str = line(300)
    applied_on: datetime.date | None = None
    application_number: str = line(60)
    patent_number: str = line(60)
    valid_until: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the case says; empty fields become blanks. Amounts are in yuan and are stated by the parties.

    ``made_on_duty`` says whether the result is a service invention (职务技术成果); None when nobody said.
    """

    form: Form
    title: str = line(200)
    number: str = line(60)
    parties: tuple[Party, ...] = many(20)
    subject: str = text()
    plan: str = text()
    targets: str = text()
    acceptance: str = text()
    schedule: tuple[Step, ...] = many(60)
    place: str = line(300)
    scope: str = text(2000)  # of a licence or transfer: manner, region, term
    cooperation: str = text()  # what the buyer provides
    patents: tuple[Patent, ...] = many(30)
    made_on_duty: bool | None = None
    total: Decimal | None = None
    technical: Decimal | None = None
    payment: str = line(10)  # code of lists.PAYMENTS
    payment_terms: str = text()
    risk: str = text(3000)
    ownership: str = text(3000)
    improvement: str = text(3000)
    confidentiality: str = text(3000)
    breach: str = text(3000)
    dispute: str = text(2000)
    terms: str = text(3000)
    other: str = text()
    signed_at: str = line(200)
    signed_on: datetime.date | None = None
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None

    @property
    def kind(self) -> Kind:
        """Which of the five kinds."""
        return KIND_OF[self.form]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A seller, a buyer or a go-between as the form wants it; codes are those of ``lists`` and GB/T 2260."""

    name: str = line(200)
    nature: str = line(10)
    credit_code: str = line(18)
    country: str = line(3)
    region: str = line(6)
    region_name: str = line(100)
    address: str = line(300)
    legal_representative: str = line(100)
    contact: str = line(100)
    phone: str = line(60)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationForm:
    """The whole form. Amounts are in yuan; ``industry`` is a code of GB/T 4754; choices are codes of ``lists``."""

    form: Form
    number: str = line(20)
    title: str = line(200)
    signed_on: datetime.date | None = None
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    sellers: tuple[Body, ...] = many(20)
    buyers: tuple[Body, ...] = many(20)
    broker: Body | None = None
    industry: str = line(10)
    industry_name: str = line(100)
    field: str = line(10)
    goal: str = line(10)
    rights: tuple[str, ...] = many(10)
    source: str = line(10)
    plan: str = line(200)
    total: Decimal | None = None
    technical: Decimal | None = None
    payment: str = line(10)

    @property
    def kind(self) -> Kind:
        """Which of the five kinds."""
        return KIND_OF[self.form]


def is_abroad(party: Party) -> bool:
    """Tell whether a party sits outside the customs territory of the mainland; no country means it does not."""
    return party.country not in {"", CHINA}
