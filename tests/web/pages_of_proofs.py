"""Proofs in the tables: anybody who has a number checks it, and nobody changes anything."""

from __future__ import annotations

from tests.crew import Crew
from tests.web.whom import everyone

from keqiao.proofs import services
from keqiao.proofs.models import Proof
from keqiao.proofs.types import Content, Kind

READ = {
    "proof_find": everyone(),
    "proof_detail standing": everyone(),
    "proof_detail void": everyone(),
}
POSTED: set[str] = set()
CONTENT = Content(
    "参加证明",
    (("活动", "玩转科学示例营"), ("日期", "2026-11-08")),
    ("日期", "时长"),
    (("2026-11-08", "2 小时"),),
)


def proof(crew: Crew, name: str = "𠮷田㐂") -> Proof:
    """Return a proof that 𠮷田㐂 holds."""
    return services.issue(
        Kind.ATTENDANCE,
        content=CONTENT,
        association=crew.node,
        holder=crew.cast.ji,
        name=name,
        about="R-1",
        by=crew.tang,
    )


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    void = services.void(proof(crew), "登记有误", by=crew.tang)
    return {
        "proof_find": "/proofs/?code=abc%00",
        "proof_detail standing": f"/proofs/{proof(crew).code}/",
        "proof_detail void": f"/proofs/{void.code}/",
    }


def presses(crew: Crew) -> dict[str, tuple[str, dict[str, object], set[str]]]:
    """Return the press that asks whether a name is the one on the paper: it writes nothing."""
    return {"proof_detail": (f"/proofs/{proof(crew).code}/", {"name": "𠮷田㐂"}, set())}
