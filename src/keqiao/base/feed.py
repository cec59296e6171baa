"""What two platforms exchange: how a page of public entries is written, and how it is signed.

A page is the canonical JSON of its content; the signature is Ed25519 over exactly these bytes, so that whoever kept a
page and the public key can verify it without Keqiao.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = "keqiao-feed/1"
PAGE_PATH, KEY_PATH = "/api/v1/feed", "/api/v1/feed/key"
KEY_HEADER, SIGNATURE_HEADER = "Keqiao-Key", "Keqiao-Signature"
MOST_ENTRIES = 100  # of one page
MOST_POSITION = 2**62
KEY_BYTES, PRINT_DIGITS, GROUP = 32, 32, 4
LONGEST_SIGNATURE = 200  # characters; those of Ed25519 have 88
PURPOSE = b"keqiao feed 1"  # so that the same secret gives no other key


@dataclass(frozen=True, slots=True)
class Published:
    """What a page tells of one open need or offer: its public version and nothing else.

    ``studio`` is empty for a need: who asks is not public. Codes may be empty; ``stage`` is TRL 1–9 or None.
    """

    code: str
    kind: str
    title: str
    text: str
    opened_at: dt.datetime
    expires_on: dt.date | None = None
    region: str = ""
    industries: tuple[str, ...] = ()
    subject: str = ""
    stage: int | None = None
    keywords: tuple[str, ...] = ()
    cooperation: tuple[str, ...] = ()
    studio: str = ""
    is_example: bool = False


def canonical(content: Any) -> bytes:
    """Return the one way in which ``content`` is written: UTF-8, sorted names, no spaces."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def key_from(secret: str) -> Ed25519PrivateKey:
    """Return the signing key that a secret setting gives, the same on every machine that has it (HKDF-SHA256)."""
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(derived.derive(secret.encode()))


def public_hex(key: Ed25519PrivateKey) -> str:
    """Return the public key as 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


def fingerprint(public: str) -> str:
    """Return 32 hexadecimal digits of the key's SHA-256 in groups of four, to be read out over the telephone."""
    digits = key_id(public)
    return " ".join(digits[start : start + GROUP] for start in range(0, PRINT_DIGITS, GROUP))


def key_id(public: str) -> str:
    """Return the fingerprint without spaces, as the header names it."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:PRINT_DIGITS]


def signature(key: Ed25519PrivateKey, body: bytes) -> str:
    """Return the signature of the exact bytes, in base64."""
    return base64.b64encode(key.sign(body)).decode()


def is_signed(body: bytes, signed: str, *, public: str) -> bool:
    """Tell whether ``signed`` is the signature of exactly these bytes by the owner of the key."""
    if len(signed) > LONGEST_SIGNATURE:
        return False
    try:
        raw = base64.b64decode(signed, validate=True)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(raw, body)
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
