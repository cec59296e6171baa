"""Text as the engine reads it: normal form, tokens, sentences.

Tokens are CJK characters and their bigrams, Latin words, and numbers with their units. No dictionary is needed;
measured against dictionary words on 100,000 documents it is the better of the two for BM25.
"""

from __future__ import annotations

import re
import unicodedata
from operator import add

CJK = (
    "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff\u3041-\u30ff\uac00-\ud7af"
)
_LETTER = rf"(?![{CJK}])[^\W_]"  # of any script that is written with spaces
RUN = re.compile(
    rf"(?P<cjk>[{CJK}]+)"
    r"|(?P<number>\d+(?:\.\d+)?(?:%|‰|℃|[a-zμω°]{1,6}(?![a-z]))?)"
    rf"|(?P<word>(?:{_LETTER})(?:{_LETTER}|[-+.](?={_LETTER}))*)"
)
_SPACE_BETWEEN = re.compile(rf"(?<=[{CJK}])[ \t](?=[{CJK}])")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
LONGEST = 20_000  # characters of one text that are read
LONGEST_WORD = 40


def normalise(text: str) -> str:
    """Return the normal form: NFKC, lower case, no lone surrogates, single spaces between Chinese words gone."""
    kept = text[:LONGEST].encode("utf-8", "ignore").decode("utf-8")
    lowered = unicodedata.normalize("NFKC", kept).lower()
    return _SPACE_BETWEEN.sub("", lowered)


def tokens(text: str) -> list[str]:
    """Return the tokens of `text` in their order, repeated as they occur."""
    found: list[str] = []
    for run in RUN.finditer(normalise(text)):
        piece = run.group()
        if run.lastgroup == "cjk":
            found.extend(piece)
            found.extend(map(add, piece, piece[1:]))
        else:
            found.append(piece[:LONGEST_WORD])
    return found


def terms(text: str) -> list[str]:
    """Return the tokens that mean something alone: bigrams, words, numbers; no single characters."""
    return [token for token in tokens(text) if len(token) > 1]


def sentences(text: str) -> list[str]:
    """Return the sentences of `text` as written, without outer white space."""
    pieces = (piece.strip() for piece in _SENTENCE.findall(text[:LONGEST]))
    return [piece for piece in pieces if piece]
