"""What the codes of an assignment say. Chinese is the source; `translate` gives other languages."""

from __future__ import annotations

from collections.abc import Callable

from keqiao.base.phrases import N_, Phrase
from keqiao.engine.types import Reason

SENTENCES = {
    "input.need_twice": N_("需求“%(need)s”出现了两次。"),
    "input.expert_twice": N_("专家“%(expert)s”出现了两次。"),
    "input.need_unknown": N_("没有需求“%(need)s”，却有它的条目。"),
    "input.expert_unknown": N_("没有专家“%(expert)s”，却有其条目。"),
    "input.pair_twice": N_("需求“%(need)s”与专家“%(expert)s”的分数给了两次。"),
    "input.score": N_("需求“%(need)s”与专家“%(expert)s”的分数不是 0 到 100 的数。"),
    "input.wanted": N_("需求“%(need)s”要的人数不是 0 到 %(most)s 的整数。"),
    "input.capacity": N_("专家“%(expert)s”的名额不是 0 到 %(most)s 的整数。"),
    "input.grid": N_("分数表的大小不是需求数乘以专家数。"),
    "input.size": N_("太多：需求最多 %(needs)s 条，专家最多 %(experts)s 位。"),
    "input.rules": N_("门槛和底线应为 0 到 100，新人比例应为 0 到 1，备选应为 0 到 %(most)s 人。"),
    "input.more": N_("另有 %(count)s 处。"),
    "lock.conflict": N_("锁定“%(need)s”给“%(expert)s”与回避冲突。"),
    "lock.twice": N_("“%(need)s”给“%(expert)s”锁定了两次。"),
    "lock.capacity": N_(
        "专家“%(expert)s”只有 %(capacity)s 个名额，却被锁定给 %(count)s 条需求：%(needs)s。"
    ),
    "lock.wanted": N_("需求“%(need)s”只要 %(wanted)s 人，却锁定了 %(count)s 人：%(experts)s。"),
    "gap.nothing": N_("没有人与它配过分"),
    "gap.weak": N_("最合适的“%(expert)s”只有 %(score)s 分，低于门槛 %(threshold)s 分"),
    "gap.conflicts": N_("过了门槛的人里有 %(count)s 位须回避"),
    "gap.closed": N_("“%(expert)s”没有名额"),
    "gap.taken": N_("“%(expert)s”的 %(capacity)s 个名额已给：%(needs)s"),
    "gap.taken_more": N_("另有 %(count)s 位合适的人也没有名额了"),
    "gap.few": N_("合适的人一共只有 %(count)s 位，都已给它"),
    "note.floor": N_("底线 %(floor)s 分达不到，最高只能到 %(reached)s 分。"),
    "note.newcomers": N_("新人应有 %(wanted)s 个名额，合适的只够 %(reached)s 个。"),
}


def sentence(reason: Reason, translate: Callable[[str], str] = str) -> str:
    """Say a reason; an unknown code says itself, so that nothing is hidden."""
    return Phrase(SENTENCES.get(reason.code, reason.code), reason.values).say(translate)
