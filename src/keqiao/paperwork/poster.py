"""A poster of an activity: one page A4 with title, times, places and a QR that leads to its page."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from keqiao.paperwork import pdf
from keqiao.paperwork.fields import cleaned, line, many, text
from keqiao.paperwork.qr import qr_svg

MOST_ABOUT, MOST_LINE = 200, 44  # characters that are shown of the words, and of a place or a fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What it shows: ``occasions`` are times with their places, ``facts`` labels with values."""

    title: str = line(80)
    kind: str = line(40)
    series: str = line(80)
    about: str = text(5000)
    occasions: tuple[tuple[str, str], ...] = many(12)
    more: str = line(100)
    facts: tuple[tuple[str, str], ...] = many(8)
    organiser: str = line(200)
    invitation: str = line(60)
    address: str = line(200)  # of the page that the QR leads to


def poster_pdf(poster: Poster) -> bytes:
    """Return the poster as PDF/UA; raise Invalid for a text that cannot be printed at all."""
    shown = asdict(cleaned(poster))
    shown["about"] = _short(" ".join(shown["about"].split()), MOST_ABOUT)
    for name in ("occasions", "facts"):
        shown[name] = [
            (_short(one, MOST_LINE), _short(other, MOST_LINE)) for one, other in shown[name]
        ]
    return pdf.drawn("poster.typ", shown, qr=qr_svg(poster.address))


def _short(said: str, most: int) -> str:
    return said if len(said) <= most else f"{said[: most - 1]}…"
