"""What a need must look like to be kept as a draft, and to be handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from keqiao.base.amounts import is_exact
from keqiao.base.codes import is_code
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.needs.models import MOST_BUDGET, Need
from keqiao.needs.types import Content, Cooperation, Exposure
from keqiao.places.models import Industry, Region, Subject

TITLE_NEEDED = N_("请用一句话写出需求的名称。")
WANTED_NEEDED = N_("请写清楚想要解决什么，至少 %(least)s 个字。")
REGION_NEEDED = N_("请选择需求所在的地区，当地科协会来对接。")
COOPERATION_NEEDED = N_("请至少选一种合作方式。")
PUBLIC_TITLE_NEEDED = N_("请写公开版的名称：它会被所有人看到。")
PUBLIC_TEXT_NEEDED = N_("请写公开版的内容，至少 %(least)s 个字。不要写单位名称、金额和秘密。")
SECRET_TOLD = N_("这里还有您标为不能公开的词：%(words)s。请删去，或从“不能公开的词”里去掉。")
NAME_TOLD = N_("这里还有您的单位名称、联系方式或证件号：%(words)s。公开的内容里不能有，请删去。")
ARE_YOU_SURE = N_(
    "公开的内容里可能露出了：%(words)s。请改掉；确实可以公开的，请勾选“我已核对，这些可以公开”再提交。"
)
UNKNOWN_CODE = N_("请从列表里选择。")
WRONG_STAGE = N_("技术成熟度是 1 到 9 级。")
WRONG_BUDGET = N_("预算请填 0 到 %(most)s 万元之间的数，最多两位小数。")
BUDGET_ORDER = N_("预算下限不能高于上限。")
DEADLINE_PAST = N_("截止日期已经过去，请改为今天以后的日期。")
LEAST_WANTED = 15


def cleaned(content: Content) -> dict[str, Any]:
    """Return the columns of a draft; raise Invalid only for what cannot be kept at all."""
    intake = Intake()
    values: dict[str, Any] = {
        "title": intake.line("title", content.title, most=80, required=True),
        "wanted": intake.text("wanted", content.wanted, most=5000),
        "tried": intake.text("tried", content.tried, most=3000),
        "targets": intake.text("targets", content.targets, most=3000),
        "limits": intake.text("limits", content.limits, most=3000),
        "public_title": intake.line("public_title", content.public_title, most=80),
        "public_text": intake.text("public_text", content.public_text, most=5000),
        "keywords": intake.words("keywords", content.keywords, most=12, longest=20),
        "secrets": intake.words("secrets", content.secrets, most=30, longest=60),
        "cooperation": [kind for kind in Cooperation.values if kind in content.cooperation],
        "stage": content.stage,
        "budget_low": content.budget_low,
        "budget_high": content.budget_high,
        "deadline_on": content.deadline_on,
        "region_id": content.region_id or None,
        "industry_id": content.industry_id or None,
        "subject_id": content.subject_id or None,
    }
    intake.check(set(content.cooperation) <= set(Cooperation.values), "cooperation", UNKNOWN_CODE)
    _check_codes(intake, content)
    intake.check(content.stage is None or content.stage in range(1, 10), "stage", WRONG_STAGE)
    _check_budget(intake, content)
    intake.finish()
    return values


def refuse_incomplete(need: Need, exposed: Sequence[Exposure], *, is_sure: bool) -> None:
    """Raise Invalid with everything that a reviewer would have to ask for.

    ``exposed`` is what the public version tells; what may go out when its author ``is_sure`` is asked about.
    """
    intake = Intake()
    intake.check(len(need.wanted) >= LEAST_WANTED, "wanted", WANTED_NEEDED, least=LEAST_WANTED)
    intake.check(need.region_id is not None, "region", REGION_NEEDED)
    intake.check(bool(need.cooperation), "cooperation", COOPERATION_NEEDED)
    intake.check(bool(need.public_title), "public_title", PUBLIC_TITLE_NEEDED)
    enough = len(need.public_text) >= LEAST_WANTED
    intake.check(enough, "public_text", PUBLIC_TEXT_NEEDED, least=LEAST_WANTED)
    _check_exposed(intake, exposed, is_sure=is_sure)
    intake.check(is_in_time(need), "deadline_on", DEADLINE_PAST)
    intake.finish()


def _check_exposed(intake: Intake, exposed: Sequence[Exposure], *, is_sure: bool) -> None:
    for field in dict.fromkeys(one.field for one in exposed):
        secrets = [one.passage for one in exposed if one.field == field and one.kind == "secret"]
        named = [
            one.passage
            for one in exposed
            if one.field == field and one.is_refused and one.kind != "secret"
        ]
        intake.check(not secrets, field, SECRET_TOLD, words="、".join(secrets))
        intake.check(not named, field, NAME_TOLD, words="、".join(named))
    asked = dict.fromkeys(one.passage for one in exposed if not one.is_refused)
    intake.check(is_sure or not asked, "is_sure", ARE_YOU_SURE, words="、".join(asked))


def is_in_time(need: Need) -> bool:
    """Tell whether the day by which the owner wants an answer, if one was named, is today or later."""
    return need.deadline_on is None or need.deadline_on >= timezone.localdate()


def _check_codes(intake: Intake, content: Content) -> None:
    for field, table, code in (
        ("region", Region, content.region_id),
        ("industry", Industry, content.industry_id),
        ("subject", Subject, content.subject_id),
    ):
        known = not code or (is_code(code) and table.objects.filter(pk=code).exists())
        intake.check(known, field, UNKNOWN_CODE)


def _check_budget(intake: Intake, content: Content) -> None:
    low, high = content.budget_low, content.budget_high
    for field, amount in (("budget_low", low), ("budget_high", high)):
        intake.check(
            amount is None or is_exact(amount, most=MOST_BUDGET),
            field,
            WRONG_BUDGET,
            most=MOST_BUDGET,
        )
    if low is not None and high is not None and low.is_finite() and high.is_finite():
        intake.check(low <= high, "budget_low", BUDGET_ORDER)
