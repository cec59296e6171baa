"""What the codes of a plan of visits say. Chinese is the source; `translate` gives other languages."""

from __future__ import annotations

from collections.abc import Callable

from keqiao.base.phrases import N_, Phrase
from keqiao.engine.types import Reason

SPAN_SIGNS = str.maketrans("—–~至到,;、\n", "-----    ")  # how people write 9:00-12:00 14:00-18:00
SENTENCES = {
    "input.firm_twice": N_("企业“%(firm)s”出现了两次。"),
    "input.expert_twice": N_("专家“%(expert)s”出现了两次。"),
    "input.firm_unknown": N_("没有企业“%(firm)s”，却有它的条目。"),
    "input.expert_unknown": N_("没有专家“%(expert)s”，却有其条目。"),
    "input.pair_twice": N_("企业“%(firm)s”与专家“%(expert)s”的分数给了两次。"),
    "input.score": N_("企业“%(firm)s”与专家“%(expert)s”的分数不是 0 到 100 的数。"),
    "input.firm": N_("企业“%(firm)s”的地点、日期、时间或人数不对：时间应在一天之内、先开后关。"),
    "input.expert": N_("专家“%(expert)s”的地点、日期、时间或次数不对：每天最多 %(most)s 家。"),
    "input.rules": N_("门槛应为 0 到 100，时速和绕行系数应大于 0，用时应大于 0。"),
    "lock.conflict": N_("锁定“%(expert)s”去“%(firm)s”与回避冲突。"),
    "lock.days": N_("“%(expert)s”有空的日子“%(firm)s”都不接待，却锁定在一起：请改日期或解除锁定。"),
    "lock.day": N_("“%(expert)s”去“%(firm)s”锁定的那一天，不是双方都有空：请改日期或解除锁定。"),
    "lock.twice": N_("“%(expert)s”去“%(firm)s”锁定了两个不同的日子：请只留一个。"),
    "lock.far": N_(
        "“%(expert)s”一天之内去不了“%(firm)s”再回来，却锁定在一起：请放宽出发、返回时间或停留时间。"
    ),
    "lock.stops": N_(
        "“%(expert)s”最多去 %(stops)s 家，却锁定了 %(count)s 家：请解除锁定或提高上限。"
    ),
    "lock.wanted": N_("“%(firm)s”只要 %(wanted)s 位专家，却锁定了 %(count)s 位。"),
    "lock.together": N_("几项锁定单独都行，放在一起排不下：请解除一项，或给专家加一天。"),
    "gap.nothing": N_("没有专家与它配过分：请补专家或企业的方向"),
    "gap.weak": N_(
        "最合适的“%(expert)s”只有 %(score)s 分，低于门槛 %(threshold)s 分：可以降低门槛或另请专家"
    ),
    "gap.conflict": N_("合适的专家都须回避：请另请专家"),
    "gap.days": N_("“%(expert)s”有空的日子它都不接待：请改日期"),
    "gap.far": N_("离“%(expert)s”太远，一天之内去不了再回来：请放宽出发、返回时间，或请近处的专家"),
    "gap.stops": N_("“%(expert)s”的 %(stops)s 次已经排满：可以提高上限或加一天"),
    "gap.time": N_("“%(expert)s”有空的几天都已排满：可以加一天或缩短停留时间"),
    "gap.road": N_("“%(expert)s”去一趟，路上折去的分比得的多：可以请近处的专家，或锁定这一对"),
}


def sentence(reason: Reason, translate: Callable[[str], str] = str) -> str:
    """Say a reason; an unknown code says itself, so that nothing is hidden."""
    return Phrase(SENTENCES.get(reason.code, reason.code), reason.values).say(translate)
