"""What other platforms tell is shown as theirs, below our own and never among them."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings
from tests.cast import Cast, browser
from tests.platforms import NAME, Platform

from keqiao.matching import selectors as matching
from keqiao.matching import services as matches
from keqiao.search import services as index
from keqiao.sisters import services
from keqiao.sisters.models import Sister

pytestmark = pytest.mark.django_db
BADGE = f"来自{NAME}（外部平台）"


def told(platform: Platform, *entries: object) -> Sister:
    sister = platform.subscribed()
    platform.say(*entries)
    assert services.read(sister, by=None).trouble == ""
    index.catch_up()
    return sister


def page(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.usefixtures("reference")
def test_an_entry_is_shown_with_where_it_comes_from_and_the_way_there(platform: Platform) -> None:
    sister = told(platform, platform.entry(is_example=True))
    shown = page(f"/sisters/{sister.code}/N-AAAA0001/")
    link = f'href="{platform.url}/needs/N-AAAA0001/" rel="external noopener noreferrer"'
    for expected in (BADGE, link, "离开本站", "磷石膏堆存量大", "德阳市", "技术开发", "示例"):
        assert expected in shown


@pytest.mark.usefixtures("reference")
def test_markup_of_others_stays_text(platform: Platform) -> None:
    hostile = "<script>alert(1)</script>"
    sister = told(platform, platform.entry(title=hostile, text=hostile, studio=hostile))
    for path in ("/sisters/", f"/sisters/{sister.code}/N-AAAA0001/", "/search/?q=alert"):
        assert hostile not in page(path)
        assert "&lt;script&gt;" in page(path)


@pytest.mark.usefixtures("reference")
def test_the_list_is_narrowed_by_kind_and_platform(platform: Platform) -> None:
    offer = platform.entry("F-B2", kind="offer", title="磷石膏制砖")
    sister = told(platform, platform.entry(), offer)
    assert "磷石膏的无害化处理" in page("/sisters/")
    only_offers = page(f"/sisters/?kind=offer&sister={sister.code}")
    assert "磷石膏制砖" in only_offers
    assert "磷石膏的无害化处理" not in only_offers
    assert "共 2 条" in page("/sisters/?kind=person")
    assert "磷石膏" not in page("/sisters/?sister=x%00")


@pytest.mark.usefixtures("reference")
def test_what_was_withdrawn_is_named_without_what_it_said(platform: Platform) -> None:
    sister = told(platform, platform.entry())
    platform.say(platform.withdrawal(), after=10, next=20)
    services.read(sister, by=None)
    index.catch_up()
    for path in ("/sisters/", f"/sisters/{sister.code}/N-AAAA0001/"):
        shown = page(path)
        assert "N-AAAA0001" in shown
        assert f"已由{NAME}撤回" in shown
        assert "磷石膏" not in shown
    assert "磷石膏的无害化处理" not in page("/search/?q=磷石膏")


def test_a_search_keeps_ours_and_theirs_apart(cast: Cast, platform: Platform) -> None:
    cast.open_need()
    told(platform, platform.entry(title="锂渣的规模化消纳利用"))
    shown = page("/search/?q=锂渣")
    own, elsewhere = shown.split('id="found-elsewhere"')
    assert BADGE not in own
    assert BADGE in elsewhere
    assert "/needs/N-" in own
    assert "/needs/N-" not in elsewhere
    assert "锂渣的规模化消纳利用" in page("/needs/?q=锂渣")
    assert BADGE not in page("/needs/?q=锂渣") + page("/needs/") + page("/")


def test_the_broker_sees_their_offers_beside_the_engines_suggestions(
    cast: Cast, platform: Platform, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    case = cast.case()
    need = case.concerns.get().need
    offer = platform.entry("F-B2", kind="offer", title="酸法锂渣作水泥混合材")
    told(platform, offer, platform.entry(title="酸法锂渣的消纳途径"))
    matches.match_need(need)
    assert not matching.suggestions_for_need(need, by=cast.wu).items
    shown = browser(cast.wu).get(f"/cases/{case.code}/match/{need.code}/").content.decode()
    beside = shown.split('id="elsewhere"')[1]
    assert "酸法锂渣作水泥混合材" in beside
    assert "酸法锂渣的消纳途径" not in shown
    assert "不是系统的建议" in beside


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("path", ["/sisters/", "/search/?q=磷石膏"])
def test_lists_cost_the_same_queries_however_long(
    path: str, platform: Platform, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    told(platform, *(platform.entry(f"N-{number}") for number in range(12)))
    page(path)
    with django_assert_max_num_queries(12):
        page(path)
