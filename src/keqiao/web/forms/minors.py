"""The form of a child for a session: only the fields that it needs, each with its reason, and consents by purpose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.activities.models import Session
from keqiao.activities.types import YES_NO, QuestionKind
from keqiao.guardians import policies, selectors
from keqiao.guardians.intake import ConsentNeeded
from keqiao.guardians.models import Minor
from keqiao.guardians.types import Entered, Field, Guardian, Purpose
from keqiao.web.forms import base

CONSENT = "consent_"
ANSWER = "answer_"


class MinorForm(base.Form):
    """What a guardian enters about one child.

    ``given`` are purposes consented to before in the same words, which are not asked again.
    """

    name = forms.CharField(
        label=gettext_lazy("孩子的姓名"),
        help_text=gettext_lazy("用于签到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    born_on = forms.DateField(
        label=gettext_lazy("出生日期"),
        help_text=gettext_lazy("用于核对年龄，以活动当天的周岁计算。"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        *args: Any,
        session: Session,
        given: frozenset[Purpose] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.given = session, given
        asked = policies.asked(session)
        for field in Field:
            if field in asked:
                self._add(field, _(asked[field]))
        for question in session.activity.questions:
            self._add_question(question)
        for purpose in selectors.purposes(session):
            if purpose not in given:
                self.fields[CONSENT + purpose] = forms.BooleanField(
                    label=_("同意：%(purpose)s") % {"purpose": purpose.label},
                    help_text=selectors.consent_text(session, purpose),
                    required=False,
                )

    def clean(self) -> dict[str, Any]:
        """Tell beside its box that the consent without which nothing is kept is missing."""
        said: dict[str, Any] = super().clean() or {}
        needed = CONSENT + Purpose.TAKING_PART
        if needed in self.fields and not said.get(needed):
            self.add_error(needed, _(ConsentNeeded.text))
        return said

    def entered(self) -> Entered:
        """Return what was entered."""
        said = self.cleaned_data
        texts = {
            name: said.get(name, "")
            for name in ("school", "grade", "emergency_name", "emergency_phone", "health_note")
        }
        return Entered(
            name=said["name"],
            born_on=said["born_on"],
            answers={
                name.removeprefix(ANSWER): said[name] for name in said if name.startswith(ANSWER)
            },
            consents=frozenset(one for one in Purpose if said.get(CONSENT + one)),
            **texts,
        )

    def about_child(self) -> list[forms.BoundField]:
        """Return the fields about the child, in their order."""
        return [field for field in self if not field.name.startswith((CONSENT, "guardian_"))]

    def consents(self) -> list[forms.BoundField]:
        """Return the boxes of consents, what is needed for a place first."""
        return [field for field in self if field.name.startswith(CONSENT)]

    def _add(self, field: Field, why: str) -> None:
        optional = _("%(why)s。可以不填；填写要在下面单独同意。") % {"why": why.rstrip("。.")}
        off = {"autocomplete": "off"}
        match field:
            case Field.SCHOOL | Field.GRADE:
                self.fields[field.value] = forms.CharField(label=field.label, help_text=why)
            case Field.EMERGENCY:
                self.fields["emergency_name"] = forms.CharField(
                    label=_("紧急联系人"), help_text=optional, required=False
                )
                self.fields["emergency_phone"] = forms.CharField(
                    label=_("紧急联系电话"),
                    required=False,
                    widget=forms.TextInput(attrs={**off, "inputmode": "tel"}),
                )
            case Field.HEALTH:
                self.fields["health_note"] = forms.CharField(
                    label=field.label,
                    help_text=optional,
                    required=False,
                    widget=forms.Textarea(attrs={**off, "rows": 3}),
                )

    def _add_question(self, question: dict[str, Any]) -> None:
        name, is_required = ANSWER + question["key"], bool(question.get("is_required"))
        asked = {"label": question["text"], "help_text": question.get("why", "")}
        is_yes_no = question.get("kind") == QuestionKind.YES_NO
        offered = YES_NO if is_yes_no else question.get("choices")
        if offered:
            choices = [base.NO_CHOICE, *((one, _(one)) for one in offered)]
            self.fields[name] = forms.ChoiceField(choices=choices, required=is_required, **asked)
        else:
            self.fields[name] = forms.CharField(required=is_required, **asked)


class PupilForm(MinorForm):
    """The same for a guardian without a log-in, who says who they are."""

    guardian_name = forms.CharField(
        label=gettext_lazy("您的姓名（监护人）"),
        help_text=gettext_lazy("记录是谁作出的同意。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    guardian_phone = forms.CharField(
        label=gettext_lazy("您的电话"),
        help_text=gettext_lazy("活动有变化时联系您；只有场次负责人能看到。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def guardian(self) -> Guardian:
        """Return who consents."""
        said = self.cleaned_data
        return Guardian(said["guardian_name"], said["guardian_phone"])

    def about_guardian(self) -> list[forms.BoundField]:
        """Return the fields about who consents."""
        return [self["guardian_name"], self["guardian_phone"]]


def initial_of(minor: Minor) -> dict[str, Any]:
    """Return what is held about a child as its form shows it."""
    names = (
        "name", "born_on", "school", "grade", "emergency_name", "emergency_phone", "health_note",
    )  # fmt: skip
    said = {name: getattr(minor, name) for name in names}
    return said | {f"{ANSWER}{key}": answer for key, answer in minor.answers.items()}


class AuditForm(base.Form):
    """Which year, and as what kind of file."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    kind = forms.ChoiceField(
        label=gettext_lazy("文件"),
        choices=[("xlsx", "XLSX"), ("zip", gettext_lazy("CSV（ZIP 压缩包）"))],
        widget=forms.RadioSelect,
        initial="xlsx",
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one, str(one)) for one in years]
