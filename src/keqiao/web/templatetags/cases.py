"""How cases and their parties are named on pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.utils.translation import gettext as _

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import ERASED_NAME
from keqiao.casework import selectors as casework
from keqiao.casework.models import Case, Party, Step
from keqiao.casework.states import LIVE, Stage
from keqiao.casework.types import Side

register = template.Library()


@register.filter
def party_name(party: Party) -> str:
    """Return the name of who sits there."""
    if party.person is not None and accounts.is_erased(party.person):
        return _(ERASED_NAME)
    return casework.name_of(party) or _("个人（未公开姓名）")


@register.filter
def of(reachable: Mapping[int, list[Person]], number: int) -> list[Person]:
    """Return who can be reached for a party."""
    return reachable.get(number, [])


@register.filter
def called(person: Person | None, unnamed: Mapping[int, Side]) -> str:
    """Return what a person is called at a table; those who keep their name to themselves by their side.

    ``unnamed`` is what ``casework.persons.unnamed`` answered for the reader.
    """
    if person is None:
        return ""
    if accounts.is_erased(person):
        return _(ERASED_NAME)
    if person.pk in unnamed:
        return _("%(side)s的经办人（未公开姓名）") % {"side": unnamed[person.pk].label}
    return person.name


@register.simple_tag
def stage_labels() -> list[str]:
    """Return the names of the stages on the usual way, in their order."""
    return [str(stage.label) for stage in (*LIVE, Stage.CONFIRMED)]


@register.filter
def party_names(parties: Iterable[Party]) -> list[str]:
    """Return the names of those who sit there."""
    return [party_name(party) for party in parties]


def skipped(case: Case, steps: Iterable[Step]) -> list[int]:
    """Return the numbers of the stages before the present one at which the case never stood."""
    reached = {Stage.FOUND.value} | {step.went_to for step in steps}
    way = [*LIVE, Stage.CONFIRMED][: stage_number(case.state)]
    return [number for number, stage in enumerate(way, start=1) if stage not in reached]


@register.filter
def stage_number(state: str) -> int:
    """Return the place of a stage on the usual way, from 1; 0 for a case that ended."""
    way = [*LIVE, Stage.CONFIRMED]
    return way.index(Stage(state)) + 1 if state in way else 0
