"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.feed import Published

KIND = "sister_entry"  # to search and to the journal
SILENT_DAYS = (
    30  # without a page after which a sister's entries are not shown: they may be withdrawn
)
REMEMBERED_DAYS = 30  # that a withdrawn entry is named as such


class Kind(models.TextChoices):
    """What sort of entry a sister tells."""

    NEED = "need", _("需求")
    OFFER = "offer", _("所能")


class Trouble(models.TextChoices):
    """Why a page was not taken in."""

    NONE = "", ""
    UNREACHABLE = "unreachable", _("连不上对方")
    SLOW = "slow", _("对方太慢，没有等完")
    LARGE = "large", _("对方的一页太大")
    REFUSED = "refused", _("对方没有给出这一页")
    AHEAD = "ahead", _("对方恢复过备份，需要取消后重新订阅")
    UNSIGNED = "unsigned", _("签名不对")
    KEY_CHANGED = "key_changed", _("密钥与核对过的不同")
    REPLAYED = "replayed", _("不是所问的那一页，或者是旧的")
    UNREADABLE = "unreadable", _("内容不合格式")
    TOO_MANY = "too_many", _("条目太多")


class Unreadable(Exception):  # noqa: N818 - it says what the page is
    """A page that is refused whole."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble.value} {detail}".strip())
        self.trouble, self.detail = trouble, detail


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a platform says of itself before anybody trusts it: its address, its name, its key in hexadecimal."""

    address: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Told:
    """An open entry of a page, cleaned, with the address of its page at the sister."""

    entry: Published
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page that may be taken in. ``ended`` are the codes withdrawn, and those whose entry cannot be kept."""

    after: int
    next: int
    is_last: bool
    issued_at: dt.datetime
    told: tuple[Told, ...] = ()
    ended: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What one reading did: entries shown or changed, and withdrawn; the trouble that ended it, if one did.

    With ``has_more`` the next reading goes on.
    """

    shown_count: int = 0
    withdrawn_count: int = 0
    has_more: bool = False
    trouble: Trouble = field(default=Trouble.NONE)
