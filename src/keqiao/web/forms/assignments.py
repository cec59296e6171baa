"""Forms of the assignment desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from keqiao.assignments.intake import monday
from keqiao.assignments.models import Plan
from keqiao.assignments.types import MOST_PLACES, MOST_WANTED, Terms
from keqiao.places.models import Association
from keqiao.web.forms import base

WEEKS = 4  # that the form offers, this week first
MOST = 100


class WeekForm(base.Form):
    """For whom and for which week a plan is made."""

    node = forms.ChoiceField(label=_("科协"))
    week = forms.TypedChoiceField(label=_("哪一周"), coerce=dt.date.fromisoformat)

    def __init__(self, *args: Any, nodes: list[Association], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin = monday(today)
        weeks = [begin + dt.timedelta(weeks=number) for number in range(WEEKS)]
        self.fields["node"].choices = [(one.code, one.name) for one in nodes]  # type: ignore[attr-defined]
        self.fields["week"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), week_name(day, begin)) for day in weeks
        ]


class TermsForm(base.SeenForm):
    """The rules of a plan."""

    threshold = forms.IntegerField(
        label=_("门槛（分）"),
        help_text=_("低于它的配对，系统不派；您锁定的不受限制。"),
        min_value=0,
        max_value=MOST,
    )
    floor = forms.IntegerField(
        label=_("底线（分）"),
        help_text=_("先把最吃亏的需求抬到这个分数。留空就不设。"),
        min_value=0,
        max_value=MOST,
        required=False,
    )
    newcomers = forms.IntegerField(
        label=_("新人比例（%）"),
        help_text=_("派出的名额里，至少这么多（不足一个算一个）给一年内没有接过单的工作室。"),
        min_value=0,
        max_value=MOST,
    )
    wanted = forms.TypedChoiceField(
        label=_("每条需求几个工作室"),
        choices=[(number, number) for number in range(1, MOST_WANTED + 1)],
        coerce=int,
    )
    has_cases = forms.BooleanField(label=_("已在对接、还没有人答复的需求也排进来"), required=False)

    @classmethod
    def of(cls, plan: Plan) -> TermsForm:
        """Return the form filled with what the plan says."""
        names = ("threshold", "floor", "newcomers", "wanted", "has_cases", "revision")
        return cls(initial={name: getattr(plan, name) for name in names}, auto_id="terms_%s")

    def terms(self) -> Terms:
        """Return what was entered."""
        entered = self.cleaned_data
        return Terms(
            entered["threshold"],
            entered["floor"],
            entered["newcomers"],
            entered["wanted"],
            entered["has_cases"],
        )


class CapacityForm(base.SeenForm):
    """How much somebody takes in this week; nothing is what is known."""

    who = forms.CharField(widget=forms.HiddenInput)
    count = forms.IntegerField(label=_("名额"), min_value=0, max_value=MOST_PLACES, required=False)


class PairForm(base.SeenForm):
    """A row of the plan and somebody in it; ``instead_of`` is whose place is taken."""

    row = forms.CharField(widget=forms.HiddenInput)
    who = forms.CharField(widget=forms.HiddenInput)
    instead_of = forms.CharField(widget=forms.HiddenInput, required=False)


class ChooseForm(base.SeenForm):
    """A studio that the engine did not think of."""

    row = forms.CharField(widget=forms.HiddenInput)
    instead_of = forms.CharField(widget=forms.HiddenInput, required=False)
    offer = forms.CharField(
        label=_("所能编号"), help_text=_("在所能页面的网址里，例如 F-7K3M9QXA。")
    )
    why = forms.CharField(
        label=_("理由"), help_text=_("系统没有想到它，请写一句为什么；会成为改进匹配的依据。")
    )


class RowForm(base.Form):
    """A row that is taken up."""

    row = forms.CharField(widget=forms.HiddenInput)


def week_name(day: dt.date, this: dt.date) -> str:
    """Return how people call the week of a Monday."""
    last = day + dt.timedelta(days=6)
    span = f"{date_format(day, 'Y-m-d')} – {date_format(last, 'm-d')}"
    names = {0: str(_("本周")), 7: str(_("下周"))}
    name = names.get((day - this).days)
    return f"{name}（{span}）" if name else span
