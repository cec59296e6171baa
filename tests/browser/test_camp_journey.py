"""Two children come to a camp: places, a turn that comes, the door, a note that is read; at the end nothing is held."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from tests.activities.reading_qr import read
from tests.browser.conftest import Open
from tests.browser.test_places_journeys import about_child
from tests.crew import Crew
from tests.guardians.camp import CONTACT, NEEDED, NOTE, PHONE
from tests.registrations.room import come, lecture

from keqiao.activities.models import Session
from keqiao.guardians import services as guardians
from keqiao.guardians.models import Minor
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.reactions import services as reactions
from keqiao.registrations import services
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db
ELDER, YOUNGER = "阿依·小满", "阿依·小禾"


def a_camp(crew: Crew) -> Session:
    """Return a camp with two places that begins in three hours: its door is open, and offers are still made."""
    begins = timezone.now() + timedelta(hours=3)
    return lecture(
        crew,
        title="雨城女孩科学营",
        minor_fields={name: NEEDED[name] for name in ("school", "emergency", "health")},
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
    )


def signed_up(mother: Page) -> None:
    """Sign up two children where one place is left: the younger with a note, and whom to call."""
    expect(mother.get_by_text("还有 1 个名额（共 2 个）。")).to_be_visible()
    mother.get_by_label("为几个孩子报名").select_option("2")
    mother.get_by_label("本人参加").uncheck()
    mother.get_by_role("button", name="报名", exact=True).click()
    about_child(mother, 1, ELDER)
    about_child(mother, 2, YOUNGER)
    fields = mother.get_by_role("group", name="第 2 个孩子")
    fields.get_by_label("紧急联系人").fill(CONTACT)
    fields.get_by_label("紧急联系电话").fill(PHONE)
    fields.get_by_label("健康情况（如过敏、用药）").fill(NOTE)
    fields.get_by_label("同意：紧急联系").check()
    fields.get_by_label("同意：健康照护").check()
    mother.get_by_label("名额不够时分开").check()
    mother.get_by_role("button", name="提交报名").click()
    expect(mother.get_by_text("报名成功：1 个名额。")).to_be_visible()
    expect(mother.get_by_text("1 个在候补，排在最前面")).to_be_visible()


def place_taken(mother: Page) -> None:
    """Take the place that became free, from the notice of it."""
    reactions.run("mail")
    mother.reload()
    mother.get_by_role("link", name="1 条未读").click()
    mother.get_by_role("button", name="为您空出了一个名额").click()
    mother.get_by_role("button", name="确认名额").click()
    expect(mother.get_by_text("名额已确认")).to_be_visible()


def in_the_ticket(mother: Page, name: str) -> str:
    """Return the path that the picture on a child's ticket holds, as a camera reads it."""
    mother.goto("/registrations/")
    mother.get_by_role("listitem").filter(has_text=name).get_by_role("link").first.click()
    picture = mother.get_by_role("img", name="二维码，签到时出示")
    expect(picture).to_be_visible()
    drawn = mother.request.get(str(picture.get_attribute("src"))).text()
    address = read(drawn)
    assert address.startswith(f"{settings.SITE_URL}/check-in/")
    return address.removeprefix(settings.SITE_URL)


def checked_in(leader: Page, session: Session, ticket: str) -> None:
    """Check in the elder by the ticket, twice, and the younger by the list."""
    expect(leader.get_by_role("heading", level=1)).to_have_text(ELDER)
    leader.get_by_role("button", name="签到").click()
    expect(leader.get_by_text("已签到").first).to_be_visible()
    leader.goto(ticket)
    expect(leader.get_by_role("button", name="签到")).to_have_count(0)
    leader.goto(f"/sessions/{session.code}/check-in/")
    expect(leader.locator("[data-part=came]")).to_have_text("1")
    leader.get_by_role("button", name=f"签到 {YOUNGER}").click()
    expect(leader.locator("[data-part=came]")).to_have_text("2")


def note_read(leader: Page, session: Session) -> None:
    """Read what to mind about the younger; it stands nowhere until it is asked for."""
    leader.goto(f"/sessions/{session.code}/care/")
    expect(leader.get_by_text(NOTE)).to_have_count(0)
    leader.get_by_role("button", name=YOUNGER).click()
    expect(leader.get_by_text(NOTE)).to_be_visible()
    expect(leader.get_by_text(PHONE)).to_be_visible()


def exported(page: Page) -> dict[str, list[tuple[object, ...]]]:
    """Return the sheets of the register that an administrator takes; neither child is named in it."""
    with page.expect_download() as book:
        page.get_by_role("button", name="导出").click()
    path = Path(book.value.path())
    with zipfile.ZipFile(path) as parts:
        held = "".join(parts.read(one).decode("utf-8", "ignore") for one in parts.namelist())
    assert not any(word in held for word in (ELDER, YOUNGER, NOTE, PHONE, CONTACT))
    with path.open("rb") as stream:
        return {sheet.title: list(sheet.values)[1:] for sheet in load_workbook(stream)}


def test_two_children_come_to_a_camp_and_after_its_term_nothing_is_held(
    crew: Crew, opened: Open
) -> None:
    session = a_camp(crew)
    (visitor,) = come(session, crew.cast.ji)
    reactions.skip_to("notices", journal.last_position())
    mother = opened(crew.ma, f"/sessions/{session.code}/", width=375)
    signed_up(mother)
    services.cancel(visitor, by=crew.cast.ji)
    place_taken(mother)

    ticket = in_the_ticket(mother, ELDER)
    leader = opened(crew.qin, ticket, width=375)
    checked_in(leader, session, ticket)
    note_read(leader, session)
    younger = Minor.objects.get(name=YOUNGER)
    (reading,) = Entry.objects.filter(action="minor.read")
    assert (reading.subject_key, reading.actor_id) == (younger.code, crew.qin.pk)
    mother.goto(f"/guardians/{younger.code}/")
    read_at = timezone.localtime(reading.at)
    line = f"{read_at:%Y-%m-%d %H:%M} 场次负责人：紧急联系人、紧急联系电话、健康情况"
    expect(mother.get_by_role("listitem").filter(has_text=line)).to_be_visible()

    last = timezone.localdate(session.ends_at) + timedelta(days=30)
    assert guardians.delete_due(last) == 0
    assert guardians.delete_due(last + timedelta(days=1)) == 2
    mother.goto("/guardians/")
    expect(mother.get_by_text("现在没有保存您孩子的任何信息。")).to_be_visible()
    leader.goto(f"/sessions/{session.code}/care/")
    expect(leader.get_by_text("这个场次没有孩子报名，或信息已经按期删除。")).to_be_visible()
    leader.goto(f"/sessions/{session.code}/check-in/")
    gone = leader.get_by_role("listitem").filter(has_text="未成年人（资料已删除）")
    expect(gone).to_have_count(2)
    for page in (mother, leader):
        for path in ("/registrations/", "/guardians/", f"/sessions/{session.code}/"):
            page.goto(path)
            expect(page.get_by_text(YOUNGER)).to_have_count(0)
    assert Registration.objects.filter(session=session, state="confirmed").count() == 2

    sheets = exported(opened(crew.cast.he, "/guardians/audit/"))
    assert [row[1] for row in sheets["查看"]] == [younger.code]
    (deletion,) = sheets["删除"]
    assert deletion[1:5] == (session.code, "雨城女孩科学营", "期限已到", "2")
