"""Minutes of 吴桥's meeting, read again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.hostile.corpus import KINDS, NAMES
from tests.paperwork import made

from keqiao.base.errors import Invalid
from keqiao.paperwork import minutes

both = pytest.mark.parametrize(
    ("draw", "read"),
    [(minutes.minutes_pdf, made.pdf_text), (minutes.minutes_docx, made.docx_text)],
    ids=["pdf", "docx"],
)


@both
def test_the_minutes_say_who_was_there_what_was_said_and_what_was_decided(
    draw: Any, read: Any
) -> None:
    text = read(draw(made.meeting(open_questions="运费由谁承担。", next_meeting="十月上旬")))
    for said in (
        "锂渣消纳利用三方座谈纪要", "C-7K3M9QXA", "2026年7月8日14:30—17:00", "雅安市科协三楼会议室",
        "出席（2人）", made.RARE,
        "陈砚：三氧化硫是关键。", "提供渣样200kg", "2026年7月20日",
        "四、待定事项", "运费由谁承担。", "下次座谈：十月上旬",
    ):  # fmt: skip
        assert said in text, said


@both
def test_minutes_of_which_nothing_is_known_are_a_sheet_to_fill_in(draw: Any, read: Any) -> None:
    text = read(draw(minutes.Meeting()))
    assert "没有议定事项" in text
    assert "None" not in text


@pytest.mark.parametrize("draw", [minutes.minutes_pdf, minutes.minutes_docx])
def test_the_same_minutes_give_the_same_bytes(draw: Any) -> None:
    assert draw(made.meeting()) == draw(made.meeting())


def test_a_meeting_over_midnight_names_both_days() -> None:
    ended = datetime.datetime(2026, 7, 9, 0, 30, tzinfo=datetime.UTC)
    text = made.docx_text(minutes.minutes_docx(made.meeting(ended_at=ended)))
    assert "2026年7月8日14:30—2026年7月9日00:30" in text


def test_a_meeting_cannot_end_before_it_begins() -> None:
    ended = datetime.datetime(2026, 7, 8, 9, 0, tzinfo=datetime.UTC)
    with pytest.raises(Invalid) as refusal:
        minutes.minutes_pdf(made.meeting(ended_at=ended))
    assert refusal.value.problems[0].field == "ended_at"


@pytest.mark.parametrize(("name", "text"), KINDS[::5], ids=NAMES[::5])
def test_hostile_text_is_printed_or_refused(name: str, text: str) -> None:  # noqa: ARG001 - names the case
    hostile = made.meeting(
        title=text, topic=text, speeches=(minutes.Speech(speaker=text, said=text),)
    )
    for draw in (minutes.minutes_pdf, minutes.minutes_docx):
        try:
            draw(hostile)
        except Invalid as refusal:
            assert refusal.problems  # noqa: PT017 - the other way is fine too
