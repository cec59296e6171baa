"""Every press × everybody: for those who may it does something, and the journal says so; for all others nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import GOOD, POOR, YAAN, Cast, browser, firm, need_content
from tests.crew import Crew
from tests.web import rooms, tables
from tests.web.whom import EVERYBODY, LOGGED_IN

from keqiao.articles import services as articles
from keqiao.articles.types import Content
from keqiao.casework.models import Case, Concern, Task
from keqiao.invitations import services as invitations
from keqiao.journal.models import Entry
from keqiao.needs import services as needs
from keqiao.outcomes.models import Milestone, Outcome
from keqiao.web import deeds

pytestmark = pytest.mark.django_db
Press = tuple[str, dict[str, object], set[str]]  # address, what is entered, who may
STAFF_OF_YAAN = {"zheng", "he"}
TODAY = timezone.localdate
LETTER = (
    b"From: a@b.example\r\nTo: c@b.example\r\nSubject: hi\r\nDate: Tue, 4 Mar 2031 09:30:00 +0800\r\n"
    b"Message-ID: <1@b.example>\r\n\r\nhello\r\n"
)


def of_needs(cast: Cast) -> dict[str, Press]:
    """Return the presses on the pages of needs and of their review."""
    draft, waiting, opened = cast.need(), cast.need(), cast.open_need()
    needs.submit(waiting, by=cast.lin)
    file: dict[str, object] = {"content": SimpleUploadedFile("表.csv", b"a,b\n")}
    seen: dict[str, object] = {"revision": waiting.revision}
    back = {**seen, **POOR.by_criterion(), "decision": "send_back", "comments": "请写指标。"}
    yes = {**seen, **GOOD.by_criterion(), "decision": "approve"}
    content = need_content()
    complete = {
        "title": content.title, "wanted": content.wanted, "region": YAAN, "keywords": "锂渣",
        "cooperation": ["service"], "public_title": content.public_title, "public_text": content.public_text,
        "revision": draft.revision,
    }  # fmt: skip
    return {
        "need_create": ("/needs/new/", {"title": "新的需求"}, set(LOGGED_IN)),
        "need_describe": ("/needs/describe/", {"text": "锂渣堆不下了，想找去处。"}, set(LOGGED_IN)),
        "need_edit": (f"/needs/{draft.code}/edit/", complete, {"lin"}),
        "need_edit handing in": (f"/needs/{draft.code}/edit/", {**complete, "then": "submit"}, {"lin"}),
        "need_close": (f"/needs/{opened.code}/close/", {"resolution": "solved"}, {"lin"}),
        "need_recall": (f"/needs/{opened.code}/recall/", {}, {"lin"}),
        "need_attach": (f"/needs/{opened.code}/files/", file, {"lin"}),
        "case_open": (f"/needs/{opened.code}/case/", {}, {"wu"}),
        "review_need back": (f"/review/needs/{waiting.code}/", back, {"zheng"}),
        "review_need opened": (f"/review/needs/{waiting.code}/", yes, {"zheng"}),
    }  # fmt: skip


def of_offers(cast: Cast) -> dict[str, Press]:
    """Return the presses on the pages of offers, studios, organisations and dispatches."""
    draft, opened = cast.offer(), cast.open_offer()
    waiting = firm("雅安示例电池有限公司", YAAN, "91511800MAKQ00003", by=cast.ji)
    dispatch = articles.bring_in([Content("一", "正文一。", YAAN)], source="页", by=None)[0]
    own = f"/organisations/{cast.lithium.code}/"
    member = cast.lithium.memberships.get().pk

    def studio(name: str) -> dict[str, object]:
        return {"name": name, "about": "固废。", "region": YAAN, "capacity": "1"}

    offer = {
        "title": "锂渣微粉",
        "kind": "result",
        "capacity": "1",
        "rights": "none",
        "revision": draft.revision,
    }
    offer |= {
        "studio": cast.chen_studio.code,
        "region": YAAN,
        **{f"evidence_kind_{number}": "" for number in range(1, 4)},
    }
    return {
        "studio_create": ("/studios/new/", studio("新工作室"), set(LOGGED_IN) - {"chen", "gu"}),
        "studio_edit": (f"/studios/{cast.chen_studio.code}/edit/", studio("陈砚工作室"), {"chen"}),
        "offer_edit": (f"/offers/{draft.code}/edit/", offer, {"chen"}),
        "offer_recall": (f"/offers/{opened.code}/recall/", {}, {"chen"}),
        "offer_close": (f"/offers/{opened.code}/close/", {}, {"chen"}),
        "organisation_create": (
            "/organisations/new/", {"name": "雅安示例铝业有限公司", "kind": "society", "region": YAAN}, set(LOGGED_IN),
        ),
        "organisation_decide": (
            f"/organisations/{waiting.code}/decide/",
            {"decision": "verify", "revision": waiting.revision},
            STAFF_OF_YAAN,
        ),
        "organisation_add_member": (own + "members/", {"email": cast.ji.email}, {"lin"}),
        "organisation_remove_member": (f"/organisations/{cast.lithium.code}/members/{member}/remove/", {}, set()),
        "review_dispatch": (
            f"/review/dispatches/{dispatch.code}/",
            {"decision": "discard", "revision": dispatch.revision, "headline": "一", "body": "正文一。"},
            STAFF_OF_YAAN,
        ),
    }  # fmt: skip


def of_case(cast: Cast) -> dict[str, Press]:
    """Return every press on the page of a case, and on the pages that hang on it."""
    tables.laid(cast)
    case = Case.objects.get()
    concern, task, milestone = Concern.objects.get(), Task.objects.get(), Milestone.objects.get()
    party = case.parties.get(side="answers")
    table, sides, broker = {"lin", "chen", "wu"}, {"lin", "chen"}, {"wu"}
    seen = {"revision": case.revision}
    day = TODAY().isoformat()
    outcome: dict[str, object] = {
        "kind": "advice",
        "text": "给出了水泥混合材的配比建议。",
        "happened_on": day,
    }
    do: dict[str, tuple[dict[str, object], set[str]]] = {
        "step": ({**seen, "verb": "contact"}, broker),
        "next": ({"next_on": day}, broker),
        "end": ({**seen, "end_reason": "terms", "reason": "价格谈不拢"}, broker),
        "reopen": ({"reason": "又谈"}, set()),
        "conclude": ({"reason": "完成"}, set()),
        "hand-over": ({"broker": str(cast.sun.pk)}, set()),
        "seat": ({"code": "A-511800", "side": "supports"}, broker),
        "need": ({"code": cast.open_need().code}, broker),
        "task": ({"text": "送检"}, broker),
        "note": ({"kind": "note", "text": "记一笔", "is_shared": "on"}, {*table}),
        "file": ({"content": SimpleUploadedFile("表.csv", b"a,b\n")}, {*table}),
        "mail": ({"letters": SimpleUploadedFile("来信.eml", LETTER)}, broker),
        "outcome": (outcome, table),
        "milestone": ({"title": "小试"}, broker),
        "rate": ({"kept_word": "yes", "was_clear": "yes", "would_again": "yes"}, set()),
    }
    things: dict[str, tuple[int, dict[str, object], set[str]]] = {
        "task-done": (task.pk, {}, broker),
        "task-withdraw": (task.pk, {}, broker),
        "leave": (party.pk, {"reason": "没有人手"}, {"wu", "chen"}),
        "let-go": (concern.pk, {}, set()),
        "share": (concern.pk, {"is_shared": "1"}, {"lin"}),
        "deliver": (milestone.pk, {}, {"chen"}),
        "accept": (milestone.pk, {}, set()),
        "return": (milestone.pk, {"text": "还缺报告"}, set()),
        "take-over": (0, {}, set()),
    }
    home, result = f"/cases/{case.code}/", f"/outcomes/{Outcome.objects.get().code}/"
    presses = {
        f"case_do {name}": (f"{home}do/{name}/", entered, may)
        for name, (entered, may) in do.items()
    }
    presses |= {
        f"case_thing {name}": (f"{home}{name}/{number}/", entered, may)
        for name, (number, entered, may) in things.items()
    }
    asked = invitations.invite(case, concern.need, cast.gu_studio, due_on=TODAY(), by=cast.wu)
    offer = cast.open_offer()
    return presses | {
        "invitation_detail accept": (f"/invitations/{asked.code}/", {"do": "accept"}, {"gu"}),
        "invitation_detail refuse": (f"/invitations/{asked.code}/", {"do": "refuse", "reason": "no_capacity"}, {"gu"}),
        "invitation_detail withdraw": (f"/invitations/{asked.code}/", {"do": "withdraw"}, broker),
        "case_match": (
            f"{home}match/{concern.need.code}/", {"offer": offer.code, "grade": "0", "why": "不对口"}, broker,
        ),
        "outcome_detail confirm": (result, {"do": "confirm"}, sides),
        "outcome_detail dispute": (result, {"do": "dispute", "text": "还没有签"}, sides),
        "contract_draft": (f"{home}contract/", {"after": "1", "form": "commissioned"}, table),
    }  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "presses_of", [of_needs, of_offers, of_case, *(room.presses for room in rooms.ROOMS)]
)
def test_a_press_does_something_for_those_who_may_and_nothing_for_all_others(
    crew: Crew, settings: Settings, presses_of: object
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    wrong = []
    whose = crew.cast if presses_of in {of_needs, of_offers, of_case} else crew
    presses: dict[str, Press] = presses_of(whose)  # type: ignore[operator]
    clients = {name: browser(crew.person(name)) for name in LOGGED_IN} | {"stranger": Client()}
    before = Entry.objects.count()
    for row, (path, entered, may) in presses.items():
        for name in EVERYBODY:
            with undone():
                for value in entered.values():
                    if isinstance(value, SimpleUploadedFile):
                        value.seek(0)
                answer = clients[name].post(path, entered)
                did = Entry.objects.count() > before
            if did is not (name in may) or answer.status_code >= 500:
                wrong.append(f"{row} by {name}: {answer.status_code}, did {did}")
    assert not wrong, "\n".join(wrong)


def test_every_press_of_a_case_is_in_the_table(cast: Cast) -> None:
    named = {row.split()[1] for row in of_case(cast) if row.startswith(("case_do", "case_thing"))}
    assert named == set(deeds.DEEDS) | set(deeds.THINGS)
