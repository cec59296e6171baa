"""What all forms share: showing refusals beside their fields, and choices from the reference tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.base.errors import Invalid, Refused
from keqiao.places.models import Region
from keqiao.web.forms import choices

Choices = Sequence[tuple[str, Any]]
NO_CHOICE = ("", gettext_lazy("请选择"))
UNSEEN = gettext_lazy("页面不完整，请重新打开后再决定。")
SAID: Mapping[
    type[forms.Field], Mapping[str, Any]
] = {  # by kind of field, what its refusals say; Django's are stiff
    forms.Field: {"required": gettext_lazy("请填写这一项。")},
    forms.CharField: {
        "null_characters_not_allowed": gettext_lazy(
            "内容里有无法保存的控制字符，请重新输入或改用纯文本粘贴。"
        ),
    },
    forms.IntegerField: {
        "invalid": gettext_lazy("请填整数，例如 12。"),
        "min_value": gettext_lazy("请填不小于 %(limit_value)s 的数。"),
        "max_value": gettext_lazy("请填不大于 %(limit_value)s 的数。"),
    },
    forms.DecimalField: {
        "invalid": gettext_lazy("请填数字，例如 360000 或 1200.50。"),
        "max_digits": gettext_lazy("这个数太长，请核对。"),
        "max_whole_digits": gettext_lazy("这个数太长，请核对。"),
        "max_decimal_places": gettext_lazy("小数最多 %(max)s 位。"),
    },
    forms.DateField: {"invalid": gettext_lazy("请填写日期，例如 2027-03-20。")},
    forms.DateTimeField: {"invalid": gettext_lazy("请填写日期和时间，例如 2027-03-20 09:30。")},
    forms.ChoiceField: {
        "required": gettext_lazy("请选择一项。"),
        "invalid_choice": gettext_lazy("没有这个选项，请重新选择。"),
    },
    forms.MultipleChoiceField: {
        "required": gettext_lazy("请至少选择一项。"),
        "invalid_list": gettext_lazy("没有这个选项，请重新选择。"),
    },
    forms.BooleanField: {"required": gettext_lazy("请勾选这一项。")},
    forms.EmailField: {"invalid": gettext_lazy("请填写电子邮箱地址，例如 name@example.cn。")},
    forms.FileField: {
        "required": gettext_lazy("请选择一个文件。"),
        "invalid": gettext_lazy("没有收到文件，请重新选择。"),
        "missing": gettext_lazy("没有收到文件，请重新选择。"),
        "empty": gettext_lazy("这个文件是空的，请换一个。"),
        "max_length": gettext_lazy("文件名太长，请改短后再上传。"),
    },
}
STAGES: Choices = (
    ("", gettext_lazy("不确定")),
    ("1", gettext_lazy("1 级：发现基本原理")),
    ("2", gettext_lazy("2 级：形成技术概念")),
    ("3", gettext_lazy("3 级：概念得到验证")),
    ("4", gettext_lazy("4 级：实验室里做成")),
    ("5", gettext_lazy("5 级：相关环境里验证")),
    ("6", gettext_lazy("6 级：相关环境里演示")),
    ("7", gettext_lazy("7 级：使用环境里演示")),
    ("8", gettext_lazy("8 级：定型并通过试验")),
    ("9", gettext_lazy("9 级：实际使用证明成功")),
)


class Form(forms.Form):
    """A form of ours: no colons after labels, plain refusals; limits that Django would truncate stay with services."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """Check what was entered, once every field that a form added on its way says its refusals plainly."""
        for field in self.fields.values():
            speak_plainly(field)
        super().full_clean()

    def show(self, refusal: Refused) -> None:
        """Put what a service refused beside the fields that it concerns; the rest goes on top."""
        problems = refusal.problems if isinstance(refusal, Invalid) else ()
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, problem.phrase.say(_))
        if not problems:
            self.add_error(None, refusal.phrase.say(_))

    def renew(self, revision: int) -> None:
        """Carry the ``revision`` that the page shows now, so that the next press is about what is seen."""
        entered: Any = copy(self.data)
        entered["revision"] = str(revision)
        self.data = entered


def speak_plainly(field: forms.Field) -> None:
    """Put our words in the place of Django's; what a field says in words of its own stays."""
    kinds = type(field).__mro__
    plain = {code: said for kind in reversed(kinds) for code, said in SAID.get(kind, {}).items()}
    for code, said in plain.items():
        kept = field.error_messages.get(code)
        stiff = [getattr(kind, "default_error_messages", {}).get(code) for kind in kinds]
        if kept is None or any(kept is one for one in stiff):
            field.error_messages[code] = UNSEEN if field.widget.is_hidden else said


class SeenForm(Form):
    """A decision or a change about one revision of an entry: the one that the page showed."""

    revision = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": UNSEEN, "invalid": UNSEEN},
    )


class CodeSelect(forms.Select):
    """A select of many hundred codes: Django renders each option by a template of its own, 0.25 s a page."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 - Django's signature
    ) -> SafeString:
        """Return the select with its groups, every value and label escaped."""
        chosen = "" if value is None else str(value)
        pieces = [self._option(code, label, chosen) for code, label in self._plain()]
        for group, options in self._groups():
            pieces.append(f'<optgroup label="{escape(group)}">')
            pieces += [self._option(code, label, chosen) for code, label in options]
            pieces.append("</optgroup>")
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return mark_safe(f"<select{attributes}>{''.join(pieces)}</select>")  # noqa: S308 - escaped above

    def _plain(self) -> list[tuple[str, Any]]:
        return [(code, label) for code, label in self.choices if not isinstance(label, list)]

    def _groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [(name, options) for name, options in self.choices if isinstance(options, list)]

    def _option(self, code: str, label: Any, chosen: str) -> str:
        selected = " selected" if str(code) == chosen else ""
        return f'<option value="{escape(code)}"{selected}>{escape(str(label))}</option>'


class CodeField(forms.ChoiceField):
    """A choice from a reference table; a code that is kept already stays choosable."""

    widget = CodeSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(choices=(), **kwargs)

    def offer(self, groups: Choices, current: tuple[str, str] | None = None) -> None:
        """Set the choices, with the current one first when it is not among them."""
        known = {code for _group, options in groups for code, _name in options}
        extra = [current] if current is not None and current[0] and current[0] not in known else []
        self.choices = [NO_CHOICE, *extra, *groups]


class WordsField(forms.CharField):
    """Words separated by commas, semicolons, list commas or line ends, as a tuple."""

    separators = str.maketrans("，；、;\n\t　", ",,,,,,,")

    def to_python(self, value: Any) -> Any:
        """Return the words in their order."""
        text = super().to_python(value) or ""
        return tuple(
            word.strip() for word in text.translate(self.separators).split(",") if word.strip()
        )


class ManyFiles(forms.ClearableFileInput):
    """A box in which several files can be chosen."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, as a list."""

    widget = ManyFiles

    def clean(self, value: Any, initial: Any = None) -> Any:
        """Return every file that was chosen, each looked at as a single one would be."""
        chosen = value if isinstance(value, list | tuple) else [value]
        return [super(FilesField, self).clean(one, initial) for one in chosen or [None]]


def region_choices(*, with_parents: bool = False) -> Choices:
    """Return the places of the home province by city, then the other provinces with their cities.

    ``with_parents`` adds provinces and cities as choices of their own, for filters that cover subtrees.
    """
    return choices.regions(settings.HOME_REGION, with_parents=with_parents)


def offer_region(field: forms.Field, current: Region | None) -> None:
    """Set the places that a field offers, with the one that is kept."""
    if isinstance(field, CodeField):
        kept = (current.pk, current.name) if current is not None else None
        field.offer(region_choices(), kept)


def industry_choices() -> Choices:
    """Return the divisions of GB/T 4754 by section."""
    return choices.industries()


def subject_choices() -> Choices:
    """Return the subjects by department."""
    return choices.subjects()
