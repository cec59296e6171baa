"""Forms of meetings and outcomes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.casework.models import Party
from keqiao.meetings.models import Meeting
from keqiao.meetings.types import BROKER, Decision, Minutes
from keqiao.meetings.types import Content as MeetingContent
from keqiao.outcomes.types import Answer, Content, Kind, Use
from keqiao.web.forms import base
from keqiao.web.forms.cases import CHOOSE, day
from keqiao.web.templatetags.cases import party_name

DECISIONS = 5  # empty rows for decisions on the page
DECIDED = ("text", "party", "who", "due_on", "task")
DOER_NEEDED = _("请选择由哪一方来做：有期限的事项会列入它的任务。")
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
            initial[f"absent_{seat.party_id}"] = seat.is_absent
        for number, decision in enumerate(kept):
            for part in DECIDED:
                initial[f"decision_{number}_{part}"] = decision.get(part)
        super().__init__(*args, initial=initial, **kwargs)
        for seat in self.seats:
            label = party_name(seat.party)
            self.fields[f"seat_{seat.party_id}"] = forms.CharField(label=label, required=False)
            self.fields[f"absent_{seat.party_id}"] = forms.BooleanField(
                label=_("没有来"), required=False
            )
        self.rows = range(len(kept) + DECISIONS)
        doers = [(str(seat.party_id), party_name(seat.party)) for seat in self.seats]
        for number in self.rows:
            self._add_decision(f"decision_{number}", doers)

    def _add_decision(self, row: str, doers: list[tuple[str, str]]) -> None:
        self.fields[f"{row}_text"] = forms.CharField(label=_("议定事项"), required=False)
        self.fields[f"{row}_party"] = forms.TypedChoiceField(
            label=_("谁来做"),
            choices=[CHOOSE, (str(BROKER), _("经纪人")), *doers],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.fields[f"{row}_who"] = forms.CharField(label=_("具体由谁"), required=False)
        self.fields[f"{row}_due_on"] = day(label=_("期限"))
        self.fields[f"{row}_task"] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31
        )

    def seat_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return for each party the field of who came, and the mark that nobody did."""
        return [
            (self[f"seat_{seat.party_id}"], self[f"absent_{seat.party_id}"]) for seat in self.seats
        ]

    def decision_fields(self) -> list[dict[str, forms.BoundField]]:
        """Return the fields of the decisions, row by row."""
        return [
            {part: self[f"decision_{number}_{part}"] for part in DECIDED} for number in self.rows
        ]

    def clean(self) -> dict[str, Any]:
        """Ask who does what has a day: it becomes that party's task."""
        entered = self.cleaned_data
        for number in self.rows:
            due_on = entered.get(f"decision_{number}_due_on")
            if due_on and entered.get(f"decision_{number}_party", BROKER) is None:
                self.add_error(f"decision_{number}_party", DOER_NEEDED)
        return entered

    def content(self) -> Minutes:
        """Return what was entered."""
        entered = self.cleaned_data
        decisions = [
            Decision(**{part: entered[f"decision_{number}_{part}"] for part in DECIDED})
            for number in self.rows
        ]
        numbers = [seat.party_id for seat in self.seats]
        present = tuple((number, entered[f"seat_{number}"]) for number in numbers)
        absent = tuple(number for number in numbers if entered[f"absent_{number}"])
        kept = tuple(one for one in decisions if one.text or one.who or one.due_on)
        return Minutes(entered["minutes"], present, kept, absent)


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
