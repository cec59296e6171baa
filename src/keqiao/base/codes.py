"""Public codes: short, unguessable, readable over the telephone."""

from __future__ import annotations

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH = 8
CODE = re.compile(r"[0-9A-Za-z-]{1,20}")
CREDIT_LENGTH = 18
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def new_code(prefix: str) -> str:
    """Return a fresh code such as ``N-7K3M9QXA`` (40 random bits behind a letter)."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_code(text: str) -> bool:
    """Tell whether ``text`` can be a code at all, ours or a table's: anything else never reaches the database."""
    return CODE.fullmatch(text) is not None


def typed_code(raw: str) -> str:
    """Return the code that somebody typed or pasted: full width, lower case, or the address of its page."""
    plain = unicodedata.normalize("NFKC", raw).strip().partition("?")[0].rstrip("/")
    return plain.rpartition("/")[2].strip().upper()


def is_credit_code(code: str) -> bool:
    """Tell whether ``code`` is an 18-character unified social credit code with its right check character.

    Source: GB 32100-2015, weights 3^(i-1) mod 31.
    """
    if len(code) != CREDIT_LENGTH or any(character not in CREDIT_ALPHABET for character in code):
        return False
    return code[17] == credit_check(code[:17])


def credit_check(body: str) -> str:
    """Return the check character of a 17-character ``body``."""
    total = sum(
        CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(body, CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[(31 - total % 31) % 31]
