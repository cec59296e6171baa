"""The pages of a door and of what comes after a session, for the tables of who sees what and who does what."""

from __future__ import annotations

from tests.attendance.camp import child, over, place, session
from tests.crew import Crew
from tests.web.whom import LOGIN, only

from keqiao.activities.models import Session
from keqiao.attendance import services
from keqiao.registrations.models import Registration

RUN = ("tang", "qin", "he")  # organiser of the node, leader, administrator above
READ = {
    "check_in": only(*RUN, stranger=LOGIN),
    "check_in_ticket": {**only(*RUN, stranger=LOGIN), "ma": 302},
    "attendance_detail": only("ma", stranger=LOGIN),
    "session_feedback": only("tang", "he", stranger=LOGIN),
}
POSTED = {"check_in_sent", "attendance_certificate"}


def ended(crew: Crew) -> tuple[Session, Registration]:
    """Return a session that is over, and the place of the child who came to it."""
    held = session(crew, places=None)
    one = place(held, crew.ma, minor=child(held, crew.ma))
    services.check_in_now(held, one.code, by=crew.qin)
    return over(held), one


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    held, one = ended(crew)
    return {
        "check_in": f"/sessions/{held.code}/check-in/",
        "check_in_ticket": f"/check-in/{one.code}/",
        "attendance_detail": f"/attendance/{one.code}/",
        "session_feedback": f"/sessions/{held.code}/feedback/",
    }


def presses(crew: Crew) -> dict[str, tuple[str, dict[str, object], set[str]]]:
    """Return every press on these pages: where, what is entered, who may."""
    held, came = ended(crew)
    absent = place(held, crew.luo)
    without = place(held, crew.cast.ji, state="cancelled")
    services.check_in_now(held, without.code, by=crew.qin)
    door, run = f"/sessions/{held.code}/check-in/", set(RUN)
    told: dict[str, object] = {"understood": "yes", "learned": "partly", "comes_again": "yes"}
    return {
        "check_in check_in": (door, {"check_in": absent.code}, run),
        "check_in typed": (door, {"typed": absent.code.lower()}, run),
        "check_in undo": (door, {"undo": came.code}, run),
        "check_in admit": (door, {"admit": without.code}, run),
        "check_in count": (door, {"count": "40"}, run),
        "check_in nothing": (door, {}, set()),
        "check_in_ticket": (f"/check-in/{absent.code}/", {}, run),
        "attendance_certificate": (f"/attendance/{came.code}/certificate/", {}, {"ma"}),
        "attendance_detail": (f"/attendance/{came.code}/", {**told, "text": "好。"}, {"ma"}),
    }
