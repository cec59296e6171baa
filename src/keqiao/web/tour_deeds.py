"""What may be done to a plan of visits from its page: each deed with its form, its service, and what is said then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.accounts.models import Person
from keqiao.offers.models import Studio
from keqiao.organisations.models import Organisation
from keqiao.places.models import Association
from keqiao.tours import selectors, services, sides
from keqiao.tours.models import Plan
from keqiao.web import bodies
from keqiao.web.bodies import Among
from keqiao.web.forms import tours as forms
from keqiao.web.forms.base import Form, SeenForm

EXPERTS = frozenset({Among.STUDIO, Among.ASSOCIATION})


@dataclass(frozen=True, slots=True)
class Deed:
    """A form, what is done with it, and what is said when it is done."""

    form: Callable[..., Form]
    act: Callable[[Plan, Any, Person], object]  # the form is of the kind beside it, and valid
    done: str | Promise


def expert_written(text: str, *, by: Person) -> Studio | Association:
    """Return the studio or society that somebody named by code, address or its name; raise Invalid."""
    found: Studio | Association = bodies.meant(text, by=by, field="who", among=EXPERTS)
    return found


def firm_written(text: str, *, by: Person) -> Organisation:
    """Return the organisation that somebody named by code, address or its name; raise Invalid."""
    found: Organisation = bodies.meant(text, by=by, field="firm", among={Among.ORGANISATION})
    return found


def _rerun(plan: Plan, form: Any, who: Person) -> object:
    return services.rerun(plan, by=who, revision=form.cleaned_data["revision"])


def _terms(plan: Plan, form: Any, who: Person) -> object:
    return services.set_terms(plan, form.terms(), by=who, revision=form.cleaned_data["revision"])


def _local_experts(plan: Plan, form: Any, who: Person) -> object:
    return sides.add_local_experts(plan, by=who, revision=form.cleaned_data["revision"])


def _local_firms(plan: Plan, form: Any, who: Person) -> object:
    return sides.add_local_firms(plan, by=who, revision=form.cleaned_data["revision"])


def _drop_expert(plan: Plan, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    expert = selectors.expert(plan, entered["who"])
    return sides.drop_expert(expert, by=who, revision=entered["revision"])


def _drop_firm(plan: Plan, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    firm = selectors.firm(plan, entered["who"])
    return sides.drop_firm(firm, by=who, revision=entered["revision"])


def _lock(plan: Plan, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    return services.lock(
        selectors.firm(plan, entered["firm"]),
        selectors.expert(plan, entered["who"]),
        day_on=entered["day_on"],
        by=who,
        revision=entered["revision"],
    )


def _exclude(plan: Plan, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    firm = selectors.firm(plan, entered["firm"])
    expert = selectors.expert(plan, entered["who"])
    return services.exclude(firm, expert, by=who, revision=entered["revision"])


def _move(plan: Plan, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    before = entered["instead_of"]
    return services.move(
        selectors.firm(plan, entered["firm"]),
        selectors.expert(plan, entered["who"]),
        instead_of=selectors.expert(plan, before) if before else None,
        day_on=entered["day_on"],
        by=who,
        revision=entered["revision"],
    )


def _withdraw(plan: Plan, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    ruling = selectors.ruling(plan, entered["firm"], entered["who"])
    return services.withdraw(ruling, by=who, revision=entered["revision"])


def _apply(plan: Plan, form: Any, who: Person) -> object:
    return services.apply(plan, by=who, revision=form.cleaned_data["revision"])


def _discard(plan: Plan, form: Any, who: Person) -> object:
    return services.discard(plan, by=who, revision=form.cleaned_data["revision"])


DEEDS: Mapping[str, Deed] = {
    "rerun": Deed(SeenForm, _rerun, _("正在按现在的情况重新计算，锁定的不会动。")),
    "terms": Deed(forms.TermsForm, _terms, _("规则已改，正在重新计算。")),
    "local-experts": Deed(SeenForm, _local_experts, _("已加入本地区的工作室，正在重新计算。")),
    "local-firms": Deed(SeenForm, _local_firms, _("已加入本地区有需求的企业，正在重新计算。")),
    "drop-expert": Deed(forms.OneForm, _drop_expert, _("已移出这位专家，正在重新计算。")),
    "drop-firm": Deed(forms.OneForm, _drop_firm, _("已移出这家企业，正在重新计算。")),
    "lock": Deed(forms.PairForm, _lock, _("已锁定，重算也不会动它。")),
    "withdraw": Deed(forms.PairForm, _withdraw, _("已撤销，正在重新计算。")),
    "exclude": Deed(forms.PairForm, _exclude, _("这一对不再考虑，正在重新计算。")),
    "move": Deed(forms.PairForm, _move, _("已改并锁定，正在重新计算。")),
    "apply": Deed(SeenForm, _apply, _("已安排：每一站都是一次到访，双方会收到提醒。")),
    "discard": Deed(SeenForm, _discard, _("这份计划已作废。")),
}
