"""Entries of other platforms for the table of addresses: one told, one withdrawn, one of a sister that is paused."""

from __future__ import annotations

from tests.platforms import running

from keqiao.sisters import services


def laid() -> dict[str, str]:
    """Return an address for every row about sisters."""
    with running() as platform, running() as other:
        other.secret = "还有一个密钥" * 10
        sister, paused = platform.subscribed(), other.subscribed()
        platform.say(platform.entry("N-1"), platform.entry("N-2"), is_last=False)
        platform.say(platform.withdrawal("N-2"), after=10, next=20)
        other.say(other.entry("N-1"))
        for one in (sister, paused):
            services.read(one, by=None)
        services.pause(paused, by=None)
    return {
        "sister_entry told": f"/sisters/{sister.code}/N-1/",
        "sister_entry withdrawn": f"/sisters/{sister.code}/N-2/",
        "sister_entry hidden": f"/sisters/{paused.code}/N-1/",
    }
