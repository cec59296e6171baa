"""What a sign-up must look like to be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keqiao.activities.models import Session
from keqiao.base.errors import Invalid, Problem, invalid
from keqiao.base.phrases import N_
from keqiao.base.text import Intake, bare
from keqiao.guardians import intake as guardians
from keqiao.guardians.services import EnteredAlready
from keqiao.guardians.types import Entered
from keqiao.places.models import Region
from keqiao.registrations import policies
from keqiao.registrations.types import MOST_TOGETHER

NOBODY = N_("请至少为一个人报名。")
TOO_MANY = N_("这个场次每位报名人最多报 %(most)s 个名额。")
FOR_CHILDREN = N_("这个活动面向儿童，请由监护人为孩子报名。")
REGION_NEEDED = N_("这个场次按县（市、区）限额，请选择您所在的县（市、区）。")


def check(session: Session, *, minors: Sequence[Entered], own: bool, region: Region | None) -> None:
    """Raise Invalid with what is wrong with who is signed up."""
    most = most_together(session)
    intake = Intake()
    intake.check(own or bool(minors), "", NOBODY)
    intake.check(len(minors) + own <= most, "", TOO_MANY, most=most)
    intake.check(not own or policies.takes_grown_ups(session), "own", FOR_CHILDREN)
    if session.most_per_region is not None:
        intake.check(region is not None, "region", REGION_NEEDED)
    intake.finish()


def count(asked: int, session: Session) -> int:
    """Return how many places are asked for; raise Invalid for none and for too many."""
    most = most_together(session)
    if asked < 1:
        raise invalid("count", NOBODY)
    if asked > most:
        raise invalid("count", TOO_MANY, most=most)
    return asked


def most_together(session: Session) -> int:
    """Return how many places one person may have in a session, their own and their children's together."""
    return session.most_per_family or MOST_TOGETHER


def answers(session: Session, given: Mapping[str, str]) -> dict[str, str]:
    """Return a grown-up's answers to the activity's own questions, and to no others; raise Invalid."""
    intake = Intake()
    kept = guardians.answers(intake, session, given)
    intake.finish()
    return kept


def children(session: Session, minors: Sequence[Entered]) -> None:
    """Raise Invalid with all that is wrong with all children, each field behind the number of its child.

    Raise EnteredAlready for one child entered twice, however its name is written.
    """
    problems: list[Problem] = []
    for number, entered in enumerate(minors):
        try:
            guardians.checked(session, entered)
        except Invalid as refusal:
            problems += [
                Problem(f"minor_{number}_{one.field}", one.phrase) for one in refusal.problems
            ]
    if problems:
        raise Invalid(problems)
    if len({(bare(one.name), one.born_on) for one in minors}) < len(minors):
        raise EnteredAlready
