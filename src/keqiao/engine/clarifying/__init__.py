"""The clarifier: what a free text already says of a need, what is still to ask, and what of it may be public.

Plain values in and out. It proposes and never decides: every proposal says how sure it is and which words carry it.
It knows no forms and no tables; the trees of codes and the gazetteer are given to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from keqiao.engine.clarifying.trees import Trees
    from keqiao.engine.clarifying.types import Content, Proposal, Proposals, PublicDraft, Question
    from keqiao.engine.dense import Encoder
    from keqiao.engine.gazetteer import Gazetteer

__all__ = ["called", "is_told", "propose", "public_version", "questions", "secrets"]


def propose(
    text: str, trees: Trees, *, encoder: Encoder | None = None, today: dt.date | None = None
) -> Proposals:
    """Return what `text`, one sentence to several pages, says of a need; only its first 20,000 characters are read.

    A deadline is only proposed to who tells what day it is `today`.

    An `encoder` adds meaning to the choice of codes; when it is unavailable, words alone decide.
    """
    from keqiao.engine.clarifying.proposing import propose as proposed

    return proposed(text, trees, encoder=encoder, today=today)


def questions(content: Content, proposals: Proposals) -> tuple[Question, ...]:
    """Return what is still to ask, most useful first; nothing that `content` or a sure proposal answers."""
    from keqiao.engine.clarifying.asking import questions as asked

    return asked(content, proposals)


def public_version(
    title: str,
    text: str,
    *,
    names: Iterable[str] = (),
    secrets: Iterable[str] = (),
    gazetteer: Gazetteer | None = None,
) -> PublicDraft:
    """Return a draft without names, amounts, places below the county, ways to reach somebody, and `secrets`.

    `names` are organisations and persons that are known. A draft of a draft is the same draft; only the
    first 20,000 characters of a text are drafted. With a `gazetteer`
    a company is also found by what it is called without its place (雅安青禾茶业有限公司: 青禾).
    """
    from keqiao.engine.clarifying.concealing import public_version as concealed

    return concealed(title, text, names=names, secrets=secrets, gazetteer=gazetteer)


def secrets(text: str) -> tuple[Proposal[str], ...]:
    """Return what the text names as its author's own product, brand or code: proposals for `secrets`, surest first."""
    from keqiao.engine.clarifying.products import find

    return find(text)


def called(name: str, gazetteer: Gazetteer | None = None) -> tuple[str, ...]:
    """Return a company's name with what else it is called: without its form, place, trade."""
    from keqiao.engine.clarifying.bodies import called as short

    return (name, *short(name, gazetteer))


def is_told(passage: str, hidden: Iterable[str]) -> bool:
    """Tell whether one of the `hidden` words stands in a passage, however either is written."""
    from keqiao.engine.clarifying.folding import essence

    said = essence(passage)
    return any(word and word in said for word in map(essence, hidden))
