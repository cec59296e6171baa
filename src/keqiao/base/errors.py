"""Refusals: what a service says when it will not do a thing. One place above turns them into a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keqiao.base.phrases import N_, Phrase


class Refused(Exception):  # noqa: N818 - the domain's word; the base of every refusal
    """A request that the domain refuses; ``phrase`` tells the user what to do about it."""

    text = N_("这项操作现在不能进行。")

    def __init__(self, text: str = "", **values: object) -> None:
        self.phrase = Phrase(text or self.text, values)
        super().__init__(str(self.phrase))


class NotAllowed(Refused):
    """The person may know of the thing but may not do this to it."""

    text = N_("您没有进行这项操作的权限。如需办理，请联系所在地科协。")


class Missing(Refused):
    """There is no such thing for this person: absent and hidden look alike."""

    text = N_("没有找到您要的内容。")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field; ``field`` is empty when it concerns the whole."""

    field: str
    phrase: Phrase


class Invalid(Refused):
    """What was entered cannot be taken; every problem is named at once."""

    text = N_("有内容需要修改，请看下面的提示。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join(f"{problem.field}: {problem.phrase}" for problem in self.problems)


def invalid(field: str, text: str, **values: object) -> Invalid:
    """Return the refusal of one field; raise it where it is found."""
    return Invalid([Problem(field, Phrase(text, values))])
