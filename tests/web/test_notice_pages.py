"""The pages of notices: what one was told, read and unread, and how one wants to be told."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, browser

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.base.phrases import Phrase
from keqiao.messaging import selectors, services
from keqiao.messaging.models import Notice, Preference
from keqiao.messaging.types import SPECS, Kind, Message, Way

pytestmark = pytest.mark.django_db


def tell(person: Person, number: int, title: str = "锂渣") -> Notice:
    phrase = Phrase("对接“%(title)s”里有一份新文件。", {"title": title})
    message = Message(kind=Kind.CASE, key=f"entry:{number}", phrase=phrase, path="/desk/")
    services.notify(person, message, by=None)
    return Notice.objects.get(person=person, key=f"entry:{number}")


def chosen(**changes: str) -> dict[str, str]:
    ways = {kind.value: spec.default.value for kind, spec in SPECS.items() if len(spec.ways) > 1}
    return {**ways, "rhythm": "daily", "language": "zh-hans", **changes}


def test_unread_notices_come_first_and_are_counted_in_the_header(cast: Cast) -> None:
    old, new = tell(cast.lin, 1, "旧的"), tell(cast.lin, 2, "新的")
    tell(cast.zhou, 3, "别人的")
    services.mark_read(new, by=cast.lin)
    said = browser(cast.lin).get("/notices/").content.decode()
    assert said.index("旧的") < said.index("新的")
    assert "别人的" not in said
    assert "，1 条未读" in said
    assert old.read_at is None


def test_opening_a_notice_marks_it_read_and_leads_on(cast: Cast) -> None:
    first, second = tell(cast.lin, 1), tell(cast.lin, 2)
    client = browser(cast.lin)
    opened = client.post(f"/notices/{first.pk}/")
    assert (opened.status_code, opened.headers["Location"]) == (302, "/desk/")
    stayed = client.post(f"/notices/{second.pk}/", {"stay": "1"})
    assert stayed.headers["Location"] == "/notices/"
    assert selectors.unread_count(cast.lin) == 0
    read_at = Notice.objects.get(pk=first.pk).read_at
    client.post(f"/notices/{first.pk}/")
    assert Notice.objects.get(pk=first.pk).read_at == read_at


def test_a_notice_of_somebody_else_is_not_there(cast: Cast) -> None:
    notice = tell(cast.lin, 1)
    for number in (notice.pk, 0, 10**30):
        assert browser(cast.zhou).post(f"/notices/{number}/").status_code == 404
    assert selectors.unread_count(cast.lin) == 1


def test_all_are_marked_read_at_once_and_only_the_own(cast: Cast) -> None:
    for number in range(3):
        tell(cast.lin, number)
    tell(cast.zhou, 9)
    page = browser(cast.lin).post("/notices/read/", follow=True).content.decode()
    assert "已全部标为已读：3 条。" in page
    assert (selectors.unread_count(cast.lin), selectors.unread_count(cast.zhou)) == (0, 1)


def test_the_list_asks_as_much_however_many_notices_there_are(cast: Cast) -> None:
    client, counted = browser(cast.lin), []
    for round_ in range(2):
        for number in range(5):
            tell(cast.lin, 10 * round_ + number)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/notices/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_ways_are_chosen_on_a_page(cast: Cast) -> None:
    client = browser(cast.lin)
    page = client.get("/preferences/notices/").content.decode()
    assert "您还没有同意邮件提醒" in page
    assert "关系到账号安全，不能关闭" in page
    answer = client.post(
        "/preferences/notices/", chosen(case="off", language="en", rhythm="weekly")
    )
    assert answer.status_code == 302
    assert selectors.way(cast.lin, Kind.CASE) == Way.OFF
    assert (selectors.reader(cast.lin).language, selectors.reader(cast.lin).rhythm) == (
        "en",
        "weekly",
    )
    accounts.set_consents(cast.lin, [Purpose.MAIL, Purpose.SELECTION], by=cast.lin)
    page = client.get("/preferences/notices/").content.decode()
    assert "您还没有同意邮件提醒" not in page
    assert "个性化推荐现在是关闭的" not in page


@pytest.mark.parametrize(
    "changes",
    [{"case": "x"}, {"case": "\x00"}, {"meeting": "off"}, {"rhythm": "hourly"}, {"language": "fr"}],
)
def test_a_wrong_choice_is_refused_and_changes_nothing(cast: Cast, changes: dict[str, str]) -> None:
    answer = browser(cast.lin).post("/preferences/notices/", chosen(**changes))
    assert answer.status_code == 422
    assert not Preference.objects.exists()


def test_a_notice_is_said_in_the_language_of_the_page(cast: Cast) -> None:
    tell(cast.lin, 1, "锂渣 𠮷㐂 <b>")
    client = browser(cast.lin)
    client.post("/language/", {"language": "en", "next": "/"})
    page = client.get("/notices/").content.decode()
    assert "There is a new file in the case “锂渣 𠮷㐂 &lt;b&gt;”." in page
    assert ", 1 unread" in page
