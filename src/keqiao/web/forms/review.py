"""The reviewer's form: four scores, comments on fields, the revision that was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.reviews.types import BEST, GUIDANCE, Comment, Criterion, Scores
from keqiao.web.forms import base

ROWS, SHOWN_ROWS = 8, 2  # comments that fit, and those that are in sight at once
POINTS = [(str(points), str(points)) for points in range(BEST + 1)]
NO_POINTS = _("请打 0 到 5 分。")
WHOLE = ("", _("整条内容"))


class ReviewForm(base.SeenForm):
    """What a reviewer thinks of an entry. ``labels`` are the entry's fields and what people call them."""

    def __init__(self, *args: Any, labels: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in Criterion:
            self.fields[one.value] = forms.TypedChoiceField(
                label=one.label,
                choices=POINTS,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": NO_POINTS, "invalid_choice": NO_POINTS},
            )
        for about, text in self._names():
            self.fields[about] = forms.ChoiceField(
                label=_("意见所指"), choices=[WHOLE, *labels.items()], required=False
            )
            self.fields[text] = forms.CharField(
                label=_("修改意见"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def criteria(self) -> Iterator[tuple[forms.BoundField, Any]]:
        """Yield each score's field with what its scores mean."""
        for one in Criterion:
            yield self[one.value], GUIDANCE[one]

    def comment_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the rows of comments that are in sight."""
        return self._rows(0, SHOWN_ROWS)

    def more_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the rows of comments for whoever has more to say."""
        return self._rows(SHOWN_ROWS, ROWS)

    def has_more(self) -> bool:
        """Tell whether something was written into one of ``more_rows``."""
        return any(text.value() for _about, text in self.more_rows())

    def scores(self) -> Scores:
        """Return the scores that were given."""
        return Scores(**{one.value: self.cleaned_data[one.value] for one in Criterion})

    def comments(self) -> list[Comment]:
        """Return the comments, the empty ones too."""
        entered = self.cleaned_data
        return [Comment(entered[text], entered[about]) for about, text in self._names()]

    def _names(self) -> list[tuple[str, str]]:
        """Return the names of the fields of a comment: the first text takes what is refused about all of them."""
        return [("about", "comments")] + [
            (f"about_{number}", f"comments_{number}") for number in range(2, ROWS + 1)
        ]

    def _rows(self, start: int, end: int) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[about], self[text]) for about, text in self._names()[start:end]]
