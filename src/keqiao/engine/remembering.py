"""An encoder that remembers what it encoded lately: the same need, the same sentences come again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from keqiao.engine.dense import Encoder, Matrix

REMEMBERED = 20_000  # vectors of either kind; 30 MB of 384 dimensions


class Remembering:
    """An encoder in front of another one; threads may share it."""

    def __init__(self, encoder: Encoder, *, remembered: int = REMEMBERED) -> None:
        self.name, self.dimensions, self.span = encoder.name, encoder.dimensions, encoder.span
        self._encoder, self._remembered = encoder, remembered
        self._asked: OrderedDict[str, Matrix] = OrderedDict()
        self._told: OrderedDict[str, Matrix] = OrderedDict()
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Encode what is asked, or take it from memory."""
        return self._recalled(self._asked, texts, self._encoder.encode_queries)

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Encode what may answer, or take it from memory."""
        return self._recalled(self._told, texts, self._encoder.encode_documents)

    def _recalled(
        self,
        kept: OrderedDict[str, Matrix],
        texts: Sequence[str],
        encode: Callable[[Sequence[str]], Matrix],
    ) -> Matrix:
        with self._lock:
            known = {text: kept[text] for text in texts if text in kept}
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known |= dict(zip(fresh, encode(fresh), strict=True))
        with self._lock:
            for text in texts:
                kept[text] = known[text]
                kept.move_to_end(text)
            while len(kept) > self._remembered:
                kept.popitem(last=False)
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([known[text] for text in texts])
