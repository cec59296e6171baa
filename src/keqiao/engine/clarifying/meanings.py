"""How near a text is in meaning to the names of codes: a help where no word of the text points to any."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from weakref import WeakKeyDictionary

import numpy as np

from keqiao.engine.clarifying.trees import Tree
from keqiao.engine.dense import Encoder, EncoderUnavailable, Matrix

NEAREST = 10  # codes that meaning speaks for
STRENGTH = 2.0  # evidence for a difference in cosine of one
_MOST_CHILDREN = 12  # names below a code that are read with its own

_kept: WeakKeyDictionary[Tree, dict[tuple[str, int], tuple[list[str], Matrix, Matrix]]] = (
    WeakKeyDictionary()
)
_lock = threading.Lock()


def nearness(
    text: str, asked_trees: Mapping[Tree, int], encoder: Encoder | None
) -> Mapping[Tree, Mapping[str, float]]:
    """Return for each tree evidence for the codes, of so many characters, whose names are nearest.

    There is none without an encoder, or while it is unavailable. The names of a tree are encoded once in a process:
    about 15 seconds on one core for both trees.
    """
    if encoder is None:
        return {tree: {} for tree in asked_trees}
    try:
        asked = encoder.encode_queries([text])[0]
        return {
            tree: _near(asked, *_vectors(tree, encoder, digits))
            for tree, digits in asked_trees.items()
        }
    except EncoderUnavailable:
        return {tree: {} for tree in asked_trees}


def _near(asked: Matrix, heads: list[str], vectors: Matrix, mean: Matrix) -> Mapping[str, float]:
    apart = asked - mean
    near = vectors @ (apart / max(float(np.linalg.norm(apart)), 1e-9))
    order = [int(place) for place in np.argsort(-near, kind="stable")[: NEAREST + 1]]
    floor = float(near[order[-1]]) if order else 0.0
    return {heads[place]: STRENGTH * (float(near[place]) - floor) for place in order[:NEAREST]}


def _vectors(tree: Tree, encoder: Encoder, digits: int) -> tuple[list[str], Matrix, Matrix]:
    with _lock:
        kept = _kept.setdefault(tree, {})
        if (encoder.name, digits) not in kept:
            heads = [code for code in tree.names if len(code) == digits]
            vectors = encoder.encode_documents([_told(tree, head) for head in heads])
            mean = vectors.sum(axis=0) / max(1, len(heads))
            apart = vectors - mean
            lengths = np.linalg.norm(apart, axis=1, keepdims=True)
            kept[encoder.name, digits] = heads, apart / np.maximum(lengths, 1e-9), mean
        return kept[encoder.name, digits]


def _told(tree: Tree, head: str) -> str:
    below = [
        name for code, name in tree.names.items() if code.startswith(head) and len(code) > len(head)
    ]
    return f"{tree.names[head]}：{'、'.join(below[:_MOST_CHILDREN])}"
