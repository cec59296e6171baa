"""A case with everything on its table, for tests that walk over addresses."""

from __future__ import annotations

from io import BytesIO

from django.utils import timezone
from tests.cast import Cast
from tests.correspondence.test_correspondence import eml
from tests.meetings.test_meetings import content as meeting_content
from tests.outcomes.test_outcomes import content as outcome_content

from keqiao.casework import services as casework
from keqiao.casework.types import NoteKind
from keqiao.contracts import selectors as drafts
from keqiao.contracts import services as contracts
from keqiao.correspondence import services as correspondence
from keqiao.invitations.models import Invitation
from keqiao.meetings import services as meetings
from keqiao.outcomes import services as outcomes


def laid(cast: Cast) -> dict[str, str]:
    """Return the addresses of a case at which 林小满 and 陈砚 sit, by the names of the permission table."""
    case = cast.table()
    need = case.concerns.get().need
    meeting = meetings.call(case, meeting_content(case), by=cast.wu)
    outcome = outcomes.enter(case, outcome_content(), by=cast.wu)
    contracts.draft(case, drafts.begun(case), after=0, by=cast.wu)
    outcomes.add_milestone(case, "千吨级试验", by=cast.wu)
    casework.add_task(case, "寄样品", by=cast.wu, due_on=timezone.localdate())
    casework.note(case, "只给经办人看的话", by=cast.wu, kind=NoteKind.PHONE)
    kept = casework.attach(
        case, BytesIO(b"a,b\n"), name="数据.csv", size=4, most_mib=1, by=cast.chen
    )
    shared, kept_back = (
        correspondence.bring_in(
            case,
            [eml(number, files={"表.csv": b"a,b"})],
            is_shared=number == 1,
            most_mib=1,
            by=cast.wu,
        )[0]
        for number in (1, 2)
    )
    invitation = Invitation.objects.get(case=case)
    return {
        "case_detail table": f"/cases/{case.code}/",
        "case_match table": f"/cases/{case.code}/match/{need.code}/",
        "case_file table": f"/cases/{case.code}/files/{kept.pk}/",
        "case_enclosure shared": f"/cases/{case.code}/enclosures/{shared.enclosures.get().pk}/",
        "case_enclosure staff": f"/cases/{case.code}/enclosures/{kept_back.enclosures.get().pk}/",
        "contract_draft table": f"/cases/{case.code}/contract/",
        "contract_paper table": f"/cases/{case.code}/contract/1/contract.pdf",
        "meeting_paper table": f"/meetings/{meeting.pk}/papers/invitation.ics",
        "meeting_create table": f"/cases/{case.code}/meetings/new/",
        "meeting_detail table": f"/meetings/{meeting.pk}/",
        "meeting_edit table": f"/meetings/{meeting.pk}/edit/",
        "invitation_detail table": f"/invitations/{invitation.code}/",
        "outcome_detail table": f"/outcomes/{outcome.code}/",
        "need_private in case": f"/needs/{need.code}/private/",
    }
