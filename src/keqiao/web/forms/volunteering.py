"""Forms of volunteers' teams, projects, shifts and hours."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.places.models import Association, Region
from keqiao.volunteering.types import (
    Criterion,
    Finding,
    Gender,
    Marked,
    MarkKind,
    Measured,
    Profile,
    ProjectContent,
    Result,
    Scored,
    ShiftContent,
    Worked,
)
from keqiao.web.forms import base
from keqiao.web.forms.cases import CHOOSE, day
from keqiao.web.forms.tables import LOCAL

CRITERION = re.compile(r"(.+?)[\s：:，,　]+([0-9]{1,3})\s*%?")
CRITERIA = _("目标完成情况 40\n志愿服务记录真实完整 30\n群众受益和评价 30")
ROWS = {"rows": 3}


def area(label: Any, **more: Any) -> forms.CharField:
    """Return a field for a text of several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs=ROWS), **more)


def moment(label: Any, **more: Any) -> forms.DateTimeField:
    """Return a field for a local day and time that may be left out."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    formats = [LOCAL, "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, widget=widget, input_formats=formats, **more)


class TeamForm(base.Form):
    """A new team of a node."""

    node = forms.ChoiceField(label=_("科协"))
    name = forms.CharField(label=_("队名"))
    about = area(_("做什么"), required=False)
    leader = forms.EmailField(
        label=_("负责人的登录邮箱"), help_text=_("负责人审批加入、安排班次、登记保险和培训。")
    )

    def __init__(self, *args: Any, nodes: list[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = [(one.code, one.name) for one in nodes]  # type: ignore[attr-defined]


class ProjectForm(base.Form):
    """A project."""

    title = forms.CharField(label=_("项目名称"))
    aim = area(_("目标"), help_text=_("为谁、解决什么、到什么程度。"))
    from_on = day(label=_("开始"), required=True)
    until_on = day(label=_("结束"), required=True)
    outcomes = base.WordsField(
        label=_("关联的对接成果"),
        help_text=_("成果编号，用逗号隔开；只能填您看得到的。"),
        required=False,
    )

    def content(self) -> ProjectContent:
        """Return what was entered."""
        return ProjectContent(**self.cleaned_data)


class NodeProjectForm(ProjectForm):
    """A project of a node itself."""

    node = forms.ChoiceField(label=_("科协"))
    field_order = ("node",)

    def __init__(self, *args: Any, nodes: list[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = [(one.code, one.name) for one in nodes]  # type: ignore[attr-defined]

    def content(self) -> ProjectContent:
        """Return what was entered, without the node."""
        entered = dict(self.cleaned_data)
        entered.pop("node")
        return ProjectContent(**entered)


class ApplyForm(base.Form):
    """A wish to join."""

    text = forms.CharField(label=_("想说的话"), required=False)


class MarkForm(base.Form):
    """What a leader writes down about a member."""

    kind = forms.ChoiceField(label=_("登记什么"), choices=MarkKind.choices)
    title = forms.CharField(
        label=_("名称或内容"), help_text=_("保单名称、培训内容、表彰名称或评价。")
    )
    issuer = forms.CharField(label=_("承保、组织、授予或评价的一方"), required=False)
    place = forms.CharField(label=_("地点"), required=False)
    given_on = day(label=_("日期"), required=True)
    until_on = day(label=_("有效期至"), help_text=_("保险必填。"))
    minutes = forms.IntegerField(label=_("学时（分钟）"), required=False)

    def content(self) -> Marked:
        """Return what was entered."""
        entered = self.cleaned_data
        return Marked(**{**entered, "kind": MarkKind(entered["kind"])})


class ProfileForm(base.Form):
    """What a volunteer states of themself."""

    gender = forms.ChoiceField(label=_("性别"), choices=Gender.choices, required=False)
    born_on = day(label=_("出生日期"))
    region = base.CodeField(label=_("居住区域"))
    phone = forms.CharField(label=_("联系电话"), required=False)
    skills = base.WordsField(
        label=_("专业技能"), help_text=_("用逗号隔开。有的班次要求技能。"), required=False
    )
    services = base.WordsField(label=_("愿意做的服务"), required=False)

    def __init__(self, *args: Any, region: Region | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        base.offer_region(self.fields["region"], region)

    def content(self) -> Profile:
        """Return what was entered."""
        entered = dict(self.cleaned_data)
        return Profile(region_id=entered.pop("region"), **entered)


class MilestoneForm(base.Form):
    """Something to be reached until a day."""

    title = forms.CharField(label=_("里程碑"))
    due_on = day(label=_("期限"), required=True)


class ReachForm(base.Form):
    """When a milestone was reached."""

    reached_on = day(label=_("达到日期"), required=True)
    note = forms.CharField(label=_("依据"), required=False)


class IndicatorForm(base.Form):
    """What a project measures itself by."""

    name = forms.CharField(label=_("指标"))
    unit = forms.CharField(label=_("单位"), help_text=_("例如：户、场、人次。"))
    target = forms.DecimalField(label=_("目标"), max_digits=14, decimal_places=4)


class MeasureForm(base.Form):
    """A value of an indicator."""

    amount = forms.DecimalField(label=_("数值"), max_digits=14, decimal_places=4)
    measured_on = day(label=_("日期"), required=True)
    source = forms.CharField(label=_("数据来源"))

    def content(self) -> Measured:
        """Return what was entered."""
        return Measured(**self.cleaned_data)


class ShiftForm(base.Form):
    """A shift."""

    title = forms.CharField(label=_("班次"))
    work = area(_("服务内容"))
    session = forms.CharField(
        label=_("活动场次编号"),
        help_text=_("班次为一个活动场次服务时填；时间、地点留空就照场次的。"),
        required=False,
    )
    starts_at = moment(_("开始"), required=False)
    ends_at = moment(_("结束"), required=False)
    place = forms.CharField(label=_("地点"), required=False)
    served = forms.CharField(label=_("服务对象"), required=False)
    places = forms.IntegerField(label=_("名额"))
    skills = base.WordsField(label=_("需要的技能"), required=False)
    needs_insurance = forms.BooleanField(label=_("要有有效的保险"), required=False)
    needs_training = forms.BooleanField(label=_("要参加过培训"), required=False)
    leader = forms.EmailField(
        label=_("班次负责人的登录邮箱"), help_text=_("留空就是您自己。"), required=False
    )

    def content(self) -> ShiftContent:
        """Return what was entered."""
        return ShiftContent(**self.cleaned_data)


class WhyForm(base.Form):
    """A reason, in one line."""

    why = forms.CharField(label=_("原因"))


class WorkedForm(base.Form):
    """Hours as they are recorded."""

    starts_at = moment(_("开始"))
    ends_at = moment(_("结束"))
    minutes = forms.IntegerField(
        label=_("时长（分钟）"), help_text=_("留空就是起止时间之间的全部。"), required=False
    )
    work = area(_("服务内容"), help_text=_("留空就照班次的。"), required=False)
    quality = forms.CharField(label=_("服务质量"), required=False)
    reason = forms.CharField(
        label=_("说明"),
        help_text=_("超出班次时间、与别的时长重叠或更正时必填。"),
        required=False,
    )

    def content(self) -> Worked:
        """Return what was entered."""
        return Worked(**self.cleaned_data)


class NoteForm(base.Form):
    """What is wrong with an entry."""

    note = forms.CharField(label=_("哪里不对"))


class WishForm(base.Form):
    """A wish to have hours corrected."""

    text = area(_("哪里不对，应当是多少"))


class AnswerForm(base.Form):
    """The answer to a wish without a correction."""

    answer = area(_("为什么不更正"))


class ProveForm(base.Form):
    """For which days a proof is wanted, and from which node."""

    node = forms.ChoiceField(label=_("出具单位"))
    from_on = day(label=_("从"), required=True)
    until_on = day(label=_("到"), required=True)

    def __init__(self, *args: Any, nodes: list[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = [(one.code, one.name) for one in nodes]  # type: ignore[attr-defined]


class DrawForm(base.Form):
    """A spot check of a month."""

    node = forms.ChoiceField(label=_("科协"))
    month_on = day(label=_("月份"), help_text=_("这个月里的任意一天。"), required=True)
    count = forms.IntegerField(label=_("抽几条"), initial=5)

    def __init__(self, *args: Any, nodes: list[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = [(one.code, one.name) for one in nodes]  # type: ignore[attr-defined]


class FindForm(base.Form):
    """What a spot check found."""

    finding = forms.ChoiceField(
        label=_("核查结果"), choices=Finding.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("怎样核实的"), required=False)


class ReviewForm(base.Form):
    """A new review of a project."""

    criteria = area(
        _("标准和权重"),
        help_text=_("一行一条：名称、空格、权重；合计 100。"),
        initial=CRITERIA,
    )
    due_on = day(label=_("评审期限"), required=True)

    def clean_criteria(self) -> tuple[Criterion, ...]:
        """Return the criteria, line by line; a line without a weight is refused."""
        found = []
        for line in self.cleaned_data["criteria"].splitlines():
            if not line.strip():
                continue
            hit = CRITERION.fullmatch(line.strip())
            if hit is None:
                raise forms.ValidationError(
                    _("这一行没有写明权重：%(line)s"), params={"line": line}
                )
            found.append(Criterion(hit.group(1), int(hit.group(2))))
        return tuple(found)


class InviteForm(base.Form):
    """Somebody to be invited."""

    email = forms.EmailField(
        label=_("评审人的登录邮箱"), help_text=_("参加过这个项目的人不能评审。")
    )


class ScoreForm(base.Form):
    """One reviewer's scores."""

    def __init__(self, *args: Any, criteria: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(criteria)
        for number, one in enumerate(criteria):
            label = _("%(name)s（权重 %(weight)s）") % one
            self.fields[f"score_{number}"] = forms.IntegerField(
                label=label, help_text=_("0–100 的整数"), min_value=0, max_value=100
            )
        self.fields["text"] = area(_("评审意见"))

    def content(self) -> Scored:
        """Return what was entered."""
        entered = self.cleaned_data
        scores = {number: entered[f"score_{number}"] for number in range(self.count)}
        return Scored(scores, entered["text"])


class DecideForm(base.Form):
    """The result of a review."""

    result = forms.TypedChoiceField(
        label=_("结论"), choices=[CHOOSE, *Result.choices], coerce=Result, empty_value=None
    )
    advice = area(_("意见和建议"))


class TransferForm(base.Form):
    """A file to be looked at."""

    content = forms.FileField(label=_("转移文件（JSON）"))
