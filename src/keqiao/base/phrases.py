"""Sentences for people, kept whole with named places until somebody who knows the language says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

QUOTED = str.maketrans("“”", "‘’")


def N_(message: str) -> str:  # noqa: N802 - the customary name of a gettext marker
    """Mark a Chinese sentence for extraction without translating it here."""
    return message


def nested(text: str) -> str:
    """Return a text as it stands inside quotation marks: those of its own become single ones.

    A list that closes and opens them itself (``锂渣”“水泥``) stays as it is.
    """
    opens, closes = text.find("“"), text.find("”")
    return text.translate(QUOTED) if 0 <= opens < closes else text


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
        for name, value in values.items():
            if isinstance(value, str) and f"“%({name})s”" in sentence:
                values[name] = nested(value)
        return sentence % values if values else sentence

    def __str__(self) -> str:
        return self.say()
