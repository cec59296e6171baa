"""The demonstration's tables agree with each other, and keep their promises."""

from __future__ import annotations

import csv
import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from keqiao.base.codes import ALPHABET, is_credit_code

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "src/keqiao/ops/demo/data"
REFERENCE = ROOT / "src/keqiao/places/data"
SOURCE = Path(os.environ.get("KEQIAO_DATA", ROOT.parent / "shared/data"))
Row = dict[str, str]
PUBLIC_CODE = re.compile(f"[A-Z]-[{ALPHABET}]{{8}}")


def table(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def codes(name: str) -> set[str]:
    return {row["code"] for row in table(REFERENCE, name)}


def cells(row: Row, column: str) -> list[str]:
    return [part for part in row[column].split(";") if part]


ORGANISATIONS = table(TABLES, "organisations.csv")
CAST = table(TABLES, "cast.csv")
STUDIOS = table(TABLES, "studios.csv")
OFFERS = table(TABLES, "offers.csv")
NEEDS = table(TABLES, "needs.csv")
ACTIVITIES = table(TABLES, "activities.csv")
EXAMPLES = [row for row in OFFERS if row["is_example"] == "1"]
GRANTS = [row for row in OFFERS if row["is_example"] == "0"]
ALL = {
    "organisations": ORGANISATIONS,
    "studios": STUDIOS,
    "offers": OFFERS,
    "needs": NEEDS,
    "activities": ACTIVITIES,
}
UNANSWERED = "清末减字谱抄本的打谱与指法考订"


@pytest.mark.parametrize("name", ALL)
def test_every_code_is_a_public_code_and_used_once(name: str) -> None:
    found = [row["code"] for row in ALL[name]]
    assert [code for code in found if not PUBLIC_CODE.fullmatch(code)] == []
    assert [code for code, times in Counter(found).items() if times > 1] == []


def test_organisation_names_are_used_once() -> None:
    names = Counter(row["name"] for row in ORGANISATIONS)
    assert [name for name, times in names.items() if times > 1] == []


def test_every_reference_between_tables_leads_somewhere() -> None:
    organisations = {row["code"] for row in ORGANISATIONS}
    people = {row["email"] for row in CAST}
    studios = {row["code"] for row in STUDIOS}
    owners = {"person": people, "organisation": organisations}
    assert {code for row in CAST for code in cells(row, "organisations")} <= organisations
    assert all(row["owner"] in owners[row["owner_kind"]] for row in STUDIOS)
    assert {row["studio"] for row in OFFERS} == studios
    assert {row["organisation"] for row in NEEDS} <= organisations
    assert {row["author"] for row in NEEDS} <= people


def test_every_region_industry_and_subject_is_in_the_reference_data() -> None:
    regions, industries, subjects = map(codes, ("regions.csv", "industries.csv", "subjects.csv"))
    granted = {grant.partition("@")[2] for row in CAST for grant in cells(row, "roles")}
    named = {row["region"] for rows in ALL.values() for row in rows}
    assert granted | named <= regions
    assert {code for row in OFFERS for code in cells(row, "industries")} <= industries
    assert {row["industry"] for row in NEEDS} <= industries
    assert {row["subject"] for row in [*STUDIOS, *OFFERS, *NEEDS]} - {""} <= subjects


def test_there_is_as_much_as_the_demonstration_promises() -> None:
    assert len(NEEDS) >= 14
    assert len(OFFERS) >= 330
    assert len(EXAMPLES) >= 180
    assert len(GRANTS) >= 140
    assert len({row["region"][:2] for row in GRANTS}) >= 15


def test_words_of_closed_lists_are_from_the_list() -> None:
    kinds = {"enterprise", "university", "institute", "school"}
    kinds |= {"association", "society", "other"}
    offers = {"skill", "result", "patent", "equipment", "team", "idea"}
    rights = {"unknown", "none", "applied", "granted", "secret"}
    agreements = {"开发", "转让", "许可", "咨询", "服务"}
    assert {row["kind"] for row in ORGANISATIONS} <= kinds
    assert {row["kind"] for row in OFFERS} == offers
    assert {row["ip_status"] for row in OFFERS} <= rights
    assert {word for row in NEEDS for word in cells(row, "cooperation")} <= agreements
    assert {row["state"] for row in NEEDS} == {"draft", "review", "open"}
    assert {row["trl"] for row in [*OFFERS, *NEEDS]} <= {"", *"123456789"}
    evidence = [piece for row in OFFERS for piece in row["evidence"].split("|") if piece]
    assert {piece.partition(":")[0] for piece in evidence} <= {"grant", "patent", "paper", "case"}


def test_needs_say_when_they_end_and_how_much_at_most() -> None:
    for row in NEEDS:
        assert re.fullmatch(r"2027-\d\d-\d\d", row["deadline_on"]), row["title"]
        assert bool(row["budget_min"]) == bool(row["budget_max"]), row["title"]
        assert float(row["budget_min"] or 0) <= float(row["budget_max"] or 0), row["title"]


def test_what_is_invented_says_so() -> None:
    assert [row["title"] for row in EXAMPLES if not row["title"].startswith("【示例】")] == []
    for row in [*ORGANISATIONS, *STUDIOS]:
        assert ("示例" in row["name"]) == (row["is_example"] == "1"), row["name"]
    made_up = [row["evidence"] for row in EXAMPLES if row["evidence"]]
    assert [text for text in made_up if "示例" not in text] == []


def test_invented_credit_codes_are_right_and_can_belong_to_nobody() -> None:
    for row in ORGANISATIONS:
        if row["is_example"] == "1":
            assert is_credit_code(row["credit_code"]), row["name"]
            assert row["credit_code"][2:14] == "000000EXAMPL"
        else:
            assert row["credit_code"] == "", row["name"]
    given = [row["credit_code"] for row in ORGANISATIONS if row["credit_code"]]
    assert len(given) == len(set(given))


def test_a_grant_states_its_number_and_that_the_institution_has_not_joined() -> None:
    studios = {row["code"]: row["name"] for row in STUDIOS}
    for row in GRANTS:
        assert row["code"][2:] in row["description"]
        assert row["title"] in row["description"]
        assert "尚未入驻" in row["description"]
        assert row["trl"] == ""
        assert studios[row["studio"]].removesuffix("（公开立项信息）") in row["description"]


def test_descriptions_are_neither_a_stub_nor_an_essay() -> None:
    wrong = {row["title"]: len(row["description"]) for row in OFFERS}
    assert {title: length for title, length in wrong.items() if not 60 <= length <= 200} == {}


def grams(text: str) -> frozenset[str]:
    return frozenset(text[start : start + 5] for start in range(len(text) - 4))


def test_no_two_example_offers_say_nearly_the_same() -> None:
    known = [(row["title"], grams(row["title"][4:] + row["description"])) for row in EXAMPLES]
    near = [
        (first, second)
        for (first, left), (second, right) in itertools.combinations(known, 2)
        if len(left & right) >= 0.5 * len(left | right)
    ]
    assert near == []


def test_example_offers_share_no_stock_phrases() -> None:
    phrases: Counter[str] = Counter()
    for row in EXAMPLES:
        text = row["description"]
        phrases.update({text[start : start + 10] for start in range(len(text) - 9)})
    assert [phrase for phrase, times in phrases.items() if times > 2] == []


def private_words() -> set[str]:
    """Names of the organisations, whole and by the part that gives them away."""
    names = {row["name"] for row in ORGANISATIONS}
    core = {re.split(r"[((]|有限|股份|科协$|省|市|县|区", name)[0] for name in names}
    return (
        names | {word for word in core if len(word) >= 3} | {"雅化", "成建", "红旗", "钎进", "威达"}
    )


def test_public_versions_name_nobody_no_amount_and_no_county() -> None:
    counties = {
        word
        for row in table(REFERENCE, "regions.csv")
        if row["level"] == "county" and row["code"].startswith("51")
        for word in (row["name"], row["short_name"])
        if len(word) >= 2
    }
    for row in NEEDS:
        text = row["public_title"] + row["public_text"]
        assert row["public_title"], row["title"]
        assert len(row["public_text"]) >= 40
        assert {word for word in private_words() | counties if word in text} == set()
        assert not re.search(r"\d[\d.]*\s*(?:万|元|%|吨)|元[／/]|￥|¥|万元", text), text


def test_nothing_is_invented_about_the_organisations_of_the_page() -> None:
    page = {row["code"] for row in ORGANISATIONS if row["source"].startswith("报纸版面")}
    of_the_page = [row for row in NEEDS if row["organisation"] in page]
    assert len(of_the_page) >= 10
    for row in of_the_page:
        assert "待补充" in row["targets"] + row["limits"], row["title"]
        assert not re.search(r"\d", row["targets"] + row["limits"]), row["title"]
        assert row["budget_min"] == row["trl"] == "", row["title"]


def test_one_need_has_no_answer_and_no_offer_touches_its_subject() -> None:
    assert [row["title"] for row in NEEDS if row["title"] == UNANSWERED] == [UNANSWERED]
    everything = "".join(row["title"] + row["description"] + row["keywords"] for row in OFFERS)
    words = (
        "古琴",
        "琴曲",
        "琴家",
        "减字",
        "打谱",
        "指法",
        "定弦",
        "乐谱",
        "曲谱",
        "音乐",
        "乐器",
        "演奏",
    )
    assert [word for word in words if word in everything] == []


def test_the_fixed_cast_is_complete() -> None:
    people = {row["email"].partition("@")[0]: row for row in CAST}
    assert {name: row["name"] for name, row in people.items()} == {
        "linxiaoman": "林小满",
        "zhouhe": "周禾",
        "chenyan": "陈砚",
        "guliayi": "古力·阿依",
        "wuqiao": "吴桥",
        "zhengli": "郑立",
        "sunyuan": "孙远",
        "helan": "何岚",
        "jitianxi": "𠮷田㐂",
        "tangguo": "唐果",
        "qinchuan": "秦川",
        "malan": "阿依·马兰",
        "luoqing": "罗青",
    }
    assert all(row["email"].endswith("@keqiao.example") for row in CAST)
    assert people["wuqiao"]["roles"] == "broker@511800"
    assert people["zhengli"]["roles"] == "reviewer@511800;reviewer@510000;editor@510000"
    assert people["sunyuan"]["roles"] == "broker@510600"
    assert people["helan"]["roles"] == "administrator@510000"
    assert people["tangguo"]["roles"] == "organiser@511800;organiser@510681;organiser@511133"


def test_experts_of_the_cast_have_a_studio_each_with_offers() -> None:
    for email in ("chenyan@keqiao.example", "guliayi@keqiao.example"):
        owned = {row["code"] for row in STUDIOS if row["owner"] == email}
        assert sum(row["studio"] in owned for row in OFFERS) >= 3


@pytest.mark.skipif(
    not (SOURCE / "projects/projects.jsonl.gz").exists(),
    reason="KEQIAO_DATA is not here; the shipped tables stand for themselves",
)
def test_the_grant_part_is_what_the_tool_makes() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/build_demo_offers.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
