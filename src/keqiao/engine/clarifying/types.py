"""The values that the clarifier takes and gives. Positions are of characters in the text as it was given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from keqiao.base.phrases import Phrase

Value = TypeVar("Value", covariant=True)  # noqa: PLC0105 - it reads as what it is


@dataclass(frozen=True, slots=True)
class Passage:
    """The part text[start:end]."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Proposal(Generic[Value]):
    """A value with how sure it is (0–1), the passages that carry it, and their words; never more than a proposal."""

    value: Value
    score: float
    passages: tuple[Passage, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """The least and the most that is to be spent, in 10,000 yuan; an end that is not said is None."""

    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What one text says of a need. Several are best first; what the text does not say is None or empty.

    `direction` is "need" or "offer"; `cooperation` holds codes of the technical contracts; `region` six digits;
    `deadline` is the last day.
    """

    title: Proposal[str] | None = None
    industries: tuple[Proposal[str], ...] = ()
    subjects: tuple[Proposal[str], ...] = ()
    region: Proposal[str] | None = None
    stage: Proposal[int] | None = None
    cooperation: tuple[Proposal[str], ...] = ()
    keywords: tuple[Proposal[str], ...] = ()
    direction: Proposal[str] | None = None
    wanted: Proposal[str] | None = None
    tried: Proposal[str] | None = None
    targets: Proposal[str] | None = None
    limits: Proposal[str] | None = None
    budget: Proposal[Budget] | None = None
    deadline: Proposal[dt.date] | None = None


class Content(Protocol):
    """What is known of a need so far: any value with these fields; empty or None means not said."""

    @property
    def wanted(self) -> str:
        """What is wanted."""

    @property
    def tried(self) -> str:
        """What was tried."""

    @property
    def targets(self) -> str:
        """What is to be reached."""

    @property
    def limits(self) -> str:
        """What must be kept to."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: a code, the sentence, why it is asked, the field that the answer goes to."""

    code: str
    text: Phrase
    why: Phrase
    field: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found at text[start:end], and its kind as in ``Taken``."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out of the `part` ("title" or "text") of the original at [start:end], and what stands there now.

    `kind` is secret, company, organisation, person, money, price, place, phone, email, web, account, identity or
    number.
    """

    part: str
    kind: str
    start: int
    end: int
    put: str


@dataclass(frozen=True, slots=True)
class PublicDraft:
    """Title and text that may be shown, and what was taken out of the original, in its order."""

    title: str
    text: str
    taken: tuple[Taken, ...] = field(default=())
