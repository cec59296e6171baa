"""Every address × everybody: who gets the page, who is sent to log in, for whom there is no such page."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.assignments.week import node
from tests.cast import SECRET, YAAN, Cast
from tests.complaints.test_complaints import lodged
from tests.crew import Crew
from tests.web import platforms, rooms, tables
from tests.web.whom import LOGGED_IN, LOGIN, NONE, OK, STAFF, everyone, members, only

from keqiao.accounts.models import Person
from keqiao.articles import services as articles
from keqiao.articles.types import Content
from keqiao.assignments import services as assignments
from keqiao.messaging import letters
from keqiao.needs import selectors as needs
from keqiao.needs import services as need_services
from keqiao.offers.types import StudioContent
from keqiao.sheets import services as sheets
from keqiao.sheets.models import Sheet
from keqiao.web import urls

pytestmark = pytest.mark.django_db
READ: dict[str, dict[str, int]] = {
    "home": everyone(),
    "search": everyone(),
    "need_list": everyone(),
    "offer_list": everyone(),
    "dispatch_list": everyone(),
    "sister_list": everyone(),
    "sister_entry told": everyone(),
    "sister_entry withdrawn": everyone(),
    "sister_entry hidden": everyone(NONE),
    "about": everyone(),
    "privacy": everyone(),
    "accessibility": everyone(),
    "how_matching_works": everyone(),
    "quality": everyone(),
    "offline": everyone(),
    "service_worker": everyone(),
    "health": everyone(),
    "need_create": members(),
    "need_describe": members(),
    "sheet_import": members(),
    "sheet_blank": members(),
    "sheet_detail held": only("lin", stranger=LOGIN),
    "sheet_detail of a broker": only("wu", stranger=LOGIN),
    "desk": members(),
    "consent": members(),
    "preferences": members(),
    "token_list": members(),
    "token_issue": members(),
    "notice_list": members(),
    "notice_preferences": members(),
    "unsubscribe": everyone(),
    "privacy_copy": members(),
    "privacy_erase": members(),
    "privacy_erased": everyone(NONE),
    "organisation_create": members(),
    "studio_create": members(),
    "offer_create": {**members(302), "chen": OK, "gu": OK, "ji": OK},
    "review_desk": {**members(NONE), "wu": OK, "zheng": OK, "he": OK, "sun": OK},
    "need_detail open": everyone(),
    "need_private open": only("lin", *STAFF),
    "need_file open": only("lin", *STAFF),
    "need_edit open": {
        **everyone(NONE),
        "stranger": LOGIN,
        "lin": 302,
        "wu": 302,
        "zheng": 302,
        "he": 302,
    },
    "need_detail draft": {**everyone(NONE), "lin": 302},
    "need_private draft": only("lin"),
    "need_edit draft": only("lin", stranger=LOGIN),
    "need_private review": only("lin", *STAFF),
    "review_need review": only("zheng", stranger=LOGIN),
    "offer_detail open": everyone(),
    "offer_detail draft": only("chen"),
    "offer_edit draft": only("chen", stranger=LOGIN),
    "offer_detail review": only("chen", *STAFF),
    "review_offer review": only("zheng", stranger=LOGIN),
    "studio_detail open": everyone(),
    "studio_detail hidden": only("ji"),
    "studio_edit open": only("chen", stranger=LOGIN),
    "organisation_detail verified": everyone(),
    "organisation_detail waiting": only("ji", *STAFF),
    "organisation_edit verified": only("lin", stranger=LOGIN),
    "case_list": members(),
    "case_detail table": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "case_match table": only("wu", "he", stranger=LOGIN),
    "case_file table": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "case_enclosure shared": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "case_enclosure staff": only("wu", "he", stranger=LOGIN),
    "contract_draft table": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "contract_paper table": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "meeting_paper table": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "assignment_list": {**members(NONE), "wu": OK, "he": OK, "sun": OK},
    "assignment_detail draft": only("wu", "he", stranger=LOGIN),
    "meeting_create table": only("wu", stranger=LOGIN),
    "meeting_detail table": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "meeting_edit table": only("wu", stranger=LOGIN),
    "invitation_detail table": only("chen", "wu", "he", stranger=LOGIN),
    "outcome_detail table": only("lin", "chen", "wu", "he", stranger=LOGIN),
    "need_private in case": only("lin", *STAFF),
    "complaint_list": members(),
    "complaint_create": everyone(),
    "complaint_create about a draft": everyone(),
    "complaint_detail lodged": only("ji", "zheng", "he", stranger=LOGIN),
    "complaint_receipt lodged": everyone(),
    "complaint_receipt wrong key": everyone(NONE),
    "dispatch_detail published": everyone(),
    "dispatch_detail draft": only("zheng", "he"),
    "review_dispatch draft": only("zheng", "he", stranger=LOGIN),
    **{row: expected for room in rooms.ROOMS for row, expected in room.READ.items()},
}
POSTED = {
    "need_close", "need_attach", "need_detach", "offer_close", "organisation_decide", "organisation_add_member",
    "organisation_remove_member", "set_language", "large_type", "case_open", "case_do", "case_thing", "meeting_cancel",
    "need_renew", "offer_renew", "need_recall", "offer_recall", "sheet_drop", "token_revoke", "assignment_do",
    "notice_open", "notice_read_all", *(name for room in rooms.ROOMS for name in room.POSTED),
}  # fmt: skip


def held(cast: Cast, by: Person) -> Sheet:
    """Return a sheet for 雅安示例锂业 that waits to be confirmed, with the secret in it."""
    stream = BytesIO(f"名称,内容\n锂渣,{SECRET}每天都在出渣。\n".encode())
    return sheets.hold(stream, name="表.csv", size=1, organisation=cast.lithium, by=by)


@pytest.fixture
def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row of the table."""
    from tests.cast import firm

    cast = crew.cast
    opened, draft, waiting = cast.open_need(), cast.need(), cast.need()
    need_services.submit(waiting, by=cast.lin)
    kept = need_services.attach(
        opened, BytesIO(b"a,b\n"), name="表.csv", size=4, most_mib=1, by=cast.lin
    )
    offer, offer_draft, offer_waiting = cast.open_offer(), cast.offer(), cast.offer()
    from keqiao.offers import services as offer_services

    offer_services.submit(offer_waiting, by=cast.chen)
    unverified = firm("雅安示例电池有限公司", YAAN, "91511800MAKQ00003", by=cast.ji)
    contents = [Content("一", "正文一。", YAAN), Content("二", "正文二。", YAAN)]
    published, kept_back = articles.bring_in(contents, source="页", by=None)
    articles.publish(published, by=cast.zheng)
    table = tables.laid(cast) | platforms.laid()
    hidden = offer_services.found_studio(
        StudioContent(name="𠮷田㐂工作室", about="还没有公开的所能。", region_id=YAAN), by=cast.ji
    )
    week = assignments.draft(node(), timezone.localdate(), by=cast.wu)
    complaint, key = lodged(cast, by=cast.ji)
    found = table | {name: f"/{name.replace('_', '-')}/" for name in READ if " " not in name}
    found |= {
        "home": "/",
        "search": "/search/?q=锂渣",
        "need_list": "/needs/?q=锂渣&region=510000&industry=C26&subject=E02&stage=6&cooperation=service",
        "offer_list": "/offers/?q=水泥&region=511800&kind=result&stage=x&page=9999",
        "dispatch_list": "/dispatches/?page=abc",
        "sister_list": "/sisters/?kind=need&sister=P-1&page=abc",
        "service_worker": "/sw.js",
        "token_list": "/preferences/tokens/",
        "token_issue": "/preferences/tokens/new/",
        "case_list": "/cases/",
        "assignment_list": "/assignments/",
        "assignment_detail draft": f"/assignments/{week.code}/",
        "notice_list": "/notices/",
        "notice_preferences": "/preferences/notices/",
        "unsubscribe": letters.way_out(cast.lin, "review").removeprefix(settings.SITE_URL),
        "privacy_copy": "/privacy/copy/",
        "privacy_erase": "/privacy/erase/",
        "privacy_erased": "/privacy/erased/",
        "complaint_create": "/complaints/new/?about=/needs/",
        "complaint_create about a draft": f"/complaints/new/?about=/needs/{draft.code}/",
        "complaint_list": "/complaints/",
        "complaint_detail lodged": f"/complaints/{complaint.code}/",
        "complaint_receipt lodged": f"/complaints/{complaint.code}/{key}/",
        "complaint_receipt wrong key": f"/complaints/{complaint.code}/{'x' * 43}/",
        "need_create": "/needs/new/",
        "need_describe": "/needs/describe/",
        "sheet_import": "/needs/import/",
        "sheet_blank": "/needs/import/blank.xlsx",
        "sheet_detail held": f"/needs/import/{held(cast, cast.lin).code}/",
        "sheet_detail of a broker": f"/needs/import/{held(cast, cast.wu).code}/",
        "organisation_create": "/organisations/new/",
        "studio_create": "/studios/new/",
        "offer_create": "/offers/new/",
        "review_desk": "/review/",
        "need_detail open": f"/needs/{opened.code}/",
        "need_private open": f"/needs/{opened.code}/private/",
        "need_file open": f"/needs/{opened.code}/files/{kept.pk}/",
        "need_edit open": f"/needs/{opened.code}/edit/",
        "need_detail draft": f"/needs/{draft.code}/",
        "need_private draft": f"/needs/{draft.code}/private/",
        "need_edit draft": f"/needs/{draft.code}/edit/",
        "need_private review": f"/needs/{waiting.code}/private/",
        "review_need review": f"/review/needs/{waiting.code}/",
        "offer_detail open": f"/offers/{offer.code}/",
        "offer_detail draft": f"/offers/{offer_draft.code}/",
        "offer_edit draft": f"/offers/{offer_draft.code}/edit/",
        "offer_detail review": f"/offers/{offer_waiting.code}/",
        "review_offer review": f"/review/offers/{offer_waiting.code}/",
        "studio_detail open": f"/studios/{cast.chen_studio.code}/",
        "studio_detail hidden": f"/studios/{hidden.code}/",
        "studio_edit open": f"/studios/{cast.chen_studio.code}/edit/",
        "organisation_detail verified": f"/organisations/{cast.lithium.code}/",
        "organisation_detail waiting": f"/organisations/{unverified.code}/",
        "organisation_edit verified": f"/organisations/{cast.lithium.code}/edit/",
        "dispatch_detail published": f"/dispatches/{published.code}/",
        "dispatch_detail draft": f"/dispatches/{kept_back.code}/",
        "review_dispatch draft": f"/review/dispatches/{kept_back.code}/",
    }
    for room in rooms.ROOMS:
        found |= room.paths(crew)
    return found


@pytest.fixture
def as_somebody(crew: Crew, settings: Settings) -> dict[str, Client]:
    """Return a browser for everybody."""
    settings.STAFF_SECOND_FACTOR = False
    clients = {"stranger": Client()}
    for name in LOGGED_IN:
        clients[name] = Client()
        clients[name].force_login(crew.person(name))
    return clients


def test_every_address_answers_everybody_as_expected(
    paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    wrong = []
    for row, expected in READ.items():
        for name, client in as_somebody.items():
            status = client.get(paths[row]).status_code
            if status != expected[name]:
                wrong.append(f"{row} for {name}: {status}, expected {expected[name]}")
    assert wrong == []


def test_no_address_is_left_out() -> None:
    named = {pattern.name for pattern in urls.urlpatterns}
    assert named == {row.split()[0] for row in READ} | POSTED
    assert get_resolver().url_patterns


def test_the_secret_reaches_nobody_it_should_not(
    paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    told = []
    for name in ("stranger", "zhou", "chen", "sun", "ji"):
        for path in paths.values():
            response = as_somebody[name].get(path, follow=True)
            body = b"".join(response) if response.streaming else response.content
            if SECRET in body.decode("utf-8", "ignore"):
                told.append(f"{path} to {name}")
    assert told == []


def test_nobody_changes_what_is_not_theirs(
    cast: Cast, paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    need = needs.public().get(code=paths["need_detail open"].split("/")[2])
    firm = f"/organisations/{cast.lithium.code}"
    presses: list[tuple[str, dict[str, str]]] = [
        (f"/needs/{need.code}/close/", {"resolution": "solved"}),
        (f"/needs/{need.code}/files/", {}),
        (f"/needs/{need.code}/files/{need.attachments.get().pk}/remove/", {}),
        (f"{firm}/members/", {"email": "jitianxi@keqiao.example"}),
        (f"{firm}/decide/", {"decision": "verify"}),
        (f"{firm}/members/{cast.lithium.memberships.get().pk}/remove/", {}),
        (paths["sheet_detail held"], {}),
        (f"{paths['sheet_detail held']}drop/", {}),
        (paths["review_need review"], {"decision": "approve"}),
        (paths["review_offer review"], {"decision": "approve"}),
        (paths["review_dispatch draft"], {"decision": "publish"}),
    ]

    def standing() -> tuple[str, int, int]:
        need.refresh_from_db()
        return need.state, need.attachments.count(), cast.lithium.memberships.count()

    before = standing()
    assert before[0] == "open"
    for name in ("stranger", "zhou", "chen", "gu", "sun", "ji"):
        for path, entered in presses:
            response = as_somebody[name].post(path, entered)
            assert response.status_code in {302, 403, 404}, (name, path)
        assert standing() == before, name


def test_staff_without_a_second_factor_are_sent_to_set_one_up(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.zheng)
    response = client.get("/review/")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/account/2fa/totp/activate/",
    )
    client.force_login(cast.lin)
    assert client.get("/desk/").status_code == 200


def test_every_page_carries_a_strict_policy(
    paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    for path in ("/", paths["need_private open"]):
        headers = as_somebody["lin"].get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"


def test_no_template_holds_an_inline_script_or_style(
    paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    import re

    inline = re.compile(
        r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE
    )
    for path in paths.values():
        response = as_somebody["zheng"].get(path, follow=True)
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        assert not inline.search(response.content.decode()), path


@pytest.mark.parametrize(
    ("path", "most"), [("/", 12), ("/needs/", 12), ("/offers/", 12), ("/search/?q=锂渣", 14)]
)
def test_lists_cost_the_same_queries_however_long(
    cast: Cast, path: str, most: int, django_assert_max_num_queries: object
) -> None:
    client = Client()
    cast.open_need(), cast.open_offer()
    client.get(path)
    for _number in range(5):
        cast.open_need(), cast.open_offer()
    with django_assert_max_num_queries(most):  # type: ignore[operator]
        assert client.get(path).status_code == 200
