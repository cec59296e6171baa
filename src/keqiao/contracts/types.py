"""The words of the room: what is entered for a contract, and how it becomes the papers' values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from keqiao.paperwork import registration
from keqiao.paperwork.lists import Form
from keqiao.paperwork.types import Contract, Party, RegistrationForm, Side

TEXTS = (
    "title", "number", "subject", "plan", "targets", "acceptance", "place", "scope", "cooperation", "payment",
    "payment_terms", "risk", "ownership", "improvement", "confidentiality", "breach", "dispute", "terms", "signed_at",
)  # fmt: skip
AMOUNTS = ("total", "technical")
DAYS = ("signed_on", "starts_on", "ends_on")
OF_PARTY = ("name", "credit_code", "address", "legal_representative", "contact", "phone")
SIDES = ("buyer", "seller")
OF_BODIES = ("credit_code", "legal_representative")  # what a natural person has not
PERSON = "person"
OF_FORM = ("industry", "field", "goal", "rights", "source", "plan_name")
OF_BODY = ("nature", "region")
FIELDS = (
    "form",
    *TEXTS,
    *AMOUNTS,
    *DAYS,
    *(f"{side}_{name}" for side in SIDES for name in (*OF_PARTY, *OF_BODY)),
    *OF_FORM,
)
Entered = Mapping[str, str]


def contract(entered: Entered) -> Contract:
    """Return the contract that was entered; what is no day or no amount is left blank."""
    parties = tuple(
        Party(
            side=Side(side),
            is_person=is_person(entered, side),
            **{name: entered.get(f"{side}_{name}", "") for name in OF_PARTY},
        )
        for side in SIDES
        if entered.get(f"{side}_name")
    )
    form = entered.get("form", "")
    known = {one.value for one in Form}
    return Contract(
        form=Form(form) if form in known else Form.COMMISSIONED,
        parties=parties,
        total=_amount(entered.get("total", "")),
        technical=_amount(entered.get("technical", "")),
        signed_on=_day(entered.get("signed_on", "")),
        starts_on=_day(entered.get("starts_on", "")),
        ends_on=_day(entered.get("ends_on", "")),
        **{name: entered.get(name, "") for name in TEXTS},  # type: ignore[arg-type]
    )


def is_person(entered: Entered, side: str) -> bool:
    """Tell whether a side is a natural person, who signs and has no seal, representative or credit code."""
    return entered.get(f"{side}_nature") == PERSON


def form(entered: Entered) -> RegistrationForm:
    """Return the registration form: what the contract says, and the fields that the form alone has."""
    filled = registration.prefilled(contract(entered))
    return replace(
        filled,
        sellers=tuple(
            replace(
                body,
                nature=entered.get("seller_nature", ""),
                region=entered.get("seller_region", ""),
            )
            for body in filled.sellers
        ),
        buyers=tuple(
            replace(
                body, nature=entered.get("buyer_nature", ""), region=entered.get("buyer_region", "")
            )
            for body in filled.buyers
        ),
        industry=entered.get("industry", ""),
        field=entered.get("field", ""),
        goal=entered.get("goal", ""),
        rights=(entered["rights"],) if entered.get("rights") else (),
        source=entered.get("source", ""),
        plan=entered.get("plan_name", ""),
    )


def _amount(raw: str) -> Decimal | None:
    try:
        return Decimal(raw) if raw else None
    except InvalidOperation:
        return None


def _day(raw: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(raw) if raw else None
    except ValueError:
        return None
