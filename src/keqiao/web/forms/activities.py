"""Forms of activities: what a list is narrowed by, an activity, its sessions, when they are repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.activities import selectors as activities
from keqiao.activities.intake import MOST_QUESTIONS
from keqiao.activities.models import Activity, Series, Session
from keqiao.activities.types import (
    Content,
    Kind,
    Leader,
    Question,
    QuestionKind,
    Repetition,
    SessionContent,
    Way,
)
from keqiao.places.models import Association
from keqiao.web.forms import base
from keqiao.web.forms.cases import day
from keqiao.web.forms.filters import ANY, ListFilter
from keqiao.web.forms.tables import moment

ASKED = ("key", "text", "kind", "choices", "why", "is_required")
PLAIN = (
    "title", "kind", "about", "audience", "least_age", "most_age", "cost", "accessibility", "contact",
    "retention_days", "revision",
)  # fmt: skip
OF_SESSION = (
    "title", "place", "address", "places", "way", "most_waiting", "most_per_family", "most_per_school",
    "most_per_region", "offer_hours",
)  # fmt: skip
MOMENTS = ("starts_at", "ends_at", "opens_at", "closes_at", "draws_at")
MINOR_LABELS = {
    "school": _("为什么要知道学校"),
    "grade": _("为什么要知道年级"),
    "emergency": _("为什么要知道紧急联系人"),
    "health": _("为什么要知道健康情况（如过敏、用药）"),
}
NO_SERIES = ("", _("不属于系列"))
WEEKDAYS = (
    ("0", _("星期一")), ("1", _("星期二")), ("2", _("星期三")), ("3", _("星期四")), ("4", _("星期五")),
    ("5", _("星期六")), ("6", _("星期日")),
)  # fmt: skip
NOT_A_DAY = _("“%(typed)s”不是日期，请写成 2027-03-20 这样。")
LONGEST_SHOWN = 20  # characters of what was typed


class ActivityFilter(ListFilter):
    """What activities are narrowed by."""

    q = forms.CharField(
        label=_("关键词"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    region = base.CodeField(label=_("地区"))
    theme = forms.ChoiceField(label=_("主题"), required=False)
    kind = forms.ChoiceField(label=_("类型"), choices=[ANY, *Kind.choices], required=False)
    age = forms.IntegerField(label=_("适合几岁"), min_value=0, max_value=120, required=False)
    from_on = day(label=_("从哪天起"))
    to_on = day(label=_("到哪天止"))
    places = forms.BooleanField(label=_("只看有名额的"), required=False)

    def __init__(self, *args: Any, with_days: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_days:
            for name in ("q", "from_on", "to_on"):
                del self.fields[name]
        for name, choices in (
            ("region", base.region_choices(with_parents=True)),
            ("theme", [(name, name) for name in activities.themes()]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [ANY, *choices]

    def narrowed(self) -> activities.Filter:
        """Return what the selectors understand."""
        self.is_valid()
        return activities.Filter(
            region=self.entered("region"),
            theme=self.entered("theme"),
            kind=self.entered("kind"),
            age=self.cleaned_data.get("age"),
            from_on=self.entered("from_on") or None,
            to_on=self.entered("to_on") or None,
            has_places=bool(self.entered("places")),
        )


class DaysField(base.WordsField):
    """Days, apart by commas or line ends."""

    def clean(self, value: Any) -> tuple[dt.date, ...]:
        """Return the days; raise ValidationError for what is none."""
        found = []
        for word in super().clean(value):
            try:
                found.append(dt.date.fromisoformat(word))
            except ValueError:
                raise forms.ValidationError(
                    NOT_A_DAY, params={"typed": word[:LONGEST_SHOWN]}
                ) from None
        return tuple(found)


def number(label: Any, *, least: int = 0, **more: Any) -> forms.IntegerField:
    """Return a field for an optional whole number."""
    more.setdefault("required", False)
    return forms.IntegerField(label=label, min_value=least, max_value=100_000, **more)


class ActivityForm(base.Form):
    """One activity as its organiser writes it, with its own questions."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    node = forms.ChoiceField(label=_("由谁主办"))
    title = forms.CharField(label=_("名称"), widget=forms.TextInput(attrs={"data-count": "80"}))
    kind = forms.ChoiceField(label=_("类型"), choices=Kind.choices)
    series = forms.ChoiceField(label=_("所属系列"), required=False)
    about = forms.CharField(
        label=_("介绍"),
        help_text=_("做什么、适合谁、要带什么。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "data-count": "5000"}),
    )
    themes = base.WordsField(
        label=_("主题"),
        help_text=_("用逗号或顿号隔开，最多 6 个，例如“机器人、航空”。"),
        required=False,
    )
    audience = forms.CharField(label=_("面向谁"), required=False)
    least_age = number(_("最小年龄"))
    most_age = number(_("最大年龄"))
    partners = base.WordsField(
        label=_("协办单位"), help_text=_("用逗号或顿号隔开。"), required=False
    )
    cost = forms.CharField(
        label=_("费用说明"),
        help_text=_("例如“免费”或“材料费 20 元，现场交”。平台不收钱。"),
        required=False,
    )
    accessibility = forms.CharField(
        label=_("无障碍"), help_text=_("例如有没有坡道、手语、字幕。"), required=False
    )
    contact = forms.CharField(
        label=_("咨询方式"),
        help_text=_("电话或邮箱，以及什么时间有人接。谁都能看到：请写单位的，不写个人的手机。"),
        required=False,
    )
    retention_days = number(
        _("结束后多少天删除未成年人信息"), least=1, help_text=_("不填就是 30 天。")
    )

    def __init__(
        self,
        *args: Any,
        nodes: Iterable[Association] = (),
        series: Iterable[Series] = (),
        kept: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, one.name) for one in nodes]
        self.fields["node"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["node"]
        rows = [(one.code, f"{one.title} · {one.association.name}") for one in series]
        self.fields["series"].choices = [NO_SERIES, *rows]  # type: ignore[attr-defined]
        self.rows = range(1, max(MOST_QUESTIONS, kept) + 1)
        for row in self.rows:
            self._add_question(f"question_{row}")
        for name, label in MINOR_LABELS.items():
            self.fields[f"minor_{name}"] = forms.CharField(label=label, required=False)

    def minor_rows(self) -> list[forms.BoundField]:
        """Return the fields of what has to be known of a child."""
        return [self[f"minor_{name}"] for name in MINOR_LABELS]

    def _add_question(self, row: str) -> None:
        self.fields[f"{row}_key"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.fields[f"{row}_text"] = forms.CharField(label=_("问题"), required=False)
        self.fields[f"{row}_kind"] = forms.ChoiceField(
            label=_("怎么答"), choices=QuestionKind.choices, required=False
        )
        self.fields[f"{row}_choices"] = base.WordsField(
            label=_("选项"), help_text=_("选一项时填，用顿号隔开。"), required=False
        )
        self.fields[f"{row}_why"] = forms.CharField(
            label=_("为什么要问"), help_text=_("填写的人会看到。"), required=False
        )
        self.fields[f"{row}_is_required"] = forms.BooleanField(label=_("必答"), required=False)

    def question_rows(self) -> list[dict[str, forms.BoundField]]:
        """Return the fields of the questions, row by row."""
        return [{part: self[f"question_{row}_{part}"] for part in ASKED} for row in self.rows]

    def content(self) -> Content:
        """Return what was entered."""
        entered = self.cleaned_data
        asked = ({part: entered[f"question_{row}_{part}"] for part in ASKED} for row in self.rows)
        return Content(
            title=entered["title"],
            kind=entered["kind"],
            about=entered["about"],
            series=entered["series"],
            themes=entered["themes"],
            audience=entered["audience"],
            least_age=entered["least_age"],
            most_age=entered["most_age"],
            partners=entered["partners"],
            cost=entered["cost"],
            accessibility=entered["accessibility"],
            contact=entered["contact"],
            retention_days=entered["retention_days"],
            minor_fields={name: entered[f"minor_{name}"] for name in MINOR_LABELS},
            questions=tuple(
                Question(**{**one, "kind": one["kind"] or QuestionKind.TEXT.value}) for one in asked
            ),
        )


def initial(activity: Activity) -> dict[str, Any]:
    """Return a kept activity as the form shows it."""
    values: dict[str, Any] = {name: getattr(activity, name) for name in PLAIN}
    values["series"] = activity.series.code if activity.series else ""
    values["themes"] = "、".join(one.name for one in activity.themes.all())
    values |= {f"minor_{name}": why for name, why in activity.minor_fields.items()}
    values["partners"] = "、".join(activity.partners)
    for row, kept in enumerate(activity.questions, start=1):
        values |= {f"question_{row}_{part}": kept[part] for part in ASKED}
        values[f"question_{row}_choices"] = "、".join(kept["choices"])
    return values


class SeriesForm(base.Form):
    """A series as its organiser writes it."""

    node = forms.ChoiceField(label=_("由谁主办"))
    title = forms.CharField(label=_("名称"))
    about = forms.CharField(
        label=_("介绍"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, nodes: Iterable[Association] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, one.name) for one in nodes]
        self.fields["node"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["node"]


class SessionForm(base.Form):
    """One session: when, where, with how many places."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("场次名称"), help_text=_("同一活动有几场时用来区分，可以不填。"), required=False
    )
    starts_at = moment(_("开始"))
    ends_at = moment(_("结束"))
    place = forms.CharField(label=_("地点"))
    address = forms.CharField(label=_("详细地址"), required=False)
    region = base.CodeField(label=_("所在地区"))
    leader_email = forms.EmailField(label=_("带队人的登录邮箱"), required=False)
    leader_name = forms.CharField(
        label=_("带队人的全名"), help_text=_("和邮箱一起核对，防止认错人。"), required=False
    )
    places = number(_("名额"), least=1, help_text=_("不填就是不限名额。"))
    way = forms.ChoiceField(label=_("名额怎么分"), choices=Way.choices)
    draws_at = moment(_("抽签时间"))
    opens_at = moment(_("报名开始"))
    closes_at = moment(_("报名截止"))
    most_waiting = number(_("最多几人候补"), help_text=_("不填就是不限。"))
    most_per_family = number(_("每个家庭最多几个名额"), least=1)
    most_per_school = number(_("每所学校最多几个名额"), least=1)
    most_per_region = number(_("每个县最多几个名额"), least=1)
    offer_hours = number(_("候补通知后保留几小时"), least=1, help_text=_("不填就是 24 小时。"))

    def __init__(self, *args: Any, session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        base.offer_region(self.fields["region"], session.region if session else None)
        for name in ("draws_at", "opens_at", "closes_at"):
            self.fields[name].required = False

    def content(self) -> SessionContent:
        """Return what was entered."""
        entered = self.cleaned_data
        return SessionContent(
            region_id=entered["region"],
            leader=Leader(entered["leader_email"], entered["leader_name"]),
            **{name: entered[name] for name in (*OF_SESSION, *MOMENTS)},
        )


class SessionsForm(SessionForm):
    """A session that may be held again on other days."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("每周哪几天"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    every = number(_("每几周一次"), least=1, help_text=_("不填就是每周。"))
    until = day(label=_("重复到哪天"))
    days = DaysField(
        label=_("另外的日期"), help_text=_("例如 2027-03-20、2027-04-05。"), required=False
    )

    def repetition(self) -> Repetition:
        """Return on which days it is held again."""
        entered = self.cleaned_data
        return Repetition(
            weekdays=frozenset(entered["weekdays"]),
            until=entered["until"],
            every=entered["every"] or 1,
            days=entered["days"],
        )


def initial_session(session: Session) -> dict[str, Any]:
    """Return a kept session as the form shows it, in local time."""
    values: dict[str, Any] = {name: getattr(session, name) for name in OF_SESSION}
    for name in MOMENTS:
        kept = getattr(session, name)
        values[name] = timezone.localtime(kept) if kept else None
    values["region"], values["revision"] = session.region_id, session.sequence
    if session.leader is not None:
        values |= {"leader_email": session.leader.email, "leader_name": session.leader.name}
    return values


class DocumentForm(base.Form):
    """A file for everybody who sees the activity."""

    content = forms.FileField(
        label=_("附件"),
        help_text=_("PDF、DOCX、XLSX、PNG、JPG、TXT、CSV；看得到活动的人都能下载。"),
    )


class CancelForm(base.SeenForm):
    """Why an activity or a session is called off."""

    why = forms.CharField(label=_("取消的原因"), help_text=_("已报名的人会看到。"))
