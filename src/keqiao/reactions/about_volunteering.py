"""What is told of volunteering: to who asked, who leads, whose hours they are, who checks, who reviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q
from django.urls import reverse

from keqiao.access import selectors as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.phrases import N_, Phrase
from keqiao.journal.models import Entry
from keqiao.messaging.types import Kind, Message
from keqiao.places.models import Association
from keqiao.reactions.types import Telling, key_of
from keqiao.volunteering import policies
from keqiao.volunteering.models import Hours, Member, Review, Shift, SignUp, Team, Wish
from keqiao.volunteering.states import Membership

ASKED = N_("有人申请加入志愿服务队“%(name)s”，等您审批。")
ADMITTED = N_("您已加入志愿服务队“%(name)s”。")
REFUSED = N_("您加入志愿服务队“%(name)s”的申请没有通过。")
MARKED = N_("志愿服务队“%(name)s”给您登记了保险、培训、表彰或评价。")
CANCELLED = N_("志愿服务班次“%(name)s”已取消。")
TO_CHECK = N_("班次“%(name)s”有一条志愿服务时长等您复核。")
CHECKED = N_("您在班次“%(name)s”的志愿服务时长已复核。")
RETURNED = N_("您在班次“%(name)s”记下的一条时长被退回，请看原因。")
REPLACED = N_("您在班次“%(name)s”的志愿服务时长已更正，以它为依据的证明已作废，可以重新出具。")
WISHED = N_("班次“%(name)s”有一条时长更正申请等您答复。")
ANSWERED = N_("您在班次“%(name)s”的时长更正申请有了答复。")
OVERDUE = N_("班次“%(name)s”的一条时长更正申请已过答复期限。")
INVITED = N_("请您评审志愿服务项目“%(name)s”。")
DECIDED = N_("志愿服务项目“%(name)s”的结项评审有了结论。")
Told = Iterator[tuple[Person, Message]]


def _message(key: str, text: str, name: str, path: str, about: str) -> Message:
    return Message(
        kind=Kind.VOLUNTEERING,
        key=key,
        phrase=Phrase(text, {"name": name}),
        path=path,
        about=about,
    )


def _of_team(entry: Entry, team: Team, text: str) -> Message:
    path = reverse("team_detail", args=[team.code])
    return _message(key_of(entry), text, team.name, path, f"team:{team.code}")


def _of_shift(key: str, shift: Shift, text: str, path: str = "") -> Message:
    path = path or reverse("shift_detail", args=[shift.code])
    return _message(key, text, shift.title, path, f"shift:{shift.code}")


def _asked(entry: Entry) -> Told:
    for team in Team.objects.filter(code=entry.subject_key):
        for person in leaders(team):
            yield person, _of_team(entry, team, ASKED)


def _to_member(text: str) -> Telling:
    def tell(entry: Entry) -> Told:
        rows = Member.objects.filter(pk=entry.data.get("member", 0)).select_related("team")
        for one in rows.select_related("team", "person"):
            if one.person.is_active:
                yield one.person, _of_team(entry, one.team, text)

    return tell


def _cancelled(entry: Entry) -> Told:
    rows = SignUp.objects.filter(shift__code=entry.subject_key, withdrawn_at=None)
    for one in rows.select_related("shift", "person").order_by("pk"):
        if one.person.is_active:
            yield one.person, _of_shift(key_of(entry), one.shift, CANCELLED)


def _recorded(entry: Entry) -> Told:
    for hours in _hours(entry):
        for person in runners(hours.shift):
            if policies.may_check(person, hours):
                yield person, _of_hours(entry, hours, TO_CHECK)


def _to_volunteer(text: str) -> Telling:
    def tell(entry: Entry) -> Told:
        for hours in _hours(entry):
            if hours.person.is_active:
                yield hours.person, _of_hours(entry, hours, text)

    return tell


def _returned(entry: Entry) -> Told:
    for hours in _hours(entry):
        if hours.recorded_by.is_active:
            yield hours.recorded_by, _of_hours(entry, hours, RETURNED)


def _hours(entry: Entry) -> Iterable[Hours]:
    related = ("shift__project__association__region", "shift__project__team__association")
    rows = Hours.objects.filter(code=entry.subject_key)
    return rows.select_related(*related, "person", "recorded_by")


def _of_hours(entry: Entry, hours: Hours, text: str) -> Message:
    path = reverse("hours_detail", args=[hours.code])
    return _of_shift(key_of(entry), hours.shift, text, path)


def _wished(entry: Entry) -> Told:
    for wish in _wishes(entry):
        yield from told_of(wish, key_of(entry), WISHED)


def _answered(entry: Entry) -> Told:
    for wish in _wishes(entry):
        if wish.person.is_active:
            path = reverse("volunteer_own")
            yield wish.person, _of_shift(key_of(entry), wish.shift, ANSWERED, path)


def _wishes(entry: Entry) -> Iterable[Wish]:
    related = ("shift__project__association__region", "shift__project__team__association")
    return Wish.objects.filter(pk=entry.data.get("wish", 0)).select_related(*related, "person")


def told_of(wish: Wish, key: str, text: str) -> Told:
    """Yield who may answer a wish, with what they are told: who runs the shift, but never whose hours they are."""
    for person in runners(wish.shift):
        if person.pk != wish.person_id:
            path = reverse("volunteer_desk")
            yield person, _of_shift(key, wish.shift, text, path)


def _invited(entry: Entry) -> Told:
    for review in _reviews(entry):
        for person in Person.objects.filter(pk=entry.data.get("person", 0), is_active=True):
            yield person, _of_review(entry, review, INVITED)


def _decided(entry: Entry) -> Told:
    for review in _reviews(entry):
        team = review.project.team
        concerned = Q(pk=review.project.made_by_id)
        if team is not None:
            rows = Member.objects.filter(team=team, state=Membership.MEMBER)
            concerned |= Q(pk__in=rows.values("person"))
        for person in Person.objects.filter(concerned, is_active=True).order_by("pk"):
            message = _of_review(entry, review, DECIDED)
            if not policies.may_see_review(person, review):
                message = _of_project(entry, review)
            yield person, message


def _reviews(entry: Entry) -> Iterable[Review]:
    related = ("project__association__region", "project__team__association")
    return Review.objects.filter(code=entry.subject_key).select_related(*related)


def _of_review(entry: Entry, review: Review, text: str) -> Message:
    path = reverse("project_review", args=[review.code])
    about = f"project:{review.project.code}"
    return _message(key_of(entry), text, review.project.title, path, about)


def _of_project(entry: Entry, review: Review) -> Message:
    """Return what a member is told who may not read the review itself."""
    project = review.project
    path = reverse("project_detail", args=[project.code])
    return _message(key_of(entry), DECIDED, project.title, path, f"project:{project.code}")


def leaders(team: Team) -> list[Person]:
    """Return who leads a team."""
    rows = Member.objects.filter(team=team, state=Membership.MEMBER, is_leader=True)
    return list(Person.objects.filter(pk__in=rows.values("person"), is_active=True).order_by("pk"))


def runners(shift: Shift) -> list[Person]:
    """Return who runs a shift: its leader, the team's leaders, and the organisers of its node."""
    node = shift.project.association
    found = Q(pk=shift.leader_id) | Q(pk__in=_organisers(node))
    if shift.project.team is not None:
        found |= Q(pk__in=[one.pk for one in leaders(shift.project.team)])
    rows = Person.objects.filter(found, is_active=True).order_by("pk")
    return [one for one in rows if policies.runs(one, shift)]


def _organisers(node: Association) -> list[int]:
    """Return who organises where a node is; administrators far above are not told of each entry."""
    return list(access.holders(Role.ORGANISER, node.region_id).values_list("pk", flat=True))


TELLINGS: Mapping[str, Telling] = {
    "team.asked": _asked,
    "team.admitted": _to_member(ADMITTED),
    "team.refused": _to_member(REFUSED),
    "team.marked": _to_member(MARKED),
    "shift.cancelled": _cancelled,
    "hours.recorded": _recorded,
    "hours.checked": _to_volunteer(CHECKED),
    "hours.returned": _returned,
    "hours.replaced": _to_volunteer(REPLACED),
    "hours.wished": _wished,
    "hours.answered": _answered,
    "project_review.invited": _invited,
    "project_review.decided": _decided,
}
