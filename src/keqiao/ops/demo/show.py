"""What the demonstration prints: set-up as it goes on, the best match of every need with its reasons, the log-ins."""

from __future__ import annotations

import argparse
import sys

from django.conf import settings

from keqiao.engine import ranker, reasons
from keqiao.engine.types import Reason
from keqiao.journal import selectors as journal
from keqiao.journal.types import Subject
from keqiao.matching import services as matching
from keqiao.matching.models import Run
from keqiao.matching.types import part_from_json, reason_from_json
from keqiao.needs import selectors as needs
from keqiao.ops.commands import setup
from keqiao.ops.demo import cases, loading, weeks
from keqiao.ops.demo.rows import PASSWORD, rows
from keqiao.places import reference
from keqiao.reactions import services as reactions
from keqiao.reactions.followers import FOLLOWERS, NOTICES
from keqiao.search import services as search_services
from keqiao.search import vectors

WORDS = {
    "organisations": "单位",
    "offers": "所能",
    "needs": "需求",
    "need": "需求",
    "offer": "所能",
    "dispatch": "稿件",
    "activity": "活动",
}
LINE = "─" * 64


def prepare() -> None:
    """Set up, load, index, encode and match; what is there already is left as it is."""
    setup.run(argparse.Namespace(quiet=False))
    print("载入演示数据 (demonstration) …", flush=True)
    loading.load(_tell)
    print("建立索引：字面 (words) …", flush=True)
    search_services.catch_up()
    print("建立索引：意思 (vectors; the first time takes about half a minute) …", flush=True)
    vectors.encode_all(_tell)
    _match()
    weeks.load()


def print_matches() -> None:
    """Print each open need, its best match and why; or that there is none, and what is missing."""
    for run in (
        Run.objects.filter(subject_kind="need").select_related("need").order_by("need__code")
    ):
        if run.need is None:
            continue
        print(f"\n{LINE}\n需求 {run.need.code}　{run.need.title}")
        best = run.suggestions.select_related("offer__studio").order_by("rank").first()
        if not run.is_good or best is None:
            print("  ✗ 目前没有合适的匹配 (no good match)")
            for kept in run.missing:
                print(f"    - {_said(reason_from_json(kept))}")
            continue
        parts = [part_from_json(kept) for kept in best.parts]
        sure = ranker.probability(parts)
        print(f"  → {best.offer.title}　{best.score:.1f} 分，把握约 {sure:.0%}")
        print(f"    {best.offer.studio.name}")
        for part in parts:
            if part.points:
                print(f"    +{part.points:5.1f} {reasons.name(part.code)}：{_said(part.reason)}")


def print_log_ins(port: int) -> None:
    """Print where the site is and who may log in."""
    print(f"\n{LINE}\n科桥演示站 (demonstration): http://127.0.0.1:{port}/")
    print(f"以下人物均为虚构，密码都是 (invented people, all with the password): {PASSWORD}\n")
    for row in rows("cast"):
        print(f"  {row['email']:<30}{row['name']}　{row['about']}")
    folder = getattr(settings, "EMAIL_FILE_PATH", "")  # there only when mail goes into files
    if folder:
        print(f"\n邮件不发出，写在这里 (mails are written here, not sent): {folder}")
    print("\n按 Ctrl+C 停止。 (stop with Ctrl+C)", flush=True)


def _match() -> None:
    """Match what has no current run, and let the followers begin after it."""
    known = set(Run.objects.filter(subject_kind="need").values_list("need_id", flat=True))
    waiting = [need for need in needs.public() if need.pk not in known]
    print("匹配 (matching) …", flush=True)
    for number, need in enumerate(waiting, start=1):
        matching.match_need(need)
        _tell("needs", number, len(waiting))
    if waiting:
        for follower in FOLLOWERS:
            reactions.skip_to(follower.name, journal.last_position())
        reactions.skip_to(NOTICES, _before_the_case())


def _before_the_case() -> int:
    """Return where notices begin: what happens in the demonstration's case is told, not that hundreds of rows came."""
    opened = journal.about(Subject("case", cases.CODE)).first()
    return opened.position - 1 if opened is not None else journal.last_position()


def _tell(what: str, done: int, of: int) -> None:
    end = "\n" if done >= of else "\r"
    print(f"  {WORDS.get(what, what)} {done}/{of}", end=end, file=sys.stdout, flush=True)


def _said(reason: Reason) -> str:
    return reasons.sentence(reason, called=reference.called)
