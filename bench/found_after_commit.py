"""Time from the commit of an offer to its being found by its words, idle and behind sixty others.

Needs the demonstration in KEQIAO_HOME (keqiao demo --no-serve) with its settings, and a keqiao worker running:

    KEQIAO_HOME=var/demo … KEQIAO_ENCODER=none .venv/bin/python bench/found_after_commit.py
"""

from __future__ import annotations

import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from keqiao.accounts.models import Person  # noqa: E402 - after the set-up
from keqiao.offers import services  # noqa: E402
from keqiao.offers.models import Offer, Studio  # noqa: E402
from keqiao.offers.types import Content  # noqa: E402
from keqiao.search import selectors  # noqa: E402

TRIES, BACKLOG, LIMIT = 8, 60, 120.0
TEXT = "锂渣掺合料的活性评价与配合比试验，含需水比和安定性。" * 4


def opened(word: str) -> Offer:
    """Return an offer that has just been opened and says ``word``."""
    studio = Studio.objects.get(person__email="chenyan@keqiao.example")
    reviewer = Person.objects.get(email="zhengli@keqiao.example")
    content = Content(title=f"时延试验{word}", description=f"{word}：{TEXT}", region_id="511800")
    draft = services.draft(content, studio=studio, by=studio.person)
    return services.approve(services.submit(draft, by=studio.person), by=reviewer)


def seconds(word: str) -> float:
    """Return how long a new offer takes to be found, at most LIMIT."""
    code = opened(word).code
    started = time.monotonic()
    while time.monotonic() - started < LIMIT:
        if code in [hit.key for hit in selectors.find(word, kinds=("offer",)).hits]:
            break
        time.sleep(0.02)
    return time.monotonic() - started


def main() -> None:
    """Print the median and the largest of each."""
    mark = int(time.time())
    for name, backlog in (("idle", 0), ("backlog", BACKLOG)):
        for number in range(backlog):
            opened(f"wait{number}x{mark}")
        found = [seconds(f"{name}{number}x{mark}") for number in range(TRIES)]
        print(f"{name}: median {statistics.median(found):.2f} s, largest {max(found):.2f} s")


if __name__ == "__main__":
    main()
