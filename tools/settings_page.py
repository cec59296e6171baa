"""Compare docs/reference/settings.md with the settings in the code; ``--write`` renews the page."""

from __future__ import annotations

import sys
from pathlib import Path

from keqiao.config import env

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "settings.md"


def main(words: list[str]) -> int:
    """Compare, or write; return 1 when the page is old."""
    wanted = env.reference_page()
    if words == ["--write"]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        print("docs/reference/settings.md is old: .venv/bin/python tools/settings_page.py --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
