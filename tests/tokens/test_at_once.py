"""Many programs of one token at the same moment: never more than the minute allows."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from keqiao.tokens import services
from keqiao.tokens.models import Window

MOST, THREADS, EACH = 10, 6, 4


@pytest.mark.django_db(transaction=True)
def test_the_minute_is_never_overspent() -> None:
    now = timezone.now()
    allowed: list[bool] = []
    ready = threading.Barrier(THREADS)

    def ask() -> None:
        ready.wait()
        try:
            spent = [services.spend("token:1", 1, most=MOST, now=now) for _number in range(EACH)]
            allowed.extend(one.is_allowed for one in spent)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == THREADS * EACH
    assert sum(allowed) == MOST
    assert Window.objects.get().spent == MOST
