"""Whom somebody means by a name, a code, or the address of a page: an organisation, a studio, a node of the tree."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from keqiao.accounts.models import Person
from keqiao.base.codes import typed_code
from keqiao.base.errors import Missing, invalid
from keqiao.base.phrases import N_
from keqiao.offers import selectors as offers
from keqiao.organisations import selectors as organisations
from keqiao.organisations.types import Kind
from keqiao.places import selectors as places

NOBODY_THERE = N_("没有找到这个编号或名称的单位、工作室、学会或科协，请核对后再填。")
NOT_LISTED = N_(
    "“%(name)s”登记的是单位，还不在科协的学会里：请系统管理员把它列为学会，或填它的工作室。"
)
SEVERAL_THERE = N_("是不是这里面的一个？请填全称或编号：%(found)s。")
MOST_NAMED = 6  # of those that a name may mean


class Among(StrEnum):
    """What may be meant."""

    ORGANISATION = "organisation"
    STUDIO = "studio"
    ASSOCIATION = "association"


EVERYTHING = frozenset(Among)


def meant(
    entered: str, *, by: Person, field: str = "code", among: Collection[Among] = EVERYTHING
) -> Any:
    """Return whom ``entered`` means; raise Invalid at ``field`` for nobody, and for several with their codes."""
    code = typed_code(entered)
    found = _coded(code, among, by=by)
    if found is not None:
        return found
    named = _named(entered, among, by=by)
    exact = [one for one in named if one.name == entered.strip()]
    if len(exact) == 1:
        return exact[0]
    if named:
        listed = "、".join(f"{one.name}（{one.code}）" for one in named[:MOST_NAMED])
        raise invalid(field, SEVERAL_THERE, found=listed)
    if Among.ORGANISATION not in among:
        _refuse_unlisted(entered, field, by=by)
    raise invalid(field, NOBODY_THERE)


def _refuse_unlisted(entered: str, field: str, *, by: Person) -> None:
    """Say so when a society is only registered as an organisation."""
    for one in organisations.named(entered, by=by):
        if one.name == entered.strip() and one.kind == Kind.SOCIETY:
            raise invalid(field, NOT_LISTED, name=one.name)


def _coded(code: str, among: Collection[Among], *, by: Person) -> Any:
    finds = {Among.ORGANISATION: organisations.get, Among.STUDIO: offers.studio}
    for kind, find in finds.items():
        if kind in among:
            try:
                return find(code, by=by)
            except Missing:
                continue
    return places.association(code) if Among.ASSOCIATION in among else None


def _named(entered: str, among: Collection[Among], *, by: Person) -> list[Any]:
    found: list[Any] = []
    if Among.ORGANISATION in among:
        found += organisations.named(entered, by=by)[:MOST_NAMED]
    if Among.STUDIO in among:
        found += offers.studios_named(entered, by=by)[:MOST_NAMED]
    if Among.ASSOCIATION in among:
        found += places.associations_named(entered)[:MOST_NAMED]
    return found
