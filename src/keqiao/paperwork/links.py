"""A sheet of secret links to cut apart and hand out: of each the name, a QR, what it is for and until when."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from keqiao.paperwork import pdf
from keqiao.paperwork.fields import cleaned, line, many
from keqiao.paperwork.qr import qr_svg


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one guardian gets."""

    called: str = line(60)
    address: str = line(200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """The whole sheet; ``note`` stands on each slip, ``caution`` above all for whoever hands them out."""

    title: str = line(80)
    subtitle: str = line(200)
    caution: str = line(300)
    note: str = line(300)
    slips: tuple[Slip, ...] = many(100)


def links_pdf(slips: Slips) -> bytes:
    """Return the sheet as PDF/UA."""
    shown = cleaned(slips)
    drawings = json.dumps([qr_svg(one.address) for one in shown.slips])
    return pdf.drawn("links.typ", asdict(shown), qrs=drawings)
