"""Dispatches: brought in by a machine, published by a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.cast import DEYANG, YAAN, Cast

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.articles import documents, policies, selectors, services
from keqiao.articles.models import Dispatch
from keqiao.articles.states import MACHINE, State
from keqiao.articles.types import Content
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.places.models import Association

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

CountQueries = Callable[[int], AbstractContextManager[object]]
STRANGER = AnonymousUser()
PAGE = "a" * 64
CAMP = Content(
    headline="雅安市科协组织锂渣利用座谈",
    body="本报讯　日前，雅安市科协请来企业与专家，就锂渣的消纳一起座谈。",
    region_id=YAAN,
    byline="（通讯员　𠮷田㐂）",
    dated="3月1日",
    facts={"places": ["雅安"], "people": [{"name": "古力·阿依", "role": "专家"}]},
)
MOVES: dict[str, Callable[[Dispatch, Person], object]] = {
    "edit": lambda dispatch, who: services.edit(dispatch, edited(), by=who),
    "publish": lambda dispatch, who: services.publish(dispatch, by=who),
    "publish_edited": lambda dispatch, who: services.publish_edited(dispatch, edited(), by=who),
    "discard": lambda dispatch, who: services.discard(dispatch, by=who),
}


def edited(**changes: object) -> Content:
    return dataclasses.replace(CAMP, headline="改过的标题", **changes)  # type: ignore[arg-type]


def brought(source: str = PAGE, *contents: Content) -> Dispatch:
    return services.bring_in(contents or [CAMP], source=source, by=None)[0]


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def everybody() -> list[Person | AnonymousUser]:
    return [STRANGER, *(fresh(person) for person in Person.objects.all())]


def test_a_page_comes_in_as_drafts_that_nobody_has_published() -> None:
    nowhere = dataclasses.replace(CAMP, region_id="")
    fresh_ones = services.bring_in([CAMP, nowhere], source=PAGE, by=None)
    assert [(row.state, row.ordinal, row.region_id) for row in fresh_ones] == [
        ("draft", 1, YAAN),
        ("draft", 2, None),
    ]
    assert Dispatch.objects.get(ordinal=1).facts == CAMP.facts
    entries = Entry.objects.filter(action="dispatch.brought_in")
    assert [entry.actor_id for entry in entries] == [None, None]
    assert not selectors.public().exists()
    assert documents.open_codes() == []


def test_a_page_that_came_in_before_is_left_as_it_is(cast: Cast) -> None:
    first = brought()
    services.edit(first, edited(), by=cast.zheng)
    before = Entry.objects.count()
    assert services.bring_in([CAMP], source=PAGE, by=None) == []
    assert Entry.objects.count() == before
    assert Dispatch.objects.get().headline == "改过的标题"
    assert len(services.bring_in([CAMP, CAMP], source=PAGE, by=None)) == 1
    assert len(services.bring_in([CAMP], source="b" * 64, by=None)) == 1


def test_a_dispatch_of_no_page_always_comes_in() -> None:
    for _again in range(2):
        assert len(services.bring_in([CAMP], source="", by=None)) == 1


def test_one_bad_dispatch_keeps_the_whole_page_out() -> None:
    bad = dataclasses.replace(CAMP, body="锂\x00渣")
    with pytest.raises(Invalid):
        services.bring_in([CAMP, bad], source=PAGE, by=None)
    assert not Dispatch.objects.exists()
    assert not Entry.objects.filter(action="dispatch.brought_in").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"headline": ""}, "headline"),
        ({"headline": "长" * 121}, "headline"),
        ({"body": " "}, "body"),
        ({"byline": "\u202e"}, "byline"),
        ({"dated": "\ud800"}, "dated"),
        ({"facts": {"people": ["\x00"]}}, "facts"),
        ({"facts": {"people": ["\ud800"]}}, "facts"),
        ({"facts": {"score": float("nan")}}, "facts"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        brought(PAGE, dataclasses.replace(CAMP, **change))  # type: ignore[arg-type]
    assert [problem.field for problem in refusal.value.problems] == [field]


@pytest.mark.parametrize("region", ["\x00", "\ud800", "999999", "5" * 9999])
def test_a_place_that_is_none_is_left_out(region: str) -> None:
    assert brought(PAGE, dataclasses.replace(CAMP, region_id=region)).region_id is None


def test_a_person_brings_in_a_page_at_a_desk_only(cast: Cast) -> None:
    for person in (cast.lin, cast.wu, cast.sun, cast.ji):
        with pytest.raises(NotAllowed):
            services.bring_in([CAMP], source=PAGE, by=person)
    kept = services.bring_in([CAMP], source=PAGE, by=cast.zheng)
    assert [row.brought_by for row in kept] == [cast.zheng]


@pytest.mark.parametrize("verb", MOVES)
def test_the_desk_of_the_area_moves_a_draft_and_nobody_else(cast: Cast, verb: str) -> None:
    for number, person in enumerate(Person.objects.all()):
        dispatch = brought(f"page {number}")
        before = Entry.objects.count()
        if person in (cast.zheng, cast.he):
            MOVES[verb](dispatch, person)
            dispatch.refresh_from_db()
            target = MACHINE.moves[verb.removesuffix("_edited")][1]
            assert (dispatch.state, dispatch.edited_by) == (target, person)
            assert Entry.objects.latest("position").actor_id == person.pk
            assert Entry.objects.count() == before + 1
        else:
            with pytest.raises(NotAllowed):
                MOVES[verb](dispatch, person)
            assert Entry.objects.count() == before


@pytest.mark.parametrize("verb", MOVES)
def test_no_move_is_made_from_a_wrong_state(cast: Cast, verb: str) -> None:
    for end in (services.publish, services.discard):
        dispatch = brought(end.__name__)
        end(dispatch, by=cast.zheng)
        if not MACHINE.allows(verb.removesuffix("_edited"), dispatch.state):
            with pytest.raises(WrongState):
                MOVES[verb](dispatch, cast.zheng)


def test_what_is_published_is_read_and_found_by_everybody(cast: Cast) -> None:
    dispatch = services.publish(brought(), by=cast.zheng)
    assert dispatch.published_at is not None
    assert selectors.get(dispatch.code, by=STRANGER) == dispatch
    assert list(selectors.public()) == [dispatch]
    assert documents.open_codes() == [dispatch.code]
    assert documents.entries([dispatch.code])[dispatch.code].title == CAMP.headline


def test_what_is_put_away_again_is_found_no_more(cast: Cast) -> None:
    dispatch = services.publish(brought(), by=cast.zheng)
    services.discard(dispatch, by=cast.zheng)
    with pytest.raises(Missing):
        selectors.get(dispatch.code, by=STRANGER)
    assert documents.entries([dispatch.code]) == {}
    assert documents.open_codes() == []


def test_the_database_refuses_a_publication_without_an_editor() -> None:
    dispatch = brought()
    with pytest.raises(Exception, match="articles_published_by_a_person"):
        Dispatch.objects.filter(pk=dispatch.pk).update(state=State.PUBLISHED)


def test_a_draft_is_changed_and_published_in_one_go(cast: Cast) -> None:
    dispatch = services.publish_edited(brought(), edited(), by=cast.zheng)
    assert (dispatch.state, dispatch.headline) == ("published", "改过的标题")
    assert dispatch.facts == CAMP.facts
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.data) == ("dispatch.published", {"edited": True})


def test_a_refused_change_publishes_nothing_and_leaves_the_copy_as_it_was(cast: Cast) -> None:
    dispatch = brought()
    for content, refusal in (
        (edited(body=""), Invalid),
        (edited(region_id=DEYANG), NotAllowed),
    ):
        with pytest.raises(refusal):
            services.publish_edited(dispatch, content, by=cast.zheng)
        for row in (dispatch, Dispatch.objects.get()):
            assert (row.state, row.headline, row.revision) == ("draft", CAMP.headline, 1)


def test_an_editor_moves_no_dispatch_out_of_the_own_area(cast: Cast) -> None:
    dispatch = brought()
    with pytest.raises(NotAllowed):
        services.edit(dispatch, edited(region_id=DEYANG), by=cast.zheng)
    services.edit(dispatch, edited(region_id="511803"), by=cast.zheng)
    assert dispatch.region_id == "511803"
    services.edit(dispatch, edited(region_id=DEYANG), by=cast.he)


def test_who_opened_an_older_form_is_told(cast: Cast) -> None:
    dispatch = brought()
    seen = dispatch.revision
    twin = Dispatch.objects.get(pk=dispatch.pk)
    services.edit(dispatch, edited(), by=cast.zheng, revision=seen)
    with pytest.raises(services.ChangedMeanwhile):
        services.publish(twin, by=cast.he)
    for act in (services.edit, services.publish_edited):
        with pytest.raises(services.ChangedMeanwhile):
            act(dispatch, CAMP, by=cast.he, revision=seen)
    assert Dispatch.objects.get().headline == "改过的标题"


def test_yes_or_no_and_queryset_agree_for_everybody(cast: Cast) -> None:
    node = Association.objects.get(code=f"A-{DEYANG}")
    access.grant(cast.gu, Role.EDITOR, node, by=cast.he)
    places = (YAAN, "511803", DEYANG, "510000", "500000", "")
    contents = [dataclasses.replace(CAMP, region_id=place) for place in places]
    for end in (None, services.publish, services.discard):
        for row in services.bring_in(contents, source=str(end), by=None):
            if end is not None:
                end(row, by=cast.he)
    rows = list(Dispatch.objects.all())
    assert len(rows) == 18
    for visitor in everybody():
        editable = set(Dispatch.objects.filter(policies.editable_by(visitor)))
        assert editable == {row for row in rows if policies.may_edit(visitor, row)}
        visible = set(Dispatch.objects.filter(policies.visible_to(visitor)))
        assert visible == {row for row in rows if policies.may_see(visitor, row)}
        waiting = {row for row in rows if row.state == "draft" and row in editable}
        assert set(selectors.to_edit(visitor)) == waiting
        for row in rows:
            if row in visible:
                assert selectors.get(row.code, by=visitor) == row
            else:
                with pytest.raises(Missing):
                    selectors.get(row.code, by=visitor)


@pytest.mark.parametrize("code", ["", "D-", "\x00", "\ud800", "D-稿件", "D" * 9999])
def test_a_hostile_code_is_missing(cast: Cast, code: str) -> None:
    for visitor in (STRANGER, cast.he):
        with pytest.raises(Missing):
            selectors.get(code, by=visitor)


def test_lists_cost_one_query(cast: Cast, django_assert_num_queries: CountQueries) -> None:
    for row in services.bring_in([CAMP] * 4, source=PAGE, by=None)[:2]:
        services.publish(row, by=cast.zheng)
    editor = fresh(cast.zheng)
    policies.editable_by(editor)
    with django_assert_num_queries(1):
        assert [str(row.region) for row in selectors.public()] == ["雅安市"] * 2
    with django_assert_num_queries(1):
        assert [str(row.region) for row in selectors.to_edit(editor)] == ["雅安市"] * 2
