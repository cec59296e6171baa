"""Generations of the index in one database of Milvus, the one that is current, and how far each has read."""

from __future__ import annotations

import secrets

from keqiao.engine.dense import DIMENSIONS
from keqiao.engine.index import Words
from keqiao.engine.milvus.store import Store
from keqiao.engine.milvus.vectors import PREFIX, MilvusVectors, collection
from keqiao.engine.milvus.words import MilvusWords

CURRENT = "current"


class MilvusIndex:
    """One generation of words; vectors are the database's and outlive generations."""

    keeps_vectors = True

    def __init__(self, store: Store, generation: str) -> None:
        self.generation = generation
        self.words: Words = MilvusWords(store, generation)
        self._store = store

    @classmethod
    def current(cls, store: Store) -> MilvusIndex:
        """Return the generation that is searched; the first one is made here."""
        generation = store.note(CURRENT)
        if generation:
            return cls(store, generation)
        first = cls.begin(store)
        first.put_in_place()
        return first

    @classmethod
    def begin(cls, store: Store) -> MilvusIndex:
        """Return a new, empty generation."""
        index = cls(store, secrets.token_hex(6))
        index.words.put([])
        index.words.commit()
        return index

    def put_in_place(self) -> None:
        """Have this generation searched, and remove the one before it."""
        before = self._store.note(CURRENT)
        self._store.set_note(CURRENT, self.generation)
        if before and before != self.generation:
            MilvusWords(self._store, before).drop()
            self._store.forget_notes([f"{before} position"])

    def position(self) -> tuple[int, str]:
        """Return the journal position that was reached and the mark kept with it; (0, "") when none was."""
        position, _space, mark = self._store.note(f"{self.generation} position").partition(" ")
        return (int(position), mark) if position.isdecimal() else (0, "")

    def reached(self, position: int, mark: str = "") -> None:
        """Keep the position and its mark, after the words that it speaks of are committed."""
        self._store.set_note(f"{self.generation} position", f"{position} {mark}")

    def vectors(self, model: str, kind: str, dimensions: int = DIMENSIONS) -> MilvusVectors:
        """Return the vectors of one model and kind."""
        return MilvusVectors(self._store, model, kind, dimensions)

    def models(self) -> dict[str, int]:
        """Return how many vectors each model has, by the model's name."""
        names = [name for name in self._store.collections() if name.startswith(PREFIX)]
        counts = {self._store.note(name): self._store.count(name) for name in names}
        return {model: count for model, count in counts.items() if count}

    def drop_vectors(self, model: str) -> None:
        """Remove all vectors of one model; unknown models change nothing."""
        if self._store.is_there(collection(model)):
            self._store.drop(collection(model))
            self._store.forget_notes([collection(model)])
