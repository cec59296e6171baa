"""The words of the room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an activity is."""

    CAMP = "camp", _("科普营")
    LECTURE = "lecture", _("讲座")
    CONTEST = "contest", _("竞赛")
    OPEN_DAY = "open_day", _("开放日")
    TRAINING = "training", _("培训")
    ROAD_SHOW = "road_show", _("路演")
    VISIT = "visit", _("走访")
    MEETING = "meeting", _("会议")
    CONGRESS = "congress", _("代表大会")


class Way(models.TextChoices):
    """How places are given out."""

    FIRST_COME = "first_come", _("先到先得")
    DRAW = "draw", _("抽签")
