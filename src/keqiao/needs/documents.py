"""How a need looks to search and to the matcher."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keqiao.base.feed import Published
from keqiao.engine.types import Entry
from keqiao.needs.models import Need
from keqiao.needs.states import PUBLIC, State

KIND = "need"
OPENED = "need.opened"
PUBLIC_MOVES = (
    OPENED,
    "need.renewed",
    "need.recalled",
    "need.released",
    "need.closed",
)  # what everybody may notice


def public_entry(need: Need) -> Entry:
    """Return the public version as everybody may find it."""
    return _entry(need, need.public_title, need.public_text)


def private_entry(need: Need) -> Entry:
    """Return the private version as the matcher asks with it; it never enters the index."""
    parts = (need.wanted, need.targets, need.limits, need.tried)
    return _entry(need, need.title, "\n".join(part for part in parts if part))


def submitted_entry(need: Need) -> Entry:
    """Return all that the need says, private and public, as its twins are looked for."""
    entry, more = private_entry(need), [need.public_text]
    if need.public_title != need.title:
        more.insert(0, need.public_title)
    return replace(entry, text="\n".join(part for part in (entry.text, *more) if part))


def reviewed(need: Need) -> dict[str, str]:
    """Return what a reviewer sees of the need, as text by the name of its field."""
    return {
        "title": need.title,
        "wanted": need.wanted,
        "tried": need.tried,
        "targets": need.targets,
        "limits": need.limits,
        "cooperation": "、".join(need.cooperation),
        "stage": str(need.stage or ""),
        "budget_low": "" if need.budget_low is None else str(need.budget_low),
        "budget_high": "" if need.budget_high is None else str(need.budget_high),
        "deadline_on": need.deadline_on.isoformat() if need.deadline_on else "",
        "region": need.region.name if need.region else "",
        "industry": need.industry.name if need.industry else "",
        "subject": need.subject.name if need.subject else "",
        "keywords": "、".join(need.keywords),
        "public_title": need.public_title,
        "public_text": need.public_text,
        "secrets": "、".join(need.secrets),
    }


def submitted(codes: Iterable[str]) -> dict[str, Entry]:
    """Return those of ``codes`` that were handed in, public or not; for reviewers only."""
    rows = Need.objects.filter(code__in=list(codes)).exclude(state=State.DRAFT)
    return {need.code: submitted_entry(need) for need in rows}


def submitted_codes() -> list[str]:
    """Return the codes of all needs that were handed in."""
    rows = Need.objects.exclude(state=State.DRAFT).order_by("pk")
    return list(rows.values_list("code", flat=True))


def entries(codes: Iterable[str]) -> dict[str, Entry]:
    """Return the index entries of those ``codes`` that everybody may find; the others are absent."""
    rows = Need.objects.filter(code__in=list(codes), state__in=PUBLIC)
    return {need.code: public_entry(need) for need in rows}


def open_codes() -> list[str]:
    """Return the codes of all needs that belong in the index."""
    found = Need.objects.filter(state__in=PUBLIC).order_by("pk").values_list("code", flat=True)
    return list(found)


def published(codes: Iterable[str]) -> dict[str, Published]:
    """Return what other platforms may be told of those ``codes`` that everybody may read; the others are absent."""
    rows = Need.objects.filter(code__in=list(codes), state__in=PUBLIC)
    return {
        need.code: Published(
            code=need.code,
            kind=KIND,
            title=need.public_title,
            text=need.public_text,
            opened_at=need.opened_at,
            expires_on=need.expires_on,
            region=need.region_id or "",
            industries=(need.industry_id,) if need.industry_id else (),
            subject=need.subject_id or "",
            stage=need.stage,
            keywords=tuple(need.keywords),
            cooperation=tuple(need.cooperation),
            is_example=need.is_example,
        )
        for need in rows
        if need.opened_at is not None
    }


def is_open(need: Need) -> bool:
    """Tell whether the need looks for an answer now."""
    return need.state == State.OPEN


def _entry(need: Need, title: str, text: str) -> Entry:
    return Entry(
        key=need.code,
        kind=KIND,
        title=title,
        text=text,
        owner=f"organisation:{need.organisation_id}"
        if need.organisation_id
        else f"person:{need.author_id}",
        region=need.region_id or "",
        industries=(need.industry_id,) if need.industry_id else (),
        subject=need.subject_id or "",
        stage=need.stage,
        keywords=tuple(need.keywords),
    )
