"""Pages on which several things may be done to one thing: each deed with its form, its service, and what is said then.

A page posts to its own address; ``do`` names the deed and ``number`` the row that it is done to. What was entered
stays on the page when it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, NotAllowed, Refused
from keqiao.web.forms.base import Form
from keqiao.web.requests import person, tell

Thing = TypeVar("Thing")
NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Press(Generic[Thing]):
    """One press: what it is done to, by whom, to which row, and the form, which is valid."""

    thing: Thing
    who: Person
    number: int
    form: Any

    @property
    def entered(self) -> dict[str, Any]:
        """Return what the form holds."""
        return self.form.cleaned_data  # type: ignore[no-any-return]  # a valid form has it


@dataclass(frozen=True, slots=True)
class Deed(Generic[Thing]):
    """What is done by a press, what is said when it is done, and the form that it takes."""

    act: Callable[[Press[Thing]], object]
    done: str | Promise
    form: Callable[..., Form] = Form


class Page(Generic[Thing]):
    """The deeds of one page: done when somebody pressed, offered as forms otherwise."""

    def __init__(
        self, request: HttpRequest, thing: Thing, deeds: Mapping[str, Deed[Thing]], **more: Any
    ) -> None:
        """Take the page as it was asked for; ``more`` are what forms need, by the name of the deed."""
        self.request, self.thing, self.deeds, self.more = request, thing, deeds, more
        self.failed: tuple[str, int, Form] | None = None

    def is_done(self) -> bool:
        """Do what was pressed, if anything was; tell whether it is done, so that the page is asked for anew."""
        if self.request.method != "POST":
            return False
        name, number = self.request.POST.get("do", ""), self.request.POST.get("number", "0")
        if name not in self.deeds or not NUMBER.fullmatch(number):
            raise Missing
        deed = self.deeds[name]
        form = self._made(name, int(number), self.request.POST, self.request.FILES)
        if form.is_valid():
            try:
                deed.act(Press(self.thing, person(self.request), int(number), form))
            except (Missing, NotAllowed):
                raise
            except Refused as refusal:
                if not form.fields:
                    tell(self.request, refusal)
                    return True
                form.show(refusal)
            else:
                messages.success(self.request, str(deed.done))
                return True
        self.failed = (name, int(number), form)
        return False

    def form(self, name: str, number: int = 0) -> Form:
        """Return the form of a deed for a row, a refused one as it was entered."""
        if self.failed is not None and self.failed[:2] == (name, number):
            return self.failed[2]
        return self._made(name, number)

    def context(self) -> dict[str, Any]:
        """Return what every such page shows: the refused form, the deed it belongs to and its row."""
        if self.failed is None:
            return {"pressed": "", "pressed_number": 0}
        name, number, form = self.failed
        return {"pressed": name, "pressed_number": number, "form": form}

    @property
    def status(self) -> int:
        """The status of the answer: 422 when a form was refused."""
        return 422 if self.failed is not None else 200

    def _made(self, name: str, number: int, entered: Any = None, files: Any = None) -> Form:
        more = self.more.get(name, {})
        return self.deeds[name].form(entered, files, auto_id=f"{name}_{number}_%s", **more)
