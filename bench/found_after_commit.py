"""Time from the commit of an offer to its being found by its words, and gone when it closes; idle and behind others.

Needs the demonstration in KEQIAO_HOME (keqiao demo --no-serve) with its settings, and a keqiao worker running:

    KEQIAO_HOME=var/demo … KEQIAO_ENCODER=none .venv/bin/python bench/found_after_commit.py

Among a million others: first, before the worker starts, with KEQIAO_DATA for texts (minutes; the home is of no other
use afterwards):

    … .venv/bin/python bench/found_after_commit.py --fill 1000000; keqiao index rebuild
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from itertools import islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - after the set-up

from keqiao.accounts.models import Person  # noqa: E402 - after the set-up
from keqiao.offers import services  # noqa: E402
from keqiao.offers.models import Offer, Studio  # noqa: E402
from keqiao.offers.states import State  # noqa: E402
from keqiao.offers.types import Content, Kind  # noqa: E402
from keqiao.ops.bench import made  # noqa: E402
from keqiao.reviews.types import Scores  # noqa: E402
from keqiao.search import selectors  # noqa: E402

TRIES, BACKLOG, LIMIT = 8, 60, 120.0
AT_ONCE = 10_000
TEXT = "锂渣掺合料的活性评价与配合比试验，含需水比和安定性。" * 4
SCORES = Scores(4, 4, 4, 4)


def opened(word: str) -> Offer:
    """Return an offer that has just been opened and says ``word``."""
    studio = Studio.objects.get(person__email="chenyan@keqiao.example")
    reviewer = Person.objects.get(email="zhengli@keqiao.example")
    content = Content(title=f"时延试验{word}", description=f"{word}：{TEXT}", region_id="511800")
    draft = services.draft(content, studio=studio, by=studio.person)
    return services.approve(services.submit(draft, by=studio.person), by=reviewer, scores=SCORES)


def seconds(word: str) -> tuple[float, float]:
    """Return how long a new offer takes to be found, and a closed one to be gone, each at most LIMIT."""
    offer = opened(word)
    found = until(word, offer.code, is_there=True)
    services.close(offer, by=offer.studio.person)
    return found, until(word, offer.code, is_there=False)


def until(word: str, code: str, *, is_there: bool) -> float:
    """Return how long it takes until an offer is found by its word, or is not."""
    started = time.monotonic()
    while time.monotonic() - started < LIMIT:
        if (code in [hit.key for hit in selectors.find(word, kinds=("offer",)).hits]) == is_there:
            break
        time.sleep(0.02)
    return time.monotonic() - started


def fill(count: int) -> None:
    """Write ``count`` open offers of made texts, as rows only: the index is rebuilt from them."""
    studio = Studio.objects.get(person__email="chenyan@keqiao.example")
    reviewer = Person.objects.get(email="zhengli@keqiao.example")
    data = Path(os.environ.get("KEQIAO_DATA") or "../shared/data")
    texts = made.entries(made.material(data, questions=0), count)
    now = timezone.now()
    while batch := list(islice(texts, AT_ONCE)):
        Offer.objects.bulk_create(
            Offer(
                code=f"F-{entry.key}",
                studio=studio,
                state=State.OPEN,
                kind=Kind.SKILL,
                title=entry.title or "无题",
                description=entry.text,
                region_id="511800",
                reviewed_by=reviewer,
                opened_at=now,
            )
            for entry in batch
        )
        print(f"  {Offer.objects.count()}", flush=True)


def main() -> None:
    """Print the median and the largest of each."""
    if "--fill" in sys.argv:
        fill(int(sys.argv[sys.argv.index("--fill") + 1]))
        return
    mark = int(time.time())
    for name, backlog in (("idle", 0), ("backlog", BACKLOG)):
        for number in range(backlog):
            opened(f"wait{number}x{mark}")
        both = [seconds(f"{name}{number}x{mark}") for number in range(TRIES)]
        for what, took in zip(("found", "gone"), zip(*both, strict=True), strict=True):
            print(
                f"{name}, {what}: median {statistics.median(took):.2f} s, largest {max(took):.2f} s"
            )


if __name__ == "__main__":
    main()
