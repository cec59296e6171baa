"""What a sheet says, row by row: whatever order, signs and formats people use, and what is told when it cannot be."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal

import openpyxl
import pytest
from tests.cast import Cast, need_content
from tests.hostile.corpus import KINDS

from keqiao.base.errors import Invalid, Refused
from keqiao.base.table import Unreadable
from keqiao.needs import services as needs
from keqiao.sheets import documents, intake
from keqiao.sheets.columns import COLUMNS, GUIDES
from keqiao.sheets.types import Line, Verdict, from_json, to_json

pytestmark = pytest.mark.django_db
WANTED = "提锂后的酸法锂渣堆存压力大，想找到稳定的消纳途径。"


def book(*rows: Sequence[object]) -> bytes:
    whole = openpyxl.Workbook()
    sheet = whole.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    whole.save(stream)
    return stream.getvalue()


def read(cast: Cast, content: bytes, name: str = "需求.xlsx") -> list[Line]:
    _facts, lines = intake.read(
        io.BytesIO(content),
        name=name,
        size=len(content),
        organisation=cast.lithium,
        by=cast.lin,
    )
    return lines


def one(cast: Cast, **cells: object) -> Line:
    """Return the only line of a sheet with these cells, by heading."""
    entered: dict[str, object] = {"需求名称": "锂渣消纳", "想要解决什么": WANTED, **cells}
    (line,) = read(cast, book(tuple(entered), tuple(entered.values())))
    return line


def told(line: Line) -> list[tuple[str, str]]:
    return [(problem.field, problem.phrase.text) for problem in line.problems]


def test_everything_that_the_form_takes_comes_in(cast: Cast) -> None:
    line = one(
        cast,
        试过什么="试过直接填埋。",
        要达到的指标="掺量不低于 10%。",
        限制条件="不能新建窑炉。",
        希望的技术成熟度=6,
        合作方式="技术开发、服务",
        预算下限=12.5,
        预算上限="５０万",
        希望何时前解决=dt.datetime(2030, 12, 31),  # noqa: DTZ001 - as a sheet holds it
        所在地区="四川省雅安市",
        所属行业="C2613",
        相关学科="E0205",
        关键词="锂渣；固废利用",
        不能公开的词="七号窑",
        公开版名称="锂渣利用",
        公开版内容="需要稳定的消纳途径。",
    )
    content = line.content
    assert (line.verdict, line.problems, line.proposed) == (Verdict.NEW, (), ())
    assert (content.tried, content.targets) == ("试过直接填埋。", "掺量不低于 10%。")
    assert (content.limits, content.stage) == ("不能新建窑炉。", 6)
    assert content.cooperation == ("development", "service")
    assert (content.budget_low, content.budget_high) == (Decimal("12.5"), Decimal(50))
    assert content.deadline_on == dt.date(2030, 12, 31)
    codes = (content.region_id, content.industry_id, content.subject_id)
    assert codes == ("511800", "C2613", "E0205")
    assert (content.keywords, content.secrets) == (("锂渣", "固废利用"), ("七号窑",))
    assert (content.public_title, content.public_text) == ("锂渣利用", "需要稳定的消纳途径。")
    assert from_json(to_json(line)) == line


def test_the_clarifier_fills_what_is_empty_and_nothing_else(cast: Cast) -> None:
    wanted = f"{WANTED}在雅安市名山区。试过直接填埋，渗滤液不达标。"
    line = one(cast, 需求名称="我自己的名称", 想要解决什么=wanted, 关键词="我的词")
    assert line.verdict == Verdict.NEW
    assert (line.content.title, line.content.keywords) == ("我自己的名称", ("我的词",))
    assert (line.content.region_id, line.content.tried) == (
        "511803",
        "试过直接填埋，渗滤液不达标。",
    )
    assert {"region", "tried"} <= set(line.proposed)
    assert not {"title", "keywords", "wanted"} & set(line.proposed)


def test_a_row_without_a_name_gets_one_proposed(cast: Cast) -> None:
    line = one(cast, 需求名称="")
    assert line.verdict == Verdict.NEW
    assert line.content.title
    assert "title" in line.proposed


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2030-3-1", dt.date(2030, 3, 1)),
        ("2030/03/01", dt.date(2030, 3, 1)),
        ("2030.3.1", dt.date(2030, 3, 1)),
        ("２０３０年３月１日", dt.date(2030, 3, 1)),
        ("20300301", dt.date(2030, 3, 1)),
        (47543, dt.date(2030, 3, 1)),
        ("47543.0", dt.date(2030, 3, 1)),
        (dt.datetime(2030, 3, 1, 8, 30), dt.date(2030, 3, 1)),  # noqa: DTZ001 - as a sheet holds it
        ("", None),
        ("待定", None),
    ],
)
def test_days_are_understood_however_they_are_written(
    cast: Cast, written: object, day: dt.date | None
) -> None:
    line = one(cast, 截止日期=written)
    assert (line.content.deadline_on, line.problems) == (day, ())


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        (20, "20", "20"),
        ("20-50", "20", "50"),
        ("２０～５０万元", "20", "50"),
        ("1,000万", "1000", "1000"),
        ("0.5至1.25", "0.5", "1.25"),
        ("面议", None, None),
    ],
)
def test_budgets_are_understood_however_they_are_written(
    cast: Cast, written: object, low: str | None, high: str | None
) -> None:
    content = one(cast, 预算=written).content
    expected = tuple(Decimal(end) if end else None for end in (low, high))
    assert (content.budget_low, content.budget_high) == expected


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"截止日期": "2030-02-30"}, ("deadline_on", intake.DAY_UNKNOWN)),
        ({"截止日期": "明年春天"}, ("deadline_on", intake.DAY_UNKNOWN)),
        ({"截止日期": 12}, ("deadline_on", intake.DAY_UNKNOWN)),
        ({"预算": "很多"}, ("budget_low", intake.BUDGET_UNKNOWN)),
        ({"预算": -3}, ("budget_low", intake.BUDGET_UNKNOWN)),
        ({"预算": 20, "预算下限": 30}, ("budget_low", intake.BUDGET_TWICE)),
        ({"预算上限": "1e9"}, ("budget_high", intake.BUDGET_UNKNOWN)),
        ({"地区": "朝阳区"}, ("region", intake.REGION_UNKNOWN)),
        ({"地区": "999999"}, ("region", intake.REGION_UNKNOWN)),
        ({"行业": "算命"}, ("industry", intake.INDUSTRY_UNKNOWN)),
        ({"学科": "ZZZ"}, ("subject", intake.SUBJECT_UNKNOWN)),
        ({"合作方式": "技术开发、入股"}, ("cooperation", intake.KIND_UNKNOWN)),
        ({"成熟度": 10}, ("stage", intake.STAGE_UNKNOWN)),
        ({"需求名称": "=1+1"}, ("title", intake.FORMULA)),
        ({"指标": '=HYPERLINK("http://127.0.0.1/","点我")'}, ("targets", intake.FORMULA)),
        ({"关键词": "＝A1"}, ("keywords", intake.FORMULA)),
        ({"需求名称": "", "想要解决什么": "", "地区": "雅安市"}, ("", intake.NOTHING_SAID)),
        ({"编号": "N-NOTTHERE"}, ("", intake.UNKNOWN_NEED)),
    ],
)
def test_each_problem_names_its_field_and_what_to_do(
    cast: Cast, cells: dict[str, object], problem: tuple[str, str]
) -> None:
    line = one(cast, **cells)
    assert (line.verdict, told(line)) == (Verdict.WRONG, [problem])
    assert (line.content.wanted, line.proposed) == ("", ())
    assert from_json(to_json(line)) == line


def test_what_the_form_would_refuse_is_refused_by_field(cast: Cast) -> None:
    line = one(cast, 需求名称="长" * 81, 关键词="、".join(map(str, range(13))), 预算="50-20")
    assert {field for field, _text in told(line)} == {"title", "keywords", "budget_low"}
    assert len(line.content.title) == 80


def test_what_is_there_already_is_known_by_code_or_by_its_words(cast: Cast) -> None:
    kept = cast.need()
    same = one(cast, 需求名称=kept.title, 想要解决什么=kept.wanted)
    by_code = one(cast, 编号=kept.code.lower(), 需求名称="改了名", 截止日期="看不懂")
    for line in (same, by_code):
        assert (line.verdict, line.code, line.problems) == (Verdict.SAME, kept.code, ())
    theirs = needs.draft(
        need_content(title="别家的", wanted=WANTED), by=cast.zhou, organisation=cast.rival
    )
    assert one(cast, 需求名称="别家的").verdict == Verdict.NEW
    assert told(one(cast, 编号=theirs.code)) == [("", intake.UNKNOWN_NEED)]


def test_a_row_that_stands_twice_is_told(cast: Cast) -> None:
    head, row = ("名称", "内容"), ("锂渣", WANTED)
    first, other, second = read(cast, book(head, row, ("焊缝", WANTED), row))
    assert [first.verdict, other.verdict, second.verdict] == ["new", "new", "wrong"]
    assert str(second.problems[0].phrase) == "与第 2 行相同，请留一行。"


def test_a_row_with_a_problem_is_no_double_of_one_that_says_only_its_name(cast: Cast) -> None:
    needs.draft(need_content(title="锂渣", wanted=""), by=cast.lin, organisation=cast.lithium)
    head, wrong, bare = ("名称", "内容", "期限"), ("焊缝", WANTED, "明年"), ("焊缝", "", "")
    first, second, third = read(cast, book(head, wrong, bare, ("锂渣", WANTED, "明年")))
    assert told(first) == told(third) == [("deadline_on", intake.DAY_UNKNOWN)]
    assert second.verdict == Verdict.NEW


def test_headings_stand_in_any_order_with_other_names(cast: Cast) -> None:
    text = f"内容,无关的列,＊需求名称＊,成熟度\n{WANTED},x,锂渣,TRL6\n"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        (line,) = read(cast, text.replace("＊", "*").encode(encoding), "a.csv")
        assert (line.number, line.content.title, line.content.stage) == (2, "锂渣", 6)


def test_merged_cells_leave_the_rows_below_empty_and_that_is_told(cast: Cast) -> None:
    whole = openpyxl.load_workbook(
        io.BytesIO(book(("名称", "内容", "地区"), ("锂渣", WANTED, "雅安市"), ("", "", "雅安市")))
    )
    sheet = whole.active
    assert sheet is not None
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:B3")
    stream = io.BytesIO()
    whole.save(stream)
    good, below = read(cast, stream.getvalue())
    assert good.verdict == Verdict.NEW
    assert told(below) == [("", intake.NOTHING_SAID)]


def test_the_blank_is_read_again_and_its_example_left_out(cast: Cast) -> None:
    assert set(GUIDES) == {column.name for column in COLUMNS}
    blank = documents.blank_sheet()
    with pytest.raises(Invalid) as refusal:
        read(cast, blank)
    assert refusal.value.problems[0].phrase.text == intake.NO_LINES
    whole = openpyxl.load_workbook(io.BytesIO(blank))
    sheet = whole.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.headings[0] for column in COLUMNS]
    example = [cell.value for cell in sheet[2]]
    sheet.append(["", *example[1:]])
    stream = io.BytesIO()
    whole.save(stream)
    (line,) = read(cast, stream.getvalue())
    assert (line.number, line.verdict, line.problems) == (3, Verdict.NEW, ())
    assert line.content.deadline_on == dt.date(2030, 12, 31)
    assert line.content.budget_high == Decimal(50)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", book(("名称",), *(("锂渣",) for _row in range(501))), "一次最多 500 行"),
        ("a.xlsx", book(("名称",)), "没有可读的行"),
        ("a.xlsx", b"PK\x03\x04 broken", "不是真正的 .xlsx"),
        ("a.csv", b"\x80" * 400, "不是文本"),
        ("a.txt", "名称\n锂渣\n".encode(), "只收 XLSX 和 CSV"),
        ("a.pdf", b"%PDF-1.7 x", "只收 XLSX 和 CSV"),
        ("a.exe", b"MZ", "不能上传"),
        ("a.csv", b"", "是空文件"),
        ("a.csv", "名称\n".encode() + b"x" * (5 * 1024 * 1024), "最多 5 MB"),
        ("a.csv", "名称,名称\n锂渣,x\n".encode(), "两列都是"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    cast: Cast, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(Refused) as refusal:
        read(cast, content, name)
    told = refusal.value
    assert said in (str(told.problems[0].phrase) if isinstance(told, Invalid) else str(told.phrase))


def test_a_bomb_is_not_opened(cast: Cast) -> None:
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))
    with pytest.raises(Unreadable) as refusal:
        read(cast, stream.getvalue())
    assert "解开后过大" in str(refusal.value)


def test_a_very_long_name_of_a_file_is_no_trouble(cast: Cast) -> None:
    assert len(read(cast, book(("名称",), ("锂渣",)), f"{'名' * 200}.xlsx")) == 1


def test_every_kind_of_bad_text_is_a_row_of_its_own(cast: Cast) -> None:
    texts = [text[:300] for _name, text in KINDS]
    cells = [text.replace('"', '""').encode("utf-8", "surrogatepass") for text in texts]
    rows = [b'"' + cell + b'","' + str(number).encode() + b'"' for number, cell in enumerate(cells)]
    lines = read(cast, b"\n".join(["名称,内容".encode(), *rows]), "bad.csv")
    assert len(lines) >= len(KINDS) * 0.9
    for line in lines:
        assert from_json(to_json(line)) == line
        assert "\x00" not in str(to_json(line))
        if line.verdict == Verdict.NEW:
            assert not line.content.title.startswith(("=", "＝"))
