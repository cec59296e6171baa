"""What time brings to visits: words about one that nobody wrote down, and about a record that waits for a side."""

from __future__ import annotations

import datetime as dt

from keqiao.base.phrases import N_
from keqiao.messaging import services
from keqiao.messaging.types import Kind
from keqiao.reactions import about_visits
from keqiao.visits import selectors as visits

PATIENCE = dt.timedelta(days=7)  # after which a record that waits for a side is brought back to it
UNWRITTEN = N_("到访“%(firm)s”已经过去，还没有写记录。趁还记得，请补上。")
UNCONFIRMED = N_("到访“%(firm)s”的记录已等您这一方七天，请核对后确认；有不对的，请提出来。")


def remind_of_visits(now: dt.datetime) -> int:
    """Remind each, once, of a visit without a record and of a record without its side's word; return how many times."""
    told = 0
    for visit in visits.unwritten(now - dt.timedelta(days=1)):
        key = f"visit:{visit.code}:unwritten:{visit.sequence}"
        said = about_visits.message(visit, Kind.OUTCOME, key, UNWRITTEN)
        told += sum(services.notify(one, said, by=None) for one in about_visits.host(visit))
    for visit in visits.unconfirmed(now - PATIENCE):
        key = f"visit:{visit.code}:unconfirmed:{visit.revision}"
        said = about_visits.message(visit, Kind.OUTCOME, key, UNCONFIRMED)
        told += sum(services.notify(one, said, by=None) for one in about_visits.waiting(visit))
    return told
