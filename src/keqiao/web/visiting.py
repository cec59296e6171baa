"""What the page of a visit shows to whom, and what may be pressed on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, Refused
from keqiao.offers.models import Studio
from keqiao.places.models import Association
from keqiao.visits import policies, selectors, services, steps
from keqiao.visits.models import Expert, Finding, FollowUp, Pledge, Visit
from keqiao.visits.states import MACHINE, RECORDED, PledgeState, State
from keqiao.visits.types import Answer, Side, Tally
from keqiao.web import bodies
from keqiao.web.bodies import Among
from keqiao.web.forms import visits as forms
from keqiao.web.forms.base import Form, SeenForm
from keqiao.web.requests import tell

EXPERTS = frozenset({Among.STUDIO, Among.ASSOCIATION})
SAID = {
    "confirm": _("已为您这一方确认。"),
    "dispute": _("异议已提出，写记录的人会收到。"),
    "resume": _("异议已收回，请核对后确认。"),
    "add": _("补充已存下，双方都能看到。"),
    "tell": _("谢谢，您的回答已记下。"),
    "cancel": _("到访已取消，企业和专家会收到通知。"),
}
Failed = tuple[str, Form]  # what was pressed, with the form that was refused


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of visits waits for somebody: for a record, a word, a decision, an answer; and what comes."""

    to_write: list[Visit]
    to_confirm: list[Visit]
    to_decide: list[Finding]
    to_tell: list[FollowUp]
    coming: list[Visit]

    def __bool__(self) -> bool:
        return any((self.to_write, self.to_confirm, self.to_decide, self.to_tell, self.coming))


def waiting_for(who: Person) -> Waiting:
    """Return what of visits waits for a person."""
    now = timezone.now()
    return Waiting(
        to_write=selectors.to_write(who, now),
        to_confirm=selectors.to_confirm(who),
        to_decide=selectors.to_decide(who),
        to_tell=selectors.to_tell(who),
        coming=selectors.coming(who, now),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Return several visits counted as one."""
    listed = list(tallies)
    return Tally(
        found=tuple(found for one in listed for found in one.found),
        refused=sum(one.refused for one in listed),
        pledges={state: sum(one.pledges[state] for one in listed) for state in PledgeState.values},
    )


def coded(seat: Expert) -> str:
    """Return the code by which a form names who comes; a person without a studio has none."""
    body = seat.studio or seat.society
    return body.code if body is not None else ""


def guests(form: forms.VisitForm, visit: Visit | None, *, by: Person) -> list[services.Guest]:
    """Return whom a form names; whoever is seated may stay, and persons without a studio do. Raise Invalid."""
    seated: dict[str, Studio | Association] = {}
    found: list[services.Guest] = []
    for seat in visit.experts.all() if visit is not None else ():
        body = seat.studio or seat.society
        if body is not None:
            seated[body.code] = body
        elif seat.person is not None:
            found.append(seat.person)
    for line in form.guests():
        known = seated.get(line)
        if known is None:
            known = bodies.meant(line, by=by, field="experts", among=EXPERTS)
        found.append(known)
    return found


def press(request: HttpRequest, visit: Visit, who: Person) -> Failed | None:
    """Do what was pressed on the page of a visit; return the form that was refused."""
    pressed = request.POST.get("do", "")
    if pressed not in SAID:
        raise Missing
    form = _form(pressed, request.POST)
    if not form.is_valid():
        return pressed, form
    try:
        _do(visit, pressed, form.cleaned_data, who)
    except Refused as refusal:
        if pressed in {"confirm", "resume"}:
            tell(request, refusal)
            return None
        form.show(refusal)
        return pressed, form
    messages.success(request, str(SAID[pressed]))
    return None


def _form(pressed: str, entered: Any) -> Form:
    match pressed:
        case "dispute" | "add":
            return forms.WordForm(entered, auto_id=f"{pressed}_%s")
        case "cancel":
            return forms.WhyForm(entered)
        case "tell":
            number = re.sub(r"[^0-9]", "", entered.get("follow_up", "")[:12])
            return forms.AnswerForm(entered, auto_id=f"tell{number}_%s")
        case "confirm":
            return SeenForm(entered)
    return Form(entered)


def _do(visit: Visit, pressed: str, entered: dict[str, Any], who: Person) -> object:
    match pressed:
        case "confirm":
            return steps.confirm(visit, revision=entered["revision"], by=who)
        case "dispute":
            return steps.dispute(visit, entered["text"], by=who)
        case "resume":
            return steps.resume(visit, by=who)
        case "add":
            return steps.add(visit, entered["text"], by=who)
        case "cancel":
            return services.cancel(visit, entered["why"], by=who)
    question = selectors.follow_up(visit, entered["follow_up"])
    answer = Answer(entered["answer"])
    return steps.tell(question, answer, text=entered["text"], by=who)


def shown(visit: Visit, who: Person, failed: Failed | None) -> dict[str, Any]:
    """Return what the page of a visit shows to somebody; ``failed`` keeps what was entered."""
    hosts = policies.hosts(who, visit)
    sides = policies.sides(who, visit)
    side = sides[0] if len(sides) == 1 and not hosts else None
    given = selectors.confirmations(visit)
    is_held = visit.state == State.HELD
    return {
        "visit": visit,
        "names": selectors.names([visit]).get(visit.pk, []),
        "hosts": hosts,
        "side": side,
        "is_recorded": visit.state in RECORDED,
        "may_move": hosts and visit.state == State.ARRANGED,
        "may_write": _may_write(visit, who),
        "may_decide": Side.FIRM in sides,
        "may_confirm": is_held and side is not None and side not in given,
        "may_dispute": is_held and side is not None,
        "may_resume": visit.state == State.DISPUTED
        and side is not None
        and visit.disputed_by is not None
        and side in policies.sides(visit.disputed_by, visit),
        "may_add": visit.state == State.CLOSED,
        "words": [(one, given.get(one)) for one in (Side.FIRM, Side.EXPERTS)],
        "became": selectors.became([visit], by=who)[visit.pk],
        "pledges": _pledges(visit, side, failed),
        "addenda": selectors.addenda(visit),
        "dispute_form": _kept("dispute", failed) or forms.WordForm(auto_id="dispute_%s"),
        "add_form": _kept("add", failed) or forms.WordForm(auto_id="add_%s"),
        "cancel_form": _kept("cancel", failed) or forms.WhyForm(),
        "pressed": failed[0] if failed is not None else "",
        "form": failed[1] if failed is not None else None,
    }


def _may_write(visit: Visit, who: Person) -> bool:
    is_day = timezone.localdate() >= timezone.localdate(visit.starts_at)
    return is_day and MACHINE.allows("record", visit.state) and policies.may_write(who, visit)


def _pledges(
    visit: Visit, side: Side | None, failed: Failed | None
) -> list[tuple[Pledge, list[FollowUp], Form | None]]:
    """Return what was promised, what was asked of it, and the form of a side that has not answered yet."""
    rows = []
    for pledge in selectors.pledges(visit):
        asked = [one for one in pledge.follow_ups.all() if one.asked_at is not None]
        form = None
        if asked and pledge.state == PledgeState.OPEN and side is not None:
            last = asked[-1]
            if side not in {told.side for told in last.told.all()}:
                form = _kept("tell", failed, number=last.pk) or forms.AnswerForm(
                    auto_id=f"tell{last.pk}_%s", initial={"follow_up": last.pk}
                )
        rows.append((pledge, asked, form))
    return rows


def _kept(pressed: str, failed: Failed | None, *, number: int | None = None) -> Form | None:
    """Return the refused form of a press, if it is that one, about that question."""
    if failed is None or failed[0] != pressed:
        return None
    if number is not None and failed[1].data.get("follow_up") != str(number):
        return None
    return failed[1]
