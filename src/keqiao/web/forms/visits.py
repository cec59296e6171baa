"""Forms of visits: what is arranged, the record with its rows, what both sides say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.places.models import Association
from keqiao.visits.intake import MOST_ROWS
from keqiao.visits.models import Finding, Pledge, Round, Visit
from keqiao.visits.types import Answer, Attendee, FoundNeed, Kind, Pledged, Record, Side
from keqiao.web.forms import base
from keqiao.web.forms.cases import CHOOSE, day
from keqiao.web.forms.tables import moment

SPARE = {"attendee": 3, "found": 2, "pledge": 2}  # empty rows at the end of each part
PARTS = {
    "attendee": ("name", "whom"),
    "found": ("text", "number"),
    "pledge": ("kind", "text", "who", "due_on", "number"),
}
LARGEST = 2**31


class RoundForm(base.Form):
    """A round of visits."""

    association = forms.ChoiceField(label=_("组织的科协"))
    title = forms.CharField(label=_("名称"), help_text=_("例如：某区 2027 年春季企业行。"))
    about = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, nodes: Sequence[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_nodes(self.fields["association"], nodes)


class VisitForm(base.Form):
    """A visit as it is arranged, or moved."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    association = forms.ChoiceField(label=_("组织的科协"))
    organisation = forms.CharField(
        label=_("到访哪家企业"), help_text=_("单位的名称或编号；名称可以只写一部分。")
    )
    experts = forms.CharField(
        label=_("哪些专家去"),
        help_text=_("工作室或学会的名称或编号，一行一个。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_at = moment(_("开始"))
    ends_at = moment(_("结束"))
    place = forms.CharField(label=_("在哪里碰头"), required=False)
    about = forms.CharField(
        label=_("去看什么"),
        help_text=_("会写进日历邀请，企业和专家都能看到。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        nodes: Sequence[Association],
        in_round: Round | None = None,
        visit: Visit | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if visit is not None:
            del self.fields["organisation"]
        if visit is not None or in_round is not None:
            del self.fields["association"]
        else:
            offer_nodes(self.fields["association"], nodes)

    def guests(self) -> list[str]:
        """Return who was named, line by line."""
        lines = self.cleaned_data["experts"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class RecordForm(base.SeenForm):
    """The record of one visit, for a phone: rows that are left empty are no rows."""

    seen = forms.CharField(
        label=_("看到了什么"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    advice = forms.CharField(
        label=_("给出的建议"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, written: Mapping[str, Any], **kwargs: Any) -> None:
        """Take what ``written`` returns; of what was entered as many rows are read as were sent."""
        super().__init__(*args, initial=written, **kwargs)
        self.counts = {
            part: min(max(_rows(written, part) + SPARE[part], _rows(self.data, part)), MOST_ROWS)
            for part in PARTS
        }
        for number in range(self.counts["attendee"]):
            self._add_attendee(f"attendee_{number}")
        for number in range(self.counts["found"]):
            self._add_found(f"found_{number}")
        for number in range(self.counts["pledge"]):
            self._add_pledge(f"pledge_{number}")

    def _add_attendee(self, row: str) -> None:
        self.fields[f"{row}_name"] = forms.CharField(label=_("姓名"), required=False)
        self.fields[f"{row}_whom"] = forms.CharField(label=_("代表谁"), required=False)

    def _add_found(self, row: str) -> None:
        self.fields[f"{row}_text"] = forms.CharField(
            label=_("需求，一句话"), required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
        self.fields[f"{row}_number"] = _number()

    def _add_pledge(self, row: str) -> None:
        self.fields[f"{row}_kind"] = forms.ChoiceField(
            label=_("承诺还是意向"), choices=Kind.choices, initial=Kind.PROMISE, required=False
        )
        self.fields[f"{row}_text"] = forms.CharField(
            label=_("做什么"), required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
        self.fields[f"{row}_who"] = forms.ChoiceField(
            label=_("谁承诺的（意向不用选）"), choices=[CHOOSE, *Side.choices], required=False
        )
        self.fields[f"{row}_due_on"] = day(label=_("到哪一天"))
        self.fields[f"{row}_number"] = _number()

    def rows(self, part: str) -> list[dict[str, forms.BoundField]]:
        """Return the fields of a part of the record, row by row."""
        return [
            {name: self[f"{part}_{number}_{name}"] for name in PARTS[part]}
            for number in range(self.counts[part])
        ]

    def attendee_rows(self) -> list[dict[str, forms.BoundField]]:
        """Return the rows of who came."""
        return self.rows("attendee")

    def found_rows(self) -> list[dict[str, forms.BoundField]]:
        """Return the rows of needs found."""
        return self.rows("found")

    def pledge_rows(self) -> list[dict[str, forms.BoundField]]:
        """Return the rows of promises and intents."""
        return self.rows("pledge")

    def content(self) -> Record:
        """Return what was entered, the empty rows too: a refusal names a row by its place."""
        entered = self.cleaned_data

        def of(part: str) -> list[dict[str, Any]]:
            return [
                {name: entered.get(f"{part}_{number}_{name}") for name in PARTS[part]}
                for number in range(self.counts[part])
            ]

        return Record(
            seen=entered["seen"],
            advice=entered["advice"],
            attendees=tuple(Attendee(**row) for row in of("attendee")),
            found=tuple(FoundNeed(**row) for row in of("found")),
            pledges=tuple(
                Pledged(**{**row, "kind": Kind(row["kind"] or Kind.PROMISE)})
                for row in of("pledge")
            ),
        )


class WhyForm(base.Form):
    """Why a visit is called off."""

    why = forms.CharField(label=_("取消的原因"), help_text=_("企业和专家会收到。"))


class WordForm(base.Form):
    """What is said against a record, or added to it."""

    text = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(base.Form):
    """What came of a promise."""

    follow_up = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)
    answer = forms.ChoiceField(
        label=_("兑现了吗"), choices=Answer.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("补充说明"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def offer_nodes(field: forms.Field, nodes: Sequence[Association]) -> None:
    """Set the associations that a field offers; the only one is chosen."""
    rows = [(one.code, one.name) for one in nodes]
    field.choices = rows if len(rows) == 1 else [CHOOSE, *rows]  # type: ignore[attr-defined]


def written(visit: Visit, findings: Sequence[Finding], pledges: Sequence[Pledge]) -> dict[str, Any]:
    """Return the record as the form shows it; what the enterprise has decided is not there to be changed."""
    shown: dict[str, Any] = {
        "revision": visit.revision,
        "seen": visit.seen,
        "advice": visit.advice,
    }
    for number, guest in enumerate(visit.attendees):
        shown |= {f"attendee_{number}_{name}": guest[name] for name in PARTS["attendee"]}
    waiting = [one for one in findings if one.need_id is None]
    for number, finding in enumerate(waiting):
        shown |= {f"found_{number}_text": finding.text, f"found_{number}_number": finding.pk}
    for number, pledge in enumerate(pledges):
        row = {"number": pledge.pk} | {
            name: getattr(pledge, name) for name in ("kind", "text", "who", "due_on")
        }
        shown |= {f"pledge_{number}_{name}": value for name, value in row.items()}
    return shown


def joined(entered: Any, shown: Mapping[str, Any]) -> Any:
    """Return what was entered with the rows of ``shown`` that it knew nothing of, as somebody added them meanwhile."""
    both = copy(entered)
    both["revision"] = str(shown["revision"])
    for part in ("found", "pledge"):
        place = max(_rows(entered, part) - SPARE[part], 0)
        known = {both.get(f"{part}_{number}_number") for number in range(MOST_ROWS)}
        for number in range(_rows(shown, part)):
            if str(shown[f"{part}_{number}_number"]) in known:
                continue
            while both.get(f"{part}_{place}_text") or both.get(f"{part}_{place}_number"):
                place += 1
            for name in PARTS[part]:
                value = shown[f"{part}_{number}_{name}"]
                both[f"{part}_{place}_{name}"] = "" if value is None else str(value)
    return both


def _rows(entered: Mapping[str, Any], part: str) -> int:
    """Return how many rows of a part were entered: one more than the largest number in a field's name."""
    named = re.compile(rf"{part}_(\d{{1,3}})_\w+")
    numbers = [int(found[1]) for name in entered if (found := named.fullmatch(name))]
    return max(numbers) + 1 if numbers else 0


def _number() -> forms.IntegerField:
    return forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=LARGEST
    )
