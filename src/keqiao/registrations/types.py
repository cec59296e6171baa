"""The words of the room, and what it says when it gives no place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from keqiao.base.errors import Refused
from keqiao.base.phrases import N_
from keqiao.guardians.types import Entered

HOLD = dt.timedelta(minutes=10)  # for which places are kept while a form is filled
LAST_HOUR = dt.timedelta(hours=1)  # before the start, in which nothing is offered any more
MOST_TOGETHER = 5  # places that one person may have in a session that sets no limit of its own


class Window(StrEnum):
    """Whether sign-up is open at a moment, and why not."""

    HIDDEN = "hidden"
    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session stands for one person at one moment, read without a lock.

    ``free`` is None where nothing is counted. ``is_stirring``: a hold or an offer ran out and nobody has looked yet.
    """

    free: int | None
    waiting_count: int
    most_waiting: int | None
    own_count: int
    held_count: int
    is_stirring: bool

    @property
    def has_queue_room(self) -> bool:
        """Tell whether one more could wait."""
        return self.most_waiting is None or self.waiting_count < self.most_waiting


@dataclass(frozen=True, slots=True)
class Wish:
    """One place that is asked for: for a child as entered, or for the person, who answered the activity's questions."""

    entered: Entered | None
    answers: Mapping[str, str]


class NotOpenYet(Refused):
    """Sign-up opens later; by the clock of the server, for everybody alike."""

    text = N_("报名还没有开始：%(opens)s 开放，以服务器时间为准。")


class Closed(Refused):
    """Sign-up is over."""

    text = N_("报名已经截止。")


class Cancelled(Refused):
    """The session does not take place."""

    text = N_("这个场次已经取消，不再接受报名。")


class AlreadyRegistered(Refused):
    """Nobody has two places in one session."""

    text = N_("已经报过名了，不用再报。可以在“我的报名”里查看。")


class Full(Refused):
    """No place is free, and nobody more can wait."""

    text = N_("名额已满，候补也已满（%(most)s 位在等）。以后有人取消时，这一页会重新开放报名。")


class FullWithoutList(Refused):
    """No place is free, and this session has no waiting list."""

    text = N_("名额已满，这个场次不设候补。以后有人取消时，这一页会重新开放报名。")


class FewerPlaces(Refused):
    """There are fewer places than were asked for, and the person did not agree to be parted."""

    text = N_("只剩 %(free)s 个名额，您要报 %(asked)s 个。可以减少人数，或勾选“名额不够时分开”。")


class FewerPlacesNoList(Refused):
    """There are fewer places than were asked for, and the others cannot all wait."""

    text = N_("只剩 %(free)s 个名额，您要报 %(asked)s 个，候补也排不下其余的人。请减少人数。")


class FamilyLimit(Refused):
    """One person has as many places in this session as one may have."""

    text = N_(
        "每位报名人在这个场次最多报 %(most)s 个名额（含候补），您已有 %(had)s 个，这次要报 %(asked)s 个。"
    )


class SchoolLimit(Refused):
    """One school has as many places in this session as it may have."""

    text = N_("这个场次每所学校最多 %(most)s 个名额，这所学校还剩 %(free)s 个。")


class RegionLimit(Refused):
    """One county has as many places in this session as it may have."""

    text = N_(
        "这个场次每个县（市、区）最多 %(most)s 个名额，您所在的县（市、区）还剩 %(free)s 个。"
    )


class OfferOver(Refused):
    """An offer was answered after its time."""

    text = N_("确认的期限已过，这个名额已经让给下一位候补的人。")


class Begun(Refused):
    """The session has begun: nothing about its places changes any more."""

    text = N_("活动已经开始，这一步现在不能进行。")
