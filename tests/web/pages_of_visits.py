"""Visits in the tables: who arranges them and both sides know of them, nobody else; each side speaks for itself."""

from __future__ import annotations

from django.utils import timezone
from tests.crew import Crew
from tests.visits.arranging import arranged, held, node
from tests.web.whom import LOGGED_IN, NONE, OK, members, only

from keqiao.visits import selectors, services, steps
from keqiao.visits.models import FollowUp, Visit

HOSTS = ("wu", "he", "tang")
KNOW = (*HOSTS, "lin", "chen")
READ = {
    "visit_list": members(),
    "visit_create": {**members(NONE), "wu": OK, "he": OK, "tang": OK, "sun": OK},
    "visit_create of a round": only(*HOSTS, stranger=302),
    "round_create": {**members(NONE), "wu": OK, "he": OK, "tang": OK, "sun": OK},
    "round_detail": only(*KNOW, stranger=302),
    "visit_detail held": only(*KNOW, stranger=302),
    "visit_detail arranged": only(*KNOW, stranger=302),
    "visit_edit arranged": only(*HOSTS, stranger=302),
    "visit_record held": only(*HOSTS, "chen", stranger=302),
    "visit_calendar arranged": only(*KNOW, stranger=302),
}
POSTED = {"visit_need"}


def visits(crew: Crew) -> tuple[Visit, Visit]:
    """Return a visit that was held and one to come, in one round."""
    trip = services.begin_round("雅安示例企业行", association=node(), by=crew.cast.wu)
    return held(crew.cast, in_round=trip), arranged(crew.cast, in_round=trip)


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    past, coming = visits(crew)
    assert past.round is not None
    return {
        "visit_list": "/visits/?page=abc",
        "visit_create": "/visits/new/",
        "visit_create of a round": f"/visits/new/?round={past.round.code}",
        "round_create": "/visits/rounds/new/",
        "round_detail": f"/visits/rounds/{past.round.code}/",
        "visit_detail held": f"/visits/{past.code}/",
        "visit_detail arranged": f"/visits/{coming.code}/",
        "visit_edit arranged": f"/visits/{coming.code}/edit/",
        "visit_record held": f"/visits/{past.code}/record/",
        "visit_calendar arranged": f"/visits/{coming.code}/visit.ics",
    }


def presses(crew: Crew) -> dict[str, tuple[str, dict[str, object], set[str]]]:
    """Return every press on the pages of visits."""
    cast = crew.cast
    cast.open_offer()  # so that 陈砚's studio is there for everybody
    past, coming = visits(crew)
    closed = held(cast)
    steps.confirm(closed, by=cast.lin)
    steps.confirm(closed, by=cast.chen)
    disputed = held(cast)
    steps.dispute(disputed, "写错了", by=cast.lin)
    question = FollowUp.objects.filter(pledge__visit=closed).order_by("due_on")[0]
    FollowUp.objects.filter(pk=question.pk).update(due_on=timezone.localdate())
    question.refresh_from_db()
    steps.ask_after(question)
    first = selectors.findings(past)[0].pk
    hosts, sides = set(HOSTS), {"lin", "chen"}
    assert set(HOSTS) <= set(LOGGED_IN)
    when = {"starts_at": "2031-03-04T09:30", "ends_at": "2031-03-04T11:30"}
    new = {"organisation": cast.lithium.code, "experts": cast.chen_studio.code, **when}
    home = f"/visits/{past.code}/"
    return {
        "round_create": ("/visits/rounds/new/", {"association": "A-511800", "title": "一轮"}, hosts),
        "visit_create": ("/visits/new/", {"association": "A-511800", **new}, hosts),
        "visit_edit": (f"/visits/{coming.code}/edit/", {**new, "revision": coming.revision}, hosts),
        "visit_detail cancel": (f"/visits/{coming.code}/", {"do": "cancel", "why": "停产"}, hosts),
        "visit_record": (
            f"{home}record/", {"revision": past.revision, "seen": "又看了一条线。"}, hosts | {"chen"},
        ),
        "visit_detail confirm": (home, {"do": "confirm", "revision": past.revision}, sides),
        "visit_detail dispute": (home, {"do": "dispute", "text": "不对"}, sides),
        "visit_detail resume": (f"/visits/{disputed.code}/", {"do": "resume"}, {"lin"}),
        "visit_detail add": (f"/visits/{closed.code}/", {"do": "add", "text": "补充。"}, hosts | sides),
        "visit_detail tell": (
            f"/visits/{closed.code}/", {"do": "tell", "follow_up": question.pk, "answer": "kept"}, sides,
        ),
        "visit_need draft": (f"{home}needs/{first}/", {"do": "draft"}, {"lin"}),
        "visit_need refuse": (f"{home}needs/{first}/", {"do": "refuse"}, {"lin"}),
    }  # fmt: skip
