"""``keqiao match`` as anybody runs it: two tables, no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from keqiao.ops import cli

NEEDS = """编号,标题,描述,地区,行业,学科,TRL,关键词
n1,锂渣的资源化利用,锂辉石提锂后产生大量锂渣，堆存成本高，希望用于建材。,四川省雅安市,C26,E0410,7,锂渣；固废综合利用
n2,焊装车间的制造执行系统,需要 MES 与焊缝的机器视觉检测。,雅安,,,,
n3,清末减字谱抄本的打谱,请懂古琴指法的人来看。,,,,,
"""
OFFERS = """id,title,text,owner,region,industries,subject,trl,keywords
o1,锂渣制备建筑材料,利用锂渣等工业固废制备胶凝材料，固废综合利用。,𠮷田工作室,511800,"C26;C30",E041002,6,锂渣、胶凝材料
o2,焊缝机器视觉检测与制造执行系统,面向焊装车间。,古力·阿依工作室,510600,C34,,8,
o3,猕猴桃溃疡病防治,果园病害防治。,陈砚工作室,,A01,,,
"""


def tables(folder: Path, needs: str = NEEDS, offers: str = OFFERS) -> list[str]:
    (folder / "needs.csv").write_text(needs, encoding="utf-8")
    (folder / "offers.csv").write_text(offers, encoding="utf-8")
    return [
        "match",
        str(folder / "needs.csv"),
        "--offers",
        str(folder / "offers.csv"),
        "--words-only",
    ]


def answers(printed: str) -> dict[str, dict[str, object]]:
    return {found["need"]: found for found in map(json.loads, printed.splitlines())}


def test_each_need_gets_its_best_offer_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(tables(tmp_path)) == 0
    printed = capsys.readouterr()
    assert "需求 n1　锂渣的资源化利用\n  1. 锂渣制备建筑材料" in printed.out
    assert "𠮷田工作室" in printed.out
    assert "“固废综合利用”" in printed.out
    assert "行业" in printed.out
    assert "在同一个市（州）" in printed.out
    assert "需求 n2　焊装车间的制造执行系统\n  1. 焊缝机器视觉检测与制造执行系统" in printed.out
    assert "读入需求 3 条、所能 3 条。" in printed.err


def test_a_need_without_an_answer_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(tables(tmp_path))
    printed = capsys.readouterr().out
    assert "需求 n3　清末减字谱抄本的打谱\n  ✗ 目前没有合适的匹配" in printed
    assert "1." not in printed[printed.index("n3") :]


def test_json_has_one_object_a_need_and_parts_that_add_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*tables(tmp_path), "--json", "--top", "2"]) == 0
    found = answers(capsys.readouterr().out)
    assert [found[key]["is_good"] for key in ("n1", "n2", "n3")] == [True, True, False]
    for answer in found.values():
        matches = answer["matches"]
        assert isinstance(matches, list)
        assert len(matches) <= 2
        for match in matches:
            points = sum(part["points"] for part in match["parts"])
            assert match["score"] == pytest.approx(points, abs=1e-9)


def test_bad_rows_are_told_by_file_line_and_reason_and_the_others_are_matched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = NEEDS + "n1,又一条,,,,,,\n,,,,,,,9\nn5,坏\x00了,,,,,,\n"
    assert cli.main(tables(tmp_path, needs=needs)) == 1
    printed = capsys.readouterr()
    assert "needs.csv 第 5 行没有采用：编号“n1”与前面的行重复。" in printed.err
    assert "needs.csv 第 6 行没有采用：标题和内容都没有填。" in printed.err
    assert "needs.csv 第 7 行没有采用：“标题”一格：内容里有无法保存的控制字符" in printed.err
    assert "有 3 行没有采用，原因见上。" in printed.err
    assert "需求 n2" in printed.out


def test_codes_that_are_not_understood_are_told_and_the_row_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = "id,title,region,industry,subject,trl\nn1,锂渣利用,火星,X99,一二三,十二\n"
    assert cli.main(tables(tmp_path, needs=needs)) == 0
    printed = capsys.readouterr()
    for word in ("地区“火星”", "行业代码“X99”", "学科代码“一二三”", "成熟度“十二”"):
        assert f"needs.csv 第 2 行提醒：看不懂{word}" in printed.err
    assert "锂渣制备建筑材料" in printed.out


@pytest.mark.parametrize(
    "written", ["511800", "5118", "雅安", "雅安市", "四川省雅安市", "四川 雅安"]
)
def test_a_region_is_understood_as_people_write_it(
    written: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(tables(tmp_path, needs=f"title,region\n锂渣利用,{written}\n"))
    assert "在同一个市（州）" in capsys.readouterr().out


@pytest.mark.parametrize("written", ["C3021", "3021", "C30", "30", "c30", "非金属矿物制品业"])
def test_an_industry_is_understood_as_people_write_it(
    written: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(tables(tmp_path, needs=f"title,industry\n锂渣利用,{written}\n"))
    assert "同属 非金属矿物制品业" in capsys.readouterr().out


@pytest.mark.parametrize("top", ["0", "-1", "101", "x", "1.5", "٣", "", "1" * 5000])
def test_a_wrong_number_of_answers_is_refused(
    top: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*tables(tmp_path), f"--top={top}"])
    assert left.value.code == 2
    assert "应为 1 到 100 的整数" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_ends_with_two_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["match", str(tmp_path / "无.csv"), "--offers", "x.csv"]) == 2
    printed = capsys.readouterr()
    assert printed.err == "keqiao: 找不到文件“无.csv”。\n"
    assert not printed.out


def test_no_offers_leave_every_need_unanswered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(tables(tmp_path, offers="id,title\n")) == 0
    assert capsys.readouterr().out.count("库里还没有可比的条目") == 3


def test_kept_vectors_give_the_same_answer_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word for word in tables(tmp_path) if word != "--words-only"]
    command = [*words, "--json", "--vectors", str(tmp_path / "vectors")]
    assert cli.main(command) == 0
    first = capsys.readouterr().out
    (kept,) = (tmp_path / "vectors").iterdir()
    size = kept.stat().st_size
    assert cli.main(command) == 0
    assert capsys.readouterr().out == first
    assert kept.stat().st_size == size


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
    assert sorted(path.name for path in tmp_path.iterdir()) == ["needs.csv", "offers.csv"]
