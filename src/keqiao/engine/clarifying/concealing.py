"""The draft of a public version: who, where, how much and every secret taken out, neutral words in their place.

What was asked to be taken (`names`, `secrets`, and what else a company is called) is found however it is written:
full or half width, any case, with spaces, points or hyphens between. A neutral word is only put where no secret could
contain it or grow out of it and its neighbours, so that nothing comes back.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from keqiao.engine.clarifying import bodies, sensitive
from keqiao.engine.clarifying.folding import essence, fold, is_said, is_seen
from keqiao.engine.clarifying.types import Hit, PublicDraft, Taken
from keqiao.engine.gazetteer import Gazetteer
from keqiao.engine.text import LONGEST

# Kind → what may stand in its place, the best first.
NEUTRAL: dict[str, tuple[str, ...]] = {
    "secret": ("（略）", "（从略）", "……"),
    "company": ("某企业", "某单位", "某机构"),
    "organisation": ("某单位", "某机构"),
    "person": ("某某", "某人"),
    "money": ("若干万元", "若干元"),
    "price": ("若干元", "若干万元"),
    "place": ("某地", "某处"),
    "phone": ("（电话略）", "（略）"),
    "email": ("（邮箱略）", "（略）"),
    "web": ("（网址略）", "（略）"),
    "account": ("（账号略）", "（略）"),
    "identity": ("（编号略）", "（略）"),
    "number": ("（编号略）", "（略）"),
}
_MARKS = "".join(chr(code) for code in range(0x25A0, 0x2600))  # ■□▢…: in no secret that anybody has
_PROTECTED = re.compile(
    "|".join(
        sorted(
            {re.escape(word) for words in NEUTRAL.values() for word in words},
            key=len,
            reverse=True,
        )
    )
    + f"|[{_MARKS}]"
)
_MOST_ROUNDS = 50  # each takes at least one more character, and two or three are usual


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the draft: as written (kind empty), or what stands for the original's [start:end]."""

    said: str
    start: int
    end: int
    kind: str = ""

    def cut(self, left: int, right: int) -> tuple[list[_Piece], list[_Piece], list[_Piece]]:
        """Return what is before said[left:right], that, and what is behind it; a neutral word stays whole."""
        if self.kind:
            return [], [self], []
        at, said = self.start, self.said
        before, after = (
            _Piece(said[:left], at, at + left),
            _Piece(said[right:], at + right, self.end),
        )
        return (
            [before] if before.said else [],
            [_Piece(said[left:right], at + left, at + right)],
            [after] if after.said else [],
        )


def public_version(
    title: str,
    text: str,
    *,
    names: Iterable[str] = (),
    secrets: Iterable[str] = (),
    gazetteer: Gazetteer | None = None,
) -> PublicDraft:
    """Return the draft; see `clarifying.public_version`."""
    title, text = title[:LONGEST], text[:LONGEST]
    called = [(bodies.kind_of(name), name) for name in names]
    called += [
        (hit.kind, said[hit.start : hit.end])
        for said in (title, text)
        for hit in sensitive.find(said)
        if hit.kind in {"company", "organisation", "place"}
    ]
    called += [
        (kind, one) for kind, name in called for one in sensitive.called(kind, name, gazetteer)
    ]
    given = [*called, *(("secret", words) for words in secrets)]
    hidden = {essence(words): kind for kind, words in given}
    hidden.pop("", None)
    words = {kind: _neutral(kind, tuple(hidden)) for kind in NEUTRAL}
    drafts = [
        _Draft(part, said, hidden, words) for part, said in (("title", title), ("text", text))
    ]
    shown = [draft.conceal() for draft in drafts]
    return PublicDraft(
        shown[0], shown[1], tuple(taken for draft in drafts for taken in draft.taken())
    )


def _neutral(kind: str, hidden: Sequence[str]) -> str:
    """Return the best word for `kind` that is a wall to every secret; a mark, or nothing, when no word is."""
    candidates: list[str] = [*NEUTRAL[kind], *_MARKS]
    for word in candidates:
        if not any(_touches(word, secret) for secret in hidden):
            return word
    return ""


def _touches(word: str, secret: str) -> bool:
    """Tell whether a secret could be read in a text that has `word` in it, with a part of `word`."""
    shown = fold(word, keep=is_said).text or fold(word, keep=is_seen).text
    if shown in secret or secret in shown:
        return True
    lengths = range(1, min(len(shown), len(secret)))
    return any(
        shown.startswith(secret[-length:]) or shown.endswith(secret[:length]) for length in lengths
    )


class _Draft:
    """One part on its way to what may be shown."""

    def __init__(
        self, part: str, original: str, hidden: dict[str, str], words: dict[str, str]
    ) -> None:
        self._part = part
        self._hidden = hidden
        self._words = words
        self._pieces = [_Piece(original, 0, len(original))] if original else []

    def conceal(self) -> str:
        """Take out what must not be shown, until nothing more is found."""
        self._replace(self._secrets())
        for _round in range(_MOST_ROUNDS):
            hits = list(self._forms())
            if not hits:
                break
            self._replace(hits)
        if "" in self._words.values() and any(piece.kind for piece in self._pieces):
            last = self._pieces[-1].end  # every mark is a secret: nothing can be shown safely
            self._pieces = [_Piece("", 0, last, "secret")]
        return self._shown()

    def taken(self) -> Iterator[Taken]:
        """Yield what was taken, by the places of the original."""
        for piece in self._pieces:
            if piece.kind:
                yield Taken(self._part, piece.kind, piece.start, piece.end, piece.said)

    def _shown(self) -> str:
        return "".join(piece.said for piece in self._pieces)

    def _secrets(self) -> Iterator[Hit]:
        shown = self._shown()
        hits = []
        for keep in (is_said, is_seen):
            folded = fold(shown, keep=keep)
            for secret, kind in self._hidden.items():
                for hit in re.finditer(f"(?={re.escape(secret)})", folded.text):
                    span = folded.span(hit.start(), hit.start() + len(secret))
                    hits.append(Hit(kind, *span))
        yield from _merged(hits)

    def _forms(self) -> Iterator[Hit]:
        """Yield what is found between the neutral words, which are never read."""
        shown, begin = self._shown(), 0
        walls = [(hit.start(), hit.end()) for hit in _PROTECTED.finditer(shown)]
        for start, end in (*walls, (len(shown), len(shown))):
            for hit in sensitive.find(shown[begin:start]):
                yield Hit(hit.kind, begin + hit.start, begin + hit.end)
            begin = end

    def _replace(self, hits: Iterable[Hit]) -> None:
        """Put neutral words where the hits, in order and apart, stand in what is shown now."""
        done: list[_Piece] = []
        waiting = deque(self._pieces)
        place = 0
        for hit in hits:
            covered: list[_Piece] = []
            while waiting and place < hit.end:
                piece = waiting.popleft()
                if place + len(piece.said) <= hit.start:
                    done.append(piece)
                    place += len(piece.said)
                    continue
                left, right = max(0, hit.start - place), min(len(piece.said), hit.end - place)
                before, middle, after = piece.cut(left, right)
                done += before
                covered += middle
                waiting.extendleft(after)
                place += sum(len(one.said) for one in (*before, *middle))
            if covered:
                word = self._words[hit.kind]
                done.append(_Piece(word, covered[0].start, covered[-1].end, hit.kind))
        self._pieces = [*done, *waiting]


def _merged(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield hits that overlap as one, of the kind of the first."""
    last: Hit | None = None
    for hit in sorted(hits, key=lambda one: (one.start, -one.end, one.kind)):
        if last is not None and hit.start < last.end:
            last = Hit(last.kind, last.start, max(last.end, hit.end))
            continue
        if last is not None:
            yield last
        last = hit
    if last is not None:
        yield last
