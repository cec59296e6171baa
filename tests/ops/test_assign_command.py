"""``keqiao assign`` as anybody runs it: tables in, a plan out, no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from keqiao.ops import cli

SCORES = """需求,专家,分数,理由
锂渣,𠮷田,80,都提到锂渣
锂渣,古力,70,
古琴,𠮷田,75,
"""


def tables(folder: Path, **texts: str) -> list[str]:
    """Write each text as a table and return the words of the command."""
    words = ["assign"]
    for name, text in {"scores": SCORES, **texts}.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        words += [str(path)] if name == "scores" else [f"--{name}", str(path)]
    return words


def test_a_table_of_scores_becomes_a_plan_that_says_why_and_what_it_costs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(tables(tmp_path)) == 0
    printed = capsys.readouterr()
    assert printed.out == (
        "需求 古琴\n"
        "  → 𠮷田　75 分\n"
        "需求 锂渣\n"
        "  → 古力　70 分\n"
        "    备选 𠮷田　80 分，还有 0 个名额\n"
        "\n"
        "合计 2 个名额、145 分；还缺 0 人；最弱的一条得 70 分。\n"
        "公平的代价 0 分（不加规则最多 145 分）：锁定 0，底线 0，新人 0。\n"
    )
    assert "读入需求 2 条、专家 2 位、分数 3 个。" in printed.err


def test_the_tables_of_rules_are_kept_and_their_price_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tables(
        tmp_path,
        needs="need,wanted,owner\n锂渣,1,\n古琴,2,乙所\n",
        experts="专家,名额,单位,新人\n𠮷田,1,,否\n古力,,乙所,是\n",
        locks="need,expert\n锂渣,𠮷田\n",
    )
    assert cli.main([*words, "--json", "--newcomers", "0.5"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert [(item["expert"], item["is_locked"]) for item in plan["assignments"]] == [("𠮷田", True)]
    assert plan["assignments"][0]["parts"] == [
        {"part": "table", "points": 80.0, "reason": "都提到锂渣"}
    ]
    assert plan["gaps"] == [
        {"need": "古琴", "missing": 2, "reasons": ["“𠮷田”的 1 个名额已给：锂渣"]}
    ]
    assert plan["price"]["locks"] == 65.0
    assert plan["notes"] == ["新人应有 1 个名额，合适的只够 0 个。"]


def test_bad_rows_are_told_by_line_and_the_others_are_assigned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["锂渣,𠮷田,9,", "a,b,nan,", "a,b,-1,", "a,b,八十,", "a,,5,", "a,b,６５,"]
    assert cli.main(tables(tmp_path, scores=SCORES + "\n".join(rows))) == 1
    printed = capsys.readouterr()
    told = (
        (5, "“锂渣、𠮷田”与前面的行重复。"),
        (6, "看不懂分数“nan”（应为 0 到 100 的数）。"),
        (7, "看不懂分数“-1”（应为 0 到 100 的数）。"),
        (8, "看不懂分数“八十”（应为 0 到 100 的数）。"),
        (9, "“专家”没有填。"),
    )
    for line, reason in told:
        assert f"scores.csv 第 {line} 行没有采用：{reason}" in printed.err
    assert "有 5 行没有采用，原因见上。" in printed.err
    assert "  → b　65 分" in printed.out


def test_keys_that_a_table_does_not_know_and_values_nobody_understands_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tables(
        tmp_path,
        needs="need,wanted\n锂渣,1\n古琴,许多\n",
        experts="expert,newcomer\n𠮷田,也许\n古力,\n",
        conflicts="need,expert\n别的,古力\n",
    )
    assert cli.main(words) == 1
    printed = capsys.readouterr()
    assert "needs.csv 第 3 行没有采用：看不懂人数“许多”" in printed.err
    assert "experts.csv 第 2 行没有采用：看不懂“也许”" in printed.err
    assert "scores.csv 第 2 行没有采用：专家表里没有“𠮷田”。" in printed.err
    assert "scores.csv 第 4 行没有采用：需求表里没有“古琴”。" in printed.err
    assert "conflicts.csv 第 2 行没有采用：需求表里没有“别的”。" in printed.err
    assert "  → 古力　70 分" in printed.out


def test_a_lock_that_contradicts_ends_with_two_and_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    couple = "need,expert\n锂渣,𠮷田\n"
    assert cli.main(tables(tmp_path, locks=couple, conflicts=couple)) == 2
    printed = capsys.readouterr()
    assert printed.err.endswith("keqiao: 锁定“锂渣”给“𠮷田”与回避冲突。\n")
    assert printed.out == ""


def test_no_rows_are_a_plan_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(tables(tmp_path, scores="need,expert,score\n")) == 0
    assert "合计 0 个名额、0 分；还缺 0 人；最弱的一条得 —— 分。" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("--capacity", "-1"),
        ("--capacity", "1.5"),
        ("--wanted", "99999"),
        ("--threshold", "nan"),
        ("--floor", "101"),
        ("--newcomers", "30"),
        ("--alternates", "4"),
    ],
)
def test_a_senseless_number_is_refused(words: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*tables(tmp_path), *words])
    assert left.value.code == 2


def test_it_runs_without_django_settings_or_a_database(tmp_path: Path) -> None:
    code = (
        "import sys; from keqiao.ops import cli; "
        "sys.exit(cli.main(sys.argv[1:]) or 'django' in sys.modules)"
    )
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("KEQIAO", "DJANGO"))
    }
    found = subprocess.run(
        [sys.executable, "-c", code, *tables(tmp_path)],
        env=clean,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
