"""What the public version tells of who, where, how much and secrets: refused, asked about, shown to the reviewer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser, need_content

from keqiao.base.errors import Invalid
from keqiao.journal import selectors as journal
from keqiao.needs import clarifying, services
from keqiao.needs.models import Need
from keqiao.organisations.models import Organisation
from keqiao.web.forms.needs import initial

pytestmark = pytest.mark.django_db
TOLD = "锂渣要找去处，浸出剂不够稳定，希望找到办法。"
FULL = (
    "雅安示例锂业有限公司的雅锂 七号，联系林小满13981234567，出价80万元，石桥村，ＫＬ－７，kl-7。"
)


def problems(need: Need, cast: Cast, *, is_sure: bool = False) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        services.submit(need, by=cast.lin, is_sure=is_sure)
    need.refresh_from_db()
    assert need.state == "draft"
    return {one.field: str(one.phrase) for one in refusal.value.problems}


def entered(need: Need, **changes: str) -> dict[str, Any]:
    kept = {name: value for name, value in initial(need).items() if value is not None}
    return {**kept, **changes}


@pytest.mark.parametrize(
    "written", ["雅锂七号", "雅锂 七号", "雅鋰七號", "雅·锂·七·号", "ＫＬ－７", "kl7"]
)
@pytest.mark.parametrize("field", ["public_title", "public_text", "keywords"])
def test_a_secret_does_not_pass_however_it_is_written(cast: Cast, written: str, field: str) -> None:
    shown: dict[str, object] = {"public_text": TOLD + written, "public_title": written}
    changes = {field: (written, "锂渣") if field == "keywords" else shown[field]}
    need = cast.need(secrets=("雅锂七号", "KL-7"), **changes)
    assert list(problems(need, cast, is_sure=True)) == [field]


@pytest.mark.parametrize(
    "never",
    ["雅安示例锂业有限公司", "示例锂业", "13981234567", "a@b.example", "511802199001011234"],
)
def test_names_of_the_owner_and_ways_to_reach_him_do_not_pass_however_sure_he_is(
    cast: Cast, never: str
) -> None:
    need = cast.need(public_text=f"{TOLD}{never}。")
    assert never in problems(need, cast, is_sure=True)["public_text"]


def test_an_own_name_of_two_characters_which_may_be_a_word_is_asked_about(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.lithium.pk).update(name="雅安青禾茶业有限公司")
    asked = cast.need(public_text=f"{TOLD}青禾期的茶树也要管。")
    told = cast.need(public_text=f"{TOLD}青禾茶业的茶树也要管。")
    for need, field in ((asked, "is_sure"), (told, "public_text")):
        assert list(problems(Need.objects.get(pk=need.pk), cast)) == [field]


def test_a_draft_is_handed_in_without_a_question(cast: Cast) -> None:
    need = cast.need(wanted=FULL, secrets=("雅锂七号", "KL-7"), public_text="")
    services.draft_public(need, by=cast.lin)
    assert services.submit(need, by=cast.lin).state == "review"


def test_an_amount_and_a_village_pass_only_when_the_author_is_sure(cast: Cast) -> None:
    need = cast.need(public_text=f"{TOLD}预算80万元，在石桥村。")
    asked = problems(need, cast)
    assert list(asked) == ["is_sure"]
    assert "80万元" in asked["is_sure"]
    assert "石桥村" in asked["is_sure"]
    services.submit(need, by=cast.lin, is_sure=True)
    entry = list(journal.about(services.subject_of(need)))[-1]
    assert (entry.action, entry.data) == ("need.submitted", {"told": ["money", "place"]})


def test_a_text_full_of_faults_says_each_where_it_is(cast: Cast) -> None:
    need = cast.need(public_text=FULL, secrets=("雅锂七号", "KL-7"))
    told = problems(need, cast)
    assert set(told) == {"public_text", "is_sure"}
    kinds = {one.kind for one in clarifying.exposed(need)}
    assert {"secret", "company", "person", "phone", "money", "place"} <= kinds


def test_figures_of_the_matter_are_no_reason_to_ask(cast: Cast) -> None:
    need = cast.need(public_text="三元材料掺量不低于 10%，28 天活性指数≥65%，每天 300 吨。")
    assert clarifying.exposed(need) == ()
    assert services.submit(need, by=cast.lin).state == "review"


def test_secrets_and_the_own_name_leave_the_keywords_of_a_draft(cast: Cast) -> None:
    need = cast.need(
        keywords=("雅鋰七號", "示例锂业", "浸出剂"), secrets=("雅锂七号",), public_text=""
    )
    services.draft_public(need, by=cast.lin)
    assert need.keywords == ["浸出剂"]
    assert "keywords" in need.proposed


def test_a_product_in_quotation_marks_is_proposed_as_a_secret(cast: Cast) -> None:
    need = cast.need(wanted="“雅锂七号”浸出剂的配方不能外传，浸出率太低。", public_text="")
    services.draft_public(need, by=cast.lin)
    assert need.secrets == ["雅锂七号"]
    assert "secrets" in need.proposed
    assert "雅锂七号" not in need.public_text
    assert "雅锂七号" in {one.passage for one in clarifying.public_draft(need).taken}


def test_a_free_text_fills_secrets_budget_day_and_the_region_of_the_organisation(
    cast: Cast,
) -> None:
    told = clarifying.clarify(
        "代号KL-7的浸出剂浸出率低。预算最多80万。2099年6月30日前解决。", organisation=cast.lithium
    )
    assert told.content.secrets == ("KL-7",)
    assert told.content.budget_high == Decimal(80)
    assert told.content.deadline_on == dt.date(2099, 6, 30)
    assert told.content.region_id == cast.lithium.region_id
    assert {"secrets", "budget_high", "deadline_on", "region"} <= set(told.proposed)
    assert "KL-7" not in told.content.keywords


def test_the_page_asks_with_a_box_and_the_box_hands_in(cast: Cast) -> None:
    need = cast.need(public_text=f"{TOLD}预算80万元。")
    client, path = browser(cast.lin), f"/needs/{need.code}/edit/"
    assert 'name="is_sure"' not in client.get(path).content.decode()
    asked = client.post(path, {**entered(need), "then": "submit"})
    assert asked.status_code == 422
    assert 'name="is_sure"' in asked.content.decode()
    need.refresh_from_db()
    client.post(path, {**entered(need), "then": "submit", "is_sure": "on"})
    need.refresh_from_db()
    assert need.state == "review"


def test_the_reviewer_sees_keywords_secrets_and_what_is_told(
    cast: Cast, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    need = cast.need(public_text=f"{TOLD}预算80万元。", secrets=("雅锂七号",))
    services.submit(need, by=cast.lin, is_sure=True)
    page = browser(cast.zheng).get(reverse("review_need", args=[need.code])).content.decode()
    for said in ("固废利用", "雅锂七号", "<strong>80万元</strong>", "公开版里可能露出了"):
        assert said in page


def test_the_author_sees_what_was_taken_out_until_he_changes_the_draft(cast: Cast) -> None:
    need = cast.need(wanted="在石桥村的锂渣没有去处，打 13981234567 找我。", public_text="")
    client, path = browser(cast.lin), f"/needs/{need.code}/edit/"
    page = client.post(path, {**entered(need), "then": "public"}, follow=True).content.decode()
    assert "已去掉这" in page
    assert "<strong>石桥村</strong>" in page
    need.refresh_from_db()
    client.post(path, entered(need, public_text="我自己写的公开版，说的是锂渣。", then="draft"))
    assert "已去掉这" not in client.get(path).content.decode()


def test_what_a_person_wrote_is_replaced_only_by_a_second_press(cast: Cast) -> None:
    need = cast.need()
    written = need.public_text
    client, path = browser(cast.lin), f"/needs/{need.code}/edit/"
    asked = client.post(path, entered(need, then="public"))
    assert asked.status_code == 422
    assert 'value="replace"' in asked.content.decode()
    need.refresh_from_db()
    assert need.public_text == written
    client.post(path, entered(need, then="replace"))
    need.refresh_from_db()
    assert need.public_text != written


def test_enter_in_a_field_saves_a_draft_and_a_new_need_can_be_drafted_for_the_public(
    cast: Cast,
) -> None:
    page = browser(cast.lin).get("/needs/new/").content.decode()
    form = page[page.index('<form class="form"') :]
    first = form[form.index('type="submit"') :]
    assert first.startswith('type="submit" name="then" value="draft"')
    assert 'value="public"' in form
    browser(cast.lin).post(
        "/needs/new/",
        {"organisation": cast.lithium.code, "title": "锂渣", "wanted": TOLD, "then": "public"},
    )
    assert Need.objects.get().public_text == TOLD


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("C2613", "C2613"),
        ("c2613 无机盐制造", "C2613"),
        ("无机盐制造", "C2613"),
        ("無機鹽製造", "C2613"),
        ("C26", "C26"),
        ("", None),
    ],
)
def test_an_industry_is_named_by_code_or_name_of_any_level(
    cast: Cast, typed: str, code: str | None
) -> None:
    need = services.draft(need_content(industry_id=""), by=cast.lin)
    page = browser(cast.lin).post(f"/needs/{need.code}/edit/", entered(need, industry=typed))
    assert page.status_code == 302
    need.refresh_from_db()
    assert need.industry_id == code


@pytest.mark.parametrize(
    ("typed", "near"),
    [("无机盐", "C2613 无机盐制造"), ("水泥制照", "水泥制造"), ("C9999", ""), ("<b>㐂\x00", "")],
)
def test_an_unknown_industry_is_refused_with_the_nearest(cast: Cast, typed: str, near: str) -> None:
    need = cast.need()
    page = browser(cast.lin).post(f"/needs/{need.code}/edit/", entered(need, industry=typed))
    assert page.status_code == 422
    assert near in page.content.decode()
    need.refresh_from_db()
    assert need.industry_id == "C2613"
