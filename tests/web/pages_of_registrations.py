"""The pages of places, for the tables of who sees what and who does what."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from tests.crew import Crew
from tests.registrations.room import child, come, drawn_lecture, later, lecture
from tests.web.whom import LOGGED_IN, LOGIN, NONE, everyone, members, only

from keqiao.registrations import services

Press = tuple[str, dict[str, object], set[str]]
RUN_BY = ("tang", "he", "qin")  # organisers of the node and above, and who leads
READ: dict[str, dict[str, int]] = {
    "registration_list": members(),
    "registration_create for oneself": members(),
    "registration_create for children": members(),
    "registration_create for nobody": members(302),
    "registration_create of a draft": {**members(NONE), "tang": 200, "he": 200},
    "registration_detail own": only("ji", stranger=LOGIN),
    "registration_detail of a child": only("ma", stranger=LOGIN),
    "registration_ticket own": only("ji", stranger=LOGIN),
    "registration_ticket of a child": only("ma", stranger=LOGIN),
    "registration_ticket of who waits": only(stranger=LOGIN),
    "session_registrations": only(*RUN_BY, stranger=LOGIN),
    "session_registrations_file": only(*RUN_BY, stranger=LOGIN),
    "session_draw": everyone(),
    "session_draw of none": everyone(NONE),
    "session_draw of a draft": only("tang", "he"),
    "session_draw_paper": everyone(),
    "session_draw_paper before": everyone(NONE),
}
POSTED = {
    "registration_hold", "registration_let_go", "registration_accept", "registration_cancel",
}  # fmt: skip


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    session = lecture(crew, places=2)
    (own,) = come(session, crew.cast.ji)
    (waiting,) = services.sign_up(lecture(crew, places=0), by=crew.ma, minors=[child()])
    (of_child,) = services.sign_up(session, by=crew.ma, minors=[child()])
    draft = lecture(crew, activity_state="draft", published_at=None)
    secret = drawn_lecture(crew, activity_state="draft", published_at=None)
    coming, over = drawn_lecture(crew), drawn_lecture(crew)
    come(over, crew.cast.ji)
    services.lapse(timezone.now())
    later(over, draws_at=-timedelta(seconds=1))
    services.lapse(timezone.now())
    return {
        "registration_list": "/registrations/?page=abc",
        "registration_create for oneself": f"/sessions/{session.code}/sign-up/?own=on",
        "registration_create for children": f"/sessions/{session.code}/sign-up/?children=2",
        "registration_create for nobody": f"/sessions/{session.code}/sign-up/?children=x&own=",
        "registration_create of a draft": f"/sessions/{draft.code}/sign-up/?own=on",
        "registration_detail own": f"/registrations/{own.code}/",
        "registration_detail of a child": f"/registrations/{of_child.code}/",
        "registration_ticket own": f"/registrations/{own.code}/ticket.svg",
        "registration_ticket of a child": f"/registrations/{of_child.code}/ticket.svg",
        "registration_ticket of who waits": f"/registrations/{waiting.code}/ticket.svg",
        "session_registrations": f"/sessions/{session.code}/registrations/",
        "session_registrations_file": f"/sessions/{session.code}/registrations.csv",
        "session_draw": f"/sessions/{coming.code}/draw/",
        "session_draw of none": f"/sessions/{session.code}/draw/",
        "session_draw of a draft": f"/sessions/{secret.code}/draw/",
        "session_draw_paper": f"/sessions/{over.code}/draw.txt",
        "session_draw_paper before": f"/sessions/{coming.code}/draw.txt",
    }


def presses(crew: Crew) -> dict[str, Press]:
    """Return every press; to keep places is no deed, and the journal does not hear of it."""
    session, full = lecture(crew, places=9), lecture(crew, places=1)
    (own,) = come(session, crew.cast.ji)
    first, offered = come(full, crew.cast.gu, crew.cast.chen)
    services.cancel(first, by=crew.cast.gu)
    entered: dict[str, object] = {
        "child1-name": "阿依·小满",
        "child1-born_on": child().born_on,
        "child1-consent_taking_part": "on",
    }
    sign_up = f"/sessions/{session.code}/sign-up/"
    return {
        "registration_hold": (f"/sessions/{session.code}/hold/", {"own": "on"}, set()),
        "registration_let_go": (f"/sessions/{session.code}/let-go/", {}, set()),
        "registration_create for oneself": (
            f"{sign_up}?own=on",
            {"is_of_age": "on"},
            set(LOGGED_IN) - {"ji"},
        ),
        "registration_create for a child": (f"{sign_up}?children=1", entered, set(LOGGED_IN)),
        "registration_accept": (f"/registrations/{offered.code}/accept/", {}, {"chen"}),
        "registration_cancel": (f"/registrations/{own.code}/cancel/", {}, {"ji"}),
    }
