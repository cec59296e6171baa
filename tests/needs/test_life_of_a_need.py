"""Every move of a need × everybody: who may, who may not, and from which state."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from tests.cast import DEYANG, GOOD, SECRET, Cast, firm, need_content, told

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.needs import documents, policies, selectors, services
from keqiao.needs.models import Need
from keqiao.needs.states import MACHINE, State
from keqiao.needs.types import Resolution
from keqiao.ops.commands import tend
from keqiao.organisations import services as organisations

pytestmark = pytest.mark.django_db
EVERYBODY = ("lin", "zhou", "chen", "gu", "wu", "zheng", "sun", "he", "ji")
MOVES: dict[str, tuple[str, Callable[[Need, Person], object], set[str]]] = {
    "revise": (
        "draft",
        lambda n, who: services.revise(n, need_content(title="改过"), by=who),
        {"lin"},
    ),
    "submit": ("draft", lambda n, who: services.submit(n, by=who), {"lin"}),
    "approve": ("review", lambda n, who: services.approve(n, by=who, scores=GOOD), {"zheng"}),
    "send_back": (
        "review",
        lambda n, who: services.send_back(n, by=who, **told("写清指标。")),
        {"zheng"},
    ),
    "close": ("open", lambda n, who: services.close(n, Resolution.SOLVED, by=who), {"lin"}),
}


def in_state(cast: Cast, state: str) -> Need:
    need = cast.need()
    if state in {"review", "open", "closed"}:
        need = services.submit(need, by=cast.lin)
    if state in {"open", "closed"}:
        need = services.approve(need, by=cast.zheng, scores=GOOD)
    if state == "closed":
        need = services.close(need, Resolution.SOLVED, by=cast.lin)
    return need


@pytest.mark.parametrize("verb", MOVES)
def test_each_move_is_made_by_those_who_may_and_nobody_else(verb: str, cast: Cast) -> None:
    state, move, allowed = MOVES[verb]
    for name in EVERYBODY:
        need = in_state(cast, state)
        before = Entry.objects.count()
        if name in allowed:
            move(need, getattr(cast, name))
            need.refresh_from_db()
            assert need.state == MACHINE.moves[verb][1]
            assert Entry.objects.latest("position").actor_id == getattr(cast, name).pk
        else:
            with pytest.raises(NotAllowed):
                move(need, getattr(cast, name))
            need.refresh_from_db()
            assert need.state == state
            assert Entry.objects.count() == before


@pytest.mark.parametrize("verb", MOVES)
def test_no_move_is_made_from_a_wrong_state(verb: str, cast: Cast) -> None:
    _state, move, allowed = MOVES[verb]
    who = getattr(cast, next(iter(allowed)))
    for state in ("draft", "review", "open", "closed"):
        if not MACHINE.allows(verb, state):
            need = in_state(cast, state)
            with pytest.raises(WrongState):
                move(need, who)
            need.refresh_from_db()
            assert need.state == state


def test_an_owner_who_is_a_reviewer_does_not_review_the_own_need(cast: Cast) -> None:
    need = in_state(cast, "review")
    organisations.add_member(cast.lithium, cast.zheng, by=None)
    with pytest.raises(NotAllowed):
        services.approve(need, by=Person.objects.get(pk=cast.zheng.pk), scores=GOOD)


def test_a_broker_writes_for_an_enterprise_of_the_area_only(cast: Cast) -> None:
    need = services.draft(need_content(), by=cast.wu, organisation=cast.lithium)
    assert need.author == cast.wu
    with pytest.raises(NotAllowed):
        services.draft(need_content(), by=cast.sun, organisation=cast.lithium)
    with pytest.raises(NotAllowed):
        services.draft(need_content(), by=cast.zhou, organisation=cast.lithium)


def test_nothing_of_an_unverified_organisation_is_opened(cast: Cast) -> None:
    fresh = firm("雅安示例电池有限公司", "511800", "91511800MAKQ00009", by=cast.ji)
    need = services.draft(need_content(), by=cast.ji, organisation=fresh)
    services.submit(need, by=cast.ji)
    need.refresh_from_db()
    with pytest.raises(services.OrganisationNotVerified):
        services.approve(need, by=cast.zheng, scores=GOOD)


def test_who_opened_an_older_form_is_told_and_loses_nothing(cast: Cast) -> None:
    need = cast.need()
    seen = need.revision
    services.revise(need, need_content(title="同事先改了"), by=cast.lin, revision=seen)
    with pytest.raises(services.ChangedMeanwhile):
        services.revise(need, need_content(title="后来者"), by=cast.lin, revision=seen)
    need.refresh_from_db()
    assert need.title == "同事先改了"


def test_two_reviewers_at_once_open_it_once(cast: Cast) -> None:
    need = in_state(cast, "review")
    twin = Need.objects.get(pk=need.pk)
    services.approve(need, by=cast.zheng, scores=GOOD)
    with pytest.raises(services.ChangedMeanwhile):
        services.approve(twin, by=cast.zheng, scores=GOOD)
    assert Entry.objects.filter(action="need.opened", subject_key=need.code).count() == 1


def test_everything_that_is_missing_is_named_at_once(cast: Cast) -> None:
    need = cast.need(wanted="短", region_id="", cooperation=(), public_title="", public_text="")
    with pytest.raises(Invalid) as refusal:
        services.submit(need, by=cast.lin)
    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {"wanted", "region", "cooperation", "public_title", "public_text"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"stage": 10}, "stage"),
        ({"stage": 0}, "stage"),
        ({"budget_low": Decimal(-1)}, "budget_low"),
        ({"budget_low": Decimal("NaN")}, "budget_low"),
        ({"budget_low": Decimal(9), "budget_high": Decimal(8)}, "budget_low"),
        ({"region_id": "999999"}, "region"),
        ({"industry_id": "Z9999"}, "industry"),
        ({"subject_id": "不存在"}, "subject"),
        ({"keywords": tuple(f"词{n}" for n in range(13))}, "keywords"),
        ({"wanted": "锂\x00渣"}, "wanted"),
        ({"wanted": "锂\ud800渣"}, "wanted"),
        ({"public_text": "锂\u202e渣"}, "public_text"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    changes: dict[str, object], field: str, cast: Cast
) -> None:
    with pytest.raises(Invalid) as refusal:
        cast.need(**changes)
    assert field in {problem.field for problem in refusal.value.problems}
    assert not Need.objects.exists()


def test_a_name_with_rare_characters_stays_as_typed(cast: Cast) -> None:
    need = cast.need(title="𠮷㐂·鋰渣（一期）", wanted="“引号”，１２３。\r\n第二行")
    need.refresh_from_db()
    assert need.title == "𠮷㐂·鋰渣（一期）"
    assert need.wanted == "“引号”，１２３。\n第二行"


def test_a_deadline_in_the_past_is_refused_when_handed_in(cast: Cast) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    need = cast.need(deadline_on=yesterday)
    with pytest.raises(Invalid):
        services.submit(need, by=cast.lin)


def test_the_yes_no_answer_and_the_condition_on_rows_agree(cast: Cast) -> None:
    for state in ("draft", "review", "open", "closed"):
        in_state(cast, state)
    elsewhere = cast.need(region_id=DEYANG)
    services.submit(elsewhere, by=cast.lin)
    for who in (AnonymousUser(), *(getattr(cast, name) for name in EVERYBODY)):
        listed = set(Need.objects.filter(policies.visible_to(who)))
        assert listed == {need for need in Need.objects.all() if policies.may_see(who, need)}
        to_review = set(selectors.to_review(who))
        assert to_review == {
            need
            for need in Need.objects.filter(state=State.REVIEW)
            if policies.may_review(who, need)
        }


def test_what_is_indexed_holds_no_private_word(cast: Cast) -> None:
    need, draft = cast.open_need(), cast.need()
    entries = documents.entries([need.code, draft.code])
    assert set(entries) == {need.code} == set(documents.open_codes())
    assert SECRET not in entries[need.code].words()
    assert SECRET in documents.private_entry(need).words()


def test_files_are_for_the_owner_and_the_staff(cast: Cast) -> None:
    need = cast.open_need()
    kept = services.attach(
        need, BytesIO(b"%PDF-1.7 x"), name="图.pdf", size=10, most_mib=1, by=cast.lin
    )
    assert selectors.attachment(selectors.get_private(need.code, by=cast.wu), kept.pk) == kept
    for name in ("zhou", "chen", "sun"):
        with pytest.raises(Missing):
            selectors.get_private(need.code, by=getattr(cast, name))
        with pytest.raises(NotAllowed):
            services.detach(kept, by=getattr(cast, name))
    with pytest.raises(Invalid):
        services.attach(need, BytesIO(b"MZ"), name="坏.pdf", size=2, most_mib=1, by=cast.lin)


def test_a_need_whose_time_has_run_out_is_closed(cast: Cast) -> None:
    need = cast.open_need()
    assert need.expires_on is not None
    assert tend.expire(need.expires_on) == (0, 0)
    assert tend.expire(need.expires_on + datetime.timedelta(days=1)) == (1, 0)
    need.refresh_from_db()
    assert (need.state, need.resolution) == (State.CLOSED, Resolution.EXPIRED)
    assert Entry.objects.latest("position").actor_id is None


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"region": "510000"}, True),
        ({"region": "511800"}, True),
        ({"region": "510600"}, False),
        ({"industry": "C26"}, True),
        ({"industry": "C3"}, False),
        ({"subject": "E02"}, True),
        ({"cooperation": "service"}, True),
        ({"cooperation": "licence"}, False),
        ({"stage": 6}, True),
        ({"stage": 5}, False),
    ],
)
def test_lists_are_narrowed_by_subtrees(
    narrowed: dict[str, object], *, found: bool, cast: Cast
) -> None:
    need = cast.open_need()
    rows = selectors.public(selectors.Filter(**narrowed))  # type: ignore[arg-type]
    assert (need in rows) is found
