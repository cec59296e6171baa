"""A poster of an activity: one page A4 with title, times, places and a QR that leads to its page."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass

import segno

from keqiao.paperwork import pdf
from keqiao.paperwork.fields import cleaned, line, many, text

MOST_ABOUT = 220  # characters that are shown
QUIET = 4  # modules around a QR, ISO/IEC 18004


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
    address: str = line(200)


def poster_pdf(poster: Poster) -> bytes:
    """Return the poster as PDF/UA; raise Invalid for a text that cannot be printed at all."""
    shown = asdict(cleaned(poster))
    about = " ".join(shown["about"].split())
    shown["about"] = about if len(about) <= MOST_ABOUT else f"{about[: MOST_ABOUT - 1]}…"
    return pdf.drawn("poster.typ", shown, qr=qr_svg(poster.address))


def qr_svg(address: str) -> str:
    """Return the QR of an address as a drawing, dark on white, readable when an eighth of it is damaged."""
    stream = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        stream, kind="svg", border=QUIET, light="#fff", xmldecl=False, svgns=True, nl=False
    )
    return stream.getvalue().decode()
