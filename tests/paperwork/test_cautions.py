"""The cautions: each where the law asks for it, none elsewhere."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from tests.paperwork import made

from keqiao.paperwork import cautions, contracts
from keqiao.paperwork.lists import Form

SELLER = replace(made.LITHIUM, side=contracts.Side.SELLER, name="示例大学")
FOREIGN = replace(made.LITHIUM, name="Beispiel GmbH", country="304", credit_code="")


def told(**changes: Any) -> set[str]:
    """Return the sentences that a contract with ``changes`` is told."""
    return {phrase.text for phrase in cautions.warnings(made.contract(**changes))}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, cautions.COMMISSIONED),
        ({}, cautions.WRITTEN),
        ({"form": Form.COOPERATIVE}, cautions.COOPERATIVE),
        ({"form": Form.PATENT_ASSIGNMENT, "parties": (SELLER,)}, cautions.ON_DUTY),
        ({"form": Form.PATENT_ASSIGNMENT}, cautions.REGISTERED),
        ({"form": Form.PATENT_LICENCE}, cautions.RECORDED),
        ({"form": Form.SECRET_LICENCE}, cautions.WRITTEN_GIVEN),
        ({"form": Form.SERVICE}, cautions.WRITTEN_TO_REGISTER),
        ({"parties": (made.LITHIUM, FOREIGN)}, cautions.ABROAD),
        ({"improvement": "乙方改进技术须 无偿回授 甲方。"}, cautions.MONOPOLY),
        ({"payment": "p4"}, cautions.ROYALTY),
        ({"technical": None}, cautions.NO_TECHNICAL),
        ({}, cautions.PERSON),
    ],
)
def test_a_caution_is_given_where_it_applies(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in told(**changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"form": Form.COOPERATIVE}, cautions.COMMISSIONED),
        ({"form": Form.PATENT_ASSIGNMENT, "parties": (SELLER,), "made_on_duty": False}, cautions.ON_DUTY),
        ({"form": Form.SERVICE}, cautions.WRITTEN),
        ({}, cautions.ABROAD),
        ({}, cautions.MONOPOLY),
        ({"made_on_duty": False}, cautions.PERSON),
    ],
)  # fmt: skip
def test_no_caution_is_given_where_it_does_not(changes: dict[str, Any], sentence: str) -> None:
    assert sentence not in told(**changes)


def test_a_licence_that_outlives_its_patent_is_seen() -> None:
    patent = contracts.Patent(name="锂渣活化", valid_until=datetime.date(2027, 1, 1))
    phrases = cautions.warnings(made.contract(form=Form.PATENT_LICENCE, patents=(patent,)))
    assert any("锂渣活化" in str(phrase) and "2027-01-01" in str(phrase) for phrase in phrases)


@pytest.mark.parametrize("form", list(Form), ids=[form.value for form in Form])
def test_every_sentence_can_be_said(form: Form) -> None:
    contract = contracts.Contract(
        form=form, improvement="不得改进", parties=(replace(FOREIGN, name=""),)
    )
    assert all(str(phrase) and "%(" not in str(phrase) for phrase in cautions.warnings(contract))
