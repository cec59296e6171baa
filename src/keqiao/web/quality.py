"""The recorded figures of the bench as its page shows them: by task and measure, Keqiao first; then times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from keqiao.engine.figures import Figure
from keqiao.engine.speeds import Kept

OURS = "keqiao"
SYSTEMS = {
    OURS: _("科桥"),
    "keqiao-words": _("科桥，只看字面"),
    "fusion": _("字面与意思的名次合并"),
    "e5": _("只看意思（E5 向量）"),
    "bm25": _("按字检索（BM25，单字和相邻两字）"),
    "bm25-words": _("按词检索（BM25，词典分词）"),
    "random": _("随机排列"),
}
TASKS = {
    "needs-offers": (
        _("给一条需求的所能排先后"),
        _(
            "真实的企业技术需求，每条都有人给若干项成果打过 0 到 3 分；看系统排出的先后与人的判断有多一致。"
            "科桥的权重就是用这批评分拟合的，对没见过的需求会略低：交叉验证用 keqiao bench needs-offers --train。"
        ),
    ),
    "papers-solution": (
        _("从问题找到解法"),
        _(
            "只给出一篇论文要解决的问题，不给解法；在全部论文里找出解决它的那一篇。"
            "科桥用来拟合的是第一千个以后的问题，只有前一千个是它没见过的。"
        ),
    ),
    "papers-people": (
        _("从问题找到人"),
        _(
            "同样只给问题，并把那篇论文本身拿掉；看能不能凭作者的其他论文找到作者。这很难，问题本身很少透露是谁在做。"
        ),
    ),
    "abstracts": (
        _("从题目找到摘要"),
        _("给出一篇论文的题目或关键词，在几千篇摘要里找出它。"),
    ),
}
MEASURES = {
    "nDCG@10": (
        _("前十名的次序（nDCG@10）"),
        _("好的排在前面得分高；1 是可能的最好次序。"),
    ),
    "nDCG@10, overlap < 40%": (
        _("前十名的次序，只算说法不同的（nDCG@10）"),
        _("只算题目的用语在摘要里出现不到四成的：光比字面不容易找到。"),
    ),
    "P@5, 2 or better": (
        _("前五名里好的占几成（P@5）"),
        _("前五名里人打 2 分或 3 分的比例。好的不足五项时到不了 1。"),
    ),
    "MRR@10": (
        _("正确的排在第几（MRR@10）"),
        _("第一名得 1，第二名得 1/2，第三名得 1/3，十名以外得 0，再取平均。"),
    ),
    "R@10": (_("前十名里找到的比例（R@10）"), _("正确的答案有多少进了前十名。")),
    "R@100": (_("前一百名里找到的比例（R@100）"), _("正确的答案有多少进了前一百名。")),
}


SPEEDS = {
    ("hybrid", "p50"): _("检索一次，字面和意思一起，一半快于"),
    ("hybrid", "p99"): _("检索一次，一百次里九十九次快于"),
    ("hybrid", "of the exact top 10"): _("前十名与逐条比较的结果相同的比例"),
    ("fresh", "found by another process p50"): _("改一条后别的进程能搜到，一半快于"),
    ("fresh", "found by another process, largest"): _("改一条后别的进程能搜到，最慢一次"),
    ("words", "built"): _("建字面索引"),
    ("vectors", "gathered, made included"): _("建意思索引（向量已有）"),
    ("hybrid", "memory, resident"): _("一个检索进程的内存"),
    ("SQLite FTS5", "p50"): _("对照：SQLite FTS5，只搜字面"),
    ("PostgreSQL, words", "p50"): _("对照：PostgreSQL，只搜字面"),
    ("PostgreSQL, both", "p50"): _("对照：PostgreSQL 加 pgvector，字面和意思"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One system in one measure: texts to read, and places from 0 to 100 for the bar."""

    system: str
    is_ours: bool
    value: str
    low: str
    high: str
    bar: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Table:
    """One measure with its systems; `queries` are those that count in it."""

    name: str
    meaning: str
    queries: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Task:
    """One task with its measures, and how to measure it again: (command, commit, day)."""

    key: str
    name: str
    asked: str
    tables: Sequence[Table]
    sources: Sequence[tuple[str, str, str]]


def tasks(figures: Iterable[Figure]) -> list[Task]:
    """Return the tasks that are known here and have figures, in the order of TASKS."""
    by_task: dict[str, list[Figure]] = {name: [] for name in TASKS}
    for figure in figures:
        if figure.task in by_task and figure.system in SYSTEMS:
            by_task[figure.task].append(figure)
    return [
        Task(
            key=name,
            name=str(TASKS[name][0]),
            asked=str(TASKS[name][1]),
            tables=_tables(found),
            sources=_sources(found),
        )
        for name, found in by_task.items()
        if found
    ]


@dataclass(frozen=True, slots=True)
class Fast:
    """What was timed: a row a sentence with its number at each size, and how to time it again."""

    sizes: Sequence[str]
    rows: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    about: str
    command: str
    commit: str
    day: str


def fast(kept: Kept | None) -> Fast | None:
    """Return the timings that are known here, sizes ascending; None when nothing is kept."""
    if kept is None:
        return None
    by_key = {one.key: one for one in kept.timings}
    sizes = sorted({one.size for one in kept.timings if one.size})
    rows = []
    for (part, measure), name in SPEEDS.items():
        found = [(size, by_key.get((part, size, measure))) for size in sizes]
        if any(one for _size, one in found):
            rows.append(
                (str(name), [(f"{size:,}", "" if one is None else str(one)) for size, one in found])
            )
    shown = [f"{size:,}" for size in sizes]
    return Fast(shown, rows, kept.about, kept.command, kept.commit, kept.day)


def _tables(figures: Sequence[Figure]) -> list[Table]:
    by_measure: dict[str, list[Figure]] = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, []).append(figure)
    order = list(SYSTEMS)
    tables = []
    for measure, found in by_measure.items():
        name, meaning = MEASURES.get(measure, (measure, ""))
        ordered = sorted(found, key=lambda one: order.index(one.system))
        rows = [_row(one) for one in ordered]
        tables.append(Table(str(name), str(meaning), ordered[0].queries, rows))
    return tables


def _sources(figures: Sequence[Figure]) -> list[tuple[str, str, str]]:
    return sorted({(one.command, one.commit, one.day) for one in figures}, key=lambda one: one[2])


def _row(figure: Figure) -> Row:
    return Row(
        system=str(SYSTEMS[figure.system]),
        is_ours=figure.system == OURS,
        value=f"{figure.value:.3f}",
        low=f"{figure.low:.3f}",
        high=f"{figure.high:.3f}",
        bar=f"{100 * figure.value:.1f}",
        start=f"{100 * figure.low:.1f}",
        width=f"{100 * (figure.high - figure.low):.1f}",
    )
