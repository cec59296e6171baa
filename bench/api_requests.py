r"""Times of requests to the machine interface, with and without the counting of who asks how often.

Needs the demonstration in KEQIAO_HOME, and many entries if ``bench/desk_pages.py --fill`` has put them there:

    KEQIAO_HOME=var/many KEQIAO_ENCODER=none .venv/bin/keqiao demo --no-serve
    KEQIAO_HOME=var/many KEQIAO_ENCODER=none KEQIAO_DEMO=1 KEQIAO_DEBUG=1 .venv/bin/python bench/desk_pages.py --fill
    KEQIAO_HOME=var/many KEQIAO_DEMO=1 KEQIAO_DEBUG=1 KEQIAO_STAFF_SECOND_FACTOR=0 \
        KEQIAO_API_LIMIT=1000000 KEQIAO_API_TOKEN_LIMIT=1000000 .venv/bin/python bench/api_requests.py

A time is that of the whole request in one process, without a socket, after one request that is not counted.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from django.db import connection  # noqa: E402 - after the set-up
from django.test import Client, override_settings  # noqa: E402

from keqiao.accounts.models import Person  # noqa: E402
from keqiao.tokens import services  # noqa: E402
from keqiao.tokens.types import Content, Scope  # noqa: E402

TRIES = 60
OK = 200
PATHS = ("regions", "needs", "needs?limit=100", "offers?limit=100", "me", "cases", "journal")
QUESTION = {
    "title": "锂渣的规模化消纳利用",
    "text": "提锂产生的酸法锂渣需要稳定的消纳途径，希望用于水泥、混凝土等建材，掺量不低于 10%。",
}


def main() -> None:
    """Ask for each address as a broker's program, and print a table."""
    broker = Person.objects.get(email="wuqiao@keqiao.example")
    token, secret = services.issue(Content("bench", 1, tuple(Scope.values)), by=broker)
    bearer = {"Authorization": f"Bearer {secret}"}
    client = Client(headers=bearer, SERVER_NAME="localhost")
    print(f"{connection.vendor}\n| address | counted, ms | not counted, ms |\n|---|---|---|")
    for path in PATHS:
        print(f"| `{path}` | {_median(client, path):.1f} | {_uncounted(client, path):.1f} |")
    print(f"| `match` | {_median(client, 'match'):.1f} | |")
    services.revoke(token, by=broker)


def _uncounted(client: Client, path: str) -> float:
    with override_settings(API_LIMIT=0, API_TOKEN_LIMIT=0):
        return _median(client, path)


def _median(client: Client, path: str) -> float:
    times = []
    for number in range(TRIES + 1):
        started = time.perf_counter()
        address = f"/api/v1/{path}"
        if path == "match":
            asked = {
                **QUESTION,
                "text": f"第 {number} 批。{QUESTION['text']}",
            }  # never asked before
            response = client.post(address, asked, content_type="application/json")
        else:
            response = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        if response.status_code != OK:
            sys.exit(f"{path}: {response.content.decode()}")
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
