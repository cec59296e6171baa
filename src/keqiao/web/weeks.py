"""What may be done to a plan from its page: each deed with its form, its service, and what is said when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from keqiao.accounts.models import Person
from keqiao.assignments import selectors, services
from keqiao.assignments.models import Choice, Plan
from keqiao.base.errors import Missing, invalid
from keqiao.base.phrases import N_
from keqiao.offers import selectors as offers
from keqiao.web.forms import assignments as forms
from keqiao.web.forms.base import Form, SeenForm

NO_OFFER = N_("没有找到这个编号的所能，请核对后再填。")


@dataclass(frozen=True, slots=True)
class Deed:
    """A form, what is done with it (and said, where that depends on it), and what is said else."""

    form: Callable[..., Form]
    act: Callable[[Plan, Any, Person], str | None]  # the form is of the kind beside it, and valid
    done: str | Promise


def _choice(plan: Plan, row: str, who: str) -> Choice:
    """Return a choice as the page showed it; when it is gone, somebody has run the plan again."""
    try:
        return selectors.choice(plan, row, who)
    except Missing:
        raise services.ChangedMeanwhile from None


def _named(plan: Plan, entered: Mapping[str, Any]) -> Choice:
    return _choice(plan, entered["row"], entered["who"])


def _other(plan: Plan, entered: Mapping[str, Any]) -> Choice | None:
    return _choice(plan, entered["row"], entered["instead_of"]) if entered["instead_of"] else None


def _rerun(plan: Plan, form: Any, who: Person) -> None:
    services.rerun(plan, by=who, revision=form.cleaned_data["revision"])


def _terms(plan: Plan, form: Any, who: Person) -> None:
    services.set_terms(plan, form.terms(), by=who, revision=form.cleaned_data["revision"])


def _capacity(plan: Plan, form: Any, who: Person) -> None:
    entered = form.cleaned_data
    somebody = selectors.somebody(plan, entered["who"])
    services.set_capacity(plan, somebody, entered["count"], by=who, revision=entered["revision"])


def _lock(plan: Plan, form: Any, who: Person) -> None:
    entered = form.cleaned_data
    services.lock(_named(plan, entered), by=who, revision=entered["revision"])


def _exclude(plan: Plan, form: Any, who: Person) -> None:
    entered = form.cleaned_data
    services.exclude(_named(plan, entered), by=who, revision=entered["revision"])


def _withdraw(plan: Plan, form: Any, who: Person) -> None:
    entered = form.cleaned_data
    try:
        ruling = selectors.ruling(plan, entered["row"], entered["who"])
    except Missing:
        raise services.ChangedMeanwhile from None
    services.withdraw(ruling, by=who, revision=entered["revision"])


def _move(plan: Plan, form: Any, who: Person) -> None:
    entered = form.cleaned_data
    services.move(
        _named(plan, entered),
        instead_of=_other(plan, entered),
        by=who,
        revision=entered["revision"],
    )


def _choose(plan: Plan, form: Any, who: Person) -> None:
    entered = form.cleaned_data
    try:
        offer = offers.get(entered["offer"].strip(), by=who)
    except Missing:
        raise invalid("offer", NO_OFFER) from None
    services.choose(
        selectors.item(plan, entered["row"]),
        offer,
        entered["why"],
        instead_of=_other(plan, entered),
        by=who,
        revision=entered["revision"],
    )


def _apply(plan: Plan, form: Any, who: Person) -> None:
    services.apply(plan, by=who, revision=form.cleaned_data["revision"])


def _discard(plan: Plan, form: Any, who: Person) -> None:
    services.discard(plan, by=who, revision=form.cleaned_data["revision"])


def _take(plan: Plan, form: Any, who: Person) -> str:
    taken = services.take_up(selectors.item(plan, form.cleaned_data["row"]), by=who)
    said = ngettext(
        "对接单 %(case)s 在您名下，发出 %(count)s 份邀请。",
        "对接单 %(case)s 在您名下，发出 %(count)s 份邀请。",
        taken.invited_count,
    ) % {"case": taken.case.code, "count": taken.invited_count}
    missed = [
        f"{one.studio.name}：{one.get_skipped_display()}"
        for one in taken.skipped
        if one.studio is not None
    ]
    return " ".join([said, *missed])


DEEDS: Mapping[str, Deed] = {
    "rerun": Deed(SeenForm, _rerun, _("已按现在的情况重新排过，锁定的没有动。")),
    "terms": Deed(forms.TermsForm, _terms, _("规则已改，已重新排过。")),
    "capacity": Deed(forms.CapacityForm, _capacity, _("名额已改，已重新排过。")),
    "lock": Deed(forms.PairForm, _lock, _("已锁定，重排也不会动它。")),
    "withdraw": Deed(forms.PairForm, _withdraw, _("已撤销，已重新排过。")),
    "exclude": Deed(forms.PairForm, _exclude, _("这一对不再考虑，已重新排过。")),
    "move": Deed(forms.PairForm, _move, _("已换人并锁定。")),
    "choose": Deed(forms.ChooseForm, _choose, _("已按您的人选派给它并锁定，理由已记下。")),
    "apply": Deed(
        SeenForm, _apply, _("已下发。各经纪人在自己的对接台上接手，接手时才建单、发邀请。")
    ),
    "discard": Deed(SeenForm, _discard, _("这份派单已作废。")),
    "take": Deed(forms.RowForm, _take, ""),
}
