"""Forms of signing up: for how many, and then what must be known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.activities.models import Session
from keqiao.activities.types import YES_NO, QuestionKind, Way
from keqiao.base.errors import Invalid, Missing, Problem, Refused
from keqiao.guardians.types import Entered
from keqiao.places import selectors as places
from keqiao.places.models import Region
from keqiao.registrations import intake, policies
from keqiao.web.forms import base
from keqiao.web.forms.minors import MinorForm

ANSWER = "answer_"


class WantedForm(base.Form):
    """For how many a person signs up; kept in the address of the form that follows."""

    children = forms.TypedChoiceField(
        label=gettext_lazy("为几个孩子报名"), coerce=int, empty_value=None, required=False
    )
    own = forms.BooleanField(label=gettext_lazy("本人参加"), required=False)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts = range(intake.most_together(session) + 1)
        choices = [(one, str(one)) for one in counts]
        self.fields["children"].choices = choices  # type: ignore[attr-defined]
        if not policies.takes_grown_ups(session):
            del self.fields["own"]
            self.fields["children"].choices = choices[1:]  # type: ignore[attr-defined]

    def wanted(self) -> tuple[int, bool]:
        """Return for how many children, and whether for the person; what is not understood is nobody."""
        self.is_valid()
        said = self.cleaned_data
        return said.get("children") or 0, bool(said.get("own"))


class SignUpForm(base.Form):
    """What concerns the person who signs up; each child has a form of its own beside it."""

    is_of_age = forms.BooleanField(
        label=gettext_lazy("我已满 14 周岁"),
        help_text=gettext_lazy("未满 14 周岁，请由监护人登录后为您报名。"),
    )
    region = base.CodeField(
        label=gettext_lazy("您所在的县（市、区）"),
        required=True,
        help_text=gettext_lazy("这个场次按县（市、区）限额，只用来核对限额。"),
    )
    may_split = forms.BooleanField(
        label=gettext_lazy("名额不够时分开"),
        help_text=gettext_lazy("先确认排在前面的，其余排队候补；不勾选，名额不够时不报。"),
        required=False,
    )

    def __init__(self, *args: Any, session: Session, own: bool, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            for question in session.activity.questions:
                self._add_question(question)
        else:
            del self.fields["is_of_age"]
        if session.most_per_region is None:
            del self.fields["region"]
        else:
            self.fields["region"].choices = [base.NO_CHOICE, *base.region_choices()]  # type: ignore[attr-defined]
        if count == 1 or session.way == Way.DRAW or session.places is None:
            del self.fields["may_split"]

    def answers(self) -> dict[str, str]:
        """Return the answers to the activity's own questions by key."""
        said = self.cleaned_data
        return {name.removeprefix(ANSWER): said[name] for name in said if name.startswith(ANSWER)}

    def county(self) -> Region | None:
        """Return the county that was chosen."""
        code = self.cleaned_data.get("region", "")
        try:
            return places.region(code) if code else None
        except Missing:
            return None

    def about_person(self) -> list[forms.BoundField]:
        """Return what concerns the person alone."""
        return [one for one in self if one.name == "is_of_age" or one.name.startswith(ANSWER)]

    def about_all(self) -> list[forms.BoundField]:
        """Return what concerns the whole sign-up."""
        return [one for one in self if one.name in {"region", "may_split"}]

    def _add_question(self, question: Mapping[str, Any]) -> None:
        name, is_required = ANSWER + question["key"], bool(question.get("is_required"))
        asked = {"label": question["text"], "help_text": question.get("why", "")}
        offered = [(one, one) for one in question.get("choices") or ()]
        if question["kind"] == QuestionKind.YES_NO:
            offered = [(one, _(one)) for one in YES_NO]
        if offered:
            choices = [base.NO_CHOICE, *offered]
            self.fields[name] = forms.ChoiceField(choices=choices, required=is_required, **asked)
        else:
            self.fields[name] = forms.CharField(required=is_required, **asked)


@dataclass(frozen=True, slots=True)
class SignUp:
    """One page of forms: the person's, and one for each child."""

    form: SignUpForm
    children: Sequence[MinorForm]

    def is_valid(self) -> bool:
        """Check all of them, so that everything wrong is shown at once."""
        valid = [one.is_valid() for one in self.forms()]
        return all(valid)

    def errors(self) -> bool:
        """Tell whether anything is wrong that was entered."""
        return any(one.errors for one in self.forms())

    def forms(self) -> list[base.Form]:
        """Return all forms in the order of the page."""
        return [self.form, *self.children]

    def minors(self) -> list[Entered]:
        """Return what was entered about the children, in their order."""
        return [one.entered() for one in self.children]

    def show(self, refusal: Refused) -> None:
        """Put what was refused beside the fields of the child that it concerns; the rest goes on top."""
        left = list(refusal.problems) if isinstance(refusal, Invalid) else []
        for number, child in enumerate(self.children):
            before = f"minor_{number}_"
            mine = [one for one in left if one.field.startswith(before)]
            left = [one for one in left if one not in mine]
            if mine:
                named = [Problem(one.field.removeprefix(before), one.phrase) for one in mine]
                child.show(Invalid(named))
        if left or not isinstance(refusal, Invalid):
            self.form.show(Invalid(left) if left else refusal)


def sign_up(session: Session, entered: Any, *, children: int, own: bool) -> SignUp:
    """Return the forms of one sign-up, with what was entered."""
    return SignUp(
        SignUpForm(entered, session=session, own=own, count=children + own),
        [
            MinorForm(entered, session=session, prefix=f"child{number}")
            for number in range(1, children + 1)
        ],
    )
