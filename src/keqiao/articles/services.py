"""The only writer of dispatches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.articles import policies
from keqiao.articles.models import Dispatch
from keqiao.articles.states import MACHINE
from keqiao.articles.types import Content
from keqiao.base.codes import is_code, new_code
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.text import Intake, refuse_unsafe_values
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

    ``source`` tells the page, such as the SHA-256 of its text; what has no page, empty, always comes in. Returns
    the drafts that are new. ``by`` None is the operator at the command line; a person has a desk.
    """
    if by is not None and not policies.has_desk(by):
        raise NotAllowed
    drafts = (
        _brought(content, source=source, ordinal=ordinal, by=by, is_example=is_example)
        for ordinal, content in enumerate(contents, start=1)
    )
    return [draft for draft in drafts if draft is not None]


@transaction.atomic
def edit(
    dispatch: Dispatch, content: Content, *, by: Person, revision: int | None = None
) -> Dispatch:
    """Change a draft; not to a place outside the editor's area."""
    values = {**_cleaned(content), "edited_by": by}
    return _move(dispatch, "edit", "dispatch.edited", by=by, values=values, revision=revision)


@transaction.atomic
def publish(dispatch: Dispatch, *, by: Person, revision: int | None = None) -> Dispatch:
    """Make a draft public, under the editor's name."""
    values = {"published_at": timezone.now(), "edited_by": by}
    return _move(dispatch, "publish", "dispatch.published", by=by, values=values, revision=revision)


@transaction.atomic
def publish_edited(
    dispatch: Dispatch, content: Content, *, by: Person, revision: int | None = None
) -> Dispatch:
    """Change a draft and make it public in one go."""
    values = {**_cleaned(content), "published_at": timezone.now(), "edited_by": by}
    data = {"edited": True}
    return _move(
        dispatch,
        "publish",
        "dispatch.published",
        by=by,
        values=values,
        revision=revision,
        data=data,
    )


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
    data: dict[str, Any] | None = None,
) -> Dispatch:
    place = values.get("region_id", dispatch.region_id)
    if not policies.may_edit(by, dispatch) or not policies.may_place(by, place):
        raise NotAllowed
    state = MACHINE.after(verb, dispatch.state)
    known = dispatch.revision if revision is None else revision
    changed = Dispatch.objects.filter(
        pk=dispatch.pk, revision=known, state__in=MACHINE.sources(verb)
    ).update(**values, state=state, revision=known + 1)
    if not changed:
        raise ChangedMeanwhile
    dispatch.refresh_from_db()
    journal.record(action, subject_of(dispatch), by=by, data=data)
    return dispatch


def _brought(
    content: Content, *, source: str, ordinal: int, by: Person | None, is_example: bool
) -> Dispatch | None:
    """Keep one dispatch of a page; None when it is there already, also since a moment ago."""
    refuse_unsafe_values(content.facts, field="facts")
    dispatch = Dispatch(
        code=new_code("D"),
        source=source,
        ordinal=ordinal,
        brought_by=by,
        is_example=is_example,
        facts=dict(content.facts),
        **_cleaned(content),
    )
    same = Dispatch.objects.filter(source=source, ordinal=ordinal) if source else None
    if same is not None and same.exists():
        return None
    try:
        with transaction.atomic():
            dispatch.save(force_insert=True)
    except IntegrityError:
        if same is not None and same.exists():
            return None
        raise
    journal.record("dispatch.brought_in", subject_of(dispatch), by=by)
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
    code = content.region_id
    is_known = is_code(code) and Region.objects.filter(pk=code).exists()
    values["region_id"] = code if is_known else None
    return values
