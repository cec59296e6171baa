"""What a party may rely on: who reads the private version, who speaks for a side, what is closed with a case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import SECRET, YAAN, Cast, browser, firm
from tests.outcomes.test_outcomes import content as outcome_content

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.base.errors import Invalid, NotAllowed
from keqiao.casework import concerns, selectors, services, steps
from keqiao.casework.types import Side, StepContent
from keqiao.invitations import services as invitations
from keqiao.journal.models import Entry
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.organisations import services as organisations
from keqiao.outcomes import services as outcomes
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def test_the_owner_chooses_who_reads_the_need_and_who_joins_later_does_not(cast: Cast) -> None:
    case = cast.table()
    concern, path = case.concerns.get(), f"/cases/{case.code}/share/{case.concerns.get().pk}/"
    read = f"/needs/{concern.need.code}/private/"
    chen = selectors.parties(case)[1]
    owner = browser(cast.lin)
    owner.post(path, {"is_shared": "1", "party": str(chen.pk)})
    assert selectors.reads_private(cast.chen, concern.need)
    rival = services.add_party(case, cast.rival, Side.ANSWERS, by=cast.wu)
    assert browser(cast.zhou).get(read).status_code == 404
    page = owner.get(f"/cases/{case.code}/").content.decode()
    assert f"让{cast.rival.name}看到完整需求" in page
    assert f"不再让{cast.chen_studio.name}看完整需求" in page
    owner.post(path, {"is_shared": "1", "party": str(rival.pk)})
    assert SECRET in browser(cast.zhou).get(read).content.decode()
    owner.post(path, {"is_shared": "0", "party": str(rival.pk)})
    assert browser(cast.zhou).get(read).status_code == 404
    assert selectors.reads_private(cast.chen, concern.need)
    browser(cast.wu).post(path, {"is_shared": "1", "party": str(rival.pk)})
    assert not selectors.reads_private(cast.zhou, concern.need)


def test_the_words_of_a_party_are_for_the_whole_table_and_it_is_told_so(cast: Cast) -> None:
    case = cast.table()
    page = browser(cast.lin).get(f"/cases/{case.code}/").content.decode()
    assert "各参与方和经办科协都会看到" in page
    assert 'id="note_is_shared"' not in page
    assert 'id="note_is_shared"' in browser(cast.wu).get(f"/cases/{case.code}/").content.decode()


def test_who_only_supports_does_not_read_what_was_shared_with_those_who_answer(cast: Cast) -> None:
    case = cast.table()
    services.add_party(case, cast.rival, Side.SUPPORTS, by=cast.wu)
    concerns.share(case.concerns.get(), by=cast.lin)
    assert not selectors.reads_private(cast.zhou, case.concerns.get().need)


def test_the_staff_reach_those_who_let_themselves_be_reached_and_nobody_else_reads_an_address(
    cast: Cast,
) -> None:
    case = cast.table()
    accounts.consent(cast.lin, Purpose.CONTACT, by=cast.lin)
    accounts.withdraw(cast.chen, Purpose.CONTACT, by=cast.chen)
    path = f"/cases/{case.code}/"
    page = browser(cast.wu).get(path).content.decode()
    assert cast.lin.email in page
    assert cast.chen.email not in page
    assert "没有人同意留联系方式" in page
    assert cast.lin.email not in browser(cast.chen).get(path).content.decode()


@pytest.mark.parametrize("side", [Side.ASKS, Side.ANSWERS])
def test_an_association_speaks_for_no_side(cast: Cast, side: Side) -> None:
    case = cast.table()
    node = Association.objects.get(region_id=YAAN)
    with pytest.raises(Invalid, match="只能作为支持方参加"):
        services.add_party(case, node, side, by=cast.wu)
    assert services.add_party(case, node, Side.SUPPORTS, by=cast.wu).side == "supports"


def test_the_broker_never_gives_a_sides_word(cast: Cast) -> None:
    case = cast.table()
    outcome = outcomes.enter(case, outcome_content(), by=cast.wu)
    organisations.add_member(cast.lithium, cast.wu, by=cast.lin)
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        outcomes.confirm(outcome, by=cast.wu)
    assert Entry.objects.count() == before


def test_a_society_that_answers_does_not_have_its_own_people_as_broker(cast: Cast) -> None:
    root = Association.objects.get(region_id="510000")
    society = Association.objects.add_child(
        root, {"code": "S-0001", "name": "四川省示例学会", "kind": "society", "region_id": "510000"}
    )
    access.grant(cast.wu, Role.ORGANISER, society, by=cast.he)
    case = cast.table()
    with pytest.raises(services.HasStake):
        services.add_party(case, society, Side.ANSWERS, by=cast.wu)


def test_a_case_closes_the_needs_that_it_solved_and_lets_the_others_go(cast: Cast) -> None:
    solved = cast.open_need()
    other = cast.open_need(title="渗滤液", public_title="渗滤液")
    case = services.open_case([solved, other], by=cast.wu)
    due_on = timezone.localdate() + dt.timedelta(days=5)
    sent = invitations.invite(case, solved, cast.chen_studio, due_on=due_on, by=cast.wu)
    invitations.accept(sent, by=cast.chen)
    outcome = outcomes.enter(case, outcome_content(), by=cast.wu)
    for who in (cast.lin, cast.chen):
        outcomes.confirm(outcome, by=who)
    services.advance(case, "contact", StepContent(), by=cast.wu)
    with pytest.raises(Invalid, match="至少选一条"):
        outcomes.conclude(case, StepContent(reason="签了合同"), by=cast.wu, solved=[])
    outcomes.conclude(case, StepContent(reason="签了合同"), by=cast.wu, solved=[solved.code])
    solved.refresh_from_db()
    other.refresh_from_db()
    assert (solved.state, solved.resolution, other.state) == ("closed", "solved", "open")
    entry = Entry.objects.filter(action="case.moved").latest("position")
    assert entry.data["solved"] == [solved.code]


def test_one_of_several_needs_is_let_go_and_the_last_is_not(cast: Cast) -> None:
    first, second = cast.open_need(), cast.open_need(title="渗滤液", public_title="渗滤液")
    case = services.open_case([first, second], by=cast.wu)
    with pytest.raises(NotAllowed):
        concerns.let_go(case.concerns.get(need=second), by=cast.lin)
    concerns.let_go(case.concerns.get(need=second), by=cast.wu)
    second.refresh_from_db()
    assert second.state == "open"
    with pytest.raises(concerns.LastNeed):
        concerns.let_go(case.concerns.get(need=first), by=cast.wu)


def test_nobody_sits_down_for_a_need_that_its_owner_ended(cast: Cast) -> None:
    case = cast.case()
    need = case.concerns.get().need
    due_on = timezone.localdate() + dt.timedelta(days=5)
    sent = invitations.invite(case, need, cast.chen_studio, due_on=due_on, by=cast.wu)
    needs.close(need, Resolution.WITHDRAWN, by=cast.lin)
    sent.refresh_from_db()
    with pytest.raises(invitations.NeedGone):
        invitations.accept(type(sent).objects.get(pk=sent.pk), by=cast.chen)
    page = browser(cast.wu)
    assert "需求方已经结束了这条需求" in page.get(f"/cases/{case.code}/").content.decode()
    invitations.lapse(type(sent).objects.get(pk=sent.pk))
    sent.refresh_from_db()
    assert sent.state == "lapsed"


def test_the_day_to_look_again_is_set_without_a_step_and_kept_by_the_next(cast: Cast) -> None:
    case = cast.table()
    day = timezone.localdate() + dt.timedelta(days=3)
    steps.look_again(case, day, by=cast.wu)
    case.refresh_from_db()
    assert (case.next_on, case.state) == (day, "found")
    page = browser(cast.wu).get(f"/cases/{case.code}/").content.decode()
    assert f'name="next_on" value="{day.isoformat()}"' in page
    with pytest.raises(Invalid, match="已经过去"):
        steps.look_again(case, timezone.localdate() - dt.timedelta(days=1), by=cast.wu)
    with pytest.raises(Invalid, match="两年以后"):
        steps.look_again(case, dt.date(9999, 12, 31), by=cast.wu)
    with pytest.raises(NotAllowed):
        steps.look_again(case, day, by=cast.chen)


def test_a_party_leaves_with_a_reason(cast: Cast) -> None:
    case = cast.table()
    party = selectors.parties(case)[1]
    with pytest.raises(Invalid, match="请写明退出的原因"):
        services.remove_party(party, reason=" ", by=cast.chen)
    services.remove_party(party, reason="项目太忙", by=cast.chen)
    party.refresh_from_db()
    assert party.left_reason == "项目太忙"


@pytest.mark.parametrize(
    "entered",
    [
        "雅安示例装配式建材有限公司",
        "{code}",
        " {lower} ",
        "http://host/organisations/{code}/?x=1",
    ],
)
def test_a_party_is_seated_by_its_name_its_code_or_the_address_of_its_page(
    cast: Cast, entered: str
) -> None:
    builder = firm("雅安示例装配式建材有限公司", YAAN, "91511800MAKQ00003", by=cast.ji)
    organisations.verify(builder, by=cast.zheng)
    case = cast.table()
    typed = entered.format(code=builder.code, lower=builder.code.lower())
    path = f"/cases/{case.code}/do/seat/"
    assert browser(cast.wu).post(path, {"code": typed, "side": "answers"}).status_code == 302
    assert case.parties.filter(organisation=builder).exists()


@pytest.mark.parametrize("entered", ["示例锂", "成都示例锂电"])
def test_a_part_of_a_name_seats_nobody_and_is_answered_with_codes(cast: Cast, entered: str) -> None:
    case = cast.table()
    path = f"/cases/{case.code}/do/seat/"
    refused = browser(cast.wu).post(path, {"code": entered, "side": "answers"})
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "是不是这里面的一个" in said
    assert cast.rival.code in said
    assert not case.parties.filter(organisation=cast.rival).exists()
    nobody = browser(cast.wu).post(path, {"code": "没有这家", "side": "answers"})
    assert "没有找到这个编号或名称" in nobody.content.decode()


def test_the_address_of_a_refused_deed_leads_back_to_the_case(cast: Cast) -> None:
    case = cast.table()
    above = f"/cases/{case.code}/"
    for path, page in (
        (f"{above}do/step/", above),
        (f"{above}leave/1/", above),
        ("/notices/read/", "/notices/"),
        ("/preferences/tokens/1/revoke/", "/preferences/tokens/"),
        ("/large-type/", "/"),
    ):
        answer = browser(cast.wu).get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, page), path


def test_a_reason_of_spaces_is_refused_in_words_on_the_page_of_the_case(cast: Cast) -> None:
    case = cast.table()
    party = selectors.parties(case)[1]
    answer = browser(cast.wu).post(
        f"/cases/{case.code}/leave/{party.pk}/", {"reason": "　　"}, follow=True
    )
    assert answer.status_code == 200
    assert "请写明退出的原因" in answer.content.decode()


def test_a_need_that_is_carried_leads_to_its_case(cast: Cast) -> None:
    case = cast.table()
    need = case.concerns.get().need
    answer = browser(cast.wu).post(f"/needs/{need.code}/case/")
    assert answer.headers["Location"] == f"/cases/{case.code}/"
