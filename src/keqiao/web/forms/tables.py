"""Forms of meetings and outcomes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.casework.models import Party
from keqiao.meetings.models import Meeting
from keqiao.meetings.types import Content as MeetingContent
from keqiao.meetings.types import Decision, Minutes
from keqiao.outcomes.types import Answer, Content, Kind, Use
from keqiao.web.forms import base
from keqiao.web.forms.cases import day
from keqiao.web.templatetags.cases import party_name

DECISIONS = 5  # empty rows for decisions on the page
LOCAL = "%Y-%m-%dT%H:%M"


def moment(label: Any) -> forms.DateTimeField:
    """Return a field for a local day and time."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[LOCAL, "%Y-%m-%d %H:%M"])


class MeetingForm(base.Form):
    """A meeting as its caller plans it."""

    sequence = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("主题"))
    starts_at = moment(_("开始"))
    ends_at = moment(_("结束"))
    place = forms.CharField(label=_("地点"))
    agenda = forms.CharField(
        label=_("议程"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    parties = forms.TypedMultipleChoiceField(
        label=_("请谁参加"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, parties: list[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(one.pk, party_name(one)) for one in parties]
        self.fields["parties"].choices = rows  # type: ignore[attr-defined]

    def content(self) -> MeetingContent:
        """Return what was entered."""
        entered = self.cleaned_data
        return MeetingContent(
            title=entered["title"],
            starts_at=entered["starts_at"],
            ends_at=entered["ends_at"],
            place=entered["place"],
            agenda=entered["agenda"],
            parties=tuple(entered["parties"]),
        )


class MinutesForm(base.Form):
    """The minutes of one meeting: who came for each party, what was said, what was decided."""

    sequence = forms.IntegerField(widget=forms.HiddenInput)
    minutes = forms.CharField(label=_("会议记录"), widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kept = meeting.decisions
        initial = {"sequence": meeting.sequence, "minutes": meeting.minutes}
        self.seats = list(meeting.seats.all())
        for seat in self.seats:
            initial[f"seat_{seat.party_id}"] = seat.names
        for number, decision in enumerate(kept):
            for part in ("text", "who", "due_on"):
                initial[f"decision_{number}_{part}"] = decision[part]
        super().__init__(*args, initial=initial, **kwargs)
        for seat in self.seats:
            label = party_name(seat.party)
            self.fields[f"seat_{seat.party_id}"] = forms.CharField(label=label, required=False)
        self.rows = range(len(kept) + DECISIONS)
        for number in self.rows:
            self.fields[f"decision_{number}_text"] = forms.CharField(
                label=_("议定事项"), required=False
            )
            self.fields[f"decision_{number}_who"] = forms.CharField(
                label=_("谁来做"), required=False
            )
            self.fields[f"decision_{number}_due_on"] = day(label=_("期限"))

    def seat_fields(self) -> list[forms.BoundField]:
        """Return the fields of who came."""
        return [self[f"seat_{seat.party_id}"] for seat in self.seats]

    def decision_fields(self) -> list[list[forms.BoundField]]:
        """Return the fields of the decisions, row by row."""
        parts = ("text", "who", "due_on")
        return [[self[f"decision_{number}_{part}"] for part in parts] for number in self.rows]

    def content(self) -> Minutes:
        """Return what was entered."""
        entered = self.cleaned_data
        decisions = [
            Decision(*(entered[f"decision_{number}_{part}"] for part in ("text", "who", "due_on")))
            for number in self.rows
        ]
        present = tuple((seat.party_id, entered[f"seat_{seat.party_id}"]) for seat in self.seats)
        kept = tuple(one for one in decisions if one.text or one.who or one.due_on)
        return Minutes(entered["minutes"], present, kept)


class OutcomeForm(base.Form):
    """What came of a case."""

    kind = forms.ChoiceField(label=_("成果类型"), choices=Kind.choices)
    text = forms.CharField(
        label=_("取得了什么"),
        help_text=_("写事实：做了什么、指标多少、用在哪里。双方确认后不能再改。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    happened_on = day(label=_("日期"), required=True)
    amount = forms.DecimalField(
        label=_("合同金额（元）"),
        help_text=_("由双方申报；科桥不经手资金。签订合同时必填。"),
        required=False,
        max_digits=20,
        decimal_places=6,
    )
    people = forms.IntegerField(label=_("培训人数"), required=False)

    def content(self) -> Content:
        """Return what was entered."""
        entered = self.cleaned_data
        return Content(
            kind=Kind(entered["kind"]),
            text=entered["text"],
            happened_on=entered["happened_on"],
            amount=entered["amount"],
            people=entered["people"],
        )


class TextForm(base.Form):
    """A text that says why."""

    text = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}))


class TellForm(base.Form):
    """What became of an outcome."""

    follow_up = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)
    use = forms.ChoiceField(label=_("现在怎样"), choices=Use.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("补充说明"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RatingForm(base.Form):
    """Three plain questions about the work; no stars."""

    kept_word = forms.ChoiceField(
        label=_("对方说到做到了吗？"), choices=Answer.choices, widget=forms.RadioSelect
    )
    was_clear = forms.ChoiceField(
        label=_("沟通清楚、及时吗？"), choices=Answer.choices, widget=forms.RadioSelect
    )
    would_again = forms.ChoiceField(
        label=_("以后还愿意一起做吗？"), choices=Answer.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("想说的话"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class MilestoneForm(base.Form):
    """Something to be delivered."""

    title = forms.CharField(label=_("里程碑"))
    criteria = forms.CharField(
        label=_("按什么验收"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = day(label=_("期限"))
