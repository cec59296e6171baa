"""The only writer of dispatches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.articles import policies
from keqiao.articles.models import Dispatch
from keqiao.articles.states import MACHINE
from keqiao.articles.types import Content
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Region


class ChangedMeanwhile(Refused):
    """Somebody saved the dispatch after this form was opened."""

    text = N_("这篇稿件刚才被其他人修改过，请核对后再保存。")


def subject_of(dispatch: Dispatch) -> Subject:
    """Return how the journal names a dispatch."""
    return Subject("dispatch", dispatch.code)


@transaction.atomic
def bring_in(
    contents: Sequence[Content], *, source: str, by: Person | None, is_example: bool = False
) -> list[Dispatch]:
    """Keep the dispatches of one page as drafts; those of a page that came in before are left as they are.

    ``source`` tells the page, such as the SHA-256 of its text. Returns the drafts that are new.
    """
    known = set(Dispatch.objects.filter(source=source).values_list("ordinal", flat=True))
    fresh = []
    for ordinal, content in enumerate(contents, start=1):
        if ordinal in known:
            continue
        dispatch = Dispatch(
            code=new_code("D"),
            source=source,
            ordinal=ordinal,
            brought_by=by,
            is_example=is_example,
            facts=dict(content.facts),
            **_cleaned(content),
        )
        dispatch.save(force_insert=True)
        journal.record("dispatch.brought_in", subject_of(dispatch), by=by)
        fresh.append(dispatch)
    return fresh


@transaction.atomic
def edit(
    dispatch: Dispatch, content: Content, *, by: Person, revision: int | None = None
) -> Dispatch:
    """Change a draft."""
    values = {**_cleaned(content), "edited_by": by}
    return _move(dispatch, "edit", "dispatch.edited", by=by, values=values, revision=revision)


@transaction.atomic
def publish(dispatch: Dispatch, *, by: Person) -> Dispatch:
    """Make a draft public, under the editor's name."""
    values = {"published_at": timezone.now(), "edited_by": by}
    return _move(dispatch, "publish", "dispatch.published", by=by, values=values)


@transaction.atomic
def publish_edited(dispatch: Dispatch, content: Content, *, by: Person) -> Dispatch:
    """Change a draft and make it public in one go."""
    return publish(edit(dispatch, content, by=by), by=by)


@transaction.atomic
def discard(dispatch: Dispatch, *, by: Person) -> Dispatch:
    """Put a dispatch away."""
    return _move(dispatch, "discard", "dispatch.discarded", by=by, values={"edited_by": by})


def _move(
    dispatch: Dispatch,
    verb: str,
    action: str,
    *,
    by: Person,
    values: dict[str, Any],
    revision: int | None = None,
) -> Dispatch:
    if not policies.may_edit(by, dispatch):
        raise NotAllowed
    state = MACHINE.after(verb, dispatch.state)
    known = dispatch.revision if revision is None else revision
    changed = Dispatch.objects.filter(
        pk=dispatch.pk, revision=known, state__in=MACHINE.sources(verb)
    ).update(**values, state=state, revision=known + 1)
    if not changed:
        raise ChangedMeanwhile
    dispatch.refresh_from_db()
    journal.record(action, subject_of(dispatch), by=by)
    return dispatch


def _cleaned(content: Content) -> dict[str, Any]:
    intake = Intake()
    values: dict[str, Any] = {
        "headline": intake.line("headline", content.headline, most=120, required=True),
        "body": intake.text("body", content.body, most=20000, required=True),
        "byline": intake.line("byline", content.byline, most=120),
        "dated": intake.line("dated", content.dated, most=40),
    }
    intake.finish()
    known = Region.objects.filter(pk=content.region_id).exists() if content.region_id else False
    values["region_id"] = content.region_id if known else None
    return values
