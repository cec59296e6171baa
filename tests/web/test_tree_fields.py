"""Industry and subject typed by code or name on the forms of offers and studios."""

from __future__ import annotations

import pytest
from tests.cast import Cast, browser

from keqiao.web.forms.codes import code_list
from keqiao.web.forms.offers import OfferForm, initial

pytestmark = pytest.mark.django_db
MOST_BYTES = 200_000  # of a form with both lists


def test_an_offer_names_classes_and_subjects_of_any_level(cast: Cast) -> None:
    offer = cast.offer()
    kept = {name: value for name, value in initial(offer).items() if value is not None}
    typed = {
        **kept,
        "subject": "水泥与耐火材料",
        "industry_1": "无机盐制造",
        "industry_2": "C3011 水泥",
    }
    browser(cast.chen).post(f"/offers/{offer.code}/edit/", {**typed, "then": "draft"})
    offer.refresh_from_db()
    assert offer.subject_id == "E0205"
    assert sorted(row.pk for row in offer.industries.all()) == ["C2613", "C3011"]


@pytest.mark.usefixtures("cast")
def test_an_unknown_subject_of_an_offer_is_told_with_the_nearest() -> None:
    form = OfferForm({"subject": "水泥与耐火"}, studios=[])
    assert not form.is_valid()
    assert "E0205 水泥与耐火材料" in form.errors["subject"][0]


@pytest.mark.parametrize("path", ["/needs/new/", "/offers/new/"])
def test_a_form_carries_each_list_once_and_no_more_than_it_must(cast: Cast, path: str) -> None:
    page = browser(cast.chen).get(path).content
    assert len(page) < MOST_BYTES
    for tree in ("industry", "subject"):
        assert page.decode().count(code_list(tree)) == 1
        assert f'list="codes-{tree}"' in page.decode()
