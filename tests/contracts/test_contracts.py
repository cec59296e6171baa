"""A contract's draft is filled from the case, kept in versions, and handed out as papers."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import docx
import openpyxl
import pypdf
import pytest
from tests.cast import SECRET, YAAN, Cast, browser
from tests.meetings.test_meetings import content as meeting_content

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework import concerns
from keqiao.casework import selectors as casework
from keqiao.casework import services as case_services
from keqiao.casework.types import EndReason, Side, StepContent
from keqiao.contracts import selectors, services
from keqiao.contracts.types import contract, form
from keqiao.meetings import services as meetings
from keqiao.meetings.types import Decision, Minutes
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db


def test_it_begins_with_what_the_case_says_and_no_secret(cast: Cast) -> None:
    case = cast.table()
    begun = selectors.begun(case)
    assert begun["form"] == "commissioned"
    assert (begun["buyer_name"], begun["seller_name"]) == ("雅安示例锂业有限公司", "陈砚")
    assert begun["buyer_credit_code"] == cast.lithium.credit_code
    assert SECRET not in "".join(begun.values())


def test_targets_and_limits_are_filled_in_once_their_owner_shared_them(cast: Cast) -> None:
    case = cast.table()
    assert "targets" not in selectors.begun(case)
    assert SECRET not in "".join(selectors.begun(case).values())
    concerns.share(case.concerns.get(), by=cast.lin)
    begun = selectors.begun(case)
    assert "28 天活性指数≥65%" in begun["targets"]
    assert "限制条件：厂区不能新建窑炉。" in begun["targets"]
    assert begun["acceptance"].endswith("逐项验收。")
    concerns.share(case.concerns.get(), by=cast.lin, is_shared=False)
    assert "targets" not in selectors.begun(case)


def test_targets_stay_out_while_somebody_at_the_table_may_not_read_them(cast: Cast) -> None:
    case = cast.table()
    concerns.share(case.concerns.get(), by=cast.lin)
    case_services.add_party(case, cast.gu_studio, Side.ANSWERS, by=cast.wu)
    assert "targets" not in selectors.begun(case)
    concerns.share(case.concerns.get(), by=cast.lin)
    assert "targets" in selectors.begun(case)
    case_services.add_party(
        case, Association.objects.get(region_id=YAAN), Side.SUPPORTS, by=cast.wu
    )
    assert "targets" not in selectors.begun(case)


def test_a_natural_person_signs_and_has_neither_seal_nor_representative(cast: Cast) -> None:
    case = cast.table()
    services.draft(case, selectors.begun(case), after=0, by=cast.wu)
    client, path = browser(cast.lin), f"/cases/{case.code}/contract/"
    word = docx.Document(BytesIO(client.get(f"{path}1/contract.docx").content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*cells, *(one.text for one in word.paragraphs)])
    assert "陈砚（签字）" in said
    assert "陈砚（盖章）" not in said
    assert "雅安示例锂业有限公司（盖章）" in said
    assert cells.count("法定代表人") == 1
    assert cells.count("身份证件号码") == 1
    page = client.get(path).content.decode()
    assert 'name="buyer_legal_representative"' in page
    assert 'name="seller_legal_representative"' not in page
    assert 'name="seller_credit_code"' not in page


def test_a_long_form_is_saved_from_its_head_too(cast: Cast) -> None:
    page = browser(cast.lin).get(f"/cases/{cast.table().code}/contract/").content.decode()
    head, *_sections, foot = page.split("<details")
    assert "存为新的一版" in head
    assert "存为新的一版" in foot


def test_versions_are_kept_and_none_overtakes_another(cast: Cast) -> None:
    case = cast.table()
    first = services.draft(case, selectors.begun(case), after=0, by=cast.wu)
    second = services.draft(case, {**first.entered, "total": "360000"}, after=1, by=cast.lin)
    with pytest.raises(services.ChangedMeanwhile):
        services.draft(case, first.entered, after=1, by=cast.chen)
    assert [one.version for one in selectors.versions(case, by=cast.he)] == [2, 1]
    assert contract(second.entered).total == Decimal(360000)
    for person in (cast.zhou, cast.sun, cast.he):
        with pytest.raises(NotAllowed):
            services.draft(case, first.entered, after=2, by=person)
    with pytest.raises(Missing):
        selectors.versions(case, by=cast.zhou)


def test_wrong_values_are_refused_and_blanks_are_not(cast: Cast) -> None:
    case = cast.table()
    begun = selectors.begun(case)
    for wrong in (
        {"total": "1", "technical": "2"},
        {"buyer_credit_code": "91511800MAKQ00001X"},
        {"starts_on": "2027-02-01", "ends_on": "2027-01-01"},
        {"subject": "甲\x00乙"},
    ):
        with pytest.raises(Invalid):
            services.draft(case, {**begun, **wrong}, after=0, by=cast.wu)
    services.draft(case, {}, after=0, by=cast.wu)
    case_services.end(case, EndReason.TERMS, StepContent(reason="谈不拢"), by=cast.wu)
    with pytest.raises(WrongState):
        services.draft(case, begun, after=1, by=cast.wu)


def test_the_registration_form_says_what_is_still_missing(cast: Cast) -> None:
    begun = selectors.begun(cast.table())
    fields = {problem.field for problem in selectors.problems(begun)}
    assert {"total", "signed_on"} <= fields
    assert form(begun).buyers[0].region == "511800"


def test_the_papers_carry_the_parties_and_rare_characters(cast: Cast) -> None:
    case = cast.table()
    client = browser(cast.lin)
    path = f"/cases/{case.code}/contract/"
    shown = client.get(path)
    assert shown.status_code == 200
    entered = {
        **selectors.begun(case),
        "after": "0",
        "title": "锂渣微粉𠮷㐂开发",
        "total": "360000",
    }
    assert client.post(path, entered).status_code == 302
    pdf = client.get(f"{path}1/contract.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf.content)).pages)
    assert "雅安示例锂业有限公司" in text.replace("\n", "")
    word = docx.Document(BytesIO(client.get(f"{path}1/contract.docx").content))
    tables = "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    said = "".join(paragraph.text for paragraph in word.paragraphs) + tables
    assert "锂渣微粉𠮷㐂开发" in said
    sheet = openpyxl.load_workbook(BytesIO(client.get(f"{path}1/form.xlsx").content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("雅安示例锂业有限公司" in cell for cell in cells)
    for missing in (f"{path}9/contract.pdf", f"{path}1/contract.exe"):
        assert client.get(missing).status_code == 404


def test_a_refused_version_keeps_what_was_entered(cast: Cast) -> None:
    case = cast.table()
    entered = {
        **selectors.begun(case),
        "after": "0",
        "total": "1",
        "technical": "2",
        "risk": "各担一半",
    }
    page = browser(cast.lin).post(f"/cases/{case.code}/contract/", entered)
    assert page.status_code == 422
    assert "各担一半" in page.content.decode()


def test_minutes_and_invitation_of_a_meeting(cast: Cast) -> None:
    case = cast.table()
    meeting = meetings.call(case, meeting_content(case), by=cast.wu)
    client = browser(cast.chen)
    path = f"/meetings/{meeting.pk}/papers/"
    calendar = client.get(f"{path}invitation.ics").content.decode()
    assert "METHOD:REQUEST" in calendar
    assert client.get(f"{path}minutes.pdf").status_code == 404
    seat = casework.parties(case)[0].pk
    told = Minutes("同意先做试验。", ((seat, "林小满"),), (Decision("寄样品", "林小满"),))
    meetings.hold(meeting, told, by=cast.wu)
    for kind in ("minutes.pdf", "minutes.docx"):
        assert client.get(path + kind).status_code == 200
    assert browser(cast.zhou).get(f"{path}minutes.pdf").status_code == 404


def test_a_meeting_that_is_called_off_leaves_the_calendar(cast: Cast) -> None:
    case = cast.table()
    meeting = meetings.call(case, meeting_content(case), by=cast.wu)
    meetings.cancel(meeting, by=cast.wu)
    path = f"/meetings/{meeting.pk}/papers/invitation.ics"
    calendar = browser(cast.chen).get(path).content.decode()
    assert "METHOD:CANCEL" in calendar
    assert "SEQUENCE:1" in calendar
