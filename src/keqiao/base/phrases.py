"""Sentences for people, kept whole with named places until somebody who knows the language says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:  # noqa: N802 - the customary name of a gettext marker
    """Mark a Chinese sentence for extraction without translating it here."""
    return message


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence (Chinese source, ``%(name)s`` places) and the values for its places."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence in the language of ``translate``, places filled; a value may be a phrase itself."""
        sentence = translate(self.text)
        values = {
            name: value.say(translate) if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        return sentence % values if values else sentence

    def __str__(self) -> str:
        return self.say()
