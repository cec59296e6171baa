"""A process that asks the index again and again: ``python -m tests.search.reader TEXT …``.

Each line that it writes is what one round found: a JSON list with the sorted codes for every text. It ends when its
input is closed.
"""

from __future__ import annotations

import json
import os
import select
import sys

import django


def main(texts: list[str]) -> None:
    """Ask until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
    django.setup()
    from keqiao.search import selectors

    while not select.select([sys.stdin], [], [], 0.005)[0]:
        found = [sorted(hit.key for hit in selectors.find(text).hits) for text in texts]
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
