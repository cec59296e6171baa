"""Forms of plans of visits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqiao.base.errors import Invalid
from keqiao.engine.visits.types import MOST_STOPS
from keqiao.places.models import Association, Region
from keqiao.tours import intake, services
from keqiao.tours.models import Expert, Firm, Plan
from keqiao.tours.types import (
    LONGEST_STAY,
    MOST_FIELDS,
    MOST_IN_PLAN,
    MOST_SECONDS,
    MOST_WANTED,
    SHORTEST_STAY,
    USUAL_HOURS,
    Going,
    Receiving,
    Terms,
)
from keqiao.web.forms import base
from keqiao.web.forms.codes import TreeField

HOUR = 60
MOST_POINTS = 100
INDUSTRIES = tuple(f"industry_{number}" for number in range(1, MOST_FIELDS + 1))
SUBJECTS = tuple(f"subject_{number}" for number in range(1, MOST_FIELDS + 1))


def day(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day in the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def hour(label: Any) -> forms.TimeField:
    """Return a field for an hour of the day."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(
        label=label, widget=widget, error_messages={"invalid": _("请填写时间，例如 08:30。")}
    )


class PlanForm(base.Form):
    """For whom and for which days a plan is made."""

    node = forms.ChoiceField(label=_("科协"))
    title = forms.CharField(label=_("名称"), help_text=_("例如“雨城名山企业行”。"))
    begins_on = day(_("第一天"))
    ends_on = day(_("最后一天"), help_text=_("最多 31 天；哪几天不排，排好后还可以改。"))
    has_weekends = forms.BooleanField(label=_("周末也排"), required=False)

    def __init__(self, *args: Any, nodes: list[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = [(one.code, one.name) for one in nodes]  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        """Return what was entered, the other rules as usual."""
        entered = self.cleaned_data
        begins_on, ends_on = entered["begins_on"], entered["ends_on"]
        off = () if entered["has_weekends"] else services.weekends(begins_on, ends_on)
        return Terms(entered["title"], begins_on, ends_on, off)


class TermsForm(base.SeenForm):
    """The rules of a plan."""

    title = forms.CharField(label=_("名称"))
    begins_on = day(_("第一天"))
    ends_on = day(_("最后一天"))
    off = forms.MultipleChoiceField(
        label=_("哪几天不排"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leaves = hour(_("最早出发"))
    returns = hour(_("最晚回到"))
    is_fair = forms.BooleanField(
        label=_("先让尽量多的企业有第一位专家"),
        help_text=_("不勾就只看总分，有的企业可能没有人去。"),
        required=False,
    )
    threshold = forms.IntegerField(
        label=_("门槛（分）"),
        help_text=_("低于它的配对，系统不排；您锁定的不受限制。"),
        min_value=0,
        max_value=MOST_POINTS,
    )
    hour_points = forms.IntegerField(
        label=_("路上一小时折去几分"), min_value=0, max_value=intake.MOST_HOUR
    )
    speed = forms.IntegerField(
        label=_("时速（公里）"), min_value=intake.SLOWEST, max_value=intake.FASTEST
    )
    detour = forms.IntegerField(
        label=_("绕行（%）"),
        help_text=_("路长是直线的百分之几；山区可填 180。"),
        min_value=intake.STRAIGHT,
        max_value=intake.WINDING,
    )
    seconds = forms.IntegerField(label=_("每一步最多算几秒"), min_value=1, max_value=MOST_SECONDS)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["off"].choices = _days(_every(plan))  # type: ignore[attr-defined]

    @classmethod
    def of(cls, plan: Plan) -> TermsForm:
        """Return the form filled with what the plan says."""
        terms = services.terms_of(plan)
        names = ("title", "begins_on", "ends_on", "is_fair", "threshold", "hour_points", "speed")
        initial = {name: getattr(terms, name) for name in (*names, "detour", "seconds")}
        initial |= {
            "off": list(plan.off),
            "leaves": _clock(terms.leaves),
            "returns": _clock(terms.returns),
            "revision": plan.revision,
        }
        return cls(initial=initial, auto_id="terms_%s", plan=plan)

    def terms(self) -> Terms:
        """Return what was entered; of days that are new in the plan the weekends are off."""
        entered = self.cleaned_data
        begins_on, ends_on = entered["begins_on"], entered["ends_on"]
        known = set(_every(self.plan))
        off = {dt.date.fromisoformat(one) for one in entered["off"]}
        off |= {one for one in services.weekends(begins_on, ends_on) if one not in known}
        names = ("title", "is_fair", "threshold", "hour_points", "speed", "detour", "seconds")
        return Terms(
            begins_on=begins_on,
            ends_on=ends_on,
            off=tuple(sorted(off)),
            leaves=_minutes(entered["leaves"]),
            returns=_minutes(entered["returns"]),
            **{name: entered[name] for name in names},
        )


class SideForm(base.SeenForm):
    """What experts and firms have in common: the days on which they cannot."""

    away = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def offer_days(self, plan: Plan) -> None:
        """Set the days of the plan as choices."""
        self.fields["away"].choices = _days(plan.days)  # type: ignore[attr-defined]

    def away_days(self) -> tuple[dt.date, ...]:
        """Return the days that were ticked."""
        return tuple(dt.date.fromisoformat(one) for one in self.cleaned_data["away"])


class ExpertForm(SideForm):
    """An expert of a plan."""

    who = forms.CharField(
        label=_("工作室或学会"), help_text=_("写编号（例如 S-7K3M9QXA）、网址，或者名称里的字。")
    )
    home = base.CodeField(
        label=_("从哪里出发"), help_text=_("不选就从所在地；路程按政府驻地估算。")
    )
    stops_a_day = forms.IntegerField(label=_("一天最多几家"), min_value=1, max_value=MOST_STOPS)
    stops_count = forms.IntegerField(
        label=_("整个计划最多几家"), min_value=0, max_value=MOST_IN_PLAN
    )
    industry_1 = TreeField(
        tree="industry",
        label=_("熟悉的行业（一）"),
        help_text=_("工作室已按开放的所能比较，可以不填；学会至少填一个行业或学科。"),
    )
    industry_2 = TreeField(tree="industry", label=_("熟悉的行业（二）"), help_text="")
    industry_3 = TreeField(tree="industry", label=_("熟悉的行业（三）"), help_text="")
    subject_1 = TreeField(tree="subject", label=_("熟悉的学科（一）"))
    subject_2 = TreeField(tree="subject", label=_("熟悉的学科（二）"), help_text="")
    subject_3 = TreeField(tree="subject", label=_("熟悉的学科（三）"), help_text="")
    field_order = ("who", "home", "stops_a_day", "stops_count", "away", *INDUSTRIES, *SUBJECTS)

    def __init__(self, *args: Any, plan: Plan, expert: Expert | None = None, **kwargs: Any) -> None:
        usual = Going("")
        initial: dict[str, Any] = {
            "revision": plan.revision,
            "stops_a_day": usual.stops_a_day,
            "stops_count": usual.stops_count,
        }
        if expert is not None:
            names = ("stops_a_day", "stops_count", "away")
            initial |= {name: getattr(expert, name) for name in names}
            initial["home"] = expert.home_id
            initial |= dict(zip(INDUSTRIES, expert.industries, strict=False))
            initial |= dict(zip(SUBJECTS, expert.subjects, strict=False))
        super().__init__(*args, initial=initial, **kwargs)
        if expert is not None:
            del self.fields["who"]
        self.fields["away"].label = _("哪几天不去")
        base.offer_region(self.fields["home"], expert.home if expert is not None else None)
        self.offer_days(plan)

    def going(self, home: str) -> Going:
        """Return what was entered; ``home`` is from where, unless something was chosen."""
        entered = self.cleaned_data
        return Going(
            entered["home"] or home,
            entered["stops_a_day"],
            entered["stops_count"],
            self.away_days(),
            industry_ids=tuple(entered[name] for name in INDUSTRIES if entered[name]),
            subject_ids=tuple(entered[name] for name in SUBJECTS if entered[name]),
        )


class FirmForm(SideForm):
    """A firm of a plan."""

    firm = forms.CharField(
        label=_("企业"), help_text=_("写编号、网址，或者名称里的字；要已核验、在本地区。")
    )
    need = forms.CharField(
        label=_("需求编号"),
        help_text=_("这家企业公开征集中的一条，例如 N-7K3M9QXA；没有就填行业或学科。"),
        required=False,
    )
    industry = TreeField(tree="industry", label=_("所属行业"))
    subject = TreeField(tree="subject", label=_("相关学科"))
    region = base.CodeField(label=_("在哪个县"), help_text=_("路程按县政府驻地估算。"))
    address = forms.CharField(
        label=_("地址"), help_text=_("会印在行程上，请写到门牌。"), required=False
    )
    hours = forms.CharField(
        label=_("接待时间"), help_text=_("例如 9:00-12:00 14:00-18:00；一次到访不跨两段。")
    )
    stay = forms.IntegerField(
        label=_("停留多久（分钟）"), min_value=SHORTEST_STAY, max_value=LONGEST_STAY
    )
    wanted = forms.IntegerField(label=_("要几位专家"), min_value=1, max_value=MOST_WANTED)
    field_order = (
        "firm", "need", "industry", "subject", "region", "address", "hours", "stay", "wanted", "away",
    )  # fmt: skip

    def __init__(self, *args: Any, plan: Plan, firm: Firm | None = None, **kwargs: Any) -> None:
        usual = Receiving("")
        initial: dict[str, Any] = {
            "revision": plan.revision,
            "hours": written(USUAL_HOURS),
            "stay": usual.stay,
            "wanted": usual.wanted,
        }
        if firm is not None:
            names = ("address", "stay", "wanted", "away")
            initial |= {name: getattr(firm, name) for name in names}
            initial |= {
                "need": firm.need.code if firm.need is not None else "",
                "industry": firm.industry_id,
                "subject": firm.subject_id,
                "region": firm.region_id,
                "hours": written(firm.hours),
            }
        super().__init__(*args, initial=initial, **kwargs)
        if firm is not None:
            del self.fields["firm"]
        self.fields["away"].label = _("哪几天不接待")
        kept: Region | None = firm.region if firm is not None else None
        base.offer_region(self.fields["region"], kept)
        self.offer_days(plan)

    def clean_hours(self) -> Any:
        """Return the spans of the day."""
        try:
            return intake.hours_written(self.cleaned_data["hours"])
        except Invalid as refusal:
            raise forms.ValidationError(refusal.problems[0].phrase.say(gettext)) from None

    def receiving(self, region: str) -> Receiving:
        """Return what was entered; ``region`` is where, unless something was chosen."""
        entered = self.cleaned_data
        return Receiving(
            region_id=entered["region"] or region,
            address=entered["address"],
            need=entered["need"].strip(),
            industry_id=entered["industry"] or "",
            subject_id=entered["subject"] or "",
            hours=entered["hours"],
            stay=entered["stay"],
            wanted=entered["wanted"],
            away=self.away_days(),
        )


class PairForm(base.SeenForm):
    """A firm and an expert of the plan; ``instead_of`` is whose stop it was, ``day`` the day that is fixed."""

    firm = forms.CharField(widget=forms.HiddenInput)
    who = forms.CharField(widget=forms.HiddenInput)
    instead_of = forms.CharField(widget=forms.HiddenInput, required=False)
    day_on = day(_("哪一天"), required=False)


class OneForm(base.SeenForm):
    """An expert or a firm of the plan, by code."""

    who = forms.CharField(widget=forms.HiddenInput)


def written(hours: Any) -> str:
    """Return spans of a day as they are entered."""
    return " ".join(f"{_said(opens)}-{_said(closes)}" for opens, closes in hours)


def _said(minutes: int) -> str:
    return f"{minutes // HOUR:02}:{minutes % HOUR:02}"


def _clock(minutes: int) -> dt.time:
    return dt.time(minutes // HOUR % 24, minutes % HOUR)


def _minutes(clock: dt.time) -> int:
    return clock.hour * HOUR + clock.minute


def _every(plan: Plan) -> list[dt.date]:
    count = (plan.ends_on - plan.begins_on).days + 1
    return [plan.begins_on + dt.timedelta(days=number) for number in range(count)]


def _days(days: list[dt.date]) -> list[tuple[str, str]]:
    return [(one.isoformat(), f"{date_format(one, 'm-d')} {date_format(one, 'l')}") for one in days]
