"""What the pages of a case do: every press by everybody, refusals that keep what was entered, no secret that leaks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from tests.cast import SECRET, YAAN, Cast, browser, person
from tests.hostile.corpus import FORMULAS, MARKUP, TEMPLATES, UNICODE
from tests.outcomes.test_outcomes import content as outcome_content
from tests.web import tables

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.casework import concerns
from keqiao.casework import services as casework
from keqiao.casework.models import Case, Concern
from keqiao.journal.models import Entry
from keqiao.outcomes import services as outcomes
from keqiao.places.models import Association
from keqiao.web import deeds

pytestmark = pytest.mark.django_db
OUTSIDE = ("zhou", "gu", "sun", "zheng", "ji")


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.mark.parametrize("name", OUTSIDE)
def test_for_those_outside_no_press_finds_a_case(cast: Cast, name: str) -> None:
    paths = tables.laid(cast)
    case = Case.objects.get()
    client, before = browser(getattr(cast, name)), Entry.objects.count()
    presses = [f"/cases/{case.code}/do/{deed}/" for deed in deeds.DEEDS]
    presses += [f"/cases/{case.code}/{thing}/1/" for thing in deeds.THINGS]
    presses += [path for row, path in paths.items() if row != "need_private in case"]
    presses += [paths["meeting_detail table"] + "cancel/"]
    for path in presses:
        pressed = client.post(path, {"do": "confirm", "revision": "1"})
        assert pressed.status_code in {404, 405}, path
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("deed", "entered"),
    [
        ("step", {"verb": "contact", "revision": "1"}),
        ("end", {"end_reason": "terms", "reason": "不做了", "revision": "1"}),
        ("conclude", {"reason": "完成"}),
        ("seat", {"code": "E-00000000", "side": "answers"}),
        ("task", {"text": "寄样品"}),
        ("milestone", {"title": "小试"}),
    ],
)
def test_a_party_does_not_do_the_brokers_work(
    cast: Cast, deed: str, entered: dict[str, str]
) -> None:
    case = cast.table()
    before = Entry.objects.count()
    for one in (cast.lin, cast.chen, cast.he):
        pressed = browser(one).post(f"/cases/{case.code}/do/{deed}/", entered)
        assert pressed.status_code in {403, 404, 422}
    case.refresh_from_db()
    assert (case.state, Entry.objects.count()) == ("found", before)


def test_a_case_takes_up_one_more_need(cast: Cast) -> None:
    case, other = cast.table(), cast.open_need(title="锂渣脱水", public_title="锂渣脱水")
    path, client = f"/cases/{case.code}/do/need/", browser(cast.wu)
    refused = client.post(path, {"code": "N-00000000"})
    assert refused.status_code == 422
    assert "没有找到这个编号的需求" in refused.content.decode()
    assert client.post(path, {"code": other.code}).status_code == 302
    assert client.post(path, {"code": other.code}).status_code == 422
    other.refresh_from_db()
    assert (other.state, case.concerns.count()) == ("in_case", 2)


def test_a_refused_step_keeps_what_was_entered(cast: Cast) -> None:
    case = cast.table()
    entered = {
        "verb": "contract",
        "note": "谈了两小时，𠮷田㐂也在。",
        "revision": str(case.revision),
    }
    page = browser(cast.wu).post(f"/cases/{case.code}/do/step/", entered)
    assert page.status_code == 422
    said = page.content.decode()
    assert "谈了两小时，𠮷田㐂也在。" in said
    assert "请写明原因" in said


@pytest.mark.parametrize("text", [*FORMULAS[:3], *MARKUP, *TEMPLATES[:4], *UNICODE])
def test_hostile_notes_never_break_the_page(cast: Cast, text: str) -> None:
    case = cast.table()
    client = browser(cast.wu)
    pressed = client.post(f"/cases/{case.code}/do/note/", {"kind": "note", "text": text})
    assert pressed.status_code in {302, 422}
    assert client.get(f"/cases/{case.code}/").status_code == 200


def test_the_table_reads_the_private_version_only_when_its_owner_shares_it(cast: Cast) -> None:
    case = cast.table()
    concern = Concern.objects.get(case=case)
    path = f"/needs/{concern.need.code}/private/"
    client = browser(cast.chen)
    assert client.get(path).status_code == 404
    concerns.share(concern, by=cast.lin)
    shown = client.get(path)
    assert shown.status_code == 200
    assert SECRET in shown.content.decode()
    assert browser(cast.zhou).get(path).status_code == 404


@pytest.mark.parametrize("stage", ["%00", "found' OR 1=1", "锂"])
def test_a_stage_that_is_none_is_not_there(cast: Cast, stage: str) -> None:
    assert browser(cast.wu).get(f"/cases/?stage={stage}").status_code == 404


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "٣", "x", ""])
def test_a_number_that_is_none_asks_after_nothing(cast: Cast, number: str) -> None:
    path = tables.laid(cast)["outcome_detail table"]
    entered = {"do": "tell", "use": "in_use", "follow_up": number}
    assert browser(cast.lin).post(path, entered).status_code in {404, 422}


@pytest.mark.parametrize("year", ["0001", "1026", "9999"])
def test_a_meeting_in_another_age_is_refused(cast: Cast, year: str) -> None:
    case = cast.table()
    entered = {
        "title": "座谈",
        "place": "会议室",
        "starts_at": f"{year}-01-01T09:00",
        "ends_at": f"{year}-01-01T10:00",
        "parties": [party.pk for party in case.parties.all()],
    }
    page = browser(cast.wu).post(f"/cases/{case.code}/meetings/new/", entered)
    assert page.status_code == 422
    assert "请核对年份" in page.content.decode()


def test_who_may_not_draft_is_told_so(cast: Cast) -> None:
    case = cast.table()
    entered = {"after": "0", "form": "commissioned"}
    page = browser(cast.he).post(f"/cases/{case.code}/contract/", entered)
    assert page.status_code == 422
    assert "您没有进行这项操作的权限" in page.content.decode()


def test_a_case_asks_as_much_however_many_brokers_there_are(cast: Cast) -> None:
    case = cast.table()
    node = Association.objects.get(region_id=YAAN)
    client, counted = browser(cast.wu), []
    for round_ in range(2):
        for number in range(3):
            another = person(f"jingji{round_}{number}", f"经纪 {round_}{number}")
            access.grant(another, Role.BROKER, node, by=cast.he)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/cases/{case.code}/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_staff_notes_stay_off_the_partys_page(cast: Cast) -> None:
    tables.laid(cast)
    case = Case.objects.get()
    for one, reads in ((cast.lin, False), (cast.chen, False), (cast.wu, True), (cast.he, True)):
        said = browser(one).get(f"/cases/{case.code}/").content.decode()
        assert ("只给经办人看的话" in said) is reads


@pytest.mark.parametrize(
    ("name", "path"), [("wu", "/cases/"), ("lin", "/cases/"), ("lin", "/desk/")]
)
def test_the_desks_ask_a_fixed_number_of_questions(cast: Cast, name: str, path: str) -> None:
    client = browser(getattr(cast, name))
    counted = []
    for _round in range(2):
        for number in range(3):
            need = cast.open_need(title=f"锂渣 {number}", public_title=f"锂渣 {number}")
            case = casework.open_case([need], by=cast.wu)
            outcomes.enter(case, outcome_content(), by=cast.wu)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]
