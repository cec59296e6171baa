"""Forms of notices: one way for each kind, the language of mails, the rhythm of the digest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.messaging.models import Reader
from keqiao.messaging.types import SPECS, Kind, Language, Rhythm, Way
from keqiao.web.forms.base import Form


class NoticePreferenceForm(Form):
    """How a person wants to be told; a kind with one way only is said and not asked."""

    rhythm = forms.ChoiceField(
        label=_("汇总邮件"),
        choices=Rhythm.choices,
        help_text=_("早上八点把选了“汇总邮件”的提醒合成一封；没有新事就不发。"),
    )
    language = forms.ChoiceField(label=_("邮件用的语言"), choices=Language.choices)

    def __init__(self, *args: Any, ways: dict[Kind, Way], reader: Reader, **kwargs: Any) -> None:
        known: dict[str, Any] = {kind.value: way.value for kind, way in ways.items()}
        initial = {**known, "rhythm": reader.rhythm, "language": reader.language}
        super().__init__(*args, initial=initial, **kwargs)
        for kind, spec in SPECS.items():
            if len(spec.ways) > 1:
                self.fields[kind.value] = forms.ChoiceField(
                    label=kind.label,
                    help_text=str(spec.for_whom),
                    choices=[(way.value, way.label) for way in spec.ways],
                )
        self.order_fields([*(kind.value for kind in Kind), "rhythm", "language"])

    def ways(self) -> dict[Kind, str]:
        """Return the way that was chosen for each kind."""
        return {kind: self.cleaned_data[kind] for kind in Kind if kind in self.fields}
