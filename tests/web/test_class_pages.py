"""Pages of a class: the teacher's, and those that guardians open by a link without a log-in."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from tests.cast import browser
from tests.classes import room
from tests.crew import Crew
from tests.guardians.camp import CONTACT, NAME, NEEDED, NOTE, PHONE, camp
from tests.web.pages_of_minors import posted

from keqiao.activities.models import Session
from keqiao.classes.models import Pupil, SchoolClass
from keqiao.guardians.models import Minor
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db


def new(crew: Crew, **changes: object) -> dict[str, object]:
    """Return what 罗青 enters."""
    due_on = timezone.localdate() + timedelta(days=1)
    said: dict[str, object] = {
        "school": crew.school.code, "name": "四年级 2 班", "pupils": "小满\n𠮷子\n", "due_on": str(due_on),
    }  # fmt: skip
    return {**said, **changes}


def entered(crew: Crew, session: Session) -> SchoolClass:
    """Return the class that 罗青 has entered on the page."""
    response = browser(crew.luo).post(f"/sessions/{session.code}/classes/new/", new(crew))
    assert response.status_code == 302
    return SchoolClass.objects.get()


def test_a_class_from_the_first_page_to_the_last(crew: Crew) -> None:
    session = camp(crew)
    made = entered(crew, session)
    teacher, home = browser(crew.luo), f"/classes/{made.code}/"
    printed = teacher.post(f"{home}links/")
    assert printed.headers["Content-Type"] == "application/pdf"
    assert "no-store" in printed.headers["Cache-Control"]
    said = "".join(part.extract_text() for part in PdfReader(io.BytesIO(printed.content)).pages)
    said = said.replace("\u200b", "").replace("\n", "")
    addresses = [part[:43] for part in said.split("http://testserver/pupils/")[1:]]
    assert len(addresses) == 2
    first, second = (f"/pupils/{key}/" for key in addresses)
    guardian = Client()
    asked = guardian.get(first)
    assert "no-store" in asked.headers["Cache-Control"]
    page = asked.content.decode()
    for shown in ("小满", "罗青", "雅安市科协", NEEDED["health"], "30 天", "不同意，退回名额"):
        assert shown in page
    assert "id_school" not in page
    assert guardian.post(first, posted()).status_code == 302
    back = guardian.get(first).content.decode()
    for shown in (NAME, NOTE, PHONE, crew.school.name):
        assert shown in back
    assert "已删除" in guardian.post(second, {"do": "refuse"}).content.decode().replace(
        "已经", "已"
    )
    assert guardian.get(second).status_code == 404
    listed = teacher.get(home).content.decode()
    assert "监护人已同意" in listed
    assert "监护人未同意" in listed
    assert not any(mark in listed for mark in (NOTE, PHONE, CONTACT))
    assert Registration.objects.count() == 1


def test_the_guardian_comes_back_and_deletes(crew: Crew) -> None:
    made = room.enter(crew)
    key = room.links(crew, made)[0]
    room.confirm(key)
    path, guardian = f"/pupils/{key}/", Client()
    guardian.post(path, {"do": "withdraw", "purpose": "health"})
    assert NOTE not in guardian.get(path).content.decode()
    assert guardian.post(path, posted(do="correct", grade="五年级")).status_code == 302
    assert Minor.objects.get().grade == "五年级"
    done = guardian.post(path, {"do": "withdraw", "purpose": "taking_part"})
    assert done.status_code == 200
    assert NAME not in done.content.decode()
    assert guardian.get(path).status_code == 404
    assert Minor.objects.get().name == ""
    assert "监护人已撤回" in browser(crew.luo).get(f"/classes/{made.code}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"consent_taking_part": ""}, "同意"),
        ({"consent_health": ""}, "健康照护"),
        ({"guardian_name": ""}, "请填写这一项"),
        ({"guardian_phone": "不告诉你"}, "电话"),
        ({"born_on": "2000-01-01"}, "本人"),
        ({"born_on": "昨天"}, "日期"),
        ({"name": "\x00"}, "控制字符"),
        ({"name": "满" * 5000}, "过长"),
        ({"do": "nonsense", "name": ""}, "请填写"),
    ],
)
def test_what_a_guardian_enters_wrongly_is_told_and_nothing_is_kept(
    crew: Crew, changes: dict[str, object], said: str
) -> None:
    key = room.links(crew, room.enter(crew))[0]
    response = Client().post(f"/pupils/{key}/", posted(**changes))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Registration.objects.exists()
    assert not Minor.objects.exists()


def test_a_late_guardian_is_told_so(crew: Crew) -> None:
    key = room.links(crew, room.enter(crew))[0]
    SchoolClass.objects.update(due_at=timezone.now())
    page = Client().get(f"/pupils/{key}/").content.decode()
    assert "期限已过" in page
    assert "consent_taking_part" not in page
    response = Client().post(f"/pupils/{key}/", posted())
    assert response.status_code == 422
    assert not Registration.objects.exists()


def test_names_from_a_sheet_are_looked_at_before_anything_is_kept(crew: Crew) -> None:
    session = camp(crew)
    client, path = browser(crew.luo), f"/sessions/{session.code}/classes/new/"
    sheet = SimpleUploadedFile("名单.csv", "姓名,电话\n小满,139\n=1+1,\n小秋,\n".encode())
    response = client.post(path, new(crew, content=sheet, pupils=""))
    page = response.content.decode()
    assert response.status_code == 422
    assert "小满\n小秋" in page
    assert "第 3 行" in page
    assert not SchoolClass.objects.exists()
    assert client.post(path, new(crew, pupils="小满\n小秋")).status_code == 302
    assert list(Pupil.objects.order_by("number").values_list("called", flat=True)) == [
        "小满",
        "小秋",
    ]


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("名单.exe", b"MZ"),
        SimpleUploadedFile("名单.xlsx", b"PK\x03\x04"),
        SimpleUploadedFile("名单.csv", "班级\n四\n".encode()),
    ],
)
def test_hostile_sheets_are_refused_with_a_sentence(crew: Crew, file: SimpleUploadedFile) -> None:
    session = camp(crew)
    file.seek(0)
    response = browser(crew.luo).post(
        f"/sessions/{session.code}/classes/new/", new(crew, content=file)
    )
    assert response.status_code == 422
    assert not SchoolClass.objects.exists()


def test_a_full_session_says_how_many_are_left(crew: Crew) -> None:
    session = camp(crew, places=1)
    response = browser(crew.luo).post(f"/sessions/{session.code}/classes/new/", new(crew))
    assert response.status_code == 422
    assert "现在只能留 1 个名额" in response.content.decode()
    assert not SchoolClass.objects.exists()


def test_ending_a_class_and_printing_nothing(crew: Crew) -> None:
    made = room.enter(crew)
    client, home = browser(crew.luo), f"/classes/{made.code}/"
    assert client.post(f"{home}end/").status_code == 302
    response = client.post(f"{home}links/", follow=True)
    assert "不用打印链接" in response.content.decode()
    assert "小满" not in response.content.decode()


def test_a_list_costs_the_same_however_large_the_class(
    crew: Crew, django_assert_max_num_queries: object
) -> None:
    made = room.enter(crew, camp(crew, places=40), *(f"学生{one}" for one in range(30)))
    client = browser(crew.luo)
    for path in ("/classes/", f"/classes/{made.code}/"):
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            assert client.get(path).status_code == 200


def test_the_day_that_the_teacher_chose_is_the_day_that_is_told(crew: Crew) -> None:
    made = entered(crew, camp(crew, title="“她·未来”女童科学营"))
    chosen = f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d} 24:00"
    teacher = browser(crew.luo)
    printed = teacher.post(f"/classes/{made.code}/links/")
    said = "".join(part.extract_text() for part in PdfReader(io.BytesIO(printed.content)).pages)
    key = said.replace("\u200b", "").replace("\n", "").split("/pupils/")[1][:43]
    assert "“‘她·未来’女童科学营”" in said.replace("\n", "")
    asked = Client().get(f"/pupils/{key}/").content.decode()
    assert "“‘她·未来’女童科学营”" in asked
    for page in (
        said.replace("\n", ""),
        asked,
        *(teacher.get(one).content.decode() for one in ("/classes/", f"/classes/{made.code}/")),
    ):
        assert chosen in page


def test_a_teacher_finds_the_classes_on_the_own_desk(crew: Crew) -> None:
    assert 'href="/classes/"' in browser(crew.luo).get("/desk/").content.decode()
    assert 'href="/classes/"' not in browser(crew.ma).get("/desk/").content.decode()
