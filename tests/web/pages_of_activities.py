"""The pages of activities, for the tables of who sees what and who does what."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.activities.made import draft, published, with_session
from tests.crew import Crew, at
from tests.web.whom import NONE, OK, everyone, members, only

from keqiao.activities import services
from keqiao.activities.types import Leader

Press = tuple[str, dict[str, object], set[str]]
ORGANISERS = ("tang", "he")
OWN = only(*ORGANISERS, stranger=302)
READ: dict[str, dict[str, int]] = {
    "activity_list": everyone(),
    "activity_month": everyone(),
    "activity_month never": everyone(NONE),
    "activity_feed": everyone(),
    "activity_detail open": everyone(),
    "activity_detail draft": only(*ORGANISERS),
    "activity_poster open": everyone(),
    "activity_poster draft": only(*ORGANISERS),
    "activity_file open": everyone(),
    "activity_file draft": only(*ORGANISERS),
    "session_detail open": everyone(),
    "session_detail draft": only(*ORGANISERS),
    "session_calendar open": everyone(),
    "session_calendar draft": only(*ORGANISERS),
    "series_detail open": everyone(),
    "series_detail empty": only(*ORGANISERS),
    "activity_desk": {**members(NONE), "tang": OK, "he": OK, "qin": OK},
    "activity_create": OWN,
    "activity_edit open": OWN,
    "activity_edit draft": OWN,
    "session_create open": OWN,
    "session_edit open": OWN,
    "series_create": OWN,
    "series_edit open": OWN,
}
POSTED = {"activity_do", "activity_attach", "activity_detach", "session_cancel"}


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    leader = Leader(crew.qin.email, crew.qin.name)
    session = published(crew, leader=leader)
    activity, hidden = session.activity, draft(crew)
    kept_back = with_session(crew, hidden)
    series, empty = (
        services.make_series(crew.node, title, "", by=crew.tang) for title in ("玩转科学", "空系列")
    )
    in_series = draft(crew, series=series.code)
    with_session(crew, in_series)
    services.publish(in_series, by=crew.tang)
    files = [
        services.attach(one, BytesIO(b"a,b\n"), name="日程.csv", size=4, most_mib=1, by=crew.tang)
        for one in (activity, hidden)
    ]
    return {
        "activity_list": "/activities/?region=510000&kind=camp&theme=机器人&age=10&places=on&page=x",
        "activity_month": f"/activities/month/{at(0):%Y-%m}/?region=511800",
        "activity_month never": "/activities/month/2026-13/",
        "activity_feed": "/activities/feed.ics?region=511800",
        "activity_detail open": f"/activities/{activity.code}/",
        "activity_detail draft": f"/activities/{hidden.code}/",
        "activity_poster open": f"/activities/{activity.code}/poster.pdf",
        "activity_poster draft": f"/activities/{hidden.code}/poster.pdf",
        "activity_file open": f"/activities/{activity.code}/files/{files[0].pk}/",
        "activity_file draft": f"/activities/{hidden.code}/files/{files[1].pk}/",
        "session_detail open": f"/sessions/{session.code}/",
        "session_detail draft": f"/sessions/{kept_back.code}/",
        "session_calendar open": f"/sessions/{session.code}/session.ics",
        "session_calendar draft": f"/sessions/{kept_back.code}/session.ics",
        "series_detail open": f"/series/{series.code}/",
        "series_detail empty": f"/series/{empty.code}/",
        "activity_desk": "/activities/desk/",
        "activity_create": "/activities/new/",
        "activity_edit open": f"/activities/{activity.code}/edit/",
        "activity_edit draft": f"/activities/{hidden.code}/edit/",
        "session_create open": f"/activities/{activity.code}/sessions/new/",
        "session_edit open": f"/sessions/{session.code}/edit/",
        "series_create": "/series/new/",
        "series_edit open": f"/series/{series.code}/edit/",
    }


def presses(crew: Crew) -> dict[str, Press]:
    """Return what can be pressed on these pages."""
    session, other = published(crew), published(crew)
    activity, ready, hidden = session.activity, draft(crew), draft(crew)
    with_session(crew, ready)
    dropped = with_session(crew, hidden)
    kept = services.attach(
        activity, BytesIO(b"a,b\n"), name="日程.csv", size=4, most_mib=1, by=crew.tang
    )
    series = services.make_series(crew.node, "玩转科学", "", by=crew.tang)
    own, who = f"/activities/{activity.code}/", set(ORGANISERS)
    entered: dict[str, object] = {
        "title": "新的名字", "kind": "camp", "revision": activity.revision, "node": crew.node.code, "about": "新的介绍",
    }  # fmt: skip
    held: dict[str, object] = {
        "starts_at": f"{at(12):%Y-%m-%dT%H:%M}", "ends_at": f"{at(12, 11):%Y-%m-%dT%H:%M}", "place": "县文化馆",
        "region": "511800", "places": "40", "way": "first_come", "revision": activity.revision,
    }  # fmt: skip
    file: dict[str, object] = {"content": SimpleUploadedFile("表.csv", b"a,b\n")}
    off: dict[str, object] = {"why": "下大雪", "revision": 0}
    return {
        "activity_create": ("/activities/new/", entered, who),
        "activity_edit": (f"{own}edit/", entered, who),
        "activity_do publish": (f"/activities/{ready.code}/do/publish/", {}, who),
        "activity_do copy": (f"{own}do/copy/", {}, who),
        "activity_do cancel": (f"{own}do/cancel/", {**off, "revision": activity.revision}, who),
        "activity_do sing": (f"{own}do/sing/", {}, set()),
        "activity_attach": (f"{own}files/", file, who),
        "activity_detach": (f"{own}files/{kept.pk}/remove/", {}, who),
        "session_create": (f"{own}sessions/new/", held, who),
        "session_edit": (f"/sessions/{session.code}/edit/", {**held, "revision": 0}, who),
        "session_cancel": (f"/sessions/{other.code}/cancel/", off, who),
        "session_cancel of a draft": (f"/sessions/{dropped.code}/cancel/", {}, who),
        "series_create": ("/series/new/", {"title": "系列", "node": crew.node.code}, who),
        "series_edit": (f"/series/{series.code}/edit/", {"title": "系列二"}, who),
    }  # fmt: skip
