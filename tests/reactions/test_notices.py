"""Who is told what: each deed reaches whom it concerns, never who did it, never a rival, and says nothing secret."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.utils import timezone
from tests.cast import GOOD, SECRET, YAAN, Cast, browser, firm, need_content, person
from tests.cast import told as grounds
from tests.meetings.test_meetings import content as meeting_content
from tests.outcomes.test_outcomes import confirmed
from tests.outcomes.test_outcomes import content as outcome_content
from tests.postoffice import SITE, PostOffice, plain

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.casework import concerns
from keqiao.casework import services as casework
from keqiao.casework.models import Case, Concern, Party
from keqiao.casework.types import EndReason, NoteKind, Side, StepContent
from keqiao.complaints import states as complaint_states
from keqiao.correspondence import services as correspondence
from keqiao.invitations.models import Invitation
from keqiao.journal import selectors as journal
from keqiao.meetings import services as meetings
from keqiao.messaging.models import Mail, Notice
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.offers import services as offers
from keqiao.organisations import services as organisations
from keqiao.outcomes import services as outcomes
from keqiao.outcomes.models import FollowUp, Milestone
from keqiao.places.models import Association
from keqiao.reactions import selectors, services
from keqiao.reactions.telling import TELLINGS

pytestmark = pytest.mark.django_db
EML = b"From: a@b.example\r\nDate: Tue, 4 Mar 2031 09:30:00 +0800\r\nMessage-ID: <1@b.example>\r\n\r\nhi\r\n"
Deed = Callable[[Cast, Case], object]


def forget_the_past() -> None:
    """Begin to tell from here, as a database in use does after its upgrade."""
    services.skip_to("notices", journal.last_position())


def told(cast: Cast) -> dict[str, list[str]]:
    """Have everything told; return the kinds of what was told, by the names of the cast."""
    services.run("mail")
    assert not selectors.failures().exists()
    names = {
        one.pk: name for name in Cast.__slots__ if isinstance(one := getattr(cast, name), Person)
    }
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.order_by("pk"):
        found.setdefault(names[notice.person_id], []).append(notice.kind)
    return found


def invitation(case: Case) -> Invitation:
    return Invitation.objects.get(case=case)


def milestone(case: Case) -> Milestone:
    return Milestone.objects.get(case=case)


def party(case: Case, side: Side) -> Party:
    return Party.objects.get(case=case, side=side)


def delivered(cast: Cast, case: Case) -> None:
    outcomes.add_milestone(case, "千吨级试验", by=cast.wu)
    outcomes.deliver(milestone(case), by=cast.chen)
    forget_the_past()


def attached(cast: Cast, case: Case) -> object:
    return casework.attach(case, BytesIO(b"a,b"), name="表.csv", size=3, most_mib=1, by=cast.chen)


def shared(cast: Cast, case: Case) -> object:
    return concerns.share(Concern.objects.get(case=case), by=cast.lin)


def delivered_now(cast: Cast, case: Case) -> None:
    outcomes.add_milestone(case, "千吨级试验", by=cast.wu)
    outcomes.deliver(milestone(case), by=cast.chen)


def returned(cast: Cast, case: Case) -> None:
    delivered(cast, case)
    outcomes.return_(milestone(case), "缺检测报告", by=cast.lin)


def accepted(cast: Cast, case: Case) -> None:
    delivered(cast, case)
    outcomes.accept(milestone(case), by=cast.lin)


def disputed(cast: Cast, case: Case) -> None:
    entered = outcomes.enter(case, outcome_content(), by=cast.wu)
    forget_the_past()
    outcomes.dispute(entered, "数字不对", by=cast.lin)


def decided(cast: Cast, case: Case) -> None:
    entered = outcomes.enter(case, outcome_content(), by=cast.wu)
    outcomes.dispute(entered, "数字不对", by=cast.lin)
    entered.refresh_from_db()
    forget_the_past()
    outcomes.decide(entered, "核对过，属实", stands=True, by=cast.he)


def handed_over(cast: Cast, case: Case) -> None:
    other = person("tangxing", "唐行")
    access.grant(other, Role.BROKER, Association.objects.get(region_id=YAAN), by=cast.he)
    cast.ji = other  # so that the table below can name the new broker
    forget_the_past()
    casework.hand_over(case, other, by=cast.wu)


IN_A_CASE: list[tuple[str, Deed, dict[str, str]]] = [
    (
        "step",
        lambda cast, case: casework.advance(
            case, "contact", StepContent("内部的话"), by=cast.wu
        ),
        {"lin": "case", "chen": "case"},
    ),
    (
        "end",
        lambda cast, case: casework.end(
            case, EndReason.TERMS, StepContent(reason="价格"), by=cast.wu
        ),
        {"lin": "case", "chen": "case"},
    ),
    (
        "task of a party",
        lambda cast, case: casework.add_task(
            case, "寄样品", by=cast.wu, party=party(case, Side.ANSWERS)
        ),
        {"chen": "task"},
    ),
    ("task of the broker", lambda cast, case: casework.add_task(case, "电话", by=cast.wu), {}),
    (
        "shared note",
        lambda cast, case: casework.note(
            case, "请看附件", by=cast.wu, kind=NoteKind.NOTE, is_shared=True
        ),
        {"lin": "case", "chen": "case"},
    ),
    (
        "staff note",
        lambda cast, case: casework.note(case, "只给经办", by=cast.wu, kind=NoteKind.NOTE),
        {},
    ),
    (
        "a party's note",
        lambda cast, case: casework.note(case, "收到", by=cast.lin, kind=NoteKind.NOTE),
        {"chen": "case", "wu": "case"},
    ),
    ("file", attached, {"lin": "case", "wu": "case"}),
    (
        "shared letter",
        lambda cast, case: correspondence.bring_in(
            case, [EML], is_shared=True, most_mib=1, by=cast.wu
        ),
        {"lin": "case", "chen": "case"},
    ),
    (
        "staff letter",
        lambda cast, case: correspondence.bring_in(
            case, [EML], is_shared=False, most_mib=1, by=cast.wu
        ),
        {},
    ),
    ("need shared", shared, {"chen": "case"}),
    (
        "seated",
        lambda cast, case: casework.add_party(case, cast.gu_studio, Side.SUPPORTS, by=cast.wu),
        {"gu": "case"},
    ),
    ("handed over", handed_over, {"ji": "case"}),
    (
        "meeting",
        lambda cast, case: meetings.call(case, meeting_content(case), by=cast.wu),
        {"lin": "meeting", "chen": "meeting"},
    ),
    (
        "outcome",
        lambda cast, case: outcomes.enter(case, outcome_content(), by=cast.wu),
        {"lin": "outcome", "chen": "outcome"},
    ),
    (
        "outcome of a side",
        lambda cast, case: outcomes.enter(case, outcome_content(), by=cast.lin),
        {"chen": "outcome"},
    ),
    ("dispute", disputed, {"chen": "outcome", "wu": "outcome", "he": "outcome"}),
    ("decision", decided, {"lin": "outcome", "chen": "outcome", "wu": "outcome"}),
    ("delivered", delivered_now, {"lin": "milestone", "wu": "milestone"}),
    ("accepted", accepted, {"chen": "milestone", "wu": "milestone"}),
    ("returned", returned, {"chen": "milestone", "wu": "milestone"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("deed", "expected"),
    [row[1:] for row in IN_A_CASE],
    ids=[row[0] for row in IN_A_CASE],
)
def test_what_happens_in_a_case_is_told_at_its_table(
    cast: Cast, deed: Deed, expected: dict[str, str]
) -> None:
    case = cast.table()
    forget_the_past()
    deed(cast, case)
    assert told(cast) == {name: [kind] for name, kind in expected.items()}


def test_what_is_followed_twice_is_told_once(cast: Cast, post_office: PostOffice) -> None:
    for one in (cast.lin, cast.chen):
        accounts.consent(one, Purpose.MAIL, by=one)
    case, start = cast.table(), journal.last_position()
    meetings.call(case, meeting_content(case), by=cast.wu)
    for _time in range(2):
        services.skip_to("notices", start)
        services.run("mail")
    assert (Notice.objects.count(), Mail.objects.count(), len(post_office.taken)) == (2, 2, 2)


def test_taking_up_a_need_is_told_to_who_asks(cast: Cast) -> None:
    need = cast.open_need()
    forget_the_past()
    casework.open_case([need], by=cast.wu)
    assert told(cast) == {"lin": ["case"]}


def test_reviews_are_told_to_who_submitted(cast: Cast) -> None:
    forget_the_past()
    cast.open_need()
    cast.open_offer()
    assert told(cast) == {"lin": ["review"], "chen": ["review"]}
    back = needs.submit(cast.need(), by=cast.lin)
    needs.send_back(back, by=cast.zheng, **grounds(f"请删去{SECRET}"))
    offer = offers.submit(cast.offer(), by=cast.chen)
    offers.send_back(offer, by=cast.zheng, **grounds("请补证据"))
    assert told(cast) == {"lin": ["review"] * 2, "chen": ["review"] * 2}


def test_what_the_platform_ends_is_told_and_what_a_person_ends_is_not(cast: Cast) -> None:
    need, offer, own = cast.open_need(), cast.open_offer(), cast.open_need()
    forget_the_past()
    needs.close(need, Resolution.EXPIRED, by=None)
    offers.close(offer, by=None, reason="expired")
    needs.close(own, Resolution.WITHDRAWN, by=cast.lin)
    assert told(cast) == {"lin": ["ending"], "chen": ["ending"]}


def test_the_check_of_an_organisation_is_told_to_its_members(cast: Cast) -> None:
    mine = firm("雅安示例电池有限公司", YAAN, "91511800MAKQ00003", by=cast.ji)
    other = firm("雅安示例隔膜有限公司", YAAN, "91511800MAKQ00004", by=cast.gu)
    forget_the_past()
    organisations.verify(mine, by=cast.zheng)
    organisations.refuse(other, note="信用代码查不到", by=cast.zheng)
    assert told(cast) == {"ji": ["organisation"], "gu": ["organisation"]}


def test_a_role_is_told_to_its_holder(cast: Cast) -> None:
    forget_the_past()
    given = access.grant(cast.ji, Role.BROKER, Association.objects.get(region_id=YAAN), by=cast.he)
    access.end(given, by=cast.he)
    assert told(cast) == {"ji": ["account", "account"]}
    assert "经纪人" in str(Notice.objects.earliest("pk").phrase)


def test_a_question_after_an_outcome_goes_to_both_sides(cast: Cast) -> None:
    outcome = confirmed(cast)
    FollowUp.objects.filter(outcome=outcome, days=30).update(due_on=timezone.localdate())
    forget_the_past()
    outcomes.ask_after(FollowUp.objects.get(outcome=outcome, days=30))
    assert told(cast) == {"lin": ["follow_up"], "chen": ["follow_up"]}


def test_every_sentence_leads_to_a_page_that_its_reader_may_open(cast: Cast) -> None:
    forget_the_past()
    case = cast.table()
    meetings.call(case, meeting_content(case), by=cast.wu)
    outcomes.enter(case, outcome_content(), by=cast.wu)
    cast.open_offer()
    told(cast)
    for notice in Notice.objects.select_related("person"):
        client = browser(notice.person)
        client.cookies["second"] = "1"
        answer = client.get(notice.path)
        assert answer.status_code in {200, 302}, notice.path
        assert notice.phrase.say()


def test_who_may_no_longer_see_a_thing_is_not_told(cast: Cast) -> None:
    case = cast.table()
    forget_the_past()
    casework.note(case, "请看附件", by=cast.wu, kind=NoteKind.NOTE, is_shared=True)
    member = cast.lithium.memberships.get()
    member.ended_at = timezone.now()
    member.save()
    casework.remove_party(party(case, Side.ANSWERS), reason="没有人手", by=cast.wu)
    assert told(cast) == {}


def test_no_mail_holds_a_secret_or_another_persons_address(
    cast: Cast, post_office: PostOffice
) -> None:
    for name in ("lin", "zhou", "chen", "wu", "he", "ji", "gu", "sun", "zheng"):
        accounts.consent(getattr(cast, name), Purpose.MAIL, by=getattr(cast, name))
    forget_the_past()
    case = cast.table()
    casework.note(case, SECRET, by=cast.wu, kind=NoteKind.NOTE, is_shared=True)
    casework.add_task(case, SECRET, by=cast.wu, party=party(case, Side.ASKS))
    casework.advance(case, "contact", StepContent(SECRET), by=cast.wu)
    entered = outcomes.enter(case, outcome_content(text=f"{SECRET}的锂渣已经全部消纳"), by=cast.wu)
    outcomes.dispute(entered, SECRET, by=cast.lin)
    back = needs.submit(cast.need(title=SECRET), by=cast.lin)
    needs.send_back(back, by=cast.zheng, **grounds(SECRET))
    services.run("mail")
    assert set(post_office.receivers()) == {"linxiaoman", "chenyan", "wuqiao", "helan"}
    for letter in post_office.letters():
        said = plain(letter)
        assert SECRET not in said + str(letter["Subject"])
        assert "@" not in said


def test_old_entries_are_not_told_on_a_database_in_use(cast: Cast) -> None:
    from importlib import import_module

    from django.apps import apps

    from keqiao.reactions.models import Cursor

    cast.open_need()
    Cursor.objects.filter(name="notices").delete()
    migration = import_module("keqiao.reactions.migrations.0002_notices_begin_now")
    migration.begin_now(apps, None)
    assert told(cast) == {}
    cast.open_offer()
    assert told(cast) == {"chen": ["review"]}


def test_every_action_that_is_told_is_one_that_somebody_records() -> None:
    import re
    from pathlib import Path

    import keqiao

    package = Path(keqiao.__file__).parent
    told_here = (
        package / "reactions"
    )  # where they are told, which is no proof that somebody records them
    rooms = (path for path in package.glob("*/*.py") if path.parent != told_here)
    text = "".join(path.read_text(encoding="utf-8") for path in rooms)
    recorded = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text))
    recorded |= {"organisation.verified", "organisation.refused"}  # written from the standing
    recorded |= {f"complaint.{verb}" for verb in complaint_states.MACHINE.moves}
    assert set(TELLINGS) <= recorded


def test_links_lead_to_this_site(cast: Cast, post_office: PostOffice) -> None:
    accounts.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    forget_the_past()
    need = cast.open_need()
    services.run("mail")
    assert f"{SITE}/needs/{need.code}/private/" in plain(post_office.letters("linxiaoman")[0])


def test_a_hostile_title_is_told_as_it_is(cast: Cast) -> None:
    forget_the_past()
    title = "锂渣 %(title)s <b>%s</b>"
    needs.approve(
        needs.submit(
            needs.draft(
                need_content(title=title, public_title=title),
                by=cast.lin,
                organisation=cast.lithium,
            ),
            by=cast.lin,
        ),
        by=cast.zheng,
        scores=GOOD,
    )
    told(cast)
    assert title in Notice.objects.get().phrase.say()
    page = browser(cast.lin).get("/notices/").content.decode()
    assert "<b>%s</b>" not in page
