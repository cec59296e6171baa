"""How people write a sheet: headings, words for nothing, days and amounts; and what the blank says of each column."""

from __future__ import annotations

import re

from keqiao.base.rows import Column
from keqiao.needs.types import Cooperation

EXAMPLE = "示例"  # in the column of codes: a row that only shows how
COLUMNS = (
    Column("code", ("编号", "需求编号")),
    Column("title", ("需求名称", "名称", "标题", "题目", "需求标题", "项目名称")),
    Column(
        "wanted",
        (
            "想要解决什么",
            "需求内容",
            "需求描述",
            "内容",
            "描述",
            "需求",
            "正文",
            "技术难题",
            "要解决的问题",
        ),
    ),
    Column("tried", ("试过什么", "已做过的尝试", "现有基础")),
    Column("targets", ("要达到的指标", "指标", "技术指标", "主要指标", "预期目标")),
    Column("limits", ("限制条件", "限制", "约束条件")),
    Column("cooperation", ("合作方式", "合作类型")),
    Column("stage", ("希望的技术成熟度", "技术成熟度", "成熟度", "trl")),
    Column("budget", ("预算（万元）", "预算", "投入（万元）", "拟投入资金（万元）")),
    Column("budget_low", ("预算下限（万元）", "预算下限", "最低预算")),
    Column("budget_high", ("预算上限（万元）", "预算上限", "最高预算")),
    Column("deadline_on", ("希望何时前解决", "截止日期", "期限", "完成期限", "deadline")),
    Column("region", ("所在地区", "地区", "所在地", "行政区划", "地区代码")),
    Column("industry", ("所属行业", "行业", "行业代码")),
    Column("subject", ("相关学科", "学科", "学科代码")),
    Column("keywords", ("关键词", "关键字")),
    Column("secrets", ("不能公开的词", "保密词")),
    Column("public_title", ("公开版名称",)),
    Column("public_text", ("公开版内容",)),
)
KINDS = {
    word: kind.value
    for kind, short in (
        (Cooperation.DEVELOPMENT, "开发"),
        (Cooperation.TRANSFER, "转让"),
        (Cooperation.LICENCE, "许可"),
        (Cooperation.CONSULTING, "咨询"),
        (Cooperation.SERVICE, "服务"),
    )
    for word in (kind.value, short, f"技术{short}")
}
OPEN = {"", "面议", "待定", "无", "不限", "-", "—", "不确定"}  # cells that say nothing
STAGE = re.compile(r"(?:TRL)?\s*([1-9])\s*级?(?:[:：].*)?", re.IGNORECASE)
AMOUNT = r"(\d{1,9}(?:\.\d{1,6})?)\s*(?:万元|万)?"
BUDGET = re.compile(rf"{AMOUNT}(?:\s*(?:-|–|—|~|到|至)\s*{AMOUNT})?")
DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
NAME, TAB = "需求导入模板", "需求"
GUIDES = {
    "code": ("新需求留空。已经有编号的需求会被认出来，不会重复导入。", "示例"),
    "title": ("一句话说清要解决什么，最多 80 个字。", "锂渣的规模化消纳利用"),
    "wanted": (
        "哪里卡住了、从什么时候开始、影响有多大。只有本单位和经办科协能看到。",
        "提锂后的酸法锂渣堆存压力大，想找到稳定的消纳途径。",
    ),
    "tried": ("用过的办法、为什么没成。", "试过直接填埋，渗滤液不达标。"),
    "targets": ("尽量写数字和单位。", "水泥混合材掺量不低于 10%，28 天活性指数≥65%。"),
    "limits": ("场地、成本、环保、法规等方面的限制。", "厂区不能新建窑炉。"),
    "cooperation": (
        "技术开发、技术转让、技术许可、技术咨询、技术服务，可以写几种，用顿号隔开。",
        "技术开发、技术服务",
    ),
    "stage": ("1 到 9 级，不确定就留空。", "6"),
    "budget": ("以万元为单位，如 20 或 20-50；面议请留空。", "20-50"),
    "budget_low": ("也可以把下限和上限分开填。", ""),
    "budget_high": ("也可以把下限和上限分开填。", ""),
    "deadline_on": ("年-月-日。", "2030-12-31"),
    "region": ("写全名称，或填六位行政区划代码。", "四川省雅安市"),
    "industry": ("国标行业的名称或代码；留空由系统建议。", "C2613"),
    "subject": ("学科的名称或代码；留空由系统建议。", "E0205"),
    "keywords": ("用顿号隔开，最多 12 个。", "锂渣、固废利用"),
    "secrets": ("起草公开版时会去掉的词，用顿号隔开。", ""),
    "public_title": ("所有人都能看到；可以以后在网页上起草。", ""),
    "public_text": ("所有人都能看到，不要写单位名称、金额和秘密；可以以后在网页上起草。", ""),
}
NOTES = (
    "在“需求”这一页从第三行开始填，一行一条；第二行是示例，编号写着“示例”的行不会导入。",
    "各列的顺序可以变，不用的列可以删去。请不要合并单元格，也不要用公式。",
    "一次最多 500 行。上传后先逐行显示结果，您确认以后才存为草稿。",
)
