"""One code of a large tree in one field: typed as a code or a name, with a list to pick from, without JavaScript."""

from __future__ import annotations

import difflib
from functools import cache
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from keqiao.engine.clarifying.folding import fold, is_said
from keqiao.places import reference

MOST_NEAR = 4
FINEST = 5  # characters of a code in the list: C2613, E0205
LONGEST = 80  # characters of a name
UNKNOWN = _("没有叫“%(typed)s”的。最接近的是：%(near)s。")
STRANGE = _("没有叫“%(typed)s”的，请换一个词，或从列表里选。")


class TreeField(forms.CharField):
    """A code of the tree "industry" or "subject", empty when nothing is typed; every level may be named."""

    def __init__(self, *, tree: str, **kwargs: Any) -> None:
        self.tree = tree
        attributes = {"list": list_id(tree), "autocomplete": "off"}
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("输入代码或名称，或从列表里选；粗细都可以。"))
        super().__init__(widget=forms.TextInput(attrs=attributes), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return a kept code with its name; what was typed stays as it is."""
        name = _names(self.tree).get(str(value or ""))
        return f"{value} {name}" if name else value

    def clean(self, value: Any) -> str:
        """Return the code; raise ValidationError with the nearest names."""
        typed = super().clean(value)
        if not typed:
            return ""
        code = _code(self.tree, typed)
        if code is None:
            near = "、".join(_near(self.tree, typed[:LONGEST]))
            told = UNKNOWN if near else STRANGE
            raise forms.ValidationError(told, params={"typed": typed[:LONGEST], "near": near})
        return code


def list_id(tree: str) -> str:
    """Return the id of the list of a tree in the page."""
    return f"codes-{tree}"


@cache
def code_list(tree: str) -> SafeString:
    """Return the list of a tree for the page, made once in a process; finer codes can still be typed.

    Sections, the finest subjects and classes that are called like the group above them are left out: 90 KB a page.
    """
    names = _names(tree)
    listed = [
        f"{code} {name}"
        for code, name in names.items()
        if 1 < len(code) <= FINEST and names.get(code[:-1]) != name
    ]
    options = "".join(f'<option value="{escape(one)}">' for one in listed)
    return mark_safe(f'<datalist id="{list_id(tree)}">{options}</datalist>')  # noqa: S308 - escaped above


@cache
def _names(tree: str) -> dict[str, str]:
    rows = reference.industries() if tree == "industry" else reference.subjects()
    return {row.code: row.name for row in rows}


@cache
def _by_name(tree: str) -> dict[str, str]:
    """Return codes by folded name; of one name the coarser code, which holds the finer ones."""
    codes: dict[str, str] = {}
    for code, name in sorted(_names(tree).items(), key=lambda one: len(one[0])):
        codes.setdefault(_folded(name), code)
    return codes


def _code(tree: str, typed: str) -> str | None:
    names = _names(tree)
    first = _folded(typed.split(maxsplit=1)[0]).upper() if typed.split(maxsplit=1) else ""
    if first in names:
        return first
    return _by_name(tree).get(_folded(typed))


def _near(tree: str, typed: str) -> list[str]:
    """Return codes with names that hold what was typed, else those that are written almost so."""
    names, said = _by_name(tree), _folded(typed)
    holding = sorted((name for name in names if said and said in name), key=len)
    like = difflib.get_close_matches(said, names, n=MOST_NEAR, cutoff=0.5)
    kept = list(dict.fromkeys([*holding, *like]))[:MOST_NEAR]
    return [f"{names[name]} {_names(tree)[names[name]]}" for name in kept]


def _folded(text: str) -> str:
    return fold(text, keep=is_said).text
