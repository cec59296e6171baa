"""Rows of the pages about minors and classes in the tables of who sees what and who does what."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from tests.classes import room
from tests.crew import Crew
from tests.guardians.camp import CONTACT, NAME, NOTE, PHONE, camp, child, placed
from tests.web.whom import EVERYBODY, LOGIN, NONE, everyone, members, only

from keqiao.classes import services
from keqiao.classes.models import SchoolClass

Press = tuple[str, dict[str, object], set[str]]
READ = {
    "minor_list": members(),
    "minor_audit": only("he", stranger=LOGIN),
    "minor_detail mine": only("ma", stranger=LOGIN),
    "care_list led": only("qin", stranger=LOGIN),
    "class_list": members(),
    "class_create open": only("luo", stranger=LOGIN),
    "class_detail entered": only("luo", stranger=LOGIN),
    "pupil_link asked": everyone(),
    "pupil_link confirmed": everyone(),
    "pupil_link wrong key": everyone(NONE),
    "pupil_link refused": everyone(NONE),
}
POSTED = {"minor_withdraw", "care_read", "class_links", "class_end"}


def entered(crew: Crew) -> tuple[SchoolClass, list[str]]:
    """Return a class whose first guardian has confirmed and whose second has refused, and the keys of its links."""
    made = room.enter(crew)
    keys = room.links(crew, made)
    room.confirm(keys[0])
    services.refuse(room.by_key(keys[1]))
    return made, keys


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    minor = placed(crew, camp(crew))
    made, keys = entered(crew)
    return {
        "minor_list": "/guardians/",
        "minor_audit": "/guardians/audit/",
        "minor_detail mine": f"/guardians/{minor.code}/",
        "care_list led": f"/sessions/{minor.session.code}/care/",
        "class_list": "/classes/",
        "class_create open": f"/sessions/{minor.session.code}/classes/new/",
        "class_detail entered": f"/classes/{made.code}/",
        "pupil_link asked": f"/pupils/{keys[2]}/",
        "pupil_link confirmed": f"/pupils/{keys[0]}/",
        "pupil_link refused": f"/pupils/{keys[1]}/",
        "pupil_link wrong key": f"/pupils/{'x' * 43}/",
    }


def posted(**changes: object) -> dict[str, object]:
    """Return what a guardian enters in the form of a child."""
    whole = child()
    said: dict[str, object] = {
        "name": NAME,
        "born_on": str(whole.born_on),
        "school": whole.school,
        "grade": whole.grade,
        "emergency_name": CONTACT,
        "emergency_phone": PHONE,
        "health_note": NOTE,
        "answer_wish": "看萤火虫",
        "consent_taking_part": "on",
        "consent_emergency": "on",
        "consent_health": "on",
        "guardian_name": "马兰",
        "guardian_phone": PHONE,
    }
    return {**said, **changes}


def presses(crew: Crew) -> dict[str, Press]:
    """Return the presses: address, what is entered, who may; a secret link works for whoever holds it."""
    minor = placed(crew, camp(crew))
    made, keys = entered(crew)
    home, care = f"/guardians/{minor.code}/", f"/sessions/{minor.session.code}/care/{minor.code}/"
    due_on = str(timezone.localdate() + timedelta(days=1))
    new = {"school": crew.school.code, "name": "五年级", "pupils": "甲\n乙", "due_on": due_on}
    asked, confirmed = f"/pupils/{keys[2]}/", f"/pupils/{keys[0]}/"
    year = {"year": str(timezone.localdate().year), "kind": "xlsx"}
    anybody = set(EVERYBODY)
    return {
        "minor_detail": (home, posted(school="新学校"), {"ma"}),
        "minor_withdraw health": (f"{home}withdraw/", {"purpose": "health"}, {"ma"}),
        "minor_withdraw taking part": (f"{home}withdraw/", {"purpose": "taking_part"}, {"ma"}),
        "care_read": (care, {}, {"qin"}),
        "minor_audit": ("/guardians/audit/", {**year}, {"he"}),
        "class_create": (f"/sessions/{minor.session.code}/classes/new/", {**new}, {"luo"}),
        "class_links": (f"/classes/{made.code}/links/", {}, {"luo"}),
        "class_end": (f"/classes/{made.code}/end/", {}, {"luo"}),
        "pupil_link confirm": (asked, posted(), anybody),
        "pupil_link refuse": (asked, {"do": "refuse"}, anybody),
        "pupil_link withdraw": (confirmed, {"do": "withdraw", "purpose": "health"}, anybody),
        "pupil_link delete": (confirmed, {"do": "withdraw", "purpose": "taking_part"}, anybody),
        "pupil_link correct": (confirmed, posted(do="correct", grade="五年级"), anybody),
    }
